package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay contract term`.
package struct ContractTermCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "term",
        abstract: "Agree on a new term; what is not said stays as it is.",
        discussion: """
            Examples:
              mainstay contract term ACME-1 --highest-level 3 --from 2026-07-01
              mainstay contract term ACME-1 --round-to 15m --least 30m --warn-left 10h
            """
    )

    @OptionGroup var term: TermOptions
    @OptionGroup var contract: ContractChangeOptions

    /// Creates the command.
    package init() {}

    /// Asks for something.
    package func validate() throws {
        if term.words == TermWords() {
            throw ValidationError("Say what is different, such as --highest-level 3")
        }
    }

    /// Changes and shows.
    package func run() async throws { try await contract.change(term.words) }
}

/// `mainstay contract target`.
package struct ContractTarget: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "target",
        abstract: "Set targets, or take them away with 'none'; the others stay.",
        discussion: """
            Examples:
              mainstay contract target ACME-1 P1:reaction=30m@24x7 P1:fix=4h@24x7 P2:fix=8h
              mainstay contract target ACME-1 P3:update=none
            """
    )

    @OptionGroup var contract: ContractChangeOptions

    @Argument(help: ArgumentHelp("Targets.", valueName: "P1:fix=4h[@24x7]"))
    var targets: [TargetWords]

    /// Creates the command.
    package init() {}

    /// Changes and shows.
    package func run() async throws {
        var words = TermWords()
        words.targets = targets
        try await contract.change(words)
    }
}

/// `mainstay contract line`.
package struct ContractLine: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "line",
        abstract: "Say which products, lines and phases are covered, in place of what was.",
        discussion: """
            Examples:
              mainstay contract line ACME-1 MST:release/2.1 MST:release/2.0=active+maintenance
              mainstay contract line ACME-1 --every-product
            """
    )

    @OptionGroup var contract: ContractChangeOptions

    @Argument(help: ArgumentHelp("What is covered.", valueName: "MST[:line[=phase+phase]]"))
    var lines: [CoverageWords] = []

    @Flag(help: "Everything is covered.")
    var everyProduct = false

    @Flag(help: "It may cover what another contract covers: then requests name theirs.")
    var beside = false

    /// Creates the command.
    package init() {}

    /// Asks for lines or for all.
    package func validate() throws {
        if lines.isEmpty != everyProduct {
            throw ValidationError("Give what is covered, or --every-product")
        }
    }

    /// Changes and shows.
    package func run() async throws {
        var words = TermWords()
        words.coverage = lines
        try await contract.change(words, isBeside: beside)
    }
}

/// `mainstay contract service`.
package struct ContractService: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Add a service to what is covered, or end it with --to.",
        discussion: """
            Examples:
              mainstay contract service ACME-1 "Mail server" --product MAIL
              mainstay contract service ACME-1 "Mail server" --to 2026-06-30
            """
    )

    @Argument(help: ArgumentHelp("The contract.", valueName: "contract"))
    var ref: String

    @Argument(help: ArgumentHelp("What people call the service.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("The product that it is about.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("Its first day; today.", valueName: "day"))
    var from: CalendarDay?

    @Option(help: ArgumentHelp("Its last day.", valueName: "day"))
    var to: CalendarDay?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Changes and shows.
    package func run() async throws {
        try await instance.show { desk in
            try await desk.cover(name, of: product, under: ref, from: from, to: to)
            return try await desk.contract(ref)
        }
    }
}

/// `mainstay contract block`.
package struct ContractBlock: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "block",
        abstract: "Sell a block of hours, or take one back that was entered by mistake.",
        discussion: """
            Examples:
              mainstay contract block ACME-1 40h --expires 2026-12-31
              mainstay contract block ACME-1 --undo 1234
            """
    )

    @Argument(help: ArgumentHelp("The contract.", valueName: "contract"))
    var ref: String

    @Argument(help: ArgumentHelp("How much: 40h.", valueName: "time"))
    var time: Minutes?

    @Option(help: ArgumentHelp("The first day whose work it pays; today.", valueName: "day"))
    var bought: CalendarDay?

    @Option(help: ArgumentHelp("The last day whose work it pays.", valueName: "day"))
    var expires: CalendarDay?

    @Option(help: ArgumentHelp("Take this block back.", valueName: "number"))
    var undo: Int64?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for one of both.
    package func validate() throws {
        if (time == nil) == (undo == nil) {
            throw ValidationError("Give a time such as 40h, or --undo NUMBER")
        }
    }

    /// Changes and shows.
    package func run() async throws {
        try await instance.show { desk in
            if let undo { try await desk.withdrawHours(undo, under: ref) }
            if let time {
                try await desk.buyHours(time.count, under: ref, on: bought, until: expires)
            }
            return try await desk.contract(ref)
        }
    }
}
