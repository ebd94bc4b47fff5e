import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// An account with all that an administrator wants to see of it.
package struct AccountView: Sendable {
    /// The account.
    package let account: Account
    /// The short name of its customer; `nil`: it is ours.
    package let customer: String?
    /// Its roles; scopes in the words that people use, such as `product MST`.
    package let grants: [(role: Role, scope: String)]
    /// The levels it works on, such as `MST level 2` or `MST level 3, parser`.
    package let memberships: [String]
}

/// An account to be made.
package struct NewAccount: Sendable, Hashable {
    /// Its login: 2 to 40 letters, digits, `.`, `-` and `_`.
    package var login: String
    /// The name of the person.
    package var name: String
    /// The address for mail.
    package var email: String?
    /// The short name of the customer that it belongs to; `nil`: it is one of ours.
    package var customer: String?
    /// The operating-system user who shall act as it.
    package var osUser: String?

    /// Creates one of ours.
    package init(login: String, name: String) {
        self.login = login
        self.name = name
    }
}

/// A role and where it shall hold, in the words that people use.
package struct GrantWords: Sendable, Hashable {
    /// The role.
    package let role: Role
    /// The product's prefix; `nil`: not bound to one.
    package let product: String?
    /// The customer's short name; `nil`: not bound to one.
    package let customer: String?

    /// Creates a grant; with neither product nor customer it holds everywhere.
    package init(_ role: Role, product: String?, customer: String?) {
        self.role = role
        self.product = product
        self.customer = customer
    }
}

/// A place to work, in the words that people use.
package struct MembershipWords: Sendable, Hashable {
    /// The account's login.
    package let login: String
    /// The level.
    package let level: SupportLevel
    /// The product's prefix.
    package let product: String
    /// The name of the one component; `nil`: all of the product.
    package let component: String?

    /// Creates the words.
    package init(login: String, level: SupportLevel, product: String, component: String?) {
        self.login = login
        self.level = level
        self.product = product
        self.component = component
    }
}

extension Desk {
    /// Makes an account without roles.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists`` or ``UseError/Code/badName``.
    package func makeAccount(_ new: NewAccount) async throws {
        try await write { connection, acting, provision in
            try acting.require(.setUpAccounts)
            let login = try ShortName.login.check(new.login)
            if try connection.account(login: login) != nil {
                throw UseError.taken("account", login)
            }
            if let user = new.osUser, let other = try connection.account(osUser: user) {
                throw UseError(
                    .alreadyExists,
                    "Operating-system user '\(user)' acts as account '\(other.login)' already"
                )
            }
            let customer = try new.customer.map { try connection.knownCustomer($0).id }
            let osUser = try new.osUser.map { try DeskText.title($0, as: "Operating-system user") }
            let account = Account(
                id: try provision.id(),
                login: login,
                name: try DeskText.title(new.name, as: "Name"),
                createdAt: try connection.now(),
                contact: (
                    try new.email.map { try DeskText.title($0, as: "Address") }, customer, osUser
                )
            )
            try connection.insert(account)
            var head = try connection.beginChain(account.id, .account)
            let made = EventDraft("made", facts: ["login": .text(login)])
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            return .int(account.id)
        }
    }

    /// Returns all accounts that may be seen, by login.
    package func accounts() async throws -> [AccountView] {
        try await read { connection, acting in
            try acting.require(.setUpAccounts)
            return try connection.accounts().map { try connection.view(of: $0) }
        }
    }

    /// Returns one account; its own is seen by everybody.
    package func account(_ login: String) async throws -> AccountView {
        try await read { connection, acting in
            if login != acting.account.login { try acting.require(.setUpAccounts) }
            return try connection.view(of: try connection.knownAccount(login))
        }
    }

    /// Returns the account that acts.
    package func whoAmI() async throws -> AccountView {
        try await read { connection, acting in try connection.view(of: acting.account) }
    }

