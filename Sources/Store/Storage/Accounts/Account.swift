package import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Role: SQLValue {}

/// A person or service that acts.
package struct Account: Sendable, Hashable, RowDecodable {
    /// The columns of `account`, its secrets left out.
    package static let columns: Query =
        "id, login, name, email, customer_id, os_user, created_at, disabled_at"

    /// Its number.
    package let id: Int64
    /// The name by which it is called: unique, and empty once it was erased.
    package let login: String
    /// The name of the person.
    package let name: String
    /// The address for mail.
    package let email: String?
    /// The customer that it belongs to; `nil`: it is one of ours.
    package let customerID: Int64?
    /// The operating-system user who acts as it on the command line.
    package let osUser: String?
    /// When it was made.
    package let createdAt: Instant
    /// Since when it may not act any more.
    package var disabledAt: Instant?

    /// Creates an account that may act.
    package init(
        id: Int64,
        login: String,
        name: String,
        createdAt: Instant,
        contact: (email: String?, customerID: Int64?, osUser: String?)
    ) {
        self.id = id
        self.login = login
        self.name = name
        self.createdAt = createdAt
        (email, customerID, osUser) = contact
        disabledAt = nil
    }

    /// Reads the columns of `account`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        login = try row.next()
        name = try row.next()
        email = try row.next()
        customerID = try row.next()
        osUser = try row.next()
        createdAt = try row.next()
        disabledAt = try row.next()
    }
}

/// A key for programs; its secret is shown once, only the hash is kept.
package struct APIToken: Sendable, Hashable, RowDecodable {
    /// The columns of `api_token`, the hash left out.
    package static let columns: Query =
        "id, account_id, name, roles, created_at, expires_at, revoked_at"

    /// Its number.
    package let id: Int64
    /// Who acts with it.
    package let accountID: Int64
    /// What it is for.
    package let name: String
    /// The roles that it may use of those that the account has.
    package let roles: Set<Role>
    /// When it was made.
    package let createdAt: Instant
    /// When it stops working; `nil`: never.
    package let expiresAt: Instant?
    /// When it was taken back.
    package var revokedAt: Instant?

    /// Creates a token that works.
    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        roles: Set<Role>,
        validity: (from: Instant, until: Instant?)
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.roles = roles
        (createdAt, expiresAt) = validity
        revokedAt = nil
    }

    /// Reads the columns of `api_token`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        accountID = try row.next()
        name = try row.next()
        roles = try Self.roles(in: try row.next())
        createdAt = try row.next()
        expiresAt = try row.next()
        revokedAt = try row.next()
    }

    private static func roles(in words: String) throws -> Set<Role> {
        Set(
            try words.split(separator: " ")
                .map { word in
                    guard let role = Role(rawValue: String(word)) else {
                        throw SQLError(.decode, "A token has the role '\(word)', which is unknown")
                    }
                    return role
                }
        )
    }

    /// The roles in the order of the enum, separated by spaces, as the column holds them.
    package var roleWords: String {
        Role.allCases.filter(roles.contains).map(\.rawValue).joined(separator: " ")
    }

    /// Whether it works at a moment.
    package func works(at moment: Instant) -> Bool {
        revokedAt == nil && (expiresAt.map { moment < $0 } ?? true)
    }
}
