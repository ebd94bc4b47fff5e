/// Where a ticket stands, and thereby who waits for whom.
package enum TicketStatus: String, Sendable, Hashable, CaseIterable {
    /// Registered, not taken up.
    case new
    /// Being worked on.
    case open
    /// The customer must answer.
    case waitingCustomer = "waiting_customer"
    /// A vendor must answer.
    case waitingVendor = "waiting_vendor"
    /// A release must come out.
    case waitingRelease = "waiting_release"
    /// Solved, as the desk sees it.
    case resolved
    /// Over.
    case closed

    /// Somebody, or something, that waits or is waited for.
    package enum Party: String, Sendable, Hashable {
        /// Who asked.
        case customer
        /// We.
        case desk
        /// Whom level 4 asks.
        case vendor
        /// A release that is not out.
        case release
    }

    /// Who waits for whom; `nil` once the ticket is closed.
    ///
    /// Since when is ``TicketHistory/statusSince``.
    package var wait: (who: Party, whom: Party)? {
        switch self {
        case .new, .open: (.customer, .desk)
        case .waitingCustomer, .resolved: (.desk, .customer)
        case .waitingVendor: (.desk, .vendor)
        case .waitingRelease: (.desk, .release)
        case .closed: nil
        }
    }

    /// The statuses that can follow this one, in the order of the cases.
    package var successors: [TicketStatus] {
        let lively: [TicketStatus] = [
            .open, .waitingCustomer, .waitingVendor, .waitingRelease, .resolved,
        ]
        return switch self {
        case .closed: [.open]
        case .resolved: lively.filter { $0 != self } + [.closed]
        default: lively.filter { $0 != self }
        }
    }

    /// What is written in the log when this status follows `earlier`; not for `new`.
    func eventKind(after earlier: TicketStatus) -> TicketEventKind {
        switch self {
        case .waitingCustomer, .waitingVendor, .waitingRelease: .waiting
        case .resolved: .resolved
        case .closed: .closed
        case .new, .open:
            [.resolved, .closed].contains(earlier) ? .reopened : .resumed
        }
    }
}