    /// Gives a role, or takes it away; returns whether that changed something.
    ///
    /// The last administrator everywhere keeps his role. A customer's account gets no role but
    /// `customer`, and only a customer's account gets that: the staff see what a customer must not.
    @discardableResult
    package func setRole(
        of login: String,
        _ words: GrantWords,
        isGiven: Bool
    ) async throws -> Bool {
        let changed = try await write { connection, acting, provision in
            try acting.require(.setUpAccounts)
            let account = try connection.knownAccount(login)
            var head = try connection.lockChain(account.id)
            let grant = try connection.grant(of: words)
            if isGiven, (words.role == .customer) != (account.customerID != nil) {
                throw UseError.misfit(words.role, account)
            }
            if !isGiven, try connection.isLastAdministrator(account.id, losing: grant) {
                throw UseError.lastAdministrator(login)
            }
            let isChange =
                isGiven
                ? try connection.insert(grant, to: account.id, by: acting.account.id)
                : try connection.delete(grant, of: account.id)
            guard isChange else { return 0 }
            let facts: JSONValue = [
                "role": .text(grant.role.rawValue), "scope": .text(grant.scope.text),
            ]
            let draft = EventDraft(isGiven ? "granted" : "ungranted", facts: facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return 1
        }
        return changed == 1
    }

    /// Puts an account on a level, or takes it off; returns whether that changed something.
    @discardableResult
    package func setMember(_ words: MembershipWords, isMember: Bool) async throws -> Bool {
        let changed = try await write { connection, acting, provision in
            let product = try connection.knownProduct(words.product)
            try acting.require(.setUpProducts, product: product.id)
            let account = try connection.knownAccount(words.login)
            let component = try words.component.map {
                try connection.knownComponent($0, of: product).id
            }
            guard try connection.levels(of: product.id).name(of: words.level) != nil else {
                throw UseError.noLevel(words.level, product.prefix)
            }
            var head = try connection.lockChain(account.id)
            let membership = Membership(
                accountID: account.id,
                level: words.level,
                productID: product.id,
                componentID: component
            )
            let has = try connection.memberships(ofAccount: account.id).contains(membership)
            guard has != isMember else { return 0 }
            if isMember {
                try connection.insert(membership, id: try provision.id())
            } else {
                _ = try connection.delete(membership)
            }
            let facts: JSONValue = [
                "level": .int(words.level.rawValue), "product_id": .int(product.id),
                "component_id": component.map(JSONValue.int) ?? .null,
            ]
            let draft = EventDraft(isMember ? "joined" : "left", facts: facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return 1
        }
        return changed == 1
    }

    /// Stops an account from acting, or lets it act again.
    package func setDisabled(_ login: String, _ isDisabled: Bool) async throws {
        try await write { connection, acting, provision in
            try acting.require(.setUpAccounts)
            let account = try connection.knownAccount(login)
            var head = try connection.lockChain(account.id)
            guard (account.disabledAt != nil) != isDisabled else { return 0 }
            if isDisabled, try connection.isLastAdministrator(account.id, losing: nil) {
                throw UseError.lastAdministrator(login)
            }
            try connection.setDisabled(account.id, at: isDisabled ? try connection.now() : nil)
            let draft = EventDraft(isDisabled ? "disabled" : "enabled")
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return 1
        }
    }
}

extension Connection {
    fileprivate func grant(of words: GrantWords) throws -> RoleGrant {
        let scope: RoleScope =
            if let product = words.product {
                .product(try knownProduct(product).id)
            } else if let customer = words.customer {
                .customer(try knownCustomer(customer).id)
            } else if words.role == .customer {
                throw UseError(
                    .refused,
                    "Role 'customer' holds for one customer, and none is named",
                    hint: "Name it with --customer"
                )
            } else {
                .everywhere
            }
        return try RoleGrant(words.role, scope: scope)
    }

    /// Whether nobody could set up accounts any more without this account, or without its grant.
    fileprivate func isLastAdministrator(_ account: Int64, losing grant: RoleGrant?) throws -> Bool
    {
        let admin = try RoleGrant(.admin, scope: .everywhere)
        guard grant == nil || grant == admin, try grants(of: account).contains(admin) else {
            return false
        }
        return try lockHolders(of: .admin) == 1
    }

    fileprivate func view(of account: Account) throws -> AccountView {
        let grants = try grants(of: account.id).map { ($0.role, try words(of: $0.scope)) }
        let memberships = try memberships(ofAccount: account.id)
            .map { membership in
                let product = try product(membership.productID)?.prefix ?? "?"
                let component = try components(of: membership.productID)
                    .first { $0.id == membership.componentID }
                return "\(product) level \(membership.level.rawValue)"
                    + (component.map { ", \($0.name)" } ?? "")
            }
        return AccountView(
            account: account,
            customer: try account.customerID.flatMap { try customer($0)?.ref },
            grants: grants,
            memberships: memberships
        )
    }

    private func words(of scope: RoleScope) throws -> String {
        switch scope {
        case .everywhere: "everywhere"
        case .product(let id): "product \(try product(id)?.prefix ?? "?")"
        case .customer(let id): "customer \(try customer(id)?.ref ?? "?")"
        case .advisory(let id): "advisory \(id)"
        }
    }
}

extension UseError {
    fileprivate static func lastAdministrator(_ login: String) -> UseError {
        UseError(
            .refused,
            "Account '\(login)' is the last administrator, and nobody could set up accounts any more",
            hint: "Make another one first: 'mainstay account grant LOGIN admin'"
        )
    }

    fileprivate static func misfit(_ role: Role, _ account: Account) -> UseError {
        UseError(
            .refused,
            account.customerID == nil
                ? "Account '\(account.login)' is one of ours, and the role 'customer' is not for those"
                : "Account '\(account.login)' is a customer's, and the role '\(role.rawValue)' is "
                    + "for the staff alone",
            hint: "Make another account with 'mainstay account new'"
        )
    }

    static func noLevel(_ level: SupportLevel, _ prefix: String) -> UseError {
        UseError(
            .unknown,
            "Product \(prefix) has no level \(level.rawValue)",
            hint: "'mainstay product show \(prefix)' lists its levels"
        )
    }

    /// Something is called so already.
    static func taken(_ kind: String, _ name: String) -> UseError {
        UseError(.alreadyExists, "There is a \(kind) '\(name)' already")
    }
}
