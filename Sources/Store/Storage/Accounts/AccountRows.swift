import Crypto
package import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Connection {
    /// Returns an account by its number.
    package func account(_ id: Int64) throws -> Account? {
        try one("SELECT \(Account.columns) FROM account WHERE id = \(id)")
    }

    /// Returns an account by its login.
    package func account(login: String) throws -> Account? {
        try one("SELECT \(Account.columns) FROM account WHERE login = \(login)")
    }

    /// Returns the account that an operating-system user acts as.
    package func account(osUser: String) throws -> Account? {
        try one("SELECT \(Account.columns) FROM account WHERE os_user = \(osUser)")
    }

    /// Returns all accounts, by login.
    package func accounts() throws -> [Account] {
        try all("SELECT \(Account.columns) FROM account WHERE erased_at IS NULL ORDER BY login")
    }

    /// Returns the numbers of all accounts that are customers'.
    package func customerAccounts() throws -> Set<Int64> {
        Set(try values("SELECT id FROM account WHERE customer_id IS NOT NULL"))
    }

    /// Returns the logins of accounts by their numbers.
    package func logins(of ids: Set<Int64>) throws -> [Int64: String] {
        try names("login", of: "account", isIn: ids)
    }

    /// Adds an account.
    package func insert(_ account: Account) throws {
        try exec(
            """
            INSERT INTO account (id, login, name, email, customer_id, os_user, created_at)
            VALUES (\(account.id), \(account.login), \(account.name), \(account.email),
              \(account.customerID), \(account.osUser), \(account.createdAt))
            """
        )
    }

    /// Stops an account from acting, or lets it act again with `nil`.
    package func setDisabled(_ id: Int64, at moment: Instant?) throws {
        try exec("UPDATE account SET disabled_at = \(moment) WHERE id = \(id)")
    }
}

/// Roles.
extension Connection {
    /// Returns the roles given to an account, by scope and role.
    package func grants(of account: Int64) throws -> [RoleGrant] {
        var grants: [RoleGrant] = []
        try run(
            "SELECT role, scope FROM role_grant WHERE account_id = \(account) ORDER BY scope, role"
        ) { row in
            let role: Role = try row.next()
            grants.append(try RoleGrant(role, scope: RoleScope(try row.next(String.self))))
        }
        return grants
    }

    /// Gives a role; returns whether the account did not have it.
    package func insert(_ grant: RoleGrant, to account: Int64, by granter: Int64) throws -> Bool {
        try exec(
            """
            INSERT INTO role_grant (account_id, scope, role, granted_by, granted_at)
            VALUES (\(account), \(grant.scope.text), \(grant.role), \(granter), \(try now()))
            ON CONFLICT (account_id, scope, role) DO NOTHING
            """
        ) == 1
    }

    /// Takes a role away; returns whether the account had it.
    package func delete(_ grant: RoleGrant, of account: Int64) throws -> Bool {
        try exec(
            """
            DELETE FROM role_grant WHERE account_id = \(account) AND scope = \(grant.scope.text)
              AND role = \(grant.role)
            """
        ) == 1
    }

    /// Returns how many accounts that may act hold a role everywhere, and locks their chains.
    ///
    /// Two who each count on the other then come one after the other.
    package func lockHolders(of role: Role) throws -> Int {
        let accounts: [Int64] = try values(
            """
            SELECT id FROM chain WHERE id IN (
              SELECT account_id FROM role_grant JOIN account ON account.id = role_grant.account_id
              WHERE role = \(role) AND scope = '*' AND disabled_at IS NULL)
            ORDER BY id\(postgres: " FOR UPDATE")
            """
        )
        return accounts.count
    }
}

/// Tokens.
extension Connection {
    /// Returns the token with a secret.
    package func token(secret: String) throws -> APIToken? {
        let sha = SHA256.hash(data: Array(secret.utf8)).hex()
        return try one("SELECT \(APIToken.columns) FROM api_token WHERE secret_sha = \(sha)")
    }

    /// Returns a token by its number.
    package func token(_ id: Int64) throws -> APIToken? {
        try one("SELECT \(APIToken.columns) FROM api_token WHERE id = \(id)")
    }

    /// Returns the tokens of an account, or of all with `nil`; the oldest first.
    package func tokens(of account: Int64?) throws -> [APIToken] {
        let filter: Query = account.map { "WHERE account_id = \($0)" } ?? ""
        return try all("SELECT \(APIToken.columns) FROM api_token \(filter) ORDER BY id")
    }

    /// Adds a token; of its secret only the hash is kept.
    package func insert(_ token: APIToken, secret: String) throws {
        let sha = SHA256.hash(data: Array(secret.utf8)).hex()
        try exec(
            """
            INSERT INTO api_token (id, account_id, name, secret_sha, roles, created_at, expires_at)
            VALUES (\(token.id), \(token.accountID), \(token.name), \(sha), \(token.roleWords),
              \(token.createdAt), \(token.expiresAt))
            """
        )
    }

    /// Takes a token back.
    package func revokeToken(_ id: Int64, at moment: Instant) throws {
        try exec("UPDATE api_token SET revoked_at = \(moment) WHERE id = \(id)")
    }
}
