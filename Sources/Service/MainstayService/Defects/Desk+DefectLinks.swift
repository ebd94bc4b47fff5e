import BackportAnalysis
package import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Commits that somebody ties to a defect.
package struct NewLinks: Sendable, Hashable {
    /// Fixes: each is a part that is needed, `A+B` two parts, `A,B` alternatives of one.
    package var fixes: [String] = []
    /// Commits that brought it in; `0`: it is there since the beginning.
    package var introducers: [String] = []
    /// Commits that a fix needs.
    package var prerequisites: [String] = []
    /// The part that the fixes are alternatives of; `nil`: they are further parts.
    package var part: Int64?
    /// The name of the one line on which fixes and introducers count.
    package var line: String?
    /// Whether merges may be tied as a whole.
    package var allowsMerges = false
    /// Who or what says so.
    package var source = LinkSource.person
    /// Why, in words.
    package var words: String?

    /// Creates links of nothing.
    package init() {}
}

extension Desk {
    /// Ties commits to a defect.
    ///
    /// - Returns: What was tied.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a merge, or a fix that is its own
    ///   introducer; what names no commit, or several.
    package func link(
        _ name: String,
        _ new: NewLinks,
        _ tools: CodeTools
    ) async throws -> [DefectCommit] {
        let code = try await codeOfDefect(name)
        let ledger = try instance.ledger(of: code, tools)
        let line = try new.line.map { try code.line(named: $0).id }
        let read = LinkReading(ledger, allowsMerges: new.allowsMerges)
        let steps = try new.fixes.flatMap { try read.steps($0) }
        let introducers = try new.introducers.map { try read.introducer($0) }
        let prerequisites = try new.prerequisites.map { try read.commit($0) }
        let repository = code.repository.id
        let result = try await change(defect: name) { state in
            let known = try state.connection.commits(of: state.defect.id)
            var next = (known.filter { $0.role == .fixes }.map(\.part).max() ?? 0) + 1
            var links: [(CommitID, CommitRole, Int64)] = []
            for step in steps {
                let part = new.part ?? (line == nil ? next : 1)
                links += step.map { ($0, .fixes, part) }
                next += 1
            }
            links += introducers.map { ($0, .introduces, 1) }
            links += prerequisites.map { ($0, .prerequisite, 1) }
            for (commit, role, part) in links {
                try state.refuseContradiction(
                    commit,
                    role,
                    known,
                    among: links.map { ($0.0, $0.1) }
                )
                // A commit that is tied already stays in its part.
                let old = known.first { $0.commit == commit && $0.role == role }
                let part = new.part == nil ? old?.part ?? part : part
                let link = DefectCommit(
                    defectID: state.defect.id,
                    repositoryID: repository,
                    commit: commit,
                    role: role,
                    part: part,
                    lineID: role == .prerequisite ? nil : line,
                    source: new.source,
                    state: new.source == .person ? .confirmed : .found,
                    eventSeq: 0
                )
                try state.keep(link, as: "linked", words: new.words)
            }
            return .int(Int64(links.count))
        }
        let count = Int(result.int ?? 0)
        let all = try await commits(ofDefect: name)
        return all.sorted { $0.eventSeq > $1.eventSeq }.prefix(count).reversed()
    }

    /// Confirms or denies what was found or proposed: a commit of the defect, or that a commit of a
    /// line carries its fix.
    ///
    /// - Returns: A sentence on what was done.
    package func judge(
        _ name: String,
        commit text: String,
        isRight: Bool,
        words: String?,
        _ tools: CodeTools
    ) async throws -> String {
        let code = try await codeOfDefect(name)
        let ledger = try instance.ledger(of: code, tools)
        let id = text == "0" ? CommitID.zero : try ledger.commit(named: text).id
        let roots = try await commits(ofDefect: name)
            .filter { $0.role == .fixes && $0.counts }
            .compactMap { ledger.history.index.row(of: $0.commit) }
            .map {
                ledger.history.index.id(
                    ledger.table.classes.root(of: ledger.table.classes.key(of: $0))
                )
            }
        let repository = code.repository.id
        let state: LinkState = isRight ? .confirmed : .denied
        let result = try await change(defect: name) { acting in
            let links = try acting.connection.commits(of: acting.defect.id)
                .filter { $0.commit == id }
            for var link in links {
                link.state = state
                try acting.keep(link, as: "link_\(state.rawValue)", words: words)
            }
            try acting.finishConfirmations(of: id)
            guard links.isEmpty else { return .text("link") }
            guard let origin = roots.first, origin != id else {
                throw UseError(
                    .refused,
                    "Commit \(id.short) has nothing to do with defect \(acting.defect.ref)",
                    hint:
                        "Tie it with 'mainstay defect link \(acting.defect.ref) --fix \(id.short)'"
                )
            }
            try acting.rule(id, isRight ? .same : .different, origin, in: repository, words)
            return .text("ruling")
        }
        return result.text == "link"
            ? "Link to \(id.short) \(state.rawValue)"
            : "It stands that \(id.short) \(isRight ? "carries" : "does not carry") the fix"
    }

