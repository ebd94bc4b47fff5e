package import MainstayCore

/// How much is at stake (impact) or how soon it is needed (urgency), 1 the most.
package enum Grade: Int64, Sendable, Hashable, CaseIterable {
    /// 1.
    case critical = 1
    /// 2.
    case high
    /// 3, which also stands for what nobody has judged.
    case medium
    /// 4.
    case low
}

/// In which order tickets are worked on, 1 first.
package enum Priority: Int64, Sendable, Hashable, Comparable, CaseIterable {
    /// 1, the highest.
    case p1 = 1
    /// 2.
    case p2
    /// 3.
    case p3
    /// 4.
    case p4
    /// 5, the lowest.
    case p5

    /// Compares by number: the higher priority comes first.
    package static func < (left: Priority, right: Priority) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The priority after a contract's service code, never beyond 1 and 5.
    package func adjusted(by code: ServiceCode?) -> Priority {
        Priority(rawValue: rawValue + (code?.rawValue ?? 0)) ?? self
    }
}

extension Priority: CustomStringConvertible {
    /// `P1` to `P5`.
    package var description: String { "P\(rawValue)" }
}

/// What a contract adds to the priority.
package enum ServiceCode: Int64, Sendable, Hashable, CaseIterable {
    /// One priority higher.
    case raised = -1
    /// As the matrix says.
    case plain
    /// One priority lower.
    case lowered
}

/// One version of the table that makes a priority of impact and urgency.
package struct PriorityMatrix: Sendable, Hashable {
    /// One cell of the table.
    package struct Cell: Sendable, Hashable {
        /// How much is at stake.
        package let impact: Grade
        /// How soon it is needed.
        package let urgency: Grade

        /// Creates the place of a cell.
        package init(impact: Grade, urgency: Grade) {
            self.impact = impact
            self.urgency = urgency
        }

        /// All 16, by impact, then by urgency.
        package static let all = Grade.allCases.flatMap { impact in
            Grade.allCases.map { Cell(impact: impact, urgency: $0) }
        }
    }

    /// The number of the version.
    package let version: Int64
    /// From when on it is in force; `nil` for one that only contracts name.
    package let validFrom: Instant?
    private let priorities: [Cell: Priority]

    /// Creates a version from its rows.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/row`` unless all 16 cells are there.
    package init(
        version: Int64,
        validFrom: Instant?,
        priorities: [Cell: Priority]
    ) throws(DeskError) {
        guard priorities.count == Cell.all.count else {
            throw DeskError(
                .row,
                "Priority matrix \(version) has \(priorities.count) cells, expected 16"
            )
        }
        self.init(version, validFrom, priorities)
    }

    private init(_ version: Int64, _ validFrom: Instant?, _ priorities: [Cell: Priority]) {
        self.version = version
        self.validFrom = validFrom
        self.priorities = priorities
    }

    /// Version 1, which goes by the sum of impact and urgency: 2-3 is P1, 4-5 P2, 6 P3, 7 P4, 8 P5.
    package static func first(validFrom: Instant?) -> PriorityMatrix {
        let bySum: [Int64: Priority] = [2: .p1, 3: .p1, 4: .p2, 5: .p2, 6: .p3, 7: .p4, 8: .p5]
        let cells = Cell.all.map { ($0, bySum[$0.impact.rawValue + $0.urgency.rawValue] ?? .p5) }
        return PriorityMatrix(1, validFrom, Dictionary(uniqueKeysWithValues: cells))
    }

    /// The priority of a cell, before any service code.
    package func priority(impact: Grade, urgency: Grade) -> Priority {
        priorities[Cell(impact: impact, urgency: urgency)] ?? .p5
    }

    /// What people call it: `matrix of 2026-03`, or `matrix 7` where it has no date.
    package var name: String {
        guard let day = validFrom?.day else { return "matrix \(version)" }
        return "matrix of \(day.description.dropLast(3))"
    }
}

extension Sequence<PriorityMatrix> {
    /// The version in force at a moment: the last that is valid from then or earlier.
    package func inForce(at moment: Instant) -> PriorityMatrix? {
        func start(_ matrix: PriorityMatrix) -> Instant { matrix.validFrom ?? .latest }
        return filter { $0.validFrom.map { $0 <= moment } ?? false }.max { start($0) < start($1) }
    }
}
