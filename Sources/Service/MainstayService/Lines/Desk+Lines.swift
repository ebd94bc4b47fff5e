import GitAccess
package import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// A line with what is planned for it.
package struct LineView: Sendable {
    /// The line.
    package let line: LineRecord
    /// The full name of the ref in which it ends.
    package let ref: String
    /// Where it stands on the day of the question.
    package let phase: LifecyclePhase
    /// Its phases.
    package let lifecycle: Lifecycle
    /// Its releases, by number.
    package let releases: [PlannedRelease]
}

/// What another phase would do to the work on a line.
package struct PhasePreview: Sendable {
    /// A defect on the line whose work would change.
    package struct Change: Sendable {
        /// The defect.
        package let defect: String
        /// Its title.
        package let title: String
        /// What remains to be done now.
        package let before: Remaining
        /// What would remain.
        package let after: Remaining
    }

    /// The line.
    package let line: String
    /// The day for which it was looked at.
    package let day: CalendarDay
    /// The phase on that day, before and after.
    package let phases: (before: LifecyclePhase, after: LifecyclePhase)
    /// Defects whose work changes, by number.
    package let changes: [Change]
}

extension Desk {
    /// Names the repository of a product; the next scan fetches it.
    ///
    /// One that is named already is said to have moved: lines and links stay.
    ///
    /// - Parameters:
    ///   - prefix: The product.
    ///   - url: Where it is fetched from.
    ///   - publicURL: Where the world may clone it; `nil`: as it was said before.
    /// - Returns: The address without credentials.
    /// - Throws: ``GitAccess/MirrorError`` for what is no address.
    package func setRepository(
        of prefix: String,
        url: String,
        publicURL: String?
    ) async throws -> String {
        let shown = try MirrorURL(url).shown
        try await write { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepLines, product: product.id)
            if var known = try connection.repository(of: product.id) {
                var head = try connection.lockChain(known.id)
                known.url = url
                if let publicURL { known.publicURL = publicURL }
                try connection.update(known)
                let moved = EventDraft("moved", text: shown)
                try connection.append(moved, by: acting.account.id, to: &head, &provision)
                return .null
            }
            var repository = RepositoryRow(
                id: try provision.id(),
                productID: product.id,
                name: product.prefix.lowercased(),
                url: url,
                mainRef: ""
            )
            repository.publicURL = publicURL
            try connection.insert(repository)
            var head = try connection.beginChain(repository.id, .repository)
            let made = EventDraft("made", text: shown)
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            return .null
        }
        return shown
    }

    /// Says how messages of a product's commits name what they fix; none: the usual ways.
    ///
    /// - Returns: The patterns in use.
    package func setPatterns(of prefix: String, _ texts: [String]) async throws -> [String] {
        let patterns = try texts.map { try CommitPattern($0) }
        try await write { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepLines, product: product.id)
            try connection.setPatterns(of: product.id, patterns)
            var head = try connection.lockChain(product.id)
            let words = texts.joined(separator: "\n")
            let draft = EventDraft("patterns_set", text: words.isEmpty ? nil : words)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .null
        }
        return try await read { connection, _ in
            try connection.patterns(of: try connection.knownProduct(prefix)).map(\.text)
        }
    }

    /// Returns the policy of a product that is in force.
    package func policy(of prefix: String) async throws -> ReleasePolicy {
        try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            return try connection.policy(of: product.id, at: try connection.now())
        }
    }

    /// Brings a policy into force, now.
    package func setPolicy(of prefix: String, _ policy: ReleasePolicy) async throws {
        try await write { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepLines, product: product.id)
            try connection.setPolicy(of: product.id, policy, from: try connection.now())
            var head = try connection.lockChain(product.id)
            let draft = EventDraft("policy_set", facts: ["rules": policy.json])
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .null
        }
    }

    /// Returns the lines of a product, newest first.
    package func lines(of prefix: String, on day: CalendarDay) async throws -> [LineView] {
        try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            let code = try connection.code(of: product)
            return try code.lines.map { line in
                LineView(
                    line: line,
                    ref: code.refs[line.id] ?? "",
                    phase: code.phase(of: line, on: day),
                    lifecycle: try code.lifecycles[line.id] ?? Lifecycle([]),
                    releases: code.releases.filter { $0.lineID == line.id }
                )
            }
        }
    }

    /// Adds a line to a product, newer than all that are there but the mainline.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists``, or ``UseError/Code/refused`` for
    ///   a ref that no scan has seen.
    package func makeLine(
        _ name: String,
        of prefix: String,
        ending ref: String,
        kind: LineKind,
        phases: [PhaseChange]
    ) async throws {
        _ = try Lifecycle(phases)
        try await write(ids: 4) { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepLines, product: product.id)
            let code = try connection.code(of: product)
            guard !code.lines.contains(where: { $0.name == name }) else {
                throw UseError.taken("line", name)
            }
            let names = [ref, "refs/heads/\(ref)", "refs/tags/\(ref)"]
            guard let full = names.first(where: { code.seen[$0] != nil }) else {
                let known = code.seen.keys.sorted().filter { $0.hasPrefix("refs/heads/") }
                    .map { String($0.dropFirst(11)) }
                throw UseError.unknown("branch or tag", ref, among: known)
            }
            for line in code.lines where code.refs[line.id] == code.repository.mainRef {
                var main = line
                main = LineRecord(
                    id: main.id,
                    productID: main.productID,
                    name: main.name,
                    kind: main.kind,
                    position: (code.lines.map(\.position).max() ?? 0) + 1
                )
                try connection.update(main)
            }
            let others = code.lines.filter { code.refs[$0.id] != code.repository.mainRef }
            let line = LineRecord(
                id: try provision.id(),
                productID: product.id,
                name: try DeskText.name(name),
                kind: kind,
                position: (others.map(\.position).max() ?? 0) + 1
            )
            let repository = code.repository
            try connection.make(line, ending: full, in: repository, phases, by: acting, &provision)
            return .null
        }
    }

    /// Announces phases of a line: each with its first day, or off.
    package func setPhases(
        of name: String,
        of prefix: String,
        _ changes: [PhaseChange]
    ) async throws {
        try await write(ids: 4) { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepLines, product: product.id)
            let code = try connection.code(of: product)
            let line = try code.line(named: name)
            let known = try connection.phases(of: product.id)[line.id] ?? []
            _ = try Lifecycle(known.map(\.change) + changes)
            var head = try connection.lockChain(line.id)
            for change in changes {
                try connection.announce(change, of: line.id, by: acting, to: &head, &provision)
            }
            return .null
        }
    }

    /// Shows what phases would do to the work on a line, without announcing them.
    ///
    /// It is looked at on the first day of the first of them that lies ahead.
    package func previewPhases(
        of name: String,
        of prefix: String,
        _ changes: [PhaseChange],
        _ tools: CodeTools
    ) async throws -> PhasePreview {
        let (code, files, known) = try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            let code = try connection.code(of: product)
            let line = try code.line(named: name)
            return (
                code, try connection.defectFiles(of: product, for: acting),
                try connection.phases(of: product.id)[line.id] ?? []
            )
        }
        let line = try code.line(named: name)
        let lifecycle = try Lifecycle(known.map(\.change) + changes)
        let day = changes.compactMap(\.from).filter { $0 > tools.day }.min() ?? tools.day
        let ledger = try instance.ledger(of: code, tools)
        let before = code.lifecycles[line.id]?.phase(on: day) ?? .development
        let after = lifecycle.phase(on: day)
        let changed = files.filter(\.defect.status.isOpen)
            .compactMap { file -> PhasePreview.Change? in
                let cells = ledger.row(of: file).cells
                guard let place = cells.firstIndex(where: { $0.line.id == line.id }) else {
                    return nil
                }
                let (old, new) = code.policy.remaining(file.demand, cells, place, before, after)
                guard old != new else { return nil }
                let defect = file.defect
                return .init(defect: defect.ref, title: defect.title, before: old, after: new)
            }
        return PhasePreview(line: line.name, day: day, phases: (before, after), changes: changed)
    }
}

extension ReleasePolicy {
    /// What remains on one line in one phase and in another.
    fileprivate func remaining(
        _ demand: DefectDemand,
        _ cells: [LedgerCell],
        _ place: Int,
        _ before: LifecyclePhase,
        _ after: LifecyclePhase
    ) -> (Remaining, Remaining) {
        func remaining(in phase: LifecyclePhase) -> Remaining {
            let lines = cells.enumerated()
                .map { other, cell in
                    LineOutlook(
                        name: cell.line.name,
                        status: cell.facts.status,
                        phase: other == place ? phase : cell.phase,
                        decision: cell.decision?.kind
                    )
                }
            return self.remaining(demand, on: lines)[place]
        }
        return (remaining(in: before), remaining(in: after))
    }
}