    /// Unties a commit from a defect; one that a message named is denied instead, so that it is
    /// not found again.
    package func unlink(_ name: String, commit text: String) async throws {
        try await change(defect: name) { state in
            let links = try state.connection.commits(of: state.defect.id)
                .filter {
                    text == "0" ? $0.isBeginning : $0.commit.hex.hasPrefix(text.lowercased())
                }
            guard Set(links.map(\.commit)).count == 1, text == "0" || text.count >= 4 else {
                throw UseError.unknown(
                    "commit of \(state.defect.ref)",
                    text,
                    among: links.map(\.commit.hex),
                    list: "defect show \(state.defect.ref)"
                )
            }
            for var link in links {
                if link.source == .person || link.source == .import {
                    _ = try state.connection.delete(link)
                    let facts: [String: JSONValue] = [
                        "commit": .text(link.commit.hex), "role": .text(link.role.rawValue),
                        "repository_id": .int(link.repositoryID),
                    ]
                    try state.record("unlinked", facts: facts)
                } else {
                    link.state = .denied
                    try state.keep(link, as: "link_denied", words: nil)
                }
            }
            return .null
        }
    }

    /// What is kept about the code of the product of a defect.
    func codeOfDefect(_ name: String) async throws -> ProductCode {
        try await read { connection, acting in
            let defect = try connection.visibleDefect(name, to: acting).defect
            guard let product = try connection.product(defect.productID) else {
                throw UseError.unknown("product", "\(defect.productID)")
            }
            return try connection.code(of: product)
        }
    }

    /// The commit that a name means in the repository of a defect's product, with the tag where it
    /// names a release.
    func resolve(
        _ text: String,
        forDefect name: String,
        _ tools: CodeTools
    ) async throws -> (commit: CommitID, tag: String?) {
        let code = try await codeOfDefect(name)
        let ledger = try instance.ledger(of: code, tools)
        let place = try ledger.history.place(named: text)
        let tag = place.ref.flatMap { $0.hasPrefix("refs/tags/") ? String($0.dropFirst(10)) : nil }
        return (ledger.history.index.id(place.row), tag)
    }

    private func commits(ofDefect name: String) async throws -> [DefectCommit] {
        try await read { connection, acting in
            let defect = try connection.visibleDefect(name, to: acting).defect
            return try connection.commits(of: defect.id)
        }
    }
}

extension DefectActing {
    /// Ties a commit and says so.
    mutating func keep(_ link: DefectCommit, as kind: String, words: String?) throws {
        try connection.keep(
            link,
            as: kind,
            for: audience,
            words: words,
            by: acting,
            to: &head,
            &provision
        )
    }

    /// Keeps a person's word on whether a commit carries the change of another.
    fileprivate mutating func rule(
        _ commit: CommitID,
        _ verdict: RulingVerdict,
        _ origin: CommitID,
        in repository: Int64,
        _ words: String?
    ) throws {
        var chain = try connection.lockChain(repository)
        let facts: [String: JSONValue] = [
            "commit": .text(commit.hex), "origin": .text(origin.hex),
            "verdict": .text(verdict.rawValue),
        ]
        let draft = EventDraft("ruled", for: audience, facts: .object(facts), text: words)
        let event = try connection.append(draft, by: acting.account.id, to: &chain, &provision)
        try connection.put(
            CommitRuling(in: repository, commit, verdict, origin, by: signature(event))
        )
        try record("ruled", facts: facts, words: words)
    }

    /// Refuses a fix that is its own introducer.
    fileprivate func refuseContradiction(
        _ commit: CommitID,
        _ role: CommitRole,
        _ known: [DefectCommit],
        among new: [(commit: CommitID, role: CommitRole)]
    ) throws {
        let contrary: CommitRole = role == .fixes ? .introduces : .fixes
        guard role != .prerequisite else { return }
        let others =
            known.filter { $0.role == contrary && $0.state != .denied }.map(\.commit)
            + new.filter { $0.role == contrary }.map(\.commit)
        guard others.contains(commit) else { return }
        throw UseError(
            .refused,
            "Commit \(commit.short) cannot both bring defect \(defect.ref) in and fix it",
            hint: "'mainstay defect show \(defect.ref)' shows what is tied; "
                + "'mainstay defect unlink' unties it"
        )
    }
}

/// Reads the names of commits that people type.
private struct LinkReading {
    let ledger: Ledger
    let allowsMerges: Bool

    init(_ ledger: Ledger, allowsMerges: Bool) {
        self.ledger = ledger
        self.allowsMerges = allowsMerges
    }

    func steps(_ text: String) throws -> [[CommitID]] {
        try text.split(separator: "+", omittingEmptySubsequences: false)
            .map { step in
                try step.split(separator: ",", omittingEmptySubsequences: false)
                    .map { name in
                        guard !name.isEmpty else {
                            throw UseError(
                                .refused,
                                "There is an empty name of a commit in '\(text)'",
                                hint: "A+B are two parts, A,B alternatives of one"
                            )
                        }
                        return try commit(String(name))
                    }
            }
    }

    func introducer(_ text: String) throws -> CommitID {
        text == "0" ? .zero : try commit(text)
    }

    func commit(_ text: String) throws -> CommitID {
        let found = try ledger.commit(named: text)
        guard allowsMerges || !ledger.history.index.isMerge(found.row) else {
            throw UseError(
                .refused,
                "Commit \(found.id.short) is a merge",
                hint:
                    "Tie the commits that it brings in (git log \(found.id.short)^1..\(found.id.short)), "
                    + "or all of it with --merge"
            )
        }
        return found.id
    }
}

extension Ledger {
    /// The commit that a name means.
    func commit(named text: String) throws -> (row: CommitRow, id: CommitID) {
        let row = try history.commit(named: text)
        return (row, history.index.id(row))
    }
}
