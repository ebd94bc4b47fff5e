package import MainstayCore

extension ClockCase {
    private static let keys = [
        "as_of", "calendar", "changes", "pauses", "start", "target_minutes", "warn_fraction",
    ]
    private static let ignored = ["expect", "id", "why"]
    private static let changeKeys = ["at", "calendar", "mode", "target_minutes"]

    /// Reads a case.
    ///
    /// An object of `calendar` (as ``ServiceCalendar/json``), `start` and `target_minutes`, and, if
    /// need be, `pauses` (pairs of times, the second may be null), `changes` (`at` with some of
    /// `target_minutes`, `calendar` and `mode`: `carry` or `reset`), `as_of` and `warn_fraction`.
    /// `id`, `why` and `expect` are ignored. Times are texts with a zone, such as
    /// `2026-02-03T09:00:00Z`; numbers may have fractions.
    /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` for another key and for values out of
    ///   bounds, or as ``ServiceCalendar/init(json:zone:zones:)``.
    package init(json: JSONValue, zones: TimeZones) throws(DeskError) {
        let members = try Self.members(of: json, "Clock case", Self.keys, ignored: Self.ignored)
        guard let calendar = members["calendar"] else { throw Self.missing("calendar") }
        guard let start = members["start"] else { throw Self.missing("start") }
        guard let target = members["target_minutes"] else { throw Self.missing("target_minutes") }
        self.init(
            start: try Self.time(start, "start"),
            target: try Self.target(target),
            hours: try Self.hours(calendar, zones)
        )
        pauses = try Self.each(members["pauses"], "pauses", Self.pause)
        changes = try Self.each(members["changes"], "changes") { json throws(DeskError) in
            try Self.change(json, zones)
        }
        if let value = members["as_of"], value != .null { asOf = try Self.time(value, "as_of") }
        if let value = members["warn_fraction"], value != .null {
            guard let fraction = value.number, fraction > 0, fraction <= 1 else {
                throw Self.fault("warn_fraction", value, "a number above 0 and up to 1")
            }
            warnFractions = [fraction]
        }
    }

    private static func each<Element>(
        _ json: JSONValue?,
        _ key: String,
        _ read: (JSONValue) throws(DeskError) -> Element
    ) throws(DeskError) -> [Element] {
        guard let json, json != .null else { return [] }
        guard let values = json.list else { throw fault(key, json, "a list") }
        var elements: [Element] = []
        for value in values { elements.append(try read(value)) }
        return elements
    }

    private static func pause(_ json: JSONValue) throws(DeskError) -> Pause {
        guard let ends = json.list, ends.count == 2 else {
            throw fault("pauses", json, "pairs of times, the second may be null")
        }
        let to: Instant? = ends[1] == .null ? nil : try time(ends[1], "pauses")
        return try Pause(from: try time(ends[0], "pauses"), to: to)
    }

    private static func change(_ json: JSONValue, _ zones: TimeZones) throws(DeskError) -> Change {
        let members = try members(of: json, "Change of a clock case", changeKeys, ignored: [])
        guard let at = members["at"] else { throw missing("at") }
        var change = Change(at: try time(at, "at"))
        if let target = members["target_minutes"] { change.target = try self.target(target) }
        if let calendar = members["calendar"] { change.hours = try hours(calendar, zones) }
        if let mode = members["mode"] {
            guard mode == "carry" || mode == "reset" else {
                throw fault("mode", mode, "'carry' or 'reset'")
            }
            change.isReset = mode == "reset"
        }
        guard change.target != nil || change.hours != nil || change.isReset else {
            throw DeskError(
                .clock,
                "Change at \(change.at) changes nothing, expected 'target_minutes', 'calendar' or "
                    + "the mode 'reset'"
            )
        }
        return change
    }

    private static func hours(
        _ json: JSONValue,
        _ zones: TimeZones
    ) throws(DeskError) -> CalendarVersions {
        let calendar = try ServiceCalendar(json: json, zones: zones)
        return CalendarVersions(calendar.isAlways ? "always" : calendar.zoneName ?? "", calendar)
    }

    private static func target(_ json: JSONValue) throws(DeskError) -> Int64 {
        let longest = Double(ClockTarget.longestMinutes)
        guard let minutes = json.number, minutes <= longest else {
            throw fault("target_minutes", json, "a number up to \(ClockTarget.longestMinutes)")
        }
        let target = Int64((max(minutes, 0) * 60_000).rounded())
        guard target > 0 else { throw fault("target_minutes", json, "a number above 0") }
        return target
    }

    private static func time(_ json: JSONValue, _ key: String) throws(DeskError) -> Instant {
        guard let moment = json.text.flatMap({ Instant($0) }) else {
            throw fault(key, json, "a time such as 2026-02-03T09:00:00Z")
        }
        return moment
    }

    private static func members(
        of json: JSONValue,
        _ what: String,
        _ keys: [String],
        ignored: [String]
    ) throws(DeskError) -> [String: JSONValue] {
        guard let members = json.members else {
            throw DeskError(.clock, "\(what) is \(json.json), expected an object")
        }
        if let stranger = members.keys.filter({ !(keys + ignored).contains($0) }).min() {
            throw DeskError(
                .clock,
                "\(what) has the key '\(stranger)', expected one of "
                    + keys.map { "'\($0)'" }.listed(),
                hint: Spelling.nearest(to: stranger, among: keys).map { "Did you mean '\($0)'?" }
            )
        }
        return members
    }

    private static func missing(_ key: String) -> DeskError {
        DeskError(.clock, "Clock case has no '\(key)', which it needs")
    }

    private static func fault(_ key: String, _ json: JSONValue, _ expected: String) -> DeskError {
        DeskError(.clock, "Clock case has \(json.json) as '\(key)', expected \(expected)")
    }
}

extension ClockCase {
    /// What the clock shows, as one object.
    ///
    /// `due` (null while it stands still and after a breach by a change), `segments`, and, where
    /// they say something: `elapsed_minutes_as_of`, `warn_at`, `breached_on_change` with
    /// `over_minutes`. Times are whole seconds in UTC: one within a second is told as the next.
    package var explanation: JSONValue {
        let reading = reading()
        var members: [String: JSONValue] = [
            "due": .wholeSecond(reading.due),
            "segments": .list(segments().map(\.json)),
        ]
        if asOf != nil { members["elapsed_minutes_as_of"] = .minutes(reading.elapsed) }
        if !warnFractions.isEmpty { members["warn_at"] = .wholeSecond(reading.warnings.first) }
        if let breach = reading.breach, breach.isByChange {
            members["breached_on_change"] = .bool(true)
            members["over_minutes"] = .minutes(breach.overrun)
        }
        return .object(members)
    }
}

extension ClockSegment {
    /// The segment as JSON: `from`, `to`, `calendar`, `counted_minutes`, `why` in words and what
    /// these are about: `days` or `reasons`.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "from": .wholeSecond(from), "to": .wholeSecond(to), "calendar": .text(calendar),
            "counted_minutes": .minutes(counted),
        ]
        switch why {
        case .open: members["why"] = "open"
        case .unmeasured: members["why"] = "unmeasured"
        case .closed(let days):
            members["why"] = "closed"
            if !days.isEmpty { members["days"] = .texts(days.map(\.description)) }
        case .paused(let reasons):
            members["why"] = "paused"
            members["reasons"] = .texts(reasons.words)
        }
        return .object(members)
    }
}

extension JSONValue {
    /// A moment to the second; one within a second is told as the next second.
    package static func wholeSecond(_ moment: Instant?) -> JSONValue {
        guard let moment else { return .null }
        let rest = moment.milliseconds % 1000
        let up = rest == 0 ? 0 : rest > 0 ? 1000 - rest : -rest
        return .time(moment.advanced(by: up))
    }

    /// Milliseconds as a number of minutes.
    package static func minutes(_ milliseconds: Int64) -> JSONValue {
        .fraction(Double(milliseconds) / 60_000)
    }
}
