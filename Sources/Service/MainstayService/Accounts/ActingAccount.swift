import MainstayCore
package import SQLDatabase
package import Storage
package import SupportDesk

/// How somebody says who he is.
package enum Credential: Sendable, Hashable {
    /// The user of the operating system, whom it has signed in.
    case osUser(String)
    /// The secret of a token.
    case token(String)
}

/// The account that acts, with what it may do.
package struct ActingAccount: Sendable, Hashable {
    /// The account.
    package let account: Account
    /// Its roles, as far as its token lets it use them.
    package let grants: [RoleGrant]

    /// Whether it is a customer's; otherwise it is ours.
    package var isCustomer: Bool { account.customerID != nil }

    /// The roles that it has for what concerns this product and this customer.
    package func roles(product: Int64?, customer: Int64?) -> Set<Role> {
        grants.roles(product: product, customer: customer)
    }

    /// Whether it may know that another account is there: a customer knows the own colleagues
    /// alone.
    func knows(_ other: Account) -> Bool {
        !isCustomer || other.customerID == account.customerID
    }

    /// Whether it may know that a customer is there: a customer knows the own houses alone.
    func knows(_ customer: Customer) -> Bool {
        isCustomer
            ? !roles(product: nil, customer: customer.id).isEmpty : !grants.isEmpty
    }

    /// Refuses an account that holds no role at all.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    func requireAnyRole() throws {
        guard grants.isEmpty else { return }
        throw UseError(
            .forbidden,
            "Account '\(account.login)' has no roles",
            hint: "An administrator gives them with 'mainstay account grant \(account.login) ROLE'"
        )
    }

    /// Refuses what is for the staff alone; `what` completes "may not see ...".
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    func requireStaff(toSee what: String) throws {
        try requireAnyRole()
        guard isCustomer else { return }
        throw UseError(
            .forbidden,
            "Account '\(account.login)' is a customer's and may not see \(what)"
        )
    }

    /// Refuses what needs roles that it does not have.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    package func require(
        _ use: UseCase,
        product: Int64? = nil,
        customer: Int64? = nil
    ) throws {
        guard !grants.holds(use.roles, product: product, customer: customer) else { return }
        let needed = Role.allCases.filter(use.roles.contains).map(\.rawValue)
        throw UseError(
            .forbidden,
            "Account '\(account.login)' may not \(use.words)",
            hint: "It takes one of the roles \(needed.joined(separator: ", ")); "
                + "an administrator gives them with 'mainstay account grant'"
        )
    }
}

extension Connection {
    /// Returns who acts by a credential.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/notSignedIn``.
    package func acting(by credential: Credential) throws -> ActingAccount {
        switch credential {
        case .osUser(let user):
            guard let account = try account(osUser: user) else { throw UseError.unbound(user) }
            return try acting(account, within: nil)
        case .token(let secret):
            let found = try token(secret: secret)
            guard let token = found, token.works(at: try now()),
                let account = try account(token.accountID)
            else { throw UseError.badToken }
            return try acting(account, within: token.roles)
        }
    }

    private func acting(_ account: Account, within roles: Set<Role>?) throws -> ActingAccount {
        if let since = account.disabledAt { throw UseError.disabled(account.login, since: since) }
        let grants = try grants(of: account.id).filter { roles?.contains($0.role) ?? true }
        return ActingAccount(account: account, grants: grants)
    }
}

extension UseError {
    fileprivate static func unbound(_ user: String) -> UseError {
        UseError(
            .notSignedIn,
            "No account is bound to the operating-system user '\(user)'",
            hint: "An administrator makes one with 'mainstay account new LOGIN --os-user \(user)', "
                + "or set MAINSTAY_TOKEN to the secret of a token"
        )
    }

    fileprivate static let badToken = UseError(
        .notSignedIn,
        "The token in MAINSTAY_TOKEN is unknown, revoked or over",
        hint: "Make a new one with 'mainstay token new', or unset MAINSTAY_TOKEN"
    )

    fileprivate static func disabled(_ login: String, since: Instant) -> UseError {
        UseError(.notSignedIn, "Account '\(login)' may not act any more since \(since)")
    }
}
