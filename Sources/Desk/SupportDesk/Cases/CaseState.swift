/// Where a case at a vendor stands, in our words.
package enum CaseState: String, Sendable, Hashable, CaseIterable {
    /// Written, and not with the vendor yet.
    case draft
    /// With the vendor, who has not answered.
    case submitted
    /// He has seen it.
    case acknowledged
    /// He works on it.
    case working
    /// He waits for us.
    case needsUs = "needs_us"
    /// He says that it is solved, and how.
    case fixOffered = "fix_offered"
    /// His fix is in a release of his.
    case fixReleased = "fix_released"
    /// He will not do anything.
    case refused
    /// It is over.
    case closed
    /// It was there and is no more, or no more for us.
    case gone
    /// He uses a word that nobody has given a meaning.
    case unknown

    /// Whether nothing more is expected of the vendor.
    package var isOver: Bool { [.refused, .closed, .gone].contains(self) }

    /// Whether the vendor says that there is a fix, which we have to verify.
    package var offersFix: Bool { self == .fixOffered || self == .fixReleased }

    /// The states that a vendor's word can mean, and a person can set.
    package static let meanings = allCases.filter { $0 != .draft && $0 != .unknown }

    /// What a ticket's status is to the ticket's clocks, the state is to the vendor's.
    var clockStatus: TicketStatus {
        switch self {
        case .draft: .new
        case .submitted, .acknowledged, .working, .unknown: .open
        case .needsUs: .waitingCustomer
        case .fixOffered, .fixReleased: .resolved
        case .refused, .closed, .gone: .closed
        }
    }
}

extension CaseState: ColumnValue {}

/// Who moved a case, or wrote in it.
package enum CaseActor: String, Sendable, Hashable, CaseIterable {
    /// A person of the vendor's: only he meets a target.
    case vendor
    /// We.
    case us
    /// A program of the vendor's, such as one that reopens a case when we write.
    case automatic
}
