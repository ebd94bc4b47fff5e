/// What a person may do; which use case needs which role is said by the service.
package enum Role: String, Sendable, Hashable, CaseIterable {
    /// Sees and writes the tickets of the own organisation.
    case customer
    /// Sees all that is under no embargo.
    case reader
    /// Works on requests.
    case agent
    /// Works on defects.
    case engineer
    /// Plans and publishes releases.
    case releaseManager = "release_manager"
    /// Handles what is under embargo.
    case security
    /// Sets up the desk.
    case admin
}

/// Where a role holds.
package enum RoleScope: Sendable, Hashable {
    /// Everywhere: `*`.
    case everywhere
    /// For what concerns a product: `product:7`.
    case product(Int64)
    /// For what concerns a customer: `customer:7`.
    case customer(Int64)
    /// For one advisory, thus for no ticket: `advisory:7`.
    case advisory(Int64)

    /// Reads the text of a scope.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/row`` for anything else.
    package init(_ text: String) throws(DeskError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts.first, parts.count == 2 ? Int64(parts[1]) : nil) {
        case ("*", nil) where parts.count == 1: self = .everywhere
        case ("product", let id?): self = .product(id)
        case ("customer", let id?): self = .customer(id)
        case ("advisory", let id?): self = .advisory(id)
        default:
            throw DeskError(
                .row,
                "Scope '\(text)' is not '*', 'product:ID', 'customer:ID' or 'advisory:ID'"
            )
        }
    }

    /// The text of the scope.
    package var text: String {
        switch self {
        case .everywhere: "*"
        case .product(let id): "product:\(id)"
        case .customer(let id): "customer:\(id)"
        case .advisory(let id): "advisory:\(id)"
        }
    }
}

/// That a role was given to an account.
package struct RoleGrant: Sendable, Hashable {
    /// What the account may do.
    package let role: Role
    /// Where.
    package let scope: RoleScope

    /// Creates a grant.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/row`` for the role `customer` in any scope but
    ///   one customer: it would open the tickets of others.
    package init(_ role: Role, scope: RoleScope) throws(DeskError) {
        if role == .customer {
            guard case .customer = scope else {
                throw DeskError(
                    .row,
                    "Role 'customer' has the scope '\(scope.text)', expected 'customer:ID'"
                )
            }
        }
        self.role = role
        self.scope = scope
    }
}

extension Sequence<RoleGrant> {
    /// The roles that hold for what concerns this product and this customer.
    package func roles(product: Int64?, customer: Int64?) -> Set<Role> {
        Set(
            filter { grant in
                switch grant.scope {
                case .everywhere: true
                case .product(let id): id == product
                case .customer(let id): id == customer
                case .advisory: false
                }
            }
            .map(\.role)
        )
    }

    /// Whether one of `wanted` holds for what concerns this product and this customer.
    package func holds(_ wanted: Set<Role>, product: Int64?, customer: Int64?) -> Bool {
        !roles(product: product, customer: customer).isDisjoint(with: wanted)
    }
}

extension Ticket {
    /// Whether an account may see the ticket, given its `roles` for product and customer.
    ///
    /// Under embargo only the role `security`, the assignee and the followers see it; otherwise
    /// whoever holds any role for it.
    package func isVisible(
        to accountID: Int64,
        roles: Set<Role>,
        followers: Set<Int64>
    ) -> Bool {
        guard isUnderEmbargo else { return !roles.isEmpty }
        return roles.contains(.security) || assigneeID == accountID
            || followers.contains(accountID)
    }
}
