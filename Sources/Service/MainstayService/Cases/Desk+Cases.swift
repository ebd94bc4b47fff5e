import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A case as somebody opens it.
package struct NewCase: Sendable, Hashable {
    /// Whom it is at.
    package let vendor: String
    /// What it is about, in one line for the vendor.
    package let title: String
    /// What it is about, at length, for the vendor.
    package var body = ""
    /// The tickets that have to do with it.
    package var tickets: [String] = []
    /// Whether they wait for it.
    package var isHolding = true
    /// The defects that it is about.
    package var defects: [String] = []
    /// Our contract with the vendor; `nil`: the one that holds today, if there is one.
    package var contract: String?
    /// How urgent it is; `nil`: as its most urgent ticket, else P3.
    package var priority: Priority?
    /// When somebody looks at it again; a case kept by hand must say so.
    package var checkAt: Instant?
    /// The connector that takes it there; `nil`: it is kept by hand.
    package var connector: String?
    /// When it happened; `nil`: now.
    package var occurredAt: Instant?

    /// Creates a case about nothing of ours yet.
    package init(at vendor: String, _ title: String) {
        (self.vendor, self.title) = (vendor, title)
    }
}

/// What shall be different about a case; what is `nil` stays.
package struct CaseWords: Sendable, Hashable {
    /// Where it stands.
    package var state: CaseState?
    /// Why, in words.
    package var note: String?
    /// What the vendor calls it.
    package var remoteID: String?
    /// Where people see it at his place.
    package var url: String?
    /// His version that has the fix.
    package var fixVersion: String?
    /// His commit that is the fix.
    package var fixCommit: String?
    /// When somebody looks at it again.
    package var checkAt: Instant?
    /// How urgent it is.
    package var priority: Priority?
    /// Our contract; the inner `nil`: none.
    package var contract: String??
    /// The connector that follows it from now on, by the vendor's name for it.
    package var connector: String?
    /// When it happened; `nil`: now.
    package var occurredAt: Instant?

    /// Creates words that change nothing.
    package init() {}
}

extension Connection {
    /// What the names of cases begin with.
    var casePrefix: String { get throws { try setting("case-prefix") ?? "MS" } }
}

extension Desk {
    /// Opens a case: a draft whose words wait for somebody to approve them.
    ///
    /// - Returns: What people call it.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where something of a customer's would
    ///   leave and he has not agreed; ``DeskError`` for a title that breaks the rules or a check that
    ///   is missing.
    package func openCase(_ new: NewCase) async throws -> String {
        // A case that is refused draws no number.
        try await rehearse { connection, acting, provision in
            try connection.open(new, as: "(new)", at: self, by: acting, &provision)
        }
        let prefix = try await read { connection, _ in try connection.casePrefix }
        let number = try await instance.engine.drawNumber(of: "case:\(prefix)")
        let ref = "\(prefix)-\(number)"
        try await write(ids: 64) { connection, acting, provision in
            try connection.open(new, as: ref, at: self, by: acting, &provision)
            return .text(ref)
        }
        return ref
    }

    /// Carries a write out and undoes it.
    private func rehearse(
        _ body:
            @escaping @Sendable (any Connection, ActingAccount, inout Provision) throws -> Void
    ) async throws {
        do {
            try await write(ids: 64) { connection, acting, provision in
                try body(connection, acting, &provision)
                throw Rehearsed()
            }
        } catch is Rehearsed {}
    }

    /// Changes a case.
    ///
    /// - Throws: ``UseError``, ``DeskError``.
    package func set(case ref: String, _ words: CaseWords) async throws {
        try await change(case: ref, occurredAt: words.occurredAt) { state in
            if let check = words.checkAt { try state.change.planCheck(at: check) }
            if let connector = words.connector {
                try state.connect(connector, remoteID: words.remoteID)
            } else if words.remoteID != nil || words.url != nil {
                try state.change.setRemote(id: words.remoteID, url: words.url)
            }
            if let priority = words.priority { try state.change.prioritise(as: priority) }
            if let contract = words.contract {
                let found = try state.connection.contract(of: state.vendor, named: contract)
                try state.change.setContract(found?.id)
            }
            if words.fixVersion != nil || words.fixCommit != nil {
                try state.change.setFix(version: words.fixVersion, commit: words.fixCommit)
            }
            if let new = words.state {
                try state.change.setState(new, words: words.note)
            } else if let note = words.note {
                try state.change.note(note)
            }
            guard !state.change.events.isEmpty else {
                throw UseError(
                    .refused,
                    "Case \(ref) is left as it is",
                    hint: "Say what is different"
                )
            }
            return .null
        }
    }

