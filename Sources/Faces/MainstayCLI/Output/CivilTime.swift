/// A day and a time of day in UTC.
package struct CivilTime: Sendable, Hashable {
    /// Seconds since 1970, UTC.
    package let seconds: Int64

    /// Creates the time that is `seconds` after 1970.
    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Reads `2026-11-30`, `2026-11-30T10:00:00Z` or `...+02:00`; `nil` for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let day = CivilTime.day(bytes[0..<10]) else { return nil }
        guard bytes.count > 10 else {
            self.init(seconds: day * 86_400)
            return
        }
        guard let clock = CivilTime.clock(bytes[10...]) else { return nil }
        self.init(seconds: day * 86_400 + clock)
    }

    /// `2026-11-30`.
    package var day: String {
        let (year, month, day) = date
        return "\(CivilTime.pad(year, 4))-\(CivilTime.pad(month, 2))-\(CivilTime.pad(day, 2))"
    }

    /// `10:05`.
    package var hourAndMinute: String {
        let rest = Int(seconds - 86_400 * dayNumber)
        return "\(CivilTime.pad(rest / 3_600, 2)):\(CivilTime.pad(rest / 60 % 60, 2))"
    }

    private var dayNumber: Int64 { (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400 }

    /// Year, month and day of the Gregorian calendar.
    ///
    /// The method is `civil_from_days` of Howard Hinnant's notes on calendars.
    private var date: (Int, Int, Int) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month), Int(day))
    }

    /// Days since 1970 of `2026-11-30`; `nil` for a day that does not exist.
    private static func day(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let at = bytes.startIndex
        guard bytes[at + 4] == 45, bytes[at + 7] == 45,
            let year = number(bytes[at..<at + 4]),
            let month = number(bytes[at + 5..<at + 7]), (1...12).contains(month),
            let day = number(bytes[at + 8..<at + 10]), day >= 1
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// Seconds of `T10:00:00Z`, with an offset taken off; `nil` for anything else.
    private static func clock(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let text = Array(bytes)
        guard text.count >= 10, text[0] == 84 || text[0] == 116 || text[0] == 32,
            text[3] == 58, text[6] == 58,
            let hour = number(text[1..<3]), hour < 24,
            let minute = number(text[4..<6]), minute < 60,
            let second = number(text[7..<9]), second <= 60
        else { return nil }
        let time = Int64(hour * 3_600 + minute * 60 + second)
        let zone = text[9...]
        if zone.count == 1 && (zone.first == 90 || zone.first == 122) { return time }
        guard zone.count == 6, zone.first == 43 || zone.first == 45, text[12] == 58,
            let hours = number(text[10..<12]), let minutes = number(text[13..<15])
        else { return nil }
        let offset = Int64(hours * 3_600 + minutes * 60)
        return zone.first == 43 ? time - offset : time + offset
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int? {
        var result = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            result = result * 10 + Int(digit - 48)
        }
        return result
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension CivilTime: CustomStringConvertible {
    /// RFC 3339: `2026-11-30T10:05:00Z`.
    package var description: String {
        let second = Int(seconds - 86_400 * dayNumber) % 60
        return "\(day)T\(hourAndMinute):\(CivilTime.pad(second, 2))Z"
    }
}
