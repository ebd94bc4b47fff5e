package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// `mainstay product`.
package struct ProductCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "product",
        abstract: "Set up products: their components, levels and handovers.",
        discussion: """
            Examples:
              mainstay product new MST --name "Mainstay Server"
              mainstay product component MST parser
              mainstay product level MST --keep "1=Hotline" --keep "3=Kernel team"
              mainstay product handover MST 3 --item "steps to reproduce" --item environment
            """,
        subcommands: [
            ProductNew.self, ProductList.self, ProductShow.self, ProductComponent.self,
            ProductLevel.self, ProductHandover.self, ProductTarget.self, ProductRepository.self,
            ProductScan.self, ProductPatterns.self, ProductPolicy.self, ProductHook.self,
            ProductHint.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// A product, and how to tell of it.
package struct ProductOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var prefix: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the product and shows it.
    func act(_ act: @escaping (Desk) async throws -> Void) async throws {
        try await instance.show { desk in
            try await act(desk)
            return try await desk.product(prefix)
        }
    }
}

/// `mainstay product new`.
package struct ProductNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a product; its tickets are called PREFIX-1, PREFIX-2, ...",
        aliases: ["add"]
    )

    @OptionGroup var product: ProductOptions

    @Option(help: "Its name.")
    var name: String

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        try await product.act { try await $0.makeProduct(prefix: product.prefix, name: name) }
    }
}

/// `mainstay product list`.
package struct ProductList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the products."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let views = try await session.desk.products()
            try session.write("products", views.map(\.json)) { buffer in
                if views.isEmpty { return buffer.line("No products.") }
                var table = GridTable(["PREFIX", "NAME", "LEVELS", "OPEN TICKETS"])
                for view in views {
                    let levels = view.levels.levels.map { "\($0.rawValue)" }.joined(separator: " ")
                    table.add([
                        view.product.prefix, view.product.name, levels, "\(view.openTickets)",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay product show`.
package struct ProductShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a product with its levels, people and suggestions."
    )

    @OptionGroup var product: ProductOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await product.act { _ in }
    }
}

/// `mainstay product component`.
package struct ProductComponent: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "component",
        abstract: "Add a component, which can have people of its own."
    )

    @OptionGroup var product: ProductOptions

    @Argument(help: "Its name.")
    var name: String

    /// Creates the command.
    package init() {}

    /// Adds it.
    package func run() async throws {
        try await product.act { try await $0.makeComponent(name, of: product.prefix) }
    }
}

/// `mainstay product level`.
package struct ProductLevel: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "level",
        abstract: "Say which levels a product has and what they are called.",
        discussion: """
            The levels kept replace those it had; escalations skip the others. A product that never \
            said so has all five.

            Examples:
              mainstay product level MST --keep "1=Hotline" --keep 2 --keep "3=Kernel team"
              mainstay product level MST --all
            """
    )

    @OptionGroup var product: ProductOptions

    @Option(
        help: ArgumentHelp("A level, with its name if it has one.", valueName: "0-4[=name]")
    )
    var keep: [String] = []

    @Flag(help: "All five, under their usual names.")
    var all = false

    /// Creates the command.
    package init() {}

    /// Asks for levels.
    package func validate() throws {
        if keep.isEmpty != all { throw ValidationError("Give --keep for each level, or --all") }
        for word in keep { _ = try Self.level(word) }
    }

    /// Sets them.
    package func run() async throws {
        let pairs = try keep.map { try Self.level($0) }
        let names = Dictionary(pairs, uniquingKeysWith: { $1 })
        try await product.act { try await $0.setLevels(of: product.prefix, names) }
    }

    private static func level(_ word: String) throws -> (SupportLevel, String) {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard let first = parts.first, let level = SupportLevel(argument: first) else {
            throw ValidationError(
                "--keep '\(word)' names no level, expected 0 to 4 or such as 3=Experts"
            )
        }
        return (level, parts.count == 2 ? parts[1] : level.defaultName)
    }
}

/// `mainstay product handover`.
package struct ProductHandover: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "handover",
        abstract: "Say what a level insists on when it receives a ticket.",
        discussion: """
            The items replace those it had; without --item it insists on nothing.

            Examples:
              mainstay product handover MST 3 --item "steps to reproduce" --item environment
            """
    )

    @OptionGroup var product: ProductOptions

    @Argument(help: ArgumentHelp("The level.", valueName: "0-4"))
    var level: SupportLevel

    @Option(name: .customLong("item"), help: "An item by its name (can be repeated).")
    var items: [String] = []

    /// Creates the command.
    package init() {}

    /// Sets them.
    package func run() async throws {
        try await product.act {
            try await $0.setHandoverItems(of: product.prefix, at: level, Set(items))
        }
    }
}

extension ProductView: Shown {
    /// A product.
    static let name = "product"

    /// Writes the product for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.line("\(product.prefix)  \(makeSafe(product.name))")
        buffer.line("  open tickets  \(openTickets)")
        for level in levels.levels {
            buffer.line("  level \(level.rawValue)  \(makeSafe(levels.name(of: level) ?? ""))")
            let needed = levels.required(at: level).sorted()
            if !needed.isEmpty {
                buffer.line("    needs  \(makeSafe(needed.joined(separator: ", ")))")
            }
            for member in members where member.level == level {
                let part = member.component.map { ", for \($0)" } ?? ""
                buffer.line("    \(makeSafe(member.login + part))")
            }
        }
        for component in components { buffer.line("  component  \(makeSafe(component.name))") }
        for suggestion in suggestions {
            let name = makeSafe(suggestion.label.name)
            buffer.line("  suggestion  \(name), tickets that ask for it: \(suggestion.tickets)")
        }
    }

    /// The product with stable keys.
    var json: JSONValue {
        [
            "prefix": .text(product.prefix), "name": .text(product.name),
            "openTickets": .int(Int64(openTickets)),
            "components": .texts(components.map(\.name)),
            "levels": .list(
                levels.levels.map { level in
                    [
                        "level": .int(level.rawValue), "name": .text(levels.name(of: level)),
                        "needs": .texts(levels.required(at: level).sorted()),
                    ]
                }
            ),
            "members": .list(
                members.map { member in
                    [
                        "login": .text(member.login), "level": .int(member.level.rawValue),
                        "component": .text(member.component),
                    ]
                }
            ),
            "suggestions": .list(suggestions.map(\.json)),
        ]
    }
}
