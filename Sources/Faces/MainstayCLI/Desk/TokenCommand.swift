package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// `mainstay token`.
package struct TokenCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make and take back tokens, by which programs act as an account.",
        discussion: """
            A program sets MAINSTAY_TOKEN to the secret, which is shown once.

            Examples:
              mainstay token new "nightly import" --role agent --expires 2027-01-01
              mainstay token list
              mainstay token revoke 249718530048
            """,
        subcommands: [TokenNew.self, TokenList.self, TokenRevoke.self]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay token new`.
package struct TokenNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a token; its secret is shown once.",
        aliases: ["add"]
    )

    @Argument(help: "What it is for.")
    var name: String

    @Option(help: ArgumentHelp("Who acts with it, if not you.", valueName: "login"))
    var account: String?

    @Option(help: "A role that it may use (can be repeated); without: all of the account's.")
    var role: [Role] = []

    @Option(help: ArgumentHelp("When it stops working.", valueName: "day or time"))
    var expires: Instant?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes and shows it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let token = try await session.desk.makeToken(
                for: account,
                name: name,
                roles: Set(role),
                expiresAt: expires
            )
            let json: JSONValue = ["id": .int(token.id), "secret": .text(token.secret)]
            try session.write("token", [json]) { buffer in
                buffer.line("Token \(token.id). Its secret, which is not shown again:")
                buffer.line(token.secret)
            }
        }
    }
}

/// `mainstay token list`.
package struct TokenList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List your tokens; an administrator sees all."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let tokens = try await session.desk.tokens()
            let json = tokens.map { token, login -> JSONValue in
                [
                    "id": .int(token.id), "account": .text(login), "name": .text(token.name),
                    "roles": .texts(token.roles.map(\.rawValue).sorted()),
                    "expiresAt": .time(token.expiresAt), "revokedAt": .time(token.revokedAt),
                ]
            }
            try session.write("tokens", json) { buffer in
                if tokens.isEmpty { return buffer.line("No tokens.") }
                var table = GridTable(["TOKEN", "ACCOUNT", "NAME", "ROLES", "STATE"])
                for (token, login) in tokens {
                    let state =
                        token.revokedAt.map { "revoked \($0)" }
                        ?? token.expiresAt.map { "until \($0)" } ?? "good"
                    table.add(["\(token.id)", login, token.name, token.roleWords, state])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay token revoke`.
package struct TokenRevoke: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a token back at once."
    )

    @Argument(help: ArgumentHelp("The token.", valueName: "number"))
    var id: Int64

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Takes it back.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.revokeToken(id)
            try session.tell("token", ["id": .int(id)], "Token \(id) is revoked.")
        }
    }
}
