package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay affected`.
package struct AffectedCommand: AsyncParsableCommand {
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
              mainstay affected 2.1.3 --product MST            by which known defects

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

    @Option(
        help: ArgumentHelp(
            "Ask an installation: by which known defects of this product.",
            valueName: "prefix"
        )
    )
    var product: String?

    @OptionGroup var repository: RepositoryOption
    @OptionGroup(title: "Installation") var place: DataOptions
    @OptionGroup var output: FormatOptions<ReportFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Asks for at least one commit to judge by, or for an installation.
    package func validate() throws {
        let hasCommits = !introduced.isEmpty || !fixed.isEmpty
        if product != nil, hasCommits {
            throw ValidationError("--product contradicts --introduced and --fixed")
        }
        guard product == nil, !hasCommits else { return }
        throw ValidationError(
            "Give --introduced, --fixed or both, so that there is a defect; or --product"
        )
    }

    /// Asks and shows.
    package func run() async throws {
        if let product { return try await ask(about: product) }
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

    private func ask(about product: String) async throws {
        try await InstanceSession.run(place, as: output.chosen) { session in
            let found = try await session.desk.affected(target, of: product, try session.tools())
            session.progress.finish()
            try session.write("affected", found.items.map(\.json)) { buffer in
                AffectedReport.table(found, to: &buffer, on: session.screen)
            }
            warn(found.warnings)
        }
    }
}
