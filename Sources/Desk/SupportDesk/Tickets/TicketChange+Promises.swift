package import MainstayCore

/// The promise to call somebody.
package struct Callback: Sendable, Hashable {
    /// The number or address to call, in one line.
    package let address: String
    /// When it suits, in words: `after 14:00`; `nil`: at any time.
    package let window: String?
    /// By when the call is due.
    package let dueAt: Instant
    /// Who calls; `nil`: whoever has the ticket, else nobody by name.
    package var callerID: Int64?

    /// Creates a promise that nobody by name keeps.
    package init(to address: String, window: String? = nil, dueAt: Instant) {
        self.address = address
        self.window = window
        self.dueAt = dueAt
    }
}

extension TicketChange {
    /// Promises a call: a task with its due time; address and window are the event's text.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/time`` for a call that was due already,
    ///   ``DeskError/Code/text`` for an address or window that breaks the rules of titles,
    ///   ``DeskError/Code/status`` on a closed ticket, or ``DeskError/Code/staffOnly``.
    package mutating func promise(_ call: Callback) throws(DeskError) {
        try requireStaff("promise a call on")
        try requireUnclosed("called back about")
        guard call.dueAt > signature.occurredAt else {
            throw DeskError(
                .time,
                "Call is due at \(call.dueAt), expected later than \(signature.occurredAt)"
            )
        }
        var lines = [try DeskText.title(call.address, as: "Number or address")]
        if let window = call.window { lines.append(try DeskText.title(window, as: "Window")) }
        let caller = call.callerID ?? ticket.assigneeID
        record(
            .callPromised,
            text: lines.joined(separator: "\n"),
            row: .task(.callBack, accountID: caller, dueAt: call.dueAt)
        )
    }

    /// Makes an account follow the ticket, or not any more; `followers` are those who do.
    ///
    /// A follower sees the ticket under embargo, so only the role `security` adds others then.
    /// - Throws: ``DeskError`` with ``DeskError/Code/embargo``, ``DeskError/Code/unchanged``, or
    ///   ``DeskError/Code/staffOnly`` for another account.
    package mutating func setFollowing(
        _ account: Int64,
        follows: Bool,
        followers: Set<Int64>
    ) throws(DeskError) {
        if account != signature.accountID {
            try requireStaff("choose the followers of")
            guard !follows || !ticket.isUnderEmbargo || signature.roles.contains(.security) else {
                throw DeskError(
                    .embargo,
                    "Ticket \(ticket.ref) is under embargo and cannot be shown to others without "
                        + "the role 'security'"
                )
            }
        }
        guard followers.contains(account) != follows else {
            throw DeskError(
                .unchanged,
                "Ticket \(ticket.ref) is \(follows ? "followed" : "not followed") by that account "
                    + "already"
            )
        }
        record(
            follows ? .followed : .unfollowed,
            row: follows ? .follower(account) : .noFollower(account)
        )
    }

    /// Says how well it went, 1 to 5, 5 the best, with words.
    ///
    /// The last rating counts; all are kept.
    /// - Throws: ``DeskError`` with ``DeskError/Code/range`` for another number, with
    ///   ``DeskError/Code/status`` before the ticket is resolved, or with
    ///   ``DeskError/Code/customerOnly`` for one of ours.
    package mutating func rate(_ score: Int64, words: String?) throws(DeskError) {
        guard signature.isCustomer else {
            throw DeskError(.customerOnly, "Ticket \(ticket.ref) is rated by its customer alone")
        }
        guard (1...5).contains(score) else {
            throw DeskError(.range, "Rating is \(score), expected 1 to 5, 5 the best")
        }
        guard [.resolved, .closed].contains(ticket.status) else {
            throw DeskError(
                .status,
                "Ticket \(ticket.ref) is \(ticket.status.rawValue) and cannot be rated before it "
                    + "is resolved"
            )
        }
        record(
            .rated,
            text: DeskText.words(ifAny: words),
            row: .rating(score, accountID: signature.accountID)
        )
    }
}
