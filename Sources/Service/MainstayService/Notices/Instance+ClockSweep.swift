import MainstayCore
package import SQLDatabase
package import Storage
package import SupportDesk

/// Says at which moments people are told of a clock of a ticket: those that passed too, in any
/// order.
package typealias ThresholdReader =
    @Sendable (_ connection: any Connection, _ clock: DueClock) throws -> [ClockThreshold]

extension Instance {
    /// How many thresholds of one clock a look tells of at most; the next look tells of more.
    fileprivate static let mostThresholds = 4

    /// Notes the thresholds that clocks have come to since the last look, once each.
    ///
    /// The event on the ticket's chain is what makes it once: a threshold that has one is passed
    /// over, also when the cache was made anew. What is noted late says how late.
    /// - Parameters:
    ///   - account: The account that notes it.
    ///   - limit: How many clocks at most.
    ///   - thresholds: The moments of a clock.
    /// - Returns: How many clocks were looked at; 0: none is due.
    /// - Throws: ``SQLDatabase/SQLError``.
    package func noteDueClocks(
        by account: Int64,
        limit: Int = 20,
        _ thresholds: @escaping ThresholdReader
    ) async throws -> Int {
        let result = try await writeOnce(ids: limit * Self.mostThresholds) {
            connection,
            provision in
            let clocks = try connection.takePassedClocks(limit: limit)
            // Chains are locked in order of id.
            for clock in clocks.sorted(by: { $0.chainID < $1.chainID }) {
                let all = try thresholds(connection, clock)
                try connection.tell(clock, all, by: account, &provision)
            }
            return .int(Int64(clocks.count))
        }
        return Int(result.int ?? 0)
    }
}

extension Connection {
    fileprivate func tell(
        _ clock: DueClock,
        _ thresholds: [ClockThreshold],
        by account: Int64,
        _ provision: inout Provision
    ) throws {
        let now = try now()
        let told = Set(try toldThresholds(of: clock.chainID).compactMap(ClockThreshold.key(in:)))
        let new = thresholds.filter { $0.at <= now && !told.contains($0.key) }
            .sorted { ($0.at, $0.percent) < ($1.at, $1.percent) }
        let passed = new.prefix(Instance.mostThresholds)
        if !passed.isEmpty {
            var head = try lockChain(clock.chainID)
            for threshold in passed {
                guard let ticket = try ticket(clock.chainID) else { break }
                let signature = try Signature(
                    accountID: account,
                    isCustomer: false,
                    roles: [],
                    occurredAt: max(threshold.at, ticket.openedAt),
                    now: max(now, ticket.openedAt)
                )
                var change = try TicketChange(of: ticket, by: signature)
                change.tell(threshold)
                for event in change.events {
                    try append(event, by: account, to: &head, &provision)
                }
            }
        }
        var clock = clock
        // What is left over is due at once.
        clock.nextAt =
            new.count > passed.count
            ? clock.nextAt : thresholds.map(\.at).filter { $0 > now }.min()
        try put(clock)
    }
}
