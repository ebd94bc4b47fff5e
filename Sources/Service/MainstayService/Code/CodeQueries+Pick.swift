import BackportAnalysis
import GitAccess
import MainstayCore

/// What is to be picked, and what of it is to be written.
package struct PickRequest: Sendable {
    /// Which picks are written.
    package enum Choice: Sendable, Hashable {
        /// All, or nothing where one is not clean.
        case all
        /// Those that are clean.
        case clean
        /// Those that are clean, and the others with markers on a second branch.
        case drafts
    }

    /// The branch to make.
    package struct Branch: Sendable {
        /// Its name; `nil` for `mainstay/<line>/<first commit>`.
        package var name: String?
        /// What goes there.
        package var choice = Choice.all
        /// Who commits, where that is not for Git's settings to say.
        package var committerName: String?
        /// The address, likewise.
        package var committerEmail: String?

        /// Creates a branch for all picks, under its own name.
        package init() {}
    }

    /// The commits: ids, unique short ids, tags or branches.
    package var commits: [String]
    /// The line by shown name, ref or version, or any commit.
    package var line: String
    /// What is done about commits that a conflicting fix needs first.
    package enum Prerequisites: String, Sendable, Hashable, CaseIterable {
        /// They are named.
        case name
        /// They are picked too.
        case pick
        /// They are not looked for.
        case ignore
    }

    /// What is done about commits that a conflicting fix needs first.
    package var prerequisites = Prerequisites.name
    /// What to write; `nil` writes nothing.
    package var branch: Branch?

    /// Asks for picks, without writing them.
    package init(commits: [String], line: String) {
        self.commits = commits
        self.line = line
    }
}

extension CodeQueries {
    /// Plans the picks of commits onto a line and, where a branch is asked for, writes them there.
    ///
    /// The repository gets objects and one new branch (two with drafts), or nothing at all. Why
    /// nothing could be written is part of the answer, beside the plan.
    package func pick(_ wish: PickRequest) throws -> Answer<PlanAnswer> {
        let history = try RepositoryHistory(request)
        let fixes = try wish.commits.map { try history.commit(named: $0) }
        let target = try history.target(named: wish.line)
        let repository = try Repository(history.folder)
        let planner = PickPlanner(
            source: GitTreeSource(repository),
            containment: history.containment
        )
        let equivalents = Equivalents(history)
        let plan = planner.plan(
            fixes,
            onto: target.row,
            prerequisites: wish.prerequisites.use,
            isDrafting: wish.branch?.choice == .drafts,
            equivalents: { equivalents.members(of: $0) }
        )
        var answer = PlanAnswer(plan, in: history.index, onto: target.name)
        answer.noteContained(in: target.row, history.index)
        if let branch = wish.branch {
            let first = history.index.id(fixes[0]).short
            let name = branch.name ?? "mainstay/\(target.name)/\(first)"
            do throws(PlanError) {
                answer.add(try history.write(plan, to: name, branch, in: repository))
            } catch { answer.refusal = error }
        }
        return history.answer(answer)
    }
}

extension PickRequest.Prerequisites {
    fileprivate var use: PrerequisiteUse {
        switch self {
        case .name: .named
        case .pick: .planned
        case .ignore: .ignored
        }
    }
}

extension RepositoryHistory {
    /// The line that `name` means, or the commit where it names no line.
    fileprivate func target(named name: String) throws -> (row: CommitRow, name: String) {
        do {
            let line = try lines.line(named: name)
            return (line.tip, line.name)
        } catch let unknown {
            guard let row = try? commit(named: name) else { throw unknown }
            return (row, index.id(row).short)
        }
    }

    /// Writes a plan to a new branch, with its drafts to a second one.
    func write(
        _ plan: PickPlan,
        to name: String,
        _ branch: PickRequest.Branch,
        in repository: Repository
    ) throws(PlanError) -> [PlanWriter.Branch] {
        let committer = try repository.committer(
            name: branch.committerName,
            email: branch.committerEmail,
            time: request.now
        )
        let choice: PlanWriter.Choice =
            switch branch.choice {
            case .all: .all
            case .clean: .clean
            case .drafts: .drafts
            }
        let ref = try PlanWriter.ref(ofBranch: name)
        return try PlanWriter(repository, committer: committer).write(plan, to: ref, choice: choice)
    }
}

/// The commits that are the same change; matched when it is first asked.
private final class Equivalents {
    private let history: RepositoryHistory
    private lazy var classes: FixClasses? = (try? history.matches())
        .map { FixClasses($0.matches, containment: history.containment) }

    init(_ history: RepositoryHistory) {
        self.history = history
    }

    func members(of row: CommitRow) -> [CommitRow] {
        classes.map { $0.members(of: $0.key(of: row)) } ?? []
    }
}

extension PlanAnswer {
    /// Tells of every step of a plan.
    init(_ plan: PickPlan, in index: CommitIndex, onto line: String) {
        let picks = plan.steps.compactMap { step -> PickAnswer? in
            guard let row = index.row(of: step.commit) else { return nil }
            var pick = PickAnswer(step.inPlan, of: row, in: index, onto: line)
            let alone = step.alone.verdict.word
            pick.alone = alone == pick.verdict ? nil : alone
            pick.stoppedBy = step.stoppedBy
            pick.neededBy = step.neededBy
            pick.prerequisites = step.prerequisites.map { commit in
                let title = index.row(of: commit).map { index.subject($0) }
                return PickAnswer.Named(commit: commit, title: title ?? "")
            }
            return pick
        }
        self.init(line: line, picks: picks)
    }

    /// Says of a pick that is not clean whether its commit is on the line as it is.
    fileprivate mutating func noteContained(in tip: CommitRow, _ index: CommitIndex) {
        let ancestry = Ancestry(index)
        for place in picks.indices where picks[place].verdict == "conflict" {
            guard let row = index.row(of: picks[place].fix), ancestry.isAncestor(row, tip) else {
                continue
            }
            let note = "The line contains this commit; later ones changed the same places."
            picks[place].note = [picks[place].note, note].compactMap(\.self).joined(separator: " ")
        }
    }

    /// Writes down what was made.
    mutating func add(_ branches: [PlanWriter.Branch]) {
        for branch in branches {
            guard let tip = branch.commits.last?.commit else { continue }
            self.branches.append(
                Branch(ref: branch.ref, tip: tip, count: branch.commits.count)
            )
            for made in branch.commits {
                for place in picks.indices where picks[place].fix == made.original {
                    picks[place].ref = branch.ref
                    picks[place].commit = made.commit
                }
            }
        }
    }
}
