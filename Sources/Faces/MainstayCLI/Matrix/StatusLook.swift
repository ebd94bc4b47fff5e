package import MainstayCore

extension LineStatus {
    /// One column that tells the status without colour.
    package var symbol: String {
        switch self {
        case .unknown: "?"
        case .notAffected: "-"
        case .fixed: "✓"
        case .fixedUnreleased: "↑"
        case .partial: "~"
        case .reverted: "↺"
        case .affected: "✗"
        case .missing: "·"
        }
    }

    /// The colour of the symbol.
    package var ink: Ink {
        switch self {
        case .unknown: .magenta
        case .notAffected: .dim
        case .fixed: .green
        case .fixedUnreleased: .cyan
        case .partial, .reverted: .yellow
        case .affected, .missing: .red
        }
    }

    /// What the status says, for people who meet it for the first time.
    package var meaning: String {
        switch self {
        case .unknown: "cannot be told from this copy of the history"
        case .notAffected: "the defect never reached this line"
        case .fixed: "in a release of this line"
        case .fixedUnreleased: "on the branch, in no release yet"
        case .partial: "only a part of the fix is here"
        case .reverted: "was here, was taken back"
        case .affected: "has the defect, lacks the fix"
        case .missing: "the fix is absent; whether the defect is here is not recorded"
        }
    }

    /// The order of legends and counts: done first, then what is open, then what is not known.
    package static let shownOrder: [LineStatus] = [
        .fixed, .fixedUnreleased, .partial, .reverted, .affected, .missing, .notAffected, .unknown,
    ]

    /// The place in ``shownOrder``.
    fileprivate var order: Int {
        switch self {
        case .fixed: 0
        case .fixedUnreleased: 1
        case .partial: 2
        case .reverted: 3
        case .affected: 4
        case .missing: 5
        case .notAffected: 6
        case .unknown: 7
        }
    }

    /// Whether someone still has something to do on a line that takes fixes.
    package var isOpen: Bool {
        switch self {
        case .partial, .reverted, .affected, .missing: true
        case .unknown, .notAffected, .fixed, .fixedUnreleased: false
        }
    }
}

/// How many cells have each status.
package struct StatusCounts: Sendable {
    private var counts = Array(repeating: 0, count: LineStatus.shownOrder.count)

    /// Counts nothing yet.
    package init() {}

    /// The number of cells of `status`.
    package subscript(status: LineStatus) -> Int { counts[status.order] }

    /// All cells counted.
    package var total: Int { counts.reduce(0, +) }

    /// Counts one cell.
    package mutating func add(_ status: LineStatus) { counts[status.order] += 1 }

    /// The statuses that occur, in shown order, with their counts.
    package var occurring: [(status: LineStatus, count: Int)] {
        LineStatus.shownOrder.compactMap { status in
            self[status] > 0 ? (status, self[status]) : nil
        }
    }

    /// `12 fixed,` and so on: the counts in shown order, all but the last with a comma.
    package var words: [String] {
        let all = occurring
        return all.enumerated()
            .map { index, part in
                "\(part.count) \(part.status.rawValue)" + (index < all.count - 1 ? "," : "")
            }
    }
}
