import BackportAnalysis
import LTSReleases
import MainstayCore
import Storage

/// Proves claims against one state of a ledger.
struct ClaimProof {
    let ledger: Ledger
    let basis: VerifyBasis
    private let linesByID: [Int64: LineRecord]
    /// Where each line stands.
    private let tips: [Int64: CommitRow]
    private let tagRows: [String: CommitRow]
    private(set) var report = VerifyReport()

    init(_ ledger: Ledger, _ basis: VerifyBasis) {
        self.ledger = ledger
        self.basis = basis
        linesByID = Dictionary(uniqueKeysWithValues: basis.code.lines.map { ($0.id, $0) })
        tips = ledger.lanes.mapValues { ledger.history.lines.all[$0].tip }
        tagRows = Dictionary(
            ledger.history.lines.releases.map { ($0.tag, $0.row) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    mutating func run(_ progress: any ProgressSink) {
        let claims = Dictionary(grouping: basis.claims(at: nil)) { $0.defectID }
        proveTags()
        for (place, file) in basis.files.enumerated() {
            progress.report("Proving claims", done: place, total: basis.files.count)
            let judge = DefectJudge(ledger, file)
            proveLinks(file)
            proveTold(file, judge)
            provePromises(file, judge)
            for claim in claims[file.defect.id] ?? [] { prove(claim, of: file, judge) }
        }
        if report.outdated > 0 {
            let prefix = basis.code.product.prefix
            report.warnings.append(
                "\(report.outdated) states changed by what people tied since the last scan; "
                    + "'mainstay product scan \(prefix)' tells of them"
            )
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

    private mutating func proveLinks(_ file: DefectFile) {
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
            let counter =
                "it is an ancestor of what brought the defect in: \(brought.joined(separator: ", "))"
            find(.fixBeforeDefect, file.defect.ref, nil, words, counter)
        }
    }

    // MARK: - What the ledger told last

    private mutating func proveTold(_ file: DefectFile, _ judge: DefectJudge) {
        let isRelinked = basis.relinked.contains(file.defect.id)
        for (lineID, facts) in (basis.told[file.defect.id] ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let line = linesByID[lineID], let tip = tips[lineID],
                let status = facts["status"]?.text.flatMap(LineStatus.init)
            else { continue }
            let state = ClaimedState(
                status: status,
                commits: facts["commits"]?.commits ?? [],
                release: facts["release"]?.text,
                tip: tip,
                isLasting: false
            )
            prove(state, of: file, on: line, judge, isExcused: isRelinked) { "the last scan" }
        }
    }

    // MARK: - Promises

    private mutating func provePromises(_ file: DefectFile, _ judge: DefectJudge) {
        let ref = file.defect.ref
        for (lineID, decision) in file.releaseDecisions.sorted(by: { $0.key < $1.key })
        where decision.choice != .none {
            promise(ref, lineID, judge, "a release decision says '\(decision.choice.rawValue)'")
        }
        for (lineID, decision) in file.decisions.sorted(by: { $0.key < $1.key })
        where decision.kind == .deferred {
            promise(ref, lineID, judge, "a decision defers it to a later release")
        }
        for release in basis.code.releases where release.state.isOpen {
            guard basis.items[release.id]?.contains(file.defect.id) == true else { continue }
            promise(ref, release.lineID, judge, "release \(release.name) shall hold it")
        }
    }

    /// A promise that was kept is none any more.
    private mutating func promise(
        _ defect: String,
        _ lineID: Int64,
        _ judge: DefectJudge,
        _ words: @autoclosure () -> String
    ) {
        report.claims += 1
        guard let line = linesByID[lineID], ledger.code.phase(of: line, on: ledger.day) == .eol,
            let status = judge.cell(on: lineID)?.facts.status,
            ![.fixed, .notAffected].contains(status)
        else { return }
        let since = ledger.code.lifecycles[lineID]?.start(of: .eol).map { " since \($0)" } ?? ""
        find(
            .promisedOnEndedLine,
            defect,
            line.name,
            words(),
            "line \(line.name) has ended\(since), gets no release, and git says \(status.rawValue)"
        )
    }

    // MARK: - Published claims

    private mutating func prove(_ claim: Claim, of file: DefectFile, _ judge: DefectJudge) {
        guard let line = linesByID[claim.lineID] else { return }
        let named = (claim.evidence["tip"]?.text).flatMap { CommitID(hex: $0) }
        guard let tip = named.flatMap({ ledger.history.index.row(of: $0) }) else {
            report.claims += 1
            let counter =
                "the commit it was made for, \(named?.short ?? "none"), is not in the repository"
            let said = "\(basis.name(of: claim)): \(claim.status.rawValue)"
            find(.wrongCommit, file.defect.ref, line.name, said, counter)
            return
        }
        let state = ClaimedState(
            status: claim.status,
            commits: claim.evidence["commits"]?.commits ?? [],
            release: claim.evidence["tag"]?.text ?? claim.evidence["release"]?.text,
            tip: tip,
            isLasting: claim.evidence["tag"] == nil
        )
        prove(state, of: file, on: line, judge) { [basis] in basis.name(of: claim) }
        if claim.decision == .deferred {
            let document = basis.name(of: claim)
            promise(file.defect.ref, claim.lineID, judge, "\(document): deferred")
        }
    }

    /// A status that was told, with what it rested on.
    private struct ClaimedState {
        let status: LineStatus
        let commits: [CommitID]
        /// The tag of the first release that holds the fix.
        let release: String?
        /// The commit at which it was so.
        let tip: CommitRow
        /// Whether people take it for true of the line as it goes on, if it says that all is well.
        let isLasting: Bool

        var saysFixed: Bool { [.fixed, .fixedUnreleased].contains(status) }
    }

    /// A counter-proof of a claim.
    private typealias Counter = (kind: VerifyFinding.Kind, words: String)

    /// `isExcused`: what does not hold is known to be outdated.
    private mutating func prove(
        _ state: ClaimedState,
        of file: DefectFile,
        on line: LineRecord,
        _ judge: DefectJudge,
        isExcused: Bool = false,
        _ place: () -> String
    ) {
        report.claims += 1
        guard state.status != .unknown, !isPlainlyTrue(state, line, judge),
            let counter = commitCounter(state, line, judge) ?? statusCounter(state, line, judge)
                ?? releaseCounter(state, line, judge) ?? laterCounter(state, line, judge)
        else { return }
        guard !isExcused else {
            report.outdated += 1
            return
        }
        let since = state.release.map { " since \($0)" } ?? ""
        let said = "\(place()): \(state.status.rawValue) on \(line.name)\(since)"
        find(counter.kind, file.defect.ref, line.name, said, counter.words)
    }

    /// Whether the ledger, computed anew, says the very same of the line as it is.
    private func isPlainlyTrue(
        _ state: ClaimedState,
        _ line: LineRecord,
        _ judge: DefectJudge
    ) -> Bool {
        guard state.tip == tips[line.id], let facts = judge.cell(on: line.id)?.facts else {
            return false
        }
        return facts.status == state.status && facts.release == state.release
            && facts.commits == state.commits
    }

    /// Commits that are no evidence.
    private func commitCounter(
        _ state: ClaimedState,
        _ line: LineRecord,
        _ judge: DefectJudge
    ) -> Counter? {
        guard state.saysFixed else { return nil }
        return judge.foreign(state.commits, below: state.tip, on: line).map { (.wrongCommit, $0) }
    }

    /// Another status at the commit for which the claim was made.
    private func statusCounter(
        _ state: ClaimedState,
        _ line: LineRecord,
        _ judge: DefectJudge
    ) -> Counter? {
        let verdict = judge.verdict(on: line, at: state.tip)
        guard !state.status.agrees(with: verdict.status) else { return nil }
        return (kind(of: verdict.status), counterEvidence(verdict, at: state.tip))
    }

    /// A release that is said to hold the fix and does not.
    private func releaseCounter(
        _ state: ClaimedState,
        _ line: LineRecord,
        _ judge: DefectJudge
    ) -> Counter? {
        guard state.status == .fixed else { return nil }
        guard let tag = state.release else {
            guard judge.cell(on: line.id)?.facts.status == .fixedUnreleased else { return nil }
            return (.notInRelease, "no release of the line holds it")
        }
        guard let row = tagRows[tag] else {
            return (.movedTag, "the repository has no tag '\(tag)'")
        }
        guard ledger.ancestry.isAncestor(row, state.tip) else {
            return (.notInRelease, "tag '\(tag)' is not on line \(line.name)")
        }
        let verdict = judge.verdict(on: line, at: row)
        guard verdict.status != .fixed else { return nil }
        return (.notInRelease, "tag '\(tag)': " + counterEvidence(verdict, at: row))
    }

    /// A line that went on and is not well any more.
    private func laterCounter(
        _ state: ClaimedState,
        _ line: LineRecord,
        _ judge: DefectJudge
    ) -> Counter? {
        guard state.isLasting, state.saysFixed || state.status == .notAffected,
            let tip = tips[line.id], tip != state.tip
        else { return nil }
        let verdict = judge.verdict(on: line, at: tip)
        guard ![.fixed, .notAffected, .unknown].contains(verdict.status) else { return nil }
        return (kind(of: verdict.status), "since then: " + counterEvidence(verdict, at: tip))
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

extension LineStatus {
    /// Whether a claim of this status is borne out by what git says of the commit it was made for.
    ///
    /// Whether a release holds it is proven apart; that an introducer was recorded later makes no
    /// difference to whoever was told that the line lacks the fix.
    fileprivate func agrees(with seen: LineStatus) -> Bool {
        func plain(_ status: LineStatus) -> LineStatus {
            switch status {
            case .fixedUnreleased: .fixed
            case .missing: .affected
            default: status
            }
        }
        return plain(self) == plain(seen)
    }
}

extension JSONValue {
    /// The commits of a list of full ids; others are left out.
    fileprivate var commits: [CommitID] {
        (list ?? []).compactMap { $0.text.flatMap { CommitID(hex: $0) } }
    }
}
