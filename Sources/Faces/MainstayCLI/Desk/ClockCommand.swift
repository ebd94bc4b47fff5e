package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay clock`.
package struct ClockCommand: AsyncParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "See how service time is counted.",
        subcommands: [ClockExplain.self]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay clock explain`.
package struct ClockExplain: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what counted, what did not and why, and when the target is used up.",
        discussion: """
            Of a ticket it shows all clocks. Without one it reads a case as JSON from standard \
            input; that needs no installation. Times are in UTC.

            Examples:
              mainstay clock explain MST-12
              mainstay clock explain --json < case.json

            A case:
              {"calendar": {"tz": "Europe/Berlin",
                            "weekly": {"tue": [["09:00", "17:00"]]}},
               "start": "2026-02-03T09:00:00Z", "target_minutes": 240,
               "pauses": [["2026-02-03T10:00:00Z", null]],
               "as_of": "2026-02-03T12:00:00Z"}

            Further keys: 'holidays' (days) and 'overrides' (windows by days) of a calendar, or \
            'always' in place of its windows; 'warn_fraction'; 'changes', each with 'at' and some \
            of 'target_minutes', 'calendar' and 'mode' (carry or reset).
            """
    )

    @Argument(help: ArgumentHelp("The ticket.", valueName: "ticket"))
    var ticket: String?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Shows the clocks of the ticket, or reads the case and shows it.
    package func run() async throws {
        if let ticket { return try await instance.show { try await $0.explainClocks(of: ticket) } }
        let environment = Environment.current()
        let zones = TimeZones(folder: environment["TZDIR"] ?? TimeZones.usualFolder)
        let asked = try ClockCase(json: try Self.readCase(), zones: zones)
        let file = OutputFile(descriptor: STDOUT_FILENO)
        var buffer = TextBuffer(to: file)
        switch instance.output.chosen {
        case .json:
            buffer.add(asked.explanation.json)
            buffer.endLine()
        case .table: asked.write(to: &buffer, on: Screen.standardOutput(environment))
        }
        buffer.flush()
        try file.check()
    }

    private static func readCase() throws -> JSONValue {
        let text = try readText("-")
        do {
            return try JSONValue(json: text.utf8, takesFractions: true)
        } catch {
            throw FaceError(
                "Standard input is not the JSON of a case: byte \(error.offset) is \(error.seen)",
                hint: "'mainstay clock explain --help' shows an example"
            )
        }
    }
}

extension ClockCase {
    /// Writes the segments and what follows from them, for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        let reading = reading()
        segments().write(to: &buffer, on: screen, from: reading.start)
        buffer.line("Target:  \(Self.words(milliseconds: reading.target ?? 0))")
        if let asOf {
            buffer.line(
                "Elapsed: \(Self.words(milliseconds: reading.elapsed)) at \(asOf), "
                    + reading.state.rawValue
            )
        }
        for warning in reading.warnings { buffer.line("Warning: \(warning)") }
        if let breach = reading.breach, breach.isByChange {
            let overrun = Self.words(milliseconds: breach.overrun)
            buffer.line("Due:     broken by the change at \(breach.at), \(overrun) over")
        } else {
            let isPaused = pauses.contains { $0.to == nil }
            let unknown = isPaused ? "not known while paused" : "never, it opens too rarely"
            buffer.line("Due:     \(reading.due?.description ?? unknown)")
        }
    }

    /// Milliseconds as hours, minutes and seconds: `4 h 30 min`.
    static func words(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "0 min" : words.joined(separator: " ")
    }
}

extension [ClockSegment] {
    /// Writes the segments as a table, with the sum of what counted from the start of the cycle on.
    func write(to buffer: inout TextBuffer, on screen: Screen, from start: Instant) {
        var table = GridTable(["FROM", "TO", "CALENDAR", "COUNTED", "WHY"])
        for segment in self {
            table.add([
                segment.from.description, segment.to.description, segment.calendar ?? "-",
                segment.counted == 0 ? "-" : ClockCase.words(milliseconds: segment.counted),
                segment.why.words,
            ])
        }
        let counting = filter { $0.from >= start }
        let sum = ClockCase.words(milliseconds: counting.reduce(0) { $0 + $1.counted })
        table.add(["", "", "", sum, counting.count == count ? "in all" : "since \(start)"])
        table.write(to: &buffer, on: screen)
    }
}

extension ClockSegment.Why {
    /// The reason in words: `closed: 2025-12-25`.
    fileprivate var words: String {
        switch self {
        case .open: "open"
        case .unmeasured: "no service hours"
        case .closed(let days):
            days.isEmpty
                ? "closed" : "closed: " + days.map(\.description).joined(separator: ", ")
        case .paused(let reasons):
            "paused: "
                + reasons.words.map { $0.replacing("_", with: " ") }.joined(separator: ", ")
        }
    }
}
