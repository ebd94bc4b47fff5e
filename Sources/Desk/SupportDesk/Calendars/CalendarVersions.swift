package import MainstayCore
import Synchronization

/// The service hours of one name: the versions of its calendar, each from an instant on.
///
/// The first version also holds for all time before it. Openings are computed as far as they are
/// asked for and kept; use one value for as long as the versions stay the same.
package final class CalendarVersions: Sendable {
    /// The calendar's name.
    package let name: String
    private let versions: [(from: Int64, calendar: ServiceCalendar)]
    private let table: Mutex<OpeningTable>

    private static let year: Int64 = 366 * 86_400_000
    private static let allTime = Instant.earliest.milliseconds..<Instant.latest.milliseconds

    /// Creates the hours of one calendar that never changes.
    package convenience init(_ name: String, _ calendar: ServiceCalendar) {
        self.init(name, versions: [(Instant.earliest, calendar)])
    }

    /// Creates the hours of versions, of which there must be one, in any order.
    ///
    /// - Precondition: `versions` is not empty.
    package init(_ name: String, versions: [(validFrom: Instant, calendar: ServiceCalendar)]) {
        precondition(!versions.isEmpty, "Calendar '\(name)' has no version")
        self.name = name
        self.versions = versions.sorted { $0.validFrom < $1.validFrom }
            .map { ($0.validFrom.milliseconds, $0.calendar) }
        let isConstant = versions.count == 1 && versions[0].calendar.isAlways
        let range = isConstant ? Self.allTime : 0..<0
        table = Mutex(OpeningTable(range: range, openings: isConstant ? [range] : []))
    }

    /// The version in force at an instant.
    package func calendar(at moment: Instant) -> ServiceCalendar {
        versions.last { $0.from <= moment.milliseconds }?.calendar ?? versions[0].calendar
    }

    /// The service time between two instants, in milliseconds; 0 where the second is not later.
    package func serviceTime(from start: Instant, to end: Instant) -> Int64 {
        guard start < end else { return 0 }
        let table = table(from: start.milliseconds, to: end.milliseconds)
        return table.time(until: end.milliseconds) - table.time(until: start.milliseconds)
    }

    /// The first instant at which so many milliseconds of service time have passed since another.
    ///
    /// With none it is that other one; `nil` if the year 9999 ends before.
    package func instant(after time: Int64, from start: Instant) -> Instant? {
        guard time > 0 else { return start }
        var span = max(Self.year, time)
        while true {
            let end = min(start.milliseconds + span, Self.allTime.upperBound)
            let table = table(from: start.milliseconds, to: end)
            let wanted = table.time(until: start.milliseconds) + time
            if table.total >= wanted { return Instant(milliseconds: table.instant(after: wanted)) }
            if table.range.upperBound >= Self.allTime.upperBound { return nil }
            span = max(table.range.upperBound - start.milliseconds, span) * 2
        }
    }

    /// The openings that touch a range of instants, ascending, clipped to it.
    func openings(from start: Instant, to end: Instant) -> [Range<Instant>] {
        guard start < end else { return [] }
        let range = start.milliseconds..<end.milliseconds
        let table = table(from: range.lowerBound, to: range.upperBound)
        var place = max(0, table.count(openedBy: range.lowerBound) - 1)
        var openings: [Range<Instant>] = []
        while let opening = table.opening(place), opening.lowerBound < range.upperBound {
            let clipped = opening.clamped(to: range)
            if !clipped.isEmpty {
                openings.append(
                    Instant(
                        milliseconds: clipped.lowerBound
                    )..<Instant(milliseconds: clipped.upperBound)
                )
            }
            place += 1
        }
        return openings
    }

    /// The opening that holds an instant, else the last one that began before it; `nil` if none
    /// did within `years` before it.
    func opening(before moment: Instant, years: Int64 = 1) -> Range<Instant>? {
        let start = moment.advanced(by: -years * Self.year)
        let table = table(from: start.milliseconds, to: moment.milliseconds + 1)
        return table.opening(table.count(openedBy: moment.milliseconds) - 1)
            .map {
                Instant(milliseconds: $0.lowerBound)..<Instant(milliseconds: $0.upperBound)
            }
    }

    /// A table that knows about all instants from `start` to `end`; it grows at least by years.
    func table(from start: Int64, to end: Int64) -> OpeningTable {
        table.withLock { table in
            if table.range.lowerBound <= start, end <= table.range.upperBound { return table }
            table = makeTable(covering: start..<max(end, start + 1), with: table.range)
            return table
        }
    }

    private func makeTable(covering wanted: Range<Int64>, with known: Range<Int64>) -> OpeningTable
    {
        var (low, high) = (wanted.lowerBound, wanted.upperBound)
        if !known.isEmpty {
            low = min(low, known.lowerBound)
            high = max(high, known.upperBound)
        }
        let range = (low - Self.year..<high + Self.year * 2).clamped(to: Self.allTime)
        var openings: [Range<Int64>] = []
        for (place, version) in versions.enumerated() {
            let start = place == 0 ? range.lowerBound : version.from
            let end = place + 1 < versions.count ? versions[place + 1].from : range.upperBound
            let part = (start..<max(start, end)).clamped(to: range)
            if !part.isEmpty { version.calendar.appendOpenings(in: part, to: &openings) }
        }
        return OpeningTable(range: range, openings: openings)
    }
}