    /// Ties tickets and defects to a case, and takes others from it.
    package func link(
        case ref: String,
        tickets: [String] = [],
        isHolding: Bool = true,
        defects: [String] = [],
        droppingTickets: [String] = [],
        droppingDefects: [String] = []
    ) async throws {
        try await change(case: ref) { state in
            for name in tickets {
                let ticket = try state.connection.visibleTicket(name, to: state.acting)
                try state.requireWork(on: ticket)
                try state.link(ticket, isHolding: isHolding)
            }
            for name in defects { try state.tie(name) }
            for name in droppingTickets {
                let ticket = try state.connection.visibleTicket(name, to: state.acting)
                let known = try state.connection.tickets(ofCase: state.change.vendorCase.id)
                guard known.contains(where: { $0.ticketID == ticket.id }) else {
                    throw UseError(
                        .refused,
                        "Ticket \(ticket.ref) has nothing to do with case \(ref)"
                    )
                }
                try state.refuseLifting(ticket.isUnderEmbargo, "Ticket \(ticket.ref)")
                try state.drop(ticket)
            }
            for name in droppingDefects { try state.untie(name) }
            return .null
        }
    }

    /// Ends a case from our side, with words; what is held and was not sent is taken back.
    ///
    /// A connector is asked to close it there too, once somebody has approved what it says.
    package func close(case ref: String, _ words: String) async throws {
        try await change(case: ref) { state in
            let current = state.change.vendorCase
            try state.takeBackAll()
            if current.connectorID != nil, current.state != .draft {
                let message = try state.draftMessage(.closeCase, body: words)
                try state.queue(message, asking: { try $0.note(words) })
                return .null
            }
            try state.change.end(words)
            return .null
        }
    }
}

/// Ends a body that was only tried.
private struct Rehearsed: Error {}

extension CaseActing {
    /// Refuses a ticket that the account may not work on.
    func requireWork(on ticket: Ticket) throws {
        try acting.require(
            .keepCases,
            product: ticket.origin.productID,
            customer: ticket.origin.customerID
        )
    }

    /// Says that the case is about a defect.
    mutating func tie(_ name: String) throws {
        let defect = try connection.visibleDefect(name, to: acting).defect
        guard try !connection.defects(ofCase: change.vendorCase.id).contains(defect.id) else {
            throw UseError(
                .refused,
                "Case \(change.vendorCase.ref) is about defect \(defect.ref) already"
            )
        }
        change.setDefect(defect.id, isOn: true)
        try flush()
    }

    /// Says that the case is not about a defect.
    mutating func untie(_ name: String) throws {
        let (defect, isSecret) = try connection.visibleDefect(name, to: acting)
        guard try connection.defects(ofCase: change.vendorCase.id).contains(defect.id) else {
            throw UseError(
                .refused,
                "Case \(change.vendorCase.ref) is not about defect \(defect.ref)"
            )
        }
        try refuseLifting(isSecret, "Defect \(defect.ref)")
        change.setDefect(defect.id, isOn: false)
        try flush()
    }

    /// Refuses to take from the case what is under embargo: its words would come to be seen by all.
    fileprivate func refuseLifting(_ isSecret: Bool, _ what: String) throws {
        guard isSecret else { return }
        throw UseError(
            .refused,
            "\(what) is under embargo and stays with case \(change.vendorCase.ref), which tells of it"
        )
    }

    /// Lets a connector follow the case.
    fileprivate mutating func connect(_ name: String, remoteID: String?) throws {
        let connector = try connection.knownConnector(name)
        guard connector.vendorID == vendor.id else {
            throw UseError(
                .refused,
                "Connector '\(name)' leads to another vendor than '\(vendor.name)'"
            )
        }
        guard change.vendorCase.isByHand, let remoteID = remoteID ?? change.vendorCase.remoteID
        else {
            throw UseError(
                .refused,
                "Case \(change.vendorCase.ref) "
                    + (change.vendorCase.isByHand
                        ? "has no name at the vendor's by which '\(name)' could find it"
                        : "is followed by a connector already"),
                hint: change.vendorCase.isByHand ? "Give it with --remote" : nil
            )
        }
        try change.connect(connector.id, remoteID: remoteID)
    }
}
