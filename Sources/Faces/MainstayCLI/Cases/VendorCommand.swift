package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
package import SupportDesk

extension Vendor.Kind: ExpressibleByArgument {}
extension SharedField: ExpressibleByArgument {}

/// `mainstay vendor`.
package struct VendorCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "vendor",
        abstract: "Make, see and change vendors: those whom level 4 asks.",
        discussion: """
            A vendor is a company outside, or a department of our own house. Of our tickets nothing \
            leaves to it but the fields that are shared and the words that somebody writes for it. \
            Our contract with it is made with 'mainstay contract new NAME --vendor VENDOR'.

            Examples:
              mainstay vendor new nas-works --contact "support@nas.example" --share product
              mainstay vendor new development --kind department --repository MST
              mainstay vendor show nas-works
            """,
        subcommands: [VendorNew.self, VendorList.self, VendorShow.self, VendorEdit.self]
    )

    /// Creates the command.
    package init() {}
}

/// What a vendor is and may be told.
package struct VendorOptions: ParsableArguments {
    @Option(help: "What it is.")
    var kind: Vendor.Kind?

    @Option(help: ArgumentHelp("Whom to ask there, in one line.", valueName: "words"))
    var contact: String?

    @Option(help: ArgumentHelp("A field that may leave (can be repeated).", valueName: "field"))
    var share: [SharedField] = []

    @Option(
        help: ArgumentHelp(
            "A product in whose repository its commits are looked for (can be repeated).",
            valueName: "prefix"
        )
    )
    var repository: [String] = []

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// What shall be different.
    var words: VendorWords {
        var words = VendorWords()
        words.kind = kind
        words.contact = contact
        words.fields = share.isEmpty ? nil : Set(share)
        words.repositories = repository
        return words
    }
}

/// `mainstay vendor new`.
package struct VendorNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a vendor, a company unless said otherwise.",
        aliases: ["add"]
    )

    @Argument(help: "The short name that people type, such as nas-works.")
    var name: String

    @OptionGroup var options: VendorOptions

    /// Creates the command.
    package init() {}

    /// Makes and shows it.
    package func run() async throws {
        try await options.instance.show { desk in
            try await desk.makeVendor(name, options.words)
            return try await desk.vendor(name)
        }
    }
}

/// `mainstay vendor edit`.
package struct VendorEdit: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a vendor; what is not said stays, and --share replaces all that was."
    )

    @Argument(help: "The vendor.")
    var name: String

    @Flag(help: "No field may leave any more.")
    var shareNothing = false

    @Option(
        help: ArgumentHelp(
            "Look for its commits there no more (can be repeated).",
            valueName: "prefix"
        )
    )
    var dropRepository: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether cases are opened there no more.")
    var closed: Bool?

    @OptionGroup var options: VendorOptions

    /// Creates the command.
    package init() {}

    /// Refuses a contradiction.
    package func validate() throws {
        if shareNothing, !options.share.isEmpty {
            throw ValidationError("Give --share or --share-nothing, not both")
        }
    }

    /// Changes and shows it.
    package func run() async throws {
        var words = options.words
        if shareNothing { words.fields = [] }
        words.droppedRepositories = dropRepository
        words.isClosed = closed
        let wanted = words
        try await options.instance.show { desk in
            try await desk.edit(vendor: name, wanted)
            return try await desk.vendor(name)
        }
    }
}

/// `mainstay vendor list`.
package struct VendorList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the vendors."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let vendors = try await session.desk.vendors()
            let json = vendors.map { vendor, openCases -> JSONValue in
                [
                    "name": .text(vendor.name), "kind": .text(vendor.kind.rawValue),
                    "openCases": .int(Int64(openCases)), "closedAt": .time(vendor.closedAt),
                ]
            }
            try session.write("vendors", json) { buffer in
                if vendors.isEmpty { return buffer.line("No vendors.") }
                var table = GridTable(["VENDOR", "KIND", "OPEN CASES", ""])
                for (vendor, openCases) in vendors {
                    table.add([
                        vendor.name, vendor.kind.rawValue, "\(openCases)",
                        vendor.closedAt == nil ? "" : "closed",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay vendor show`.
package struct VendorShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a vendor: what may leave to it, contracts, connectors, open cases."
    )

    @Argument(help: "The vendor.")
    var name: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await instance.show { try await $0.vendor(name) }
    }
}

extension VendorView: Shown {
    /// A vendor.
    static let name = "vendor"

    /// Writes the vendor for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(vendor.name, .bold, on: screen)
        buffer.line("  \(vendor.kind.rawValue)" + (vendor.closedAt.map { ", closed \($0)" } ?? ""))
        let shared = SharedField.allCases.filter(vendor.policy.fields.contains).map(\.words)
        var fields = [("shares", shared.isEmpty ? "no field" : shared.joined(separator: ", "))]
        if let contact = vendor.contact { fields.append(("contact", contact)) }
        for contract in contracts {
            fields.append(
                ("contract", contract.ref + (contract.holds ? "" : ", does not hold today"))
            )
        }
        if !repositories.isEmpty {
            fields.append(("commits", "looked for in \(repositories.joined(separator: ", "))"))
        }
        for connector in connectors {
            fields.append(("connector", "\(connector.name), \(connector.state.rawValue)"))
        }
        for (name, value) in fields {
            buffer.add("  \(name)", .dim, on: screen)
            buffer.add(spaces: max(1, 12 - name.utf8.count))
            buffer.line(makeSafe(value))
        }
        if cases.isEmpty { return }
        buffer.line()
        cases.table().write(to: &buffer, on: screen)
    }

    /// The vendor with stable keys.
    var json: JSONValue {
        [
            "name": .text(vendor.name), "kind": .text(vendor.kind.rawValue),
            "contact": .text(vendor.contact), "closedAt": .time(vendor.closedAt),
            "shares": .texts(vendor.policy.fields.map(\.rawValue).sorted()),
            "contracts": .list(
                contracts.map { ["contract": .text($0.ref), "holds": .bool($0.holds)] }
            ),
            "repositories": .texts(repositories),
            "connectors": .list(
                connectors.map {
                    ["name": .text($0.name), "state": .text($0.state.rawValue)]
                }
            ),
            "cases": .list(cases.map(\.json)),
        ]
    }
}
