import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// Whether a change is only looked at.
package struct PreviewOptions: ParsableArguments {
    @Flag(help: "Change nothing: show which tickets would move, and which would flip.")
    var preview = false

    /// Creates the default.
    package init() {}

    /// Makes a change and shows what there is then, or shows what the change would do.
    func show(
        on instance: InstanceOptions,
        _ change: (Desk) throws -> ServiceChange,
        then answer: (Desk, Int64?) async throws -> some Shown
    ) async throws {
        try await InstanceSession.run(instance) { session in
            let change = try change(session.desk)
            if preview { return try session.show(try await session.desk.preview(change)) }
            let number = try await session.desk.carryOut(change)
            try session.show(try await answer(session.desk, number))
        }
    }
}

extension ServicePreview: Shown {
    /// What a change would do.
    static let name = "preview"

    /// Writes a table: a clock of a ticket a row.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        let flips = tickets.flatMap(\.clocks).count(where: \.flips)
        buffer.line(
            "Nothing is changed. Of \(seenCount) tickets, \(tickets.count + hiddenCount) would move"
                + (flips > 0 ? ", \(flips) clocks would flip." : ".")
        )
        if hiddenCount > 0 { buffer.line("\(hiddenCount) of them you may not see.") }
        if tickets.isEmpty { return }
        buffer.line()
        var table = GridTable(["TICKET", "WHAT", "WITHOUT", "WITH", "", "TITLE"])
        for ticket in tickets {
            for move in ticket.clocks {
                table.add([
                    ticket.ref, move.clock.rawValue, move.before.words, move.after.words,
                    move.flips ? "flips" : "", ticket.title,
                ])
            }
            if let (before, after) = ticket.priority {
                let title = ticket.title
                table.add([ticket.ref, "judged again", "\(before)", "\(after)", "", title])
            }
        }
        table.write(to: &buffer, on: screen)
    }

    /// The preview with stable keys.
    var json: JSONValue {
        [
            "seen": .int(Int64(seenCount)), "hidden": .int(Int64(hiddenCount)),
            "tickets": .list(
                tickets.map { ticket in
                    [
                        "ref": .text(ticket.ref), "title": .text(ticket.title),
                        "clocks": .list(
                            ticket.clocks.map { move in
                                [
                                    "clock": .text(move.clock.rawValue), "before": move.before.json,
                                    "after": move.after.json, "flips": .bool(move.flips),
                                ]
                            }
                        ),
                        "priorityBefore": .text(ticket.priority?.before.description),
                        "priorityAfter": .text(ticket.priority?.after.description),
                    ]
                }
            ),
        ]
    }
}

extension ClockReading? {
    /// State and due time: `running, due 2026-03-02 15:00`.
    fileprivate var words: String {
        guard let self else { return "no clock" }
        return self.state.rawValue + (self.due.map { ", due \($0.minute)" } ?? "")
    }

    /// State and due time with stable keys.
    fileprivate var json: JSONValue {
        guard let self else { return .null }
        return ["state": .text(self.state.rawValue), "due": .time(self.due)]
    }
}
