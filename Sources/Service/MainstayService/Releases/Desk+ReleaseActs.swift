import BackportAnalysis
package import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// A decision on a release as somebody makes it.
package struct NewReleaseDecision: Sendable, Hashable {
    /// The name of the line.
    package let line: String
    /// What is decided.
    package let choice: ReleaseChoice
    /// Why.
    package let cause: ReleaseCause
    /// The name of the release that `new` opens; `nil`: the next number of the line.
    package var name: String?
    /// Why, in words.
    package var words: String?

    /// Creates a decision.
    package init(_ choice: ReleaseChoice, on line: String, because cause: ReleaseCause) {
        self.choice = choice
        self.line = line
        self.cause = cause
    }
}

extension Desk {
    /// Decides whether a release is made for a defect on a line.
    ///
    /// `new` opens a planned release with the defect in it, `next` adds it to the line's planned one
    /// or to the next that is opened, `none` takes it out of the planned one. The state on the line
    /// stays what git says.
    ///
    /// - Returns: The name of the release that holds it now; `nil` if none does yet.
    /// - Throws: ``UseError``, with ``UseError/Code/forbidden`` for who may not open a release.
    package func decideRelease(
        _ name: String,
        _ new: NewReleaseDecision,
        _ tools: CodeTools
    ) async throws -> String? {
        let code = try await codeOfDefect(name)
        let line = try code.line(named: new.line)
        var next = new.name ?? ""
        if new.choice == .new, next.isEmpty {
            next = try instance.ledger(of: code, tools).nextRelease(of: line)
        }
        let fresh = next
        let result = try await change(defect: name) { state in
            let connection = state.connection
            let planned = try connection.releases(of: code.product.id)
                .first { $0.lineID == line.id && $0.state == .planned }
            var release = new.choice == .none ? nil : planned
            if new.choice == .new {
                try state.acting.require(.keepReleases, product: code.product.id)
                release = try state.openRelease(named: fresh, of: line, in: code)
            }
            let facts: [String: JSONValue] = [
                "line_id": .int(line.id), "choice": .text(new.choice.rawValue),
                "cause": .text(new.cause.rawValue),
                "release_id": release.map { .int($0.id) } ?? .null,
            ]
            let words = try new.words.map { try DeskText.words($0) }
            let event = try state.record("release_decided", facts: facts, words: words)
            try connection.insert(
                ReleaseDecision(
                    new.choice,
                    because: new.cause,
                    on: (state.defect.id, line.id),
                    in: release?.id,
                    by: state.signature(event)
                )
            )
            let defect = state.defect.id
            if let release = release ?? planned {
                let standing: ReleaseItemState = new.choice == .none ? .dropped : .wanted
                try state.inRelease(release) { try $0.set(defect, standing) }
            }
            return .text(release?.name)
        }
        return result.text
    }

    /// Opens a planned release of a line.
    ///
    /// Defects for which the next release was decided are in it; so are, unless `isEmpty`, all whose
    /// fix remains to be picked onto the line or is on its branch.
    ///
    /// - Returns: Its name.
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists``.
    package func planRelease(
        of prefix: String,
        on lineName: String,
        name: String?,
        day: CalendarDay?,
        isEmpty: Bool,
        _ tools: CodeTools
    ) async throws -> String {
        let (code, files) = try await releaseBasis(prefix)
        let line = try code.line(named: lineName)
        let ledger = try instance.ledger(of: code, tools)
        let name = try name ?? ledger.nextRelease(of: line)
        let wanted = files.filter { file in
            guard file.defect.status.isOpen else { return false }
            if let decision = file.releaseDecisions[line.id] {
                return decision.choice != .none && decision.releaseID == nil
            }
            guard !isEmpty, let cell = ledger.cell(of: file, on: line) else { return false }
            switch cell.remaining {
            case .pick, .pickAfter, .release: return true
            default: return false
            }
        }
        try await write(ids: 4) { connection, acting, provision in
            try acting.require(.keepReleases, product: code.product.id)
            var release = try connection.open(name, of: line, in: code, by: acting, &provision)
            release.plannedDay = day
            try connection.update(release)
            try connection.change(release, by: acting, &provision) { state in
                for file in wanted { try state.set(file.defect.id, .wanted) }
            }
            return .null
        }
        return name
    }

