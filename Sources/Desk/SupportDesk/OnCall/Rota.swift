package import MainstayCore

/// Who is on call: members of a level who take turns, week by week.
///
/// A turn ends at the hand-over, a time of the wall clock of the rota's zone; one that a change of
/// the clocks skips or repeats is moved as ``TimeZoneRules/instant(wall:)`` says.
package struct Rota: Sendable, Hashable {
    /// What it is called.
    package let name: String
    /// From when on it holds; the first member's turn begins then.
    package let validFrom: Instant
    /// The level.
    package let level: SupportLevel
    /// The product; `nil`: every one.
    package let productID: Int64?
    /// The one component; `nil`: all of the product.
    package let componentID: Int64?
    /// The zone of the wall clock, such as `Europe/Berlin`.
    package let zone: String
    /// The day of the week on which one hands over to the next.
    package let weekday: Weekday
    /// Minutes after midnight at which he does.
    package let minutes: Int
    /// Who takes turns, in this order.
    package let members: [Int64]

    /// Creates a rota.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/rota`` without members or with one twice, and
    ///   for a time that is none.
    package init(
        _ name: String,
        from validFrom: Instant,
        for place: (level: SupportLevel, product: Int64?, component: Int64?),
        zone: String,
        handover: (weekday: Weekday, time: String),
        members: [Int64]
    ) throws(DeskError) {
        guard !members.isEmpty, Set(members).count == members.count else {
            throw DeskError(
                .rota,
                members.isEmpty
                    ? "Rota '\(name)' has nobody who takes turns"
                    : "Rota '\(name)' names somebody twice"
            )
        }
        guard let minutes = DayWindow.minutes(handover.time), minutes < 1440 else {
            throw DeskError(
                .rota,
                "'\(handover.time)' is no time of day, expected one such as 09:00"
            )
        }
        self.name = name
        self.validFrom = validFrom
        (level, productID, componentID) = place
        self.zone = zone
        weekday = handover.weekday
        self.minutes = minutes
        self.members = members
    }

    /// The time of the hand-over: `09:00`.
    package var time: String { DayWindow.text(minutes) }

    /// The turns as a column holds them.
    package var rules: JSONValue {
        [
            "members": .list(members.map(JSONValue.int)), "time": .text(time),
            "weekday": .text(weekday.rawValue),
        ]
    }
}

/// That somebody stands in.
package struct RotaOverride: Sendable, Hashable {
    /// Its number; of two that overlap the higher one holds.
    package let id: Int64
    /// The rota.
    package let rota: String
    /// Who stands in.
    package let accountID: Int64
    /// From when on.
    package let from: Instant
    /// Until when; this moment is not in it.
    package let to: Instant
    /// When it was made.
    package let createdAt: Instant

    /// Creates an override.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` unless it ends after it begins.
    package init(
        id: Int64,
        rota: String,
        account: Int64,
        from: Instant,
        to: Instant,
        createdAt: Instant
    ) throws(DeskError) {
        guard from < to else {
            throw DeskError(.time, "Override ends at \(to), expected later than \(from)")
        }
        self.id = id
        self.rota = rota
        accountID = account
        self.from = from
        self.to = to
        self.createdAt = createdAt
    }
}

/// A stretch of time in which one person is on call.
package struct OnCallShift: Sendable, Hashable {
    /// From when on.
    package let from: Instant
    /// Until when.
    package fileprivate(set) var to: Instant
    /// Who; `nil`: nobody, for none of them is a member any more.
    package let accountID: Int64?
    /// Whether he stands in.
    package let isOverride: Bool
}

extension Rota {
    private static let week: Int64 = 7 * 86_400

    /// Who is on call at a moment.
    ///
    /// - Parameters:
    ///   - moment: Not before the rota holds.
    ///   - zone: The rules of the rota's zone.
    ///   - overrides: Those of this rota.
    ///   - isMember: Whether somebody may take turns; whoever may not is passed over.
    /// - Returns: Who, and whether he stands in.
    package func onCall(
        at moment: Instant,
        _ zone: TimeZoneRules,
        overrides: [RotaOverride],
        isMember: (Int64) -> Bool
    ) -> (account: Int64?, isOverride: Bool) {
        let standIn = overrides.filter { $0.from <= moment && moment < $0.to }
            .max { $0.id < $1.id }
        if let standIn { return (standIn.accountID, true) }
        let count = Int64(members.count)
        let turn = ((self.turn(at: moment, zone) % count) + count) % count
        for step in 0..<members.count {
            let account = members[(Int(turn) + step) % members.count]
            if isMember(account) { return (account, false) }
        }
        return (nil, false)
    }

    /// The shifts of so many weeks from a moment on, in order, without gaps.
    package func shifts(
        from start: Instant,
        weeks: Int,
        _ zone: TimeZoneRules,
        overrides: [RotaOverride],
        isMember: (Int64) -> Bool
    ) -> [OnCallShift] {
        let first = turn(at: start, zone)
        let turns = (1...Int64(weeks)).map { handover(first + $0, zone) }
        let end = turns.last ?? start
        let edges = (turns + overrides.flatMap { [$0.from, $0.to] })
            .filter { start < $0 && $0 < end }
        var shifts: [OnCallShift] = []
        for edge in [start] + Set(edges).sorted() {
            let (account, isOverride) = onCall(
                at: edge,
                zone,
                overrides: overrides,
                isMember: isMember
            )
            if let last = shifts.last, last.accountID == account, last.isOverride == isOverride {
                continue
            }
            if !shifts.isEmpty { shifts[shifts.count - 1].to = edge }
            shifts.append(
                OnCallShift(from: edge, to: end, accountID: account, isOverride: isOverride)
            )
        }
        return shifts
    }

    /// Which turn runs at a moment: 0 is the one in which the rota began.
    private func turn(at moment: Instant, _ zone: TimeZoneRules) -> Int64 {
        let seconds = moment.milliseconds / 1000
        let wall = seconds + zone.offset(at: seconds)
        let distance = wall - firstWall(zone)
        var turn = distance >= 0 ? distance / Self.week : (distance + 1) / Self.week - 1
        // The wall clock may have been changed between: instants decide.
        while handover(turn, zone) > moment { turn -= 1 }
        while handover(turn + 1, zone) <= moment { turn += 1 }
        return turn
    }

    /// When a turn begins.
    private func handover(_ turn: Int64, _ zone: TimeZoneRules) -> Instant {
        let wall = firstWall(zone) + turn * Self.week
        return Instant(milliseconds: zone.instant(wall: wall) * 1000)
    }

    /// The hand-over at or before the rota began, by the wall clock, in seconds since 1970.
    private func firstWall(_ zone: TimeZoneRules) -> Int64 {
        let seconds = validFrom.milliseconds / 1000
        let wall = seconds + zone.offset(at: seconds)
        let day = CalendarDay(secondsSince1970: wall)
        let wanted = Weekday.allCases.firstIndex(of: weekday) ?? 0
        let back = (day.weekdayPlace - wanted + 7) % 7
        let handover = Int64(day.daysSince1970 - back) * 86_400 + Int64(minutes) * 60
        return handover <= wall ? handover : handover - Self.week
    }
}
