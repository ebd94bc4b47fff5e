import MainstayCore
import MainstayService
import SupportDesk

extension ClockReading {
    /// How the clock stands: `running, 3 h of 8 h, due 2026-03-02 15:00`.
    var words: String {
        var words = [state.rawValue.replacing("_", with: " ")]
        let spent = ClockCase.words(milliseconds: elapsed)
        words.append(target.map { "\(spent) of \(ClockCase.words(milliseconds: $0))" } ?? spent)
        if let pause {
            let reasons = pause.reasons.words.map { $0.replacing("_", with: " ") }
            words.append("\(reasons.joined(separator: ", ")) since \(pause.since.minute)")
        }
        if let breach, breach.isByChange {
            let over = ClockCase.words(milliseconds: breach.overrun)
            words.append("by reprioritisation at \(breach.at.minute), \(over) over")
        } else if let due, stop == nil || state == .breached {
            words.append("due \(due.minute)")
        }
        if missedCycles > 0 {
            words.append("missed \(count(missedCycles, "time", "times")) before")
        }
        if vendorTime > 0 {
            let other = countsVendorTime ? elapsedWithoutVendor : elapsedWithVendor
            let word = countsVendorTime ? "without" : "with"
            words.append("\(ClockCase.words(milliseconds: other)) \(word) the vendor's time")
        }
        return words.joined(separator: ", ")
    }

    /// The clock with stable keys; times in milliseconds of service time.
    var json: JSONValue {
        [
            "state": .text(state.rawValue), "start": .time(start), "stop": .time(stop),
            "due": .time(due), "targetMs": target.map { .int($0) } ?? .null,
            "elapsedMs": .int(elapsed), "elapsedWithoutVendorMs": .int(elapsedWithoutVendor),
            "breachedAt": .time(breach?.at), "isByChange": .bool(breach?.isByChange ?? false),
            "overrunMs": .int(breach?.overrun ?? 0), "pausedSince": .time(pause?.since),
            "pauseReasons": .texts(pause?.reasons.words ?? []),
            "warnings": .list(warnings.map { .time($0) }),
            "missedCycles": .int(Int64(missedCycles)),
        ]
    }

    /// How it looks.
    var ink: Ink {
        switch state {
        case .running: .cyan
        case .paused: .yellow
        case .met: .green
        case .breached: .red
        }
    }
}

extension TicketReadings {
    /// The clocks that have begun, in their order.
    var shown: [(clock: ClockName, reading: ClockReading)] {
        ClockName.allCases.compactMap { clock in self[clock].map { (clock, $0) } }
    }

    /// The clocks with stable keys, by name.
    var json: JSONValue {
        let clocks = shown.map { ($0.clock.rawValue, $0.reading.json) }
        return .object(Dictionary(uniqueKeysWithValues: clocks))
    }
}

extension ClockExplanation: Shown {
    /// The clocks of a ticket, explained.
    static let name = "clock explain"

    /// Writes each clock with what counted for it.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(ref, .bold, on: screen)
        buffer.line("  clocks at \(readAt)")
        if readings.shown.isEmpty {
            buffer.line("No clock runs: no contract gives it a target.")
        }
        for (clock, reading) in readings.shown {
            buffer.line()
            buffer.add(clock.rawValue, .bold, on: screen)
            buffer.add("  ")
            buffer.add(reading.words, reading.ink, on: screen)
            buffer.endLine()
            segments[clock]?.write(to: &buffer, on: screen, from: reading.start)
            for warning in reading.warnings where reading.stop == nil {
                buffer.line("Warning: \(warning)")
            }
        }
        if let deadline = readings.deadline {
            buffer.line("\nBy hand: \(deadline.state.rawValue), due \(deadline.due)")
        }
        if readings.isSplit { buffer.line("It was split from another ticket, and starts there.") }
        if readings.lateEvents > 0 {
            buffer.line("\(count(readings.lateEvents, "event", "events")) came late.")
        }
    }

    /// The clocks with stable keys; each segment says what it counted in milliseconds.
    var json: JSONValue {
        var clocks: [String: JSONValue] = [:]
        for (clock, reading) in readings.shown {
            var json = reading.json.members ?? [:]
            json["segments"] = .list((segments[clock] ?? []).map(\.json))
            clocks[clock.rawValue] = .object(json)
        }
        let deadline: JSONValue =
            readings.deadline.map { ["due": .time($0.due), "state": .text($0.state.rawValue)] }
            ?? .null
        return [
            "ref": .text(ref), "readAt": .time(readAt), "clocks": .object(clocks),
            "deadline": deadline,
        ]
    }
}
