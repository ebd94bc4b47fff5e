package import MainstayCore

/// A ticket's codes recomputed from its events alone.
///
/// Feed it the events in their order; then its codes must be those of the row.
package struct TicketHistory: Sendable, Hashable {
    /// The codes after the last event, by the names of their columns.
    package private(set) var codes: [String: JSONValue] = [:]
    /// Since when the ticket has its status, in the world; `nil` before the first event.
    package private(set) var statusSince: Instant?

    /// A history without events.
    package init() {}

    /// Takes in the next event.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/history`` if the event changes a code from
    ///   another value than the events before it left: one is missing or false.
    package mutating func replay(_ facts: JSONValue, occurredAt: Instant) throws(DeskError) {
        guard case .object(let changes)? = facts["now"] else { return }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            // A code that no event named yet is null: older events know no newer columns.
            guard codes[name] ?? .null == facts["was"]?[name] ?? .null else {
                throw DeskError(
                    .history,
                    "Event at \(occurredAt) changes '\(name)' from "
                        + "\(facts["was"]?[name]?.json ?? "nothing") where the events before it "
                        + "left \(codes[name]?.json ?? "nothing")"
                )
            }
            codes[name] = value
        }
        if changes["status"] != nil { statusSince = occurredAt }
    }
}
