package import MainstayCore

/// What a notice says of an event of a ticket.
package struct NoticeText: Sendable, Hashable {
    /// One line: `[MST-7] Resolved: Import fails`.
    package let subject: String
    /// The words.
    package let body: String

    /// Writes what happened to a ticket.
    ///
    /// - Parameters:
    ///   - kind: What happened.
    ///   - facts: The facts of the event.
    ///   - text: The words of people in it.
    ///   - ticket: The ticket as it is now.
    ///   - actor: The login of who acted.
    package init(
        _ kind: TicketEventKind,
        facts: JSONValue,
        text: String?,
        of ticket: Ticket,
        by actor: String
    ) {
        let clock = Self.clockWords(facts)
        let what = kind == .clockDue ? clock : kind.rawValue.replacing("_", with: " ")
        let title = what.prefix(1).uppercased() + what.dropFirst()
        subject = "[\(ticket.ref)] \(title): \(ticket.title)"
        var lines = ["Ticket \(ticket.ref): \(ticket.title)"]
        lines.append(kind == .clockDue ? title : "\(title) by \(actor)")
        lines.append(
            "Status \(ticket.status.rawValue.replacing("_", with: " ")), level "
                + "\(ticket.level.rawValue), \(ticket.standing.priority)"
        )
        if let text { lines += ["", text] }
        body = lines.joined(separator: "\n") + "\n"
    }

    /// What the facts of a threshold say: `fix at 75 %`, whether reprioritisation missed it, and how
    /// late it was told.
    package static func clockWords(_ facts: JSONValue) -> String {
        let clock = facts["clock"]?.text ?? "clock"
        let percent = facts["percent"]?.int ?? 0
        let cause = facts["is_by_change"] == nil ? "" : " by reprioritisation"
        let words = percent >= 100 ? "\(clock) missed\(cause)" : "\(clock) at \(percent) %"
        let minutes = (facts["late_ms"]?.int ?? 0) / 60_000
        return minutes > 0 ? "\(words), told late by \(minutes) min" : words
    }
}
