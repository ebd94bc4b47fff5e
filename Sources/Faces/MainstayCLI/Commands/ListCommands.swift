package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay lines`.
package struct LinesCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "lines",
        abstract: "List the release lines of a repository.",
        discussion: """
            Lines are found by the names of branches: release/2.1, stable-1.4, 3.12, maint/v1.9, \
            lts/quartz, REL_17_STABLE and their like. The mainline comes first, then the newest \
            line. A phase with ~ was guessed; a file .mainstay.yml on the mainline settles it.

            Examples:
              mainstay lines
              mainstay lines ~/src/linux --all
              mainstay lines --json
            """
    )

    @OptionGroup var repository: RepositoryArgument

    @Flag(help: "Also show names that look like lines but are none, and why.")
    var all = false

    @OptionGroup var output: FormatOptions<ListFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() throws {
        let session = Session()
        let queries = CodeQueries(try session.request(repository.path, reading))
        try session.answer {
            try queries.lines(all: all)
        } write: { answer, buffer in
            switch output.chosen {
            case .table: LinesReport.table(answer.results, to: &buffer, on: session.screen)
            case .tsv: LinesReport.tsv(answer.results, to: &buffer)
            case .json: LinesReport.json(answer, to: &buffer)
            }
        }
    }
}

/// `mainstay backports`.
package struct BackportsCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "backports",
        abstract: "List every backport found, with the evidence for it.",
        discussion: """
            One row per line and backport: the commit on the line, the commit it repeats, why the \
            two are held to be the same change, and how sure that is (0 to 1). From .900 a match \
            counts; from .600 it is a suggestion.

            Examples:
              mainstay backports --format tsv > backports.tsv
              mainstay backports --without-trailers     what could be found without 'picked from'
              mainstay backports --min-confidence 0.6   with suggestions
            """
    )

    @OptionGroup var repository: RepositoryArgument

    @Option(help: ArgumentHelp("Leave out matches below this, 0 to 1.", valueName: "x"))
    var minConfidence = 0.9

    @Flag(help: "Also list fixes that were born on a line, not on the mainline.")
    var allRoots = false

    @OptionGroup var output: FormatOptions<ListFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Refuses a confidence outside 0 to 1.
    package func validate() throws {
        guard !(0...1).contains(minConfidence) else { return }
        throw ValidationError("--min-confidence is \(minConfidence), expected 0 to 1")
    }

    /// Asks and shows.
    package func run() throws {
        let session = Session()
        var request = try session.request(repository.path, reading)
        request.minimumConfidence = minConfidence
        request.allRoots = allRoots
        try session.answer {
            try CodeQueries(request).backports()
        } write: { answer, buffer in
            switch output.chosen {
            case .table: BackportsReport.table(answer.results, to: &buffer, on: session.screen)
            case .tsv: BackportsReport.tsv(answer.results, to: &buffer)
            case .json: BackportsReport.json(answer, to: &buffer)
            }
        }
    }
}
