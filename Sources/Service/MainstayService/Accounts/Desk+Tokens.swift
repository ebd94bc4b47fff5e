package import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// A token that was just made.
package struct NewToken: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// What a program sends to act; it cannot be shown again.
    package let secret: String
}

extension Desk {
    /// Makes a token for an account: one's own, or another's by who may set up accounts.
    ///
    /// - Parameters:
    ///   - login: The account; `nil`: the one that acts.
    ///   - name: What the token is for.
    ///   - roles: The roles that it may use of those that the account has, or that the token has
    ///     which makes it; empty: all of today's.
    ///   - expiresAt: When it stops working; `nil`: never.
    /// - Returns: The token with its secret.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a role that the account does not
    ///   have or an end that is over.
    package func makeToken(
        for login: String?,
        name: String,
        roles: Set<Role>,
        expiresAt: Instant?
    ) async throws -> NewToken {
        let secret = TokenSecret.make()
        let id = try await write { connection, acting, provision in
            let account = try connection.owner(login, by: acting)
            // A token makes no other that may more than itself.
            let grants =
                account.id == acting.account.id
                ? acting.grants : try connection.grants(of: account.id)
            let has = Set(grants.map(\.role))
            if let missing = roles.subtracting(has).first {
                throw UseError(
                    .refused,
                    "Account '\(account.login)' does not have the role '\(missing.rawValue)'"
                )
            }
            let now = try connection.now()
            if let end = expiresAt, end <= now {
                throw UseError(.refused, "A token cannot work until \(end), which is over")
            }
            let token = APIToken(
                id: try provision.id(),
                accountID: account.id,
                name: try DeskText.name(name),
                roles: roles.isEmpty ? has : roles,
                validity: (now, expiresAt)
            )
            try connection.insert(token, secret: secret)
            var head = try connection.lockChain(account.id)
            let facts: JSONValue = ["token_id": .int(token.id), "roles": .text(token.roleWords)]
            let draft = EventDraft("token_made", facts: facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(token.id)
        }
        return NewToken(id: id.int ?? 0, secret: secret)
    }

    /// Returns tokens with the logins of their accounts, the oldest first.
    ///
    /// Those of all accounts for who may set up accounts, else one's own.
    package func tokens() async throws -> [(token: APIToken, login: String)] {
        try await read { connection, acting in
            let isAdministrator = acting.grants.holds(
                UseCase.setUpAccounts.roles,
                product: nil,
                customer: nil
            )
            let tokens = try connection.tokens(of: isAdministrator ? nil : acting.account.id)
            let logins = try connection.logins(of: Set(tokens.map(\.accountID)))
            return tokens.map { ($0, logins[$0.accountID] ?? "?") }
        }
    }

    /// Takes a token back.
    package func revokeToken(_ id: Int64) async throws {
        try await write { connection, acting, provision in
            guard let token = try connection.token(id),
                let login = try connection.account(token.accountID)?.login
            else { throw UseError.unknown("token", "\(id)", list: "token list") }
            let account = try connection.owner(login, by: acting)
            guard token.revokedAt == nil else { return 0 }
            try connection.revokeToken(id, at: try connection.now())
            var head = try connection.lockChain(account.id)
            let draft = EventDraft("token_revoked", facts: ["token_id": .int(id)])
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return 1
        }
    }
}

extension Connection {
    fileprivate func owner(_ login: String?, by acting: ActingAccount) throws -> Account {
        guard let login, login != acting.account.login else { return acting.account }
        try acting.require(.setUpAccounts)
        return try knownAccount(login)
    }
}

/// The secret of a token: `mst_` and 43 letters and digits, over 250 random bits.
enum TokenSecret {
    static func make() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var random = SystemRandomNumberGenerator()
        let letters = (0..<43)
            .map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
        return "mst_" + String(decoding: letters, as: UTF8.self)
    }
}
