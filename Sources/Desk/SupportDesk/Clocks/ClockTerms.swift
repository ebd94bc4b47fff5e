package import MainstayCore

/// What is measured against a target.
package enum ClockName: String, Sendable, Hashable, CaseIterable {
    /// From the request to the first response.
    case reaction
    /// Between two public updates.
    case update
    /// From the request to the solution.
    case fix
    /// From opening a vendor's case to his first answer; stands in place of `reaction`.
    case acknowledge
    /// From the move to a level to the first assignment there; our own target.
    case accept
    /// From that assignment until the ticket leaves the level; our own target.
    case handback = "return"

    /// The clocks that a contract with a customer has.
    package static let ofCustomers: [ClockName] = [.reaction, .update, .fix]
    /// The clocks that a contract with a vendor has.
    package static let ofVendors: [ClockName] = [.acknowledge, .update, .fix]

    /// Whether it measures our own work between levels, which is no customer's business.
    package var isInternal: Bool { self == .accept || self == .handback }
}

/// How long something of one priority may take.
package struct ClockTarget: Sendable, Hashable {
    /// The longest target: ten years of minutes.
    package static let longestMinutes: Int64 = 5_256_000

    /// What is measured.
    package let clock: ClockName
    /// The priority that it is for.
    package let priority: Priority
    /// Minutes of service time, from 1 to ``longestMinutes``.
    package let minutes: Int64
    /// The calendar that it goes by; `nil`: that of the term.
    package let calendar: String?

    /// Creates a target.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` for minutes out of bounds.
    package init(
        _ clock: ClockName,
        _ priority: Priority,
        minutes: Int64,
        calendar: String? = nil
    ) throws(DeskError) {
        guard (1...Self.longestMinutes).contains(minutes) else {
            throw DeskError(
                .clock,
                "Target '\(clock.rawValue)' of \(priority) has \(minutes) minutes, expected 1 to "
                    + "\(Self.longestMinutes)"
            )
        }
        self.clock = clock
        self.priority = priority
        self.minutes = minutes
        self.calendar = calendar
    }
}

/// What the clocks of a ticket need of a contract's term.
package struct ClockTerms: Sendable, Hashable {
    /// The calendar of service hours, by name.
    package let calendar: String
    /// How its clocks behave.
    package let policy: ClockPolicy
    private let targets: [[ClockTarget?]]

    /// Creates terms; of two targets for the same clock and priority the last one counts.
    package init(
        calendar: String,
        policy: ClockPolicy = ClockPolicy(),
        targets: [ClockTarget] = []
    ) {
        self.calendar = calendar
        self.policy = policy
        let none = [ClockTarget?](repeating: nil, count: Priority.allCases.count)
        var table = [[ClockTarget?]](repeating: none, count: ClockName.allCases.count)
        for target in targets {
            table[target.clock.place][target.priority.place] = target
        }
        self.targets = table
    }

    /// The target of a clock at a priority; `nil` if there is none.
    package func target(_ clock: ClockName, _ priority: Priority) -> ClockTarget? {
        targets[clock.place][priority.place]
    }

    /// The names of all calendars that it goes by, sorted, each once.
    package var calendars: [String] {
        Set(targets.joined().compactMap { $0?.calendar } + [calendar]).sorted()
    }
}

/// Terms that are in force from an instant on, until the next ones of the same contract.
package struct DatedTerms: Sendable, Hashable {
    /// Since when they are in force.
    package let validFrom: Instant
    /// What is in force.
    package let terms: ClockTerms

    /// Creates terms with their date.
    package init(validFrom: Instant, _ terms: ClockTerms) {
        self.validFrom = validFrom
        self.terms = terms
    }
}

extension ClockName {
    /// Its place among all cases, from 0.
    var place: Int {
        switch self {
        case .reaction: 0
        case .update: 1
        case .fix: 2
        case .acknowledge: 3
        case .accept: 4
        case .handback: 5
        }
    }
}

extension Priority {
    /// Its place among all cases, from 0.
    var place: Int { Int(rawValue) - 1 }
}
