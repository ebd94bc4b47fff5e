package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay contract`.
package struct ContractCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "contract",
        abstract: "Make, see and change contracts with customers, and ours with vendors.",
        discussion: """
            A contract holds from a first to a last day, both in UTC. What it promises are its terms: \
            each holds from a moment on, until the next one does, and none is ever edited.

            Examples:
              mainstay contract new ACME-1 --customer acme --model prepaid_block \\
                --from 2026-01-01 --calendar 12x5 --target P1:fix=4h@24x7 --target P2:fix=8h
              mainstay contract block ACME-1 40h --expires 2026-12-31
              mainstay contract target ACME-1 P1:fix=2h@24x7 --from 2026-07-01
              mainstay contract show ACME-1
            """,
        subcommands: [
            ContractNew.self, ContractList.self, ContractShow.self, ContractTermCommand.self,
            ContractTarget.self, ContractLine.self, ContractService.self, ContractBlock.self,
            ContractEnd.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay contract new`.
package struct ContractNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a contract with its first term.",
        aliases: ["add"]
    )

    @Argument(help: ArgumentHelp("What people call it.", valueName: "name"))
    var ref: String

    @Option(help: "Whose it is.")
    var customer: String?

    @Option(help: "The vendor that it is with, if it is ours.")
    var vendor: String?

    @Option(help: "How work is paid for.")
    var model: ContractModel

    @Option(name: .customLong("from"), help: ArgumentHelp("Its first day.", valueName: "day"))
    var startsDay: CalendarDay

    @Option(name: .customLong("to"), help: ArgumentHelp("Its last day.", valueName: "day"))
    var endsDay: CalendarDay?

    @Flag(help: "It may cover what another contract covers: then requests name theirs.")
    var beside = false

    @OptionGroup var term: TermOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for a party and a calendar.
    package func validate() throws {
        if (customer == nil) == (vendor == nil) {
            throw ValidationError("Give --customer, or --vendor")
        }
        if term.calendar == nil {
            throw ValidationError(
                "Give --calendar, such as 12x5; 'mainstay calendar list' lists them"
            )
        }
    }

    /// Makes and shows it.
    package func run() async throws {
        let party: NewContract.Party = vendor.map { .vendor($0) } ?? .customer(customer ?? "")
        var new = NewContract(ref, with: party, model: model, from: startsDay)
        new.endsDay = endsDay
        new.isBeside = beside
        new.terms = term.words
        targets.add(to: &new.terms)
        let made = new
        try await instance.show { desk in
            try await desk.makeContract(made)
            return try await desk.contract(ref)
        }
    }
}

/// `mainstay contract list`.
package struct ContractList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List contracts with customers, or ours with vendors."
    )

    @Option(help: "Only of this customer.")
    var customer: String?

    @Flag(help: "Ours with vendors.")
    var vendors = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let contracts = try await session.desk.contracts(of: customer, withVendors: vendors)
            try session.write("contracts", contracts.map(\.json)) { buffer in
                if contracts.isEmpty { return buffer.line("No contracts.") }
                var table = GridTable([
                    "CONTRACT", vendors ? "VENDOR" : "CUSTOMER", "MODEL", "FROM", "TO", "", "LEFT",
                ])
                for one in contracts {
                    table.add([
                        one.contract.ref, one.party, one.contract.model.words,
                        one.contract.startsDay.description,
                        one.contract.endsDay?.description ?? "-", one.holds ? "holds" : "",
                        one.leftMinutes.map(Minutes.words) ?? "",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay contract show`.
package struct ContractShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a contract: its terms, what it covers, what is left of its hours."
    )

    @Argument(help: ArgumentHelp("The contract.", valueName: "contract"))
    var ref: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await instance.show { try await $0.contract(ref) }
    }
}

/// `mainstay contract end`.
package struct ContractEnd: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End a contract, or let it run longer."
    )

    @Argument(help: ArgumentHelp("The contract.", valueName: "contract"))
    var ref: String

    @Option(help: ArgumentHelp("Its last day.", valueName: "day"))
    var on: CalendarDay

    @OptionGroup var preview: PreviewOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Ends and shows it.
    package func run() async throws {
        try await preview.show(on: instance) { desk in
            desk.endOfContract(ref, on: on)
        } then: { desk, _ in
            try await desk.contract(ref)
        }
    }
}
