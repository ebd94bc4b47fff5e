import MainstayCore

/// A window of service within one day, by the wall clock; half-open.
package struct DayWindow: Sendable, Hashable {
    /// Minutes after midnight at which it opens, from 0.
    package let opens: Int
    /// Minutes after midnight at which it closes, up to 1440; later than ``opens``.
    package let closes: Int

    /// Creates a window; `nil` unless it ends after it begins, within one day.
    package init?(opens: Int, closes: Int) {
        guard 0 <= opens, opens < closes, closes <= 1440 else { return nil }
        self.opens = opens
        self.closes = closes
    }

    /// All of a day.
    package static let wholeDay = DayWindow(opens: 0, closes: 1440).map { [$0] } ?? []

    /// Reads a time of day such as `09:30` as minutes; `24:00` is the end of the day.
    static func minutes(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (48...57).contains(bytes[$0]) })
        else { return nil }
        let hours = Int(bytes[0] - 48) * 10 + Int(bytes[1] - 48)
        let minutes = Int(bytes[3] - 48) * 10 + Int(bytes[4] - 48)
        guard minutes < 60, hours * 60 + minutes <= 1440 else { return nil }
        return hours * 60 + minutes
    }

    /// Writes minutes after midnight as a time of day.
    static func text(_ minutes: Int) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(minutes / 60)):\(padded(minutes % 60))"
    }
}

extension DayWindow: CustomStringConvertible {
    /// `09:00-17:00`
    package var description: String { "\(Self.text(opens))-\(Self.text(closes))" }
}

/// A day of the week, Monday first.
package enum Weekday: String, Sendable, Hashable, CaseIterable {
    /// Monday.
    case mon
    /// Tuesday.
    case tue
    /// Wednesday.
    case wed
    /// Thursday.
    case thu
    /// Friday.
    case fri
    /// Saturday.
    case sat
    /// Sunday.
    case sun
}

extension CalendarDay {
    /// The place of its weekday among all, Monday is 0.
    var weekdayPlace: Int {
        // 1970-01-01 was a Thursday.
        let rest = (daysSince1970 + 3) % 7
        return rest < 0 ? rest + 7 : rest
    }
}
