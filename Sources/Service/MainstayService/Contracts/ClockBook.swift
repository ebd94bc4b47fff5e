import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What clocks go by, each read once for any number of tickets.
struct ClockBook {
    private let connection: any Connection
    private let zones: TimeZones
    private var calendars: [String: CalendarVersions]?
    private var terms: [Int64: [DatedTerms]] = [:]
    private var targets: [Int64: [SupportLevel: [LevelTarget]]] = [:]
    private var hours: [Int64: String?] = [:]

    /// Creates a book that reads what it is asked for.
    init(_ connection: any Connection, _ zones: TimeZones) {
        self.connection = connection
        self.zones = zones
    }

    /// Returns what contracts promise and what is expected of the levels of a product.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/calendar`` or ``DeskError/Code/zone``.
    mutating func plans(
        for product: Int64?,
        under contracts: some Sequence<Int64>
    ) throws -> ClockPlans {
        var terms: [Int64: [DatedTerms]] = [:]
        for contract in contracts { terms[contract] = try self.terms(of: contract) }
        let targets = try product.map { try self.targets(of: $0) } ?? [:]
        let isEmpty = terms.isEmpty && targets.isEmpty
        return try ClockPlans(
            contracts: terms,
            calendars: isEmpty ? [] : Array(try allCalendars().values),
            levels: targets
        )
    }

    /// Returns what was promised for a ticket.
    mutating func plans(for ticket: Ticket) throws -> ClockPlans {
        try plans(for: ticket.origin.productID, under: [ticket.contractID].compactMap { $0 })
    }

    /// Whether anything was promised for a ticket, so that it has clocks.
    mutating func promises(_ ticket: Ticket) throws -> Bool {
        if ticket.contractID != nil || ticket.promisedAt != nil { return true }
        return try ticket.origin.productID.map { try !targets(of: $0).isEmpty } ?? false
    }

    /// Returns what the clocks of tickets show at a moment, by the number of the ticket.
    ///
    /// It reads all events of those for which something was promised.
    mutating func readings(
        of tickets: [Ticket],
        at moment: Instant
    ) throws -> [Int64: TicketReadings] {
        var readings: [Int64: TicketReadings] = [:]
        let promised = try tickets.filter { try promises($0) }
        if promised.isEmpty { return readings }
        let feed = try ClockFeed(connection)
        for (product, those) in Dictionary(grouping: promised, by: \.origin.productID) {
            let contracts = Set(those.compactMap(\.contractID))
            var clocks = TicketClocks(try plans(for: product, under: contracts))
            try feed.feed(those.map(\.id).sorted(), to: &clocks) { ticket, clocks, merged in
                for event in merged { clocks.takeMerged(event) }
                readings[ticket] = clocks.readings(at: moment)
            }
        }
        return readings
    }

    /// Returns what the clocks of a ticket show at a moment.
    mutating func readings(of ticket: Ticket, at moment: Instant) throws -> TicketReadings {
        try readings(of: [ticket], at: moment)[ticket.id] ?? TicketReadings()
    }

    /// Returns what counted for each clock of a ticket and what did not, until a moment.
    mutating func segments(
        of ticket: Ticket,
        at moment: Instant
    ) throws -> [ClockName: [ClockSegment]] {
        var clocks = TicketClocks(try plans(for: ticket), isRecording: true)
        var segments: [ClockName: [ClockSegment]] = [:]
        try ClockFeed(connection)
            .feed([ticket.id], to: &clocks) { _, clocks, merged in
                for event in merged { clocks.takeMerged(event) }
                for name in ClockName.allCases {
                    let found = clocks.segments(of: name, at: moment)
                    if !found.isEmpty { segments[name] = found }
                }
            }
        return segments
    }

    /// Returns the moments at which people are told of clocks, passed ones too, by clock.
    mutating func thresholds(
        of ticket: Ticket,
        _ readings: TicketReadings
    ) throws -> [String: [ClockThreshold]] {
        readings.thresholds(in: try ticket.assigneeID.flatMap { try workingHours(of: $0) })
    }

    /// The service hours of an account; `nil`: always.
    private mutating func workingHours(of account: Int64) throws -> CalendarVersions? {
        let name = try hours[account] ?? connection.workingHours(of: account)
        hours[account] = .some(name)
        return try name.flatMap { try allCalendars()[$0] }
    }

    private mutating func allCalendars() throws -> [String: CalendarVersions] {
        let all = try calendars ?? connection.calendars(zones)
        calendars = all
        return all
    }

    private mutating func terms(of contract: Int64) throws -> [DatedTerms] {
        let dated = try terms[contract] ?? connection.terms(of: contract).map(\.dated)
        terms[contract] = dated
        return dated
    }

    private mutating func targets(
        of product: Int64
    ) throws -> [SupportLevel: [LevelTarget]] {
        let known = try targets[product] ?? connection.levelTargets(of: product)
        targets[product] = known
        return known
    }
}
