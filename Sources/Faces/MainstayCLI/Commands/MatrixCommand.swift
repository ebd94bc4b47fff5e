package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay matrix`.
package struct MatrixCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Show fixes by release lines: where each fix is, and where it is not.",
        discussion: """
            Without --fix the matrix has every fix that reached at least one line. A fix is named \
            by its commit, a unique start of its id, or a tag. A+B is one fix made of two commits; \
            A,B are alternatives of which a line needs one.

            Examples:
              mainstay matrix --since 2026-01-01
              mainstay matrix --fix 1a2b3c4 --fix 5d6e7f8
              mainstay matrix --format html > matrix.html     a page to look at
              mainstay matrix --format tsv | cut -f 1-3
            """
    )

    @OptionGroup var repository: RepositoryArgument

    @Option(help: ArgumentHelp("Show this fix (can be repeated).", valueName: "sha"))
    var fix: [String] = []

    @Option(
        help: ArgumentHelp("Only fixes committed on this day (UTC) or later.", valueName: "date")
    )
    var since: String?

    @OptionGroup var output: FormatOptions<MatrixFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Refuses a day that does not exist.
    package func validate() throws {
        guard let since, CalendarDay(since) == nil else { return }
        throw ValidationError("--since is '\(makeSafe(since))', expected a day such as 2026-11-30")
    }

    /// Asks and shows.
    package func run() throws {
        let session = Session()
        let request = try session.request(repository.path, reading)
        try session.answer {
            try CodeQueries(request).matrix(fixes: fix, since: since)
        } write: { answer, buffer in
            switch output.chosen {
            case .table: MatrixTable(answer.results, on: session.screen).write(to: &buffer)
            case .tsv: MatrixTSV.write(answer.results, to: &buffer)
            case .json:
                JSONWriter.document("matrix", answer, to: &buffer) { json in
                    json.rows(answer.results.fixes, lines: answer.results.lines)
                }
            case .html:
                MatrixPage(answer, now: request.now).write(to: &buffer)
            }
        }
    }
}
