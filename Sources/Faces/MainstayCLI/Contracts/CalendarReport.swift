import MainstayCore
import MainstayService
import SupportDesk

extension CalendarView: Shown {
    /// A calendar.
    static let name = "calendar"

    /// Draws the week, half an hour a character, and lists the next openings.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(makeSafe(ref), .bold, on: screen)
        buffer.line("  \(makeSafe(calendar.zoneName ?? "no zone")), version of \(validFrom)")
        for later in versions where later > validFrom { buffer.line("  changes at \(later)") }
        buffer.line()
        buffer.add("     0     3     6     9     12    15    18    21    24", .dim, on: screen)
        buffer.endLine()
        for (place, day) in Weekday.allCases.enumerated() {
            let windows = calendar.isAlways ? DayWindow.wholeDay : calendar.weekly[place]
            let times = windows.map(\.description).joined(separator: ", ")
            buffer.line("\(day.rawValue)  \(bar(windows))" + (times.isEmpty ? "" : "  \(times)"))
        }
        if !calendar.holidays.isEmpty {
            let days = calendar.holidays.sorted().map(\.description).joined(separator: ", ")
            buffer.line("\nHolidays: \(days)")
        }
        for (day, windows) in calendar.overrides.sorted(by: { $0.key < $1.key }) {
            let times = windows.map(\.description).joined(separator: ", ")
            buffer.line("On \(day): \(times.isEmpty ? "closed" : times)")
        }
        buffer.line("\nNext openings, in UTC:")
        for opening in openings {
            let end = calendar.isAlways ? "on" : "to \(opening.upperBound.minute)"
            buffer.line("  from \(opening.lowerBound.minute) \(end)")
        }
        if openings.isEmpty { buffer.line("  none within a year") }
        if !users.isEmpty { buffer.line("Used by: \(makeSafe(users.joined(separator: ", ")))") }
    }

    /// `#` where it is open, `+` where it is in part, `.` where it is closed.
    private func bar(_ windows: [DayWindow]) -> String {
        String(
            (0..<48)
                .map { place -> Character in
                    let (start, end) = (place * 30, place * 30 + 30)
                    let open = windows.reduce(0) { sum, window in
                        sum + max(0, min(end, window.closes) - max(start, window.opens))
                    }
                    return open == 30 ? "#" : open > 0 ? "+" : "."
                }
        )
    }

    /// The calendar with stable keys.
    var json: JSONValue {
        [
            "name": .text(ref), "zone": .text(calendar.zoneName), "validFrom": .time(validFrom),
            "versions": .list(versions.map { .time($0) }), "rules": calendar.json,
            "nextOpenings": .list(
                openings.map { ["from": .time($0.lowerBound), "to": .time($0.upperBound)] }
            ),
            "usedBy": .texts(users),
        ]
    }
}
