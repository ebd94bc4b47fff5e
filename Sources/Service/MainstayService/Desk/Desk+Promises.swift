import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

extension Desk {
    /// Promises a call to the customer, which becomes a task with its due time.
    ///
    /// - Parameters:
    ///   - handle: The ticket.
    ///   - call: What is promised.
    ///   - login: Who calls; `nil`: whoever has the ticket, else nobody by name.
    /// - Returns: The ticket's new version.
    /// - Throws: ``UseError``; ``DeskError`` when a rule forbids it.
    @discardableResult
    package func promise(
        _ handle: TicketHandle,
        _ call: Callback,
        by login: String?
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let (connection, ticket) = (state.connection, state.change.ticket)
            var call = call
            call.callerID = try login.map { try connection.worker($0, on: ticket) }
            try state.change.promise(call)
        }
    }

    /// Makes an account follow a ticket, or not any more; without a login the one that acts.
    ///
    /// - Returns: The ticket's new version.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a follower who could not see it;
    ///   ``DeskError`` when a rule forbids it.
    @discardableResult
    package func setFollowing(
        _ handle: TicketHandle,
        _ login: String?,
        follows: Bool
    ) async throws -> Int64 {
        try await change(handle, as: .see) { state in
            let (connection, ticket) = (state.connection, state.change.ticket)
            let account =
                try login.map { try connection.knownAccount($0, to: state.acting) }
                ?? state.acting.account
            let roles = try connection.grants(of: account.id)
                .roles(product: ticket.origin.productID, customer: ticket.origin.customerID)
            guard !follows || account.disabledAt == nil && !roles.isEmpty else {
                throw UseError(
                    .refused,
                    "Account '\(account.login)' cannot follow ticket \(ticket.ref): it is disabled, "
                        + "or has no role for it",
                    hint: "'mainstay account show \(account.login)' shows its roles"
                )
            }
            try state.change.setFollowing(
                account.id,
                follows: follows,
                followers: try connection.followers(of: ticket.id)
            )
        }
    }
}

extension TicketChange {
    /// Lets whoever put the ticket under embargo go on seeing it.
    mutating func keepInSight(
        of acting: ActingAccount,
        on connection: any Connection
    ) throws {
        guard ticket.isUnderEmbargo, try !connection.isVisible(ticket, to: acting) else { return }
        try setFollowing(acting.account.id, follows: true, followers: [])
    }
}
