/// Why a clock stands still; several reasons can hold at once, and count once.
package struct PauseReasons: OptionSet, Sendable, Hashable {
    /// One bit for each reason.
    package let rawValue: UInt8

    /// Creates a set from its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The customer must answer.
    package static let waitingCustomer = PauseReasons(rawValue: 1)
    /// A vendor must answer, and the contract lets that count.
    package static let waitingVendor = PauseReasons(rawValue: 2)
    /// A release must come out.
    package static let waitingRelease = PauseReasons(rawValue: 4)
    /// The desk holds it for solved.
    package static let resolved = PauseReasons(rawValue: 8)
    /// It is over.
    package static let closed = PauseReasons(rawValue: 16)
    /// A pause of which nothing else is known.
    package static let given = PauseReasons(rawValue: 32)
    /// Nothing is owed yet: for updates, before the first response.
    package static let notStarted = PauseReasons(rawValue: 64)

    private static let names = [
        "waiting_customer", "waiting_vendor", "waiting_release", "resolved", "closed", "given",
        "not_started",
    ]

    /// The words of the reasons, as in JSON; empty for none.
    package var words: [String] {
        Self.names.enumerated().filter { rawValue >> UInt8($0.offset) & 1 == 1 }.map(\.element)
    }

    /// The reason that a status is; none for those in which we are to act.
    init(_ status: TicketStatus) {
        self =
            switch status {
            case .new, .open: []
            case .waitingCustomer: .waitingCustomer
            case .waitingVendor: .waitingVendor
            case .waitingRelease: .waitingRelease
            case .resolved: .resolved
            case .closed: .closed
            }
    }
}
