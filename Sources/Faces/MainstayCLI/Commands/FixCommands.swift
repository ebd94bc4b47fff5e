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

/// `mainstay affected`.
package struct AffectedCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "affected",
        abstract: "Tell whether a version or a commit has a defect, and why.",
        discussion: """
            Copies count: a line that got the faulty commit as a backport is affected, and one \
            that got the fix as a backport is fixed. The first word of the output is the status.

            Examples:
              mainstay affected v2.1.3 --introduced 0a1b2c3 --fixed 1a2b3c4
              mainstay affected 2.1.3 --introduced 0 --fixed 1a2b3c4

            The 0 says that the defect was there since the beginning.
            """
    )

    @Argument(help: ArgumentHelp("A version, a tag or a commit.", valueName: "version"))
    var target: String

    @Option(
        help: ArgumentHelp(
            "A commit that brought the defect; 0: always there (can be repeated).",
            valueName: "sha"
        )
    )
    var introduced: [String] = []

    @Option(
        help: ArgumentHelp(
            "A commit that is needed to mend it (can be repeated: all are needed).",
            valueName: "sha"
        )
    )
    var fixed: [String] = []

    @OptionGroup var repository: RepositoryOption
    @OptionGroup var output: FormatOptions<ReportFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Asks for at least one commit to judge by.
    package func validate() throws {
        guard introduced.isEmpty && fixed.isEmpty else { return }
        throw ValidationError("Give --introduced, --fixed or both, so that there is a defect")
    }

    /// Asks and shows.
    package func run() throws {
        let session = Session()
        let queries = CodeQueries(try session.request(repository.path, reading))
        try session.answer {
            try queries.affected(target, introduced: introduced, fixed: fixed)
        } write: { answer, buffer in
            switch output.chosen {
            case .table: AffectedReport.table(answer.results, to: &buffer, on: session.screen)
            case .json: AffectedReport.json(answer, to: &buffer)
            }
        }
    }
}
