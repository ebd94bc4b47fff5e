import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

/// A repository whose plans are made and written, and a clone in which git does the same.
final class PlanLab {
    let repo: FixtureRepository
    /// A clone with a work tree, for `git cherry-pick`.
    private(set) lazy var clone = repo.scratch + "/clone"
    private var isCloned = false

    init(_ repo: FixtureRepository) {
        self.repo = repo
    }

    /// The repository as the program reads it, with the refs of now.
    func open() throws -> (repository: Repository, containment: Containment) {
        let folder = try RepositoryFolder(containing: repo.path, homeFolder: nil)
        let store = IndexStore(folder, cacheFolder: nil, options: .init())
        let index = try store.load(progress: SilentProgress()).index
        let lines = try LineDetector.detect(
            in: index,
            settings: nil,
            today: CalendarDay(secondsSince1970: 1_800_000_000),
            isBare: true
        )
        return (try Repository(folder), Containment(index: index, lines: lines))
    }

    /// Plans the picks of `fixes` onto `tip`.
    func plan(
        _ fixes: [CommitID],
        onto tip: CommitID,
        prerequisites: PrerequisiteUse = .ignored,
        isDrafting: Bool = false
    ) throws -> PickPlan {
        let (repository, containment) = try open()
        let index = containment.index
        let planner = PickPlanner(source: GitTreeSource(repository), containment: containment)
        return planner.plan(
            fixes.compactMap(index.row(of:)),
            onto: try #require(index.row(of: tip)),
            prerequisites: prerequisites,
            isDrafting: isDrafting
        )
    }

    static let committer = Committer(
        name: "Carl Committer",
        email: "c@example.org",
        time: 1_800_000_000
    )

    func writer() throws -> PlanWriter {
        PlanWriter(try open().repository, committer: Self.committer)
    }

    /// What `git cherry-pick -x` of `fixes` onto `tip` gives: the new tip, or `nil` where it stops.
    func pickByGit(_ fixes: [CommitID], onto tip: CommitID) throws -> String? {
        if !isCloned {
            try repo.git("clone", "--quiet", "--no-checkout", repo.path, clone)
            isCloned = true
        }
        func git(_ words: String...) throws -> String { try GitCommand.output(words, in: clone) }
        _ = try git("cherry-pick", "--quit")
        _ = try git("reset", "--quiet", "--hard")
        _ = try git("clean", "-ffdxq")
        _ = try git("checkout", "--quiet", "--force", "--detach", tip.hex)
        let words = ["cherry-pick", "-x"] + fixes.map(\.hex)
        guard (try? GitCommand.output(words, in: clone)) != nil else { return nil }
        return try git("rev-parse", "HEAD")
    }

    /// Tree, author and message of the commits from `tip` to `head`, as git tells them.
    func story(_ head: String, since tip: CommitID, in folder: String) throws -> String {
        let form = "--format=%T%n%an%n%ae%n%ad%n%B%n--"
        return try GitCommand.output(
            ["log", "--reverse", "--date=raw", form, "\(tip.hex)..\(head)"],
            in: folder
        )
    }
}
