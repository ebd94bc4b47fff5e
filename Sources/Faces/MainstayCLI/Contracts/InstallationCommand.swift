package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay customer installation`.
package struct InstallationCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "installation",
        abstract: "Record what a customer runs.",
        subcommands: [InstallationAdd.self, InstallationList.self, InstallationEnd.self]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay customer installation add`.
package struct InstallationAdd: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record that a customer runs a release of a product.",
        discussion: """
            Examples:
              mainstay customer installation add acme --product MST --release 2.1.4
            """,
        aliases: ["new"]
    )

    @Argument(help: "The customer.")
    var customer: String

    @Option(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String

    @Option(help: ArgumentHelp("Which release.", valueName: "version"))
    var release: String

    @Option(help: ArgumentHelp("Since when; today.", valueName: "day"))
    var since: CalendarDay?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Records it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let id = try await session.desk.install(
                release,
                of: product,
                at: customer,
                since: since
            )
            try session.tell(
                "installation",
                ["id": .int(id)],
                "Installation \(id): \(customer) runs \(product) \(release)."
            )
        }
    }
}

/// `mainstay customer installation list`.
package struct InstallationList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what a customer runs and ran."
    )

    @Argument(help: "The customer.")
    var customer: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let (all, products) = try await session.desk.installations(of: customer)
            let json = all.map { one -> JSONValue in
                [
                    "id": .int(one.id), "product": .text(products[one.productID]),
                    "release": .text(one.version), "since": .text(one.sinceDay.description),
                    "until": .text(one.untilDay?.description),
                ]
            }
            try session.write("installations", json) { buffer in
                if all.isEmpty { return buffer.line("No installations.") }
                var table = GridTable(["NUMBER", "PRODUCT", "RELEASE", "SINCE", "UNTIL"])
                for one in all {
                    table.add([
                        "\(one.id)", products[one.productID] ?? "?", one.version,
                        one.sinceDay.description, one.untilDay?.description ?? "-",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay customer installation end`.
package struct InstallationEnd: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Record that a customer runs something no more."
    )

    @Argument(help: "The customer.")
    var customer: String

    @Argument(help: ArgumentHelp("The installation.", valueName: "number"))
    var number: Int64

    @Option(help: ArgumentHelp("Its last day; today.", valueName: "day"))
    var on: CalendarDay?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Records it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.uninstall(number, at: customer, until: on)
            let words = "Installation \(number) has ended."
            try session.tell("installation", ["id": .int(number)], words)
        }
    }
}
