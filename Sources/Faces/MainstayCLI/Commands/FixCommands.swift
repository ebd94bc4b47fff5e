package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay fix`.
package struct FixCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Show one fix on every line: its copies, releases, reverts and what is missing.",
        discussion: """
            Any copy of the fix will do: a backport names the same fix as its original. Where a \
            line lacks the fix, a pick is tried in memory and its outcome told.

            Examples:
              mainstay fix 1a2b3c4
              mainstay fix v2.1.3 --repo ~/src/project --json
            """
    )

    @Argument(help: ArgumentHelp("A commit of the fix: an id or a tag.", valueName: "sha"))
    var commit: String

    @OptionGroup var repository: RepositoryOption
    @OptionGroup var output: FormatOptions<ReportFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() throws {
        let session = Session()
        let queries = CodeQueries(try session.request(repository.path, reading))
        try session.answer {
            try queries.fix(commit)
        } write: { answer, buffer in
            switch output.chosen {
            case .table: FixReport(answer.results, on: session.screen).write(to: &buffer)
            case .json: FixReport.json(answer, to: &buffer)
            }
        }
    }
}
