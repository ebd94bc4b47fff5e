package import MainstayCore

/// Hours that a customer bought beforehand.
package struct HourBlock: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// The contract it belongs to.
    package let contractID: Int64
    /// How many minutes were bought, more than none.
    package let boughtMinutes: Int64
    /// The first day whose work it pays.
    package let boughtDay: CalendarDay
    /// The last day whose work it pays; `nil`: it does not expire.
    package let expiresDay: CalendarDay?

    /// Creates a block.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` for no minutes and for a block that
    ///   expires before it is bought.
    package init(
        id: Int64,
        contract: Int64,
        minutes: Int64,
        bought: CalendarDay,
        expires: CalendarDay?
    ) throws(DeskError) {
        guard minutes > 0 else {
            throw DeskError(.contract, "Block has \(minutes) minutes, expected at least 1")
        }
        if let expires, expires < bought {
            throw DeskError(
                .contract,
                "Block expires on \(expires), expected \(bought) or later"
            )
        }
        self.id = id
        contractID = contract
        boughtMinutes = minutes
        boughtDay = bought
        expiresDay = expires
    }

    /// Whether it pays work of a day.
    package func pays(on day: CalendarDay) -> Bool {
        boughtDay <= day && expiresDay.map { day <= $0 } ?? true
    }

    /// Which of two blocks that both pay is used first: the one that expires first, then the older.
    static func isUsedBefore(_ left: HourBlock, _ right: HourBlock) -> Bool {
        let (one, other) = (left.expiresDay, right.expiresDay)
        if one != other { return one.map { one in other.map { one < $0 } ?? true } ?? false }
        return (left.boughtDay, left.id) < (right.boughtDay, right.id)
    }
}

/// Which blocks pay which minutes: recomputed from blocks and work, stored nowhere.
///
/// Work is paid day by day, by the block that expires first of those that pay on its day: no other
/// choice leaves fewer minutes unpaid. Corrections count on the day of the work that they correct.
package struct DrawDown: Sendable, Hashable {
    /// What one block pays of one day.
    package struct Payment: Sendable, Hashable {
        /// The day of the work.
        package let day: CalendarDay
        /// The block; `nil`: no block pays it, the contract is overdrawn.
        package let blockID: Int64?
        /// How many minutes, more than none.
        package let minutes: Int64
    }

    /// The blocks in the order in which they are used.
    package let blocks: [HourBlock]
    /// What is paid, day by day.
    package private(set) var payments: [Payment] = []

    /// Computes who pays.
    ///
    /// - Parameters:
    ///   - work: Billable minutes by the day of the work, in any order; a day of less than none
    ///     counts as none.
    ///   - blocks: The blocks, in any order.
    package init(of work: [CalendarDay: Int64], from blocks: [HourBlock]) {
        self.blocks = blocks.sorted(by: HourBlock.isUsedBefore)
        var left = Dictionary(uniqueKeysWithValues: blocks.map { ($0.id, $0.boughtMinutes) })
        for (day, minutes) in work.sorted(by: { $0.key < $1.key }) {
            var unpaid = max(0, minutes)
            for block in self.blocks where block.pays(on: day) {
                let paid = min(unpaid, left[block.id] ?? 0)
                guard paid > 0 else { continue }
                payments.append(Payment(day: day, blockID: block.id, minutes: paid))
                left[block.id, default: 0] -= paid
                unpaid -= paid
            }
            if unpaid > 0 { payments.append(Payment(day: day, blockID: nil, minutes: unpaid)) }
        }
    }

    /// The minutes that a block paid for work up to a day.
    package func used(of block: Int64, until day: CalendarDay) -> Int64 {
        minutes { $0.blockID == block && $0.day <= day }
    }

    /// The minutes that the blocks which pay on a day have left then.
    package func left(on day: CalendarDay) -> Int64 {
        blocks.filter { $0.pays(on: day) }
            .reduce(0) { $0 + $1.boughtMinutes - used(of: $1.id, until: day) }
    }

    /// The minutes that no block paid, of work up to a day.
    package func overdrawn(until day: CalendarDay) -> Int64 {
        minutes { $0.blockID == nil && $0.day <= day }
    }

    /// The chosen rests, in minutes, that what is left on a day has come down to, highest first.
    ///
    /// Nobody is warned who bought nothing.
    package func warnings(at rests: [Int64], on day: CalendarDay) -> [Int64] {
        guard blocks.contains(where: { $0.boughtDay <= day }) else { return [] }
        let left = left(on: day)
        return rests.filter { left <= $0 }.sorted(by: >)
    }

    private func minutes(where isMeant: (Payment) -> Bool) -> Int64 {
        payments.reduce(0) { isMeant($1) ? $0 + $1.minutes : $0 }
    }
}