    /// Puts a defect into a release, approves it there, or drops it.
    ///
    /// Approving takes the role that the policy names for the phase of the release's line.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a release that is out, for a frozen one
    ///   that does not hold the defect, and for a defect to be dropped that is not in.
    package func setItem(
        _ defect: String,
        in release: String,
        of prefix: String,
        to standing: ReleaseItemState,
        words: String?,
        _ tools: CodeTools
    ) async throws {
        try await write(ids: 4) { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            let release = try connection.knownRelease(release, of: product)
            let found = try connection.visibleDefect(defect, to: acting).defect
            guard found.productID == product.id else {
                throw UseError(.refused, "Defect \(found.ref) is of another product")
            }
            var use = UseCase.keepReleases
            if standing == .approved {
                let code = try connection.code(of: product)
                use = try code.approval(on: release.lineID, day: tools.day)
            }
            try acting.require(use, product: product.id)
            let isIn = try connection.items(of: release.id)
                .contains { $0.defectID == found.id && $0.state != .dropped }
            try release.check(standing, of: found, isIn: isIn)
            try connection.change(release, by: acting, &provision) {
                try $0.set(found.id, standing, words: words)
            }
            return .null
        }
    }

    /// Freezes a release, cancels it, takes either back, or withdraws it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a move that makes no sense.
    package func move(
        release name: String,
        of prefix: String,
        to state: ReleaseState,
        words: String?
    ) async throws {
        try await write(ids: 4) { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepReleases, product: product.id)
            let release = try connection.knownRelease(name, of: product)
            let allowed = release.state.successors
            guard allowed.contains(state) else {
                let words = allowed.map(\.rawValue).joined(separator: ", ")
                throw UseError(
                    .refused,
                    "Release \(release.name) is \(release.state.rawValue) and cannot become "
                        + "\(state.rawValue), only \(words.isEmpty ? "nothing" : words)"
                )
            }
            try connection.change(release, by: acting, &provision) {
                try $0.move(to: state, words: words)
            }
            return .null
        }
    }

    /// What releases of a product are made of, as far as the account may see it.
    func releaseBasis(_ prefix: String) async throws -> (ProductCode, [DefectFile]) {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "releases")
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            return (
                try connection.code(of: product),
                try connection.defectFiles(of: product, for: acting)
            )
        }
    }
}

extension ProductCode {
    /// What somebody must be allowed to do to approve a defect in a release of a line.
    fileprivate func approval(on line: Int64, day: CalendarDay) throws -> UseCase {
        guard let line = lines.first(where: { $0.id == line }) else {
            throw UseError.unknown("line", "\(line)")
        }
        return policy.approver(in: phase(of: line, on: day)) == .security
            ? .approveForSecurity : .keepReleases
    }
}

extension PlannedRelease {
    /// Refuses a change of how a defect stands that makes no sense in this state.
    fileprivate func check(_ standing: ReleaseItemState, of defect: Defect, isIn: Bool) throws {
        guard state == .planned || state == .frozen && (isIn || standing == .dropped) else {
            throw UseError(.refused, "Release \(name) is \(state.rawValue) and takes nothing more")
        }
        guard isIn || standing != .dropped else {
            throw UseError(.refused, "Release \(name) does not hold defect \(defect.ref)")
        }
    }
}

extension ReleaseState {
    /// The states that people may move it to; a release is published by its own act.
    var successors: [ReleaseState] {
        switch self {
        case .planned: [.frozen, .cancelled]
        case .frozen: [.planned, .cancelled]
        case .cancelled: [.planned]
        case .published: [.withdrawn]
        case .withdrawn: []
        }
    }
}

extension Ledger {
    /// What the ledger says about a defect on one line; `nil` where it does not concern code.
    func cell(of file: DefectFile, on line: LineRecord) -> LedgerCell? {
        row(of: file).cells.first { $0.line.id == line.id }
    }

    /// The name of the release that comes after the newest of a line, and after those planned.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where names give no number, or one that
    ///   another line has taken.
    func nextRelease(of line: LineRecord) throws -> String {
        let planned = code.releases.filter { $0.lineID == line.id && $0.state != .cancelled }
            .compactMap { ReleaseVersion($0.name) }
        let lane = lanes[line.id]
        let own = lane.flatMap { history.lines.all[$0].version } ?? ReleaseVersion(line.name)
        let tagged = lane.map { history.containment.releases(in: $0) } ?? []
        let tags = tagged.map { history.lines.releases[$0].version }
            .filter { version in
                own.map { version.numbers.starts(with: $0.numbers) } ?? true
            }
        let newest = (planned + tags).max() ?? own
        let name = newest.flatMap {
            PlannedRelease.name(after: $0, lineNumbers: own?.numbers.count ?? 2)
        }
        guard let name, history.lines.releases(named: name).isEmpty else {
            throw UseError(
                .refused,
                "The names of line \(line.name) and its releases give no number for the next one",
                hint: "Name the release"
            )
        }
        return name
    }
}
