package import ArgumentParser
import MainstayCore
import MainstayService
import Storage

extension Customer.Kind: ExpressibleByArgument {}

/// `mainstay customer`.
package struct CustomerCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "customer",
        abstract: "Make and list customers.",
        subcommands: [CustomerNew.self, CustomerList.self, InstallationCommand.self]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay customer new`.
package struct CustomerNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a customer: a company, or a department of our own house.",
        aliases: ["add"]
    )

    @Argument(
        help: ArgumentHelp("The short name that people type, such as acme.", valueName: "ref")
    )
    var ref: String

    @Option(help: "Its full name.")
    var name: String

    @Option(help: "What it is.")
    var kind = Customer.Kind.company

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.makeCustomer(ref, name: name, kind: kind)
            try session.tell(
                "customer",
                ["ref": .text(ref)],
                "Customer \(ref) is made."
            )
        }
    }
}

/// `mainstay customer list`.
package struct CustomerList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the customers."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let customers = try await session.desk.customers()
            let json = customers.map { customer -> JSONValue in
                [
                    "ref": .text(customer.ref), "name": .text(customer.name),
                    "kind": .text(customer.kind.rawValue),
                ]
            }
            try session.write("customers", json) { buffer in
                if customers.isEmpty { return buffer.line("No customers.") }
                var table = GridTable(["CUSTOMER", "KIND", "NAME"])
                for customer in customers {
                    table.add([customer.ref, customer.kind.rawValue, customer.name])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}
