package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// `mainstay account`.
package struct AccountCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Set up accounts, their roles and the levels that they work on.",
        discussion: """
            Examples:
              mainstay account new anna --name "Anna K." --os-user anna
              mainstay account grant anna agent --product MST
              mainstay account member anna --product MST --level 2
            """,
        subcommands: [
            AccountNew.self, AccountList.self, AccountShow.self, AccountGrant.self,
            AccountMember.self, AccountHours.self, AccountDisable.self, AccountEnable.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// An account, and how to tell of it.
package struct AccountOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The account.", valueName: "login"))
    var login: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the account and shows it.
    func act(_ act: @escaping (Desk) async throws -> Void) async throws {
        try await instance.show { desk in
            try await act(desk)
            return try await desk.account(login)
        }
    }
}

/// `mainstay account new`.
package struct AccountNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make an account without roles.",
        aliases: ["add"]
    )

    @OptionGroup var account: AccountOptions

    @Option(help: "The name of the person.")
    var name: String

    @Option(help: ArgumentHelp("The address for mail.", valueName: "address"))
    var email: String?

    @Option(help: ArgumentHelp("The customer it belongs to; without: ours.", valueName: "customer"))
    var customer: String?

    @Option(help: ArgumentHelp("Who acts as it on the command line.", valueName: "user"))
    var osUser: String?

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        var new = NewAccount(login: account.login, name: name)
        new.email = email
        new.customer = customer
        new.osUser = osUser
        try await account.act { [new] in try await $0.makeAccount(new) }
    }
}

/// `mainstay account list`.
package struct AccountList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the accounts with their roles."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let views = try await session.desk.accounts()
            try session.write("accounts", views.map(\.json)) { buffer in
                var table = GridTable(["LOGIN", "NAME", "CUSTOMER", "ROLES"])
                for view in views {
                    let state = view.account.disabledAt == nil ? "" : "disabled; "
                    table.add([
                        view.account.login, view.account.name, view.customer ?? "-",
                        state + view.roleWords.joined(separator: ", "),
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay account show`.
package struct AccountShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an account; without a login: who you are."
    )

    @Argument(help: ArgumentHelp("The account.", valueName: "login"))
    var login: String?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await instance.show { desk in
            if let login { try await desk.account(login) } else { try await desk.whoAmI() }
        }
    }
}

/// `mainstay account grant`.
package struct AccountGrant: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Give an account a role, or take it away.",
        discussion: """
            A role holds for a product, for a customer, or everywhere. The role 'customer' holds for \
            one customer.

            Examples:
              mainstay account grant anna agent --product MST
              mainstay account grant bob customer --customer acme
              mainstay account grant anna agent --product MST --take-away
            """
    )

    @OptionGroup var account: AccountOptions

    @Argument(help: "The role.")
    var role: Role

    @Option(help: ArgumentHelp("Only for this product.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("Only for this customer.", valueName: "customer"))
    var customer: String?

    @Flag(help: "Take the role away.")
    var takeAway = false

    /// Creates the command.
    package init() {}

    /// Refuses two scopes.
    package func validate() throws {
        if product != nil, customer != nil {
            throw ValidationError("Give --product or --customer, not both")
        }
    }

    /// Gives or takes.
    package func run() async throws {
        let words = GrantWords(role, product: product, customer: customer)
        try await account.act {
            try await $0.setRole(of: account.login, words, isGiven: !takeAway)
        }
    }
}

/// `mainstay account member`.
package struct AccountMember: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: "Put an account on a level of a product, or take it off.",
        discussion: """
            An escalation offers the members of the level that receives it.

            Examples:
              mainstay account member anna --product MST --level 2
              mainstay account member carl --product MST --level 3 --component parser
              mainstay account member anna --product MST --level 2 --take-off
            """
    )

    @OptionGroup var account: AccountOptions

    @Option(help: ArgumentHelp("The product.", valueName: "prefix"))
    var product: String

    @Option(help: ArgumentHelp("The level.", valueName: "0-4"))
    var level: SupportLevel

    @Option(help: ArgumentHelp("Only for this component.", valueName: "name"))
    var component: String?

    @Flag(help: "Take it off the level.")
    var takeOff = false

    /// Creates the command.
    package init() {}

    /// Puts on or takes off.
    package func run() async throws {
        let words = MembershipWords(
            login: account.login,
            level: level,
            product: product,
            component: component
        )
        try await account.act { try await $0.setMember(words, isMember: !takeOff) }
    }
}

/// `mainstay account disable`.
package struct AccountDisable: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Stop an account from acting; what it did stays."
    )

    @OptionGroup var account: AccountOptions

    /// Creates the command.
    package init() {}

    /// Stops it.
    package func run() async throws {
        try await account.act { try await $0.setDisabled(account.login, true) }
    }
}

/// `mainstay account enable`.
package struct AccountEnable: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let an account act again."
    )

    @OptionGroup var account: AccountOptions

    /// Creates the command.
    package init() {}

    /// Lets it act.
    package func run() async throws {
        try await account.act { try await $0.setDisabled(account.login, false) }
    }
}

extension AccountView: Shown {
    /// An account.
    static let name = "account"

    /// The roles in words: `agent (product MST)`.
    var roleWords: [String] {
        grants.map { "\($0.role.rawValue) (\($0.scope))" }
    }

    /// Writes the account for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.line("\(makeSafe(account.login))  \(makeSafe(account.name))")
        let lines: [(String, String?)] = [
            ("email", account.email), ("customer", customer), ("os user", account.osUser),
            ("disabled", account.disabledAt?.description),
        ]
        for (name, value) in lines {
            if let value { buffer.line("  \(name)  \(makeSafe(value))") }
        }
        for role in roleWords { buffer.line("  role  \(makeSafe(role))") }
        for membership in memberships { buffer.line("  member  \(makeSafe(membership))") }
    }

    /// The account with stable keys.
    var json: JSONValue {
        [
            "login": .text(account.login), "name": .text(account.name),
            "email": .text(account.email), "customer": .text(customer),
            "osUser": .text(account.osUser), "disabledAt": .time(account.disabledAt),
            "roles": .list(
                grants.map { ["role": .text($0.role.rawValue), "scope": .text($0.scope)] }
            ),
            "memberships": .texts(memberships),
        ]
    }
}
