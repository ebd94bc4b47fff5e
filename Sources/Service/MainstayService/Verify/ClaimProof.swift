import BackportAnalysis
import LTSReleases
import MainstayCore
import Storage

/// Proves claims against one state of a ledger.
struct ClaimProof {
    private let ledger: Ledger
    private let basis: VerifyBasis
    private let linesByID: [Int64: LineRecord]
    private let tagRows: [String: CommitRow]
    private(set) var report = VerifyReport()

    init(_ ledger: Ledger, _ basis: VerifyBasis) {
        self.ledger = ledger
        self.basis = basis
        linesByID = Dictionary(uniqueKeysWithValues: basis.code.lines.map { ($0.id, $0) })
        tagRows = Dictionary(
            ledger.history.lines.releases.map { ($0.tag, $0.row) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    mutating func run(_ progress: any ProgressSink) {
        let standing = basis.standing
        let claims = Dictionary(grouping: basis.claims.filter { standing.contains($0.publicationID) }) {
            $0.defectID
        }
        proveTags()
        for (place, file) in basis.files.enumerated() {
            progress.report("Proving claims", done: place, total: basis.files.count)
            let judge = DefectJudge(ledger, file)
            proveLinks(file, judge)
            proveTold(file, judge)
            provePromises(file)
            for claim in claims[file.defect.id] ?? [] { prove(claim, of: file, judge) }
        }
    }

    private mutating func find(
        _ kind: VerifyFinding.Kind,
        _ defect: String,
        _ line: String?,
        _ claim: String,
        _ counter: String
    ) {
        report.findings.append(
            VerifyFinding(
                kind: kind,
                defect: defect,
                line: line,
                claim: claim,
                counterEvidence: counter
            )
        )
    }

    // MARK: - Tags

    private mutating func proveTags() {
        for tag in basis.tags {
            report.claims += 1
            let name = basis.subjects[tag.releaseID] ?? "a release"
            let claim = "\(name) is tag '\(tag.tag)' at \(tag.commit.short)"
            guard let row = tagRows[tag.tag] else {
                find(.movedTag, "-", nil, claim, "the repository has no such tag")
                continue
            }
            let seen = ledger.history.index.id(row)
            if seen != tag.commit {
                find(.movedTag, "-", nil, claim, "the tag names \(seen.short)")
            }
        }
    }

    // MARK: - Links

    private mutating func proveLinks(_ file: DefectFile, _ judge: DefectJudge) {
        let counted = file.commits.filter { $0.counts && !$0.isBeginning }
        for link in counted {
            report.claims += 1
            guard ledger.history.index.row(of: link.commit) == nil else { continue }
            let words = "\(link.commit.short) \(link.role.rawValue) \(file.defect.ref)"
            find(.wrongCommit, file.defect.ref, nil, words, "the repository has no such commit")
        }
        let introducers = counted.filter { $0.role == .introduces }
            .compactMap { ledger.history.index.row(of: $0.commit) }
        let isSinceBeginning = file.commits.contains { $0.counts && $0.isBeginning }
        guard !introducers.isEmpty, !isSinceBeginning else { return }
        for link in counted where link.role == .fixes {
            guard let row = ledger.history.index.row(of: link.commit),
                introducers.allSatisfy({ ledger.ancestry.isProperAncestor(row, $0) })
            else { continue }
            let words = "\(link.commit.short) fixes \(file.defect.ref)"
            let brought = introducers.map { ledger.history.index.id($0).short }
            let counter = "it is an ancestor of what brought the defect in: \(brought.joined(separator: ", "))"
            find(.fixBeforeDefect, file.defect.ref, nil, words, counter)
        }
    }

    // MARK: - What the ledger told last

    private mutating func proveTold(_ file: DefectFile, _ judge: DefectJudge) {
        for (lineID, facts) in (basis.told[file.defect.id] ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let line = linesByID[lineID], let lane = ledger.lanes[lineID],
                let status = facts["status"]?.text.flatMap(LineStatus.init)
            else { continue }
            let commits = (facts["commits"]?.list ?? []).compactMap { $0.text.flatMap(CommitID.init) }
            let claim = ClaimedState(
                status: status,
                commits: commits,
                release: facts["release"]?.text,
                tip: ledger.history.lines.all[lane].tip,
                words: "the last scan"
            )
            prove(claim, of: file, on: line, judge)
        }
    }

    // MARK: - Promises

    private mutating func provePromises(_ file: DefectFile) {
        let ref = file.defect.ref
        for (lineID, decision) in file.releaseDecisions.sorted(by: { $0.key < $1.key })
        where decision.choice != .none {
            promise(ref, lineID, "a release decision says '\(decision.choice.rawValue)'")
        }
        for (lineID, decision) in file.decisions.sorted(by: { $0.key < $1.key })
        where decision.kind == .deferred {
            promise(ref, lineID, "a decision defers it to a later release")
        }
        for release in basis.code.releases where release.state.isOpen {
            let items = basis.items[release.id] ?? []
            guard items.contains(where: { $0.defectID == file.defect.id && $0.state != .dropped })
            else { continue }
            promise(ref, release.lineID, "release \(release.name) shall hold it")
        }
    }

    private mutating func promise(_ defect: String, _ lineID: Int64, _ words: String) {
        report.claims += 1
        guard let line = linesByID[lineID], ledger.code.phase(of: line, on: ledger.day) == .eol
        else { return }
        let since = ledger.code.lifecycles[lineID]?.start(of: .eol).map { " since \($0)" } ?? ""
        find(
            .promisedOnEndedLine,
            defect,
            line.name,
            words,
            "line \(line.name) has ended\(since) and gets no release"
        )
    }

    // MARK: - Published claims

    private mutating func prove(_ claim: Claim, of file: DefectFile, _ judge: DefectJudge) {
        guard let line = linesByID[claim.lineID] else { return }
        let words = basis.name(of: claim)
        let named = (claim.evidence["tip"]?.text).flatMap { CommitID(hex: $0) }
        guard let tip = named.flatMap({ ledger.history.index.row(of: $0) }) else {
            report.claims += 1
            let counter = "the commit it was made for, \(named?.short ?? "none"), is not in the repository"
            let said = "\(words): \(claim.status.rawValue)"
            find(.wrongCommit, file.defect.ref, line.name, said, counter)
            return
        }
        let commits = (claim.evidence["commits"]?.list ?? [])
            .compactMap { $0.text.flatMap { CommitID(hex: $0) } }
        let state = ClaimedState(
            status: claim.status,
            commits: commits,
            release: claim.evidence["tag"]?.text ?? claim.evidence["release"]?.text,
            tip: tip,
            words: words
        )
        prove(state, of: file, on: line, judge)
        if claim.decision == .deferred { promise(file.defect.ref, claim.lineID, words) }
    }

    /// A status that was told, with what it rested on.
    private struct ClaimedState {
        let status: LineStatus
        let commits: [CommitID]
        let release: String?
        let tip: CommitRow
        let words: String
    }

    private mutating func prove(
        _ state: ClaimedState,
        of file: DefectFile,
        on line: LineRecord,
        _ judge: DefectJudge
    ) {
        report.claims += 1
        guard state.status != .unknown else { return }
        let ref = file.defect.ref
        let said =
            "\(state.words): \(state.status.rawValue) on \(line.name)"
            + (state.release.map { " since \($0)" } ?? "")
        if state.status == .fixed || state.status == .fixedUnreleased {
            if let wrong = judge.foreign(state.commits, below: state.tip, on: line) {
                return find(.wrongCommit, ref, line.name, said, wrong)
            }
        }
        let verdict = judge.verdict(on: line, at: state.tip)
        let claimed = state.status == .fixedUnreleased ? .fixed : state.status
        guard verdict.status == claimed else {
            let counter = counterEvidence(verdict, at: state.tip)
            return find(kind(of: verdict.status), ref, line.name, said, counter)
        }
        guard state.status == .fixed, let tag = state.release else { return }
        guard let row = tagRows[tag] else {
            return find(.movedTag, ref, line.name, said, "the repository has no tag '\(tag)'")
        }
        let released = judge.verdict(on: line, at: row)
        if released.status != .fixed {
            let counter = "tag '\(tag)': " + counterEvidence(released, at: row)
            find(.notInRelease, ref, line.name, said, counter)
        }
    }

    private func kind(of status: LineStatus) -> VerifyFinding.Kind {
        switch status {
        case .reverted: .reverted
        case .partial: .partial
        default: .otherStatus
        }
    }

    private func counterEvidence(_ verdict: LineVerdict, at row: CommitRow) -> String {
        let index = ledger.history.index
        func names(_ rows: [CommitRow]) -> String {
            rows.map { index.id($0).short }.joined(separator: ", ")
        }
        var words = "at \(index.id(row).short) git says \(verdict.status.rawValue)"
        if !verdict.reverts.isEmpty { words += ", taken back by \(names(verdict.reverts))" }
        if !verdict.commits.isEmpty { words += ", with \(names(verdict.commits)) alone" }
        if !verdict.introducers.isEmpty { words += ", brought in by \(names(verdict.introducers))" }
        return words
    }
}

/// Judges one defect at any commit.
final class DefectJudge {
    private let ledger: Ledger
    private let file: DefectFile
    private var questions: [Int64: (question: FixQuestion, introducers: IntroducerSet?)] = [:]
    private lazy var own = Set(file.commits.compactMap(\.lineID))

    init(_ ledger: Ledger, _ file: DefectFile) {
        self.ledger = ledger
        self.file = file
    }

    /// What git says at a commit of a line.
    func verdict(on line: LineRecord, at row: CommitRow) -> LineVerdict {
        let (question, introducers) = question(line)
        let fix = ledger.table.fixSet(question.steps) { [ledger] in
            ledger.ancestry.isAncestor($0, row)
        }
        return ledger.table.verdict(
            of: fix,
            introducers: introducers,
            at: row,
            commits: Array(question.steps.joined()),
            brought: question.introducers
        )
    }

    /// Why commits are no evidence for a fix at a tip, as a clause; `nil` if they are.
    func foreign(_ commits: [CommitID], below tip: CommitRow, on line: LineRecord) -> String? {
        let table = ledger.table
        let keys = Set(question(line).question.steps.joined().map { table.classes.wholeKey(of: $0) })
        for commit in commits {
            guard let row = ledger.history.index.row(of: commit) else {
                return "commit \(commit.short) is not in the repository"
            }
            guard ledger.ancestry.isAncestor(row, tip) else {
                return "commit \(commit.short) is not in the history of "
                    + ledger.history.index.id(tip).short
            }
            let isFix =
                keys.contains(table.classes.wholeKey(of: row))
                || keys.contains { key in table.events(of: key).contains { $0.row == row } }
            if !isFix { return "commit \(commit.short) is not the fix and no backport of it" }
        }
        return nil
    }

    private func question(
        _ line: LineRecord
    ) -> (question: FixQuestion, introducers: IntroducerSet?) {
        let key = own.contains(line.id) ? line.id : 0
        if let known = questions[key] { return known }
        let question = ledger.question(file.commits.filter(\.counts), on: line.id)
        let made = (question, ledger.table.introducers(of: question))
        questions[key] = made
        return made
    }
}
