package import ArgumentParser
import MainstayService

extension PickRequest.Prerequisites: ExpressibleByArgument {}

/// `mainstay pick`.
package struct PickCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "pick",
        abstract: "Pick fixes onto a line, on a new branch, or tell what that would do.",
        discussion: """
            Picks are made in memory, in the order of the mainline. If all are clean they become \
            commits on one new branch, as 'git cherry-pick -x' would make them; else nothing is \
            written. No branch is ever moved, and no work tree is touched. Where a pick conflicts \
            you are told which earlier commits would turn it clean.

            The verdict is 'clean', 'conflict' with the paths, 'already-there' or 'unknown'.

            Examples:
              mainstay pick 1a2b3c4 --onto 2.1 --dry-run
              mainstay pick 1a2b3c4 5d6e7f8 --onto 2.1 --branch fixes-2.1
            """
    )

    @Argument(help: ArgumentHelp("The commits to pick.", valueName: "sha"))
    var commits: [String]

    @Option(help: ArgumentHelp("The line: its name, ref or version.", valueName: "line"))
    var onto: String

    @Flag(help: "Only tell; write nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "The branch to make (default: mainstay/<line>/<first commit>).",
            valueName: "name"
        )
    )
    var branch: String?

    @Option(
        help: ArgumentHelp(
            "What to do about earlier commits that a conflicting fix needs: name them, pick them "
                + "too, or ignore them.",
            valueName: "what"
        )
    )
    var prerequisites = PickRequest.Prerequisites.name

    @Flag(help: "Write the picks that are clean, leave out the others.")
    var cleanOnly = false

    @Flag(help: "As --clean-only, and the others with markers on a branch '...-draft'.")
    var draft = false

    @OptionGroup var repository: RepositoryOption
    @OptionGroup var output: FormatOptions<ReportFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Refuses options that contradict each other.
    package func validate() throws {
        if cleanOnly, draft { throw ValidationError("--clean-only contradicts --draft") }
        guard dryRun, branch != nil || cleanOnly || draft else { return }
        let other = branch != nil ? "--branch" : cleanOnly ? "--clean-only" : "--draft"
        throw ValidationError("--dry-run writes nothing, which contradicts \(other)")
    }

    /// Plans, writes, shows; fails last, so that the plan is shown in any case.
    package func run() throws {
        let session = Session()
        let queries = CodeQueries(try session.request(repository.path, reading))
        var wish = PickRequest(commits: commits, line: onto)
        wish.prerequisites = prerequisites
        if !dryRun { wish.branch = target(session.environment) }
        var refusal: (any Error)?
        try session.answer {
            try queries.pick(wish)
        } write: { answer, buffer in
            switch output.chosen {
            case .table: PickReport.table(answer.results, to: &buffer, on: session.screen)
            case .json: PickReport.json(answer, to: &buffer)
            }
            refusal = answer.results.refusal
        }
        if let refusal { throw refusal }
    }

    private func target(_ environment: Environment) -> PickRequest.Branch {
        var target = PickRequest.Branch()
        target.name = branch
        target.choice = draft ? .drafts : cleanOnly ? .clean : .all
        target.committerName = environment["GIT_COMMITTER_NAME"]
        target.committerEmail = environment["GIT_COMMITTER_EMAIL"]
        return target
    }
}
