import LTSReleases
import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// One case in a list, on a ticket or on a defect.
package struct CaseSummary: Sendable {
    /// The case.
    package let vendorCase: VendorCase
    /// Whom it is at.
    package let vendor: String
    /// The tickets that have to do with it, as far as the viewer may see them, and whether each waits.
    package let tickets: [(ref: String, isHolding: Bool)]
    /// The defects that it is about, as far as the viewer may see them.
    package let defects: [String]
}

/// A case with all that a person wants to see of it.
package struct CaseView: Sendable {
    /// What a list says of it.
    package let summary: CaseSummary
    /// The number of its last event.
    package let version: Int64
    /// Our contract under which it is followed.
    package let contract: String?
    /// The connector that follows it.
    package let connector: String?
    /// What happened, oldest first.
    package let events: [Event]
    /// What is to be done about it.
    package let tasks: [DeskTask]
    /// What the clocks of our contract with the vendor show now.
    package let clocks: TicketReadings
    /// The newest checks of it in the vendor's system, the newest first.
    package let checks: [WatchActivity]
    /// How many messages for the vendor wait for somebody.
    package let heldMessages: Int
    /// The names of all that it mentions.
    package let names: Names

    /// The case.
    package var vendorCase: VendorCase { summary.vendorCase }
}

/// Which cases somebody wants to see; what is `nil` is any.
package struct CaseQuery: Sendable, Hashable {
    /// The vendor.
    package var vendor: String?
    /// States; `nil`: those that are not over.
    package var states: Set<CaseState>?

    /// Creates a query for all that are not over.
    package init() {}
}

extension Desk {
    /// Returns a case with all that the account may see of it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func showCase(_ ref: String) async throws -> CaseView {
        let zones = zones
        return try await read { connection, acting in
            let found = try connection.visibleCase(ref, to: acting)
            return try connection.view(of: found, for: acting, zones)
        }
    }

    /// Returns cases, those to be checked first in front.
    package func cases(_ query: CaseQuery) async throws -> [CaseSummary] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "cases at vendors")
            let vendor = try query.vendor.map { try connection.knownVendor($0).id }
            let found = try connection.vendorCases(of: vendor, all: query.states != nil)
                .filter { query.states?.contains($0.state) ?? true }
            return try connection.caseSummaries(found, for: acting)
        }
    }
}

extension Connection {
    /// Returns what a list says of those cases that an account may see.
    func caseSummaries(
        _ cases: [VendorCase],
        for acting: ActingAccount
    ) throws -> [CaseSummary] {
        var vendors: [Int64: String] = [:]
        return try cases.filter { try isVisible($0, to: acting) }
            .map { found in
                let vendor = try vendors[found.vendorID] ?? vendor(found.vendorID)?.name ?? "?"
                vendors[found.vendorID] = vendor
                let holding = Dictionary(
                    uniqueKeysWithValues: try tickets(ofCase: found.id)
                        .map { ($0.ticketID, $0.isHolding) }
                )
                return CaseSummary(
                    vendorCase: found,
                    vendor: vendor,
                    tickets: try tickets(about: found).filter { try isVisible($0, to: acting) }
                        .map { ($0.ref, holding[$0.id] ?? false) },
                    defects: try defects(about: found).filter { try isVisible($0, to: acting) }
                        .map(\.ref)
                )
            }
    }

    /// Returns the cases that a ticket has to do with; a customer sees none.
    func cases(of ticket: Ticket, for acting: ActingAccount) throws -> [CaseSummary] {
        if acting.isCustomer { return [] }
        let found = try cases(ofTicket: ticket.id).compactMap { try vendorCase($0.caseID) }
        return try caseSummaries(found, for: acting)
    }

    fileprivate func view(
        of found: VendorCase,
        for acting: ActingAccount,
        _ zones: TimeZones
    ) throws -> CaseView {
        let events = try events(of: found.id)
        let tasks = try openTasks(on: found.id)
        var names = Names()
        names.logins = try logins(of: Set(events.map(\.actorID) + tasks.compactMap(\.accountID)))
        let tickets = Set(events.compactMap { (try? $0.facts)?["ticket_id"]?.int })
        let defects = Set(events.compactMap { (try? $0.facts)?["defect_id"]?.int })
        names.tickets = try self.names("ref", of: "ticket", isIn: tickets)
        names.defects = try self.names("ref", of: "defect", isIn: defects)
        names.contracts = try self.names(
            "ref",
            of: "contract",
            isIn: Set(events.flatMap(\.contractsInCodes))
        )
        guard let summary = try caseSummaries([found], for: acting).first else {
            throw UseError.unknown("case", found.ref)
        }
        return CaseView(
            summary: summary,
            version: events.last?.seq ?? 0,
            contract: try found.contractID.flatMap { try contract($0) }?.ref,
            connector: try found.connectorID.flatMap { try connector($0) }?.name,
            events: events,
            tasks: tasks,
            clocks: try clocks(of: found, events, zones),
            checks: try activities(of: found.id, limit: 10),
            heldMessages: try messages(ofCase: found.id, open: true).count { $0.state == .held },
            names: names
        )
    }

    /// What the clocks of our contract with the vendor show now.
    func clocks(
        of found: VendorCase,
        _ events: [Event],
        _ zones: TimeZones
    ) throws -> TicketReadings {
        let contracts = Set(events.flatMap(\.contractsInCodes))
        if contracts.isEmpty { return TicketReadings() }
        var book = ClockBook(self, zones)
        var clocks = TicketClocks(try book.plans(for: nil, under: contracts), ofVendor: true)
        clocks.begin()
        var feed = CaseClockFeed()
        for event in events {
            feed.take(
                event.kind,
                try event.facts,
                at: event.occurredAt,
                recordedAt: event.recordedAt,
                to: &clocks
            )
        }
        return clocks.readings(at: try now())
    }
}

extension Event {
    /// The contracts that the facts put a case under.
    fileprivate var contractsInCodes: [Int64] {
        let facts = try? self.facts
        return ["was", "now"].compactMap { facts?[$0]?["contract_id"]?.int }
    }
}
