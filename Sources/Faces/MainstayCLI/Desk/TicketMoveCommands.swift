package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
package import SupportDesk

/// A move to another status, with words that the customer sees.
package struct MoveOptions: ParsableArguments {
    @OptionGroup var ticket: TicketOptions
    @OptionGroup var input: TextInput

    /// Creates the defaults.
    package init() {}

    func move(to status: TicketStatus) async throws {
        let words = try input.words()
        try await ticket.act { try await $0.move($1, to: status, words) }
    }
}

/// `mainstay ticket wait`.
package struct TicketWait: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Say that a ticket waits for the customer, a vendor or a release.",
        discussion: """
            The words are told to the customer. A message of the customer opens a ticket that waits \
            for him.

            Examples:
              mainstay ticket wait MST-7 --for customer "Which version do you run?"
              mainstay ticket wait MST-7 --for release
            """
    )

    /// For whom a ticket can wait.
    package enum Party: String, ExpressibleByArgument, CaseIterable, Sendable {
        case customer, vendor, release

        var status: TicketStatus {
            switch self {
            case .customer: .waitingCustomer
            case .vendor: .waitingVendor
            case .release: .waitingRelease
            }
        }
    }

    @Option(name: .customLong("for"), help: "For whom.")
    var party: Party

    @OptionGroup var move: MoveOptions

    /// Creates the command.
    package init() {}

    /// Moves.
    package func run() async throws { try await move.move(to: party.status) }
}

/// A move that has a command of its own.
package protocol StatusMove {
    /// The name and the help of the command.
    static var configuration: CommandConfiguration { get }
    /// Where it leads.
    static var status: TicketStatus { get }
}

/// `mainstay ticket resume`, `resolve`, `reopen` and `close`.
package struct TicketMove<Move: StatusMove>: AsyncParsableCommand {
    /// The name and the help.
    package static var configuration: CommandConfiguration { Move.configuration }

    @OptionGroup var move: MoveOptions

    /// Creates the command.
    package init() {}

    /// Moves.
    package func run() async throws { try await move.move(to: Move.status) }
}

/// What `mainstay ticket resume` does.
package enum Resume: StatusMove {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Take a ticket up: new or waiting becomes open."
    )
    /// Open.
    package static let status = TicketStatus.open
}

/// What `mainstay ticket resolve` does.
package enum Resolve: StatusMove {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say that a ticket is solved; the words are told to the customer."
    )
    /// Resolved.
    package static let status = TicketStatus.resolved
}

/// What `mainstay ticket reopen` does.
package enum Reopen: StatusMove {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Open a ticket that was resolved or closed."
    )
    /// Open again.
    package static let status = TicketStatus.open
}

/// What `mainstay ticket close` does.
package enum Close: StatusMove {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close a ticket that is resolved."
    )
    /// Closed.
    package static let status = TicketStatus.closed
}

/// `mainstay ticket relate`.
package struct TicketRelate: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "relate",
        abstract: "Join a ticket to another.",
        discussion: """
            Examples:
              mainstay ticket relate MST-7 --to MST-3 --as duplicates
              mainstay ticket relate MST-7 --to MST-9 --as caused_by
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Option(name: .customLong("to"), help: ArgumentHelp("The other one.", valueName: "ticket"))
    var other: String

    @Option(name: .customLong("as"), help: "How the first belongs to the other.")
    var relation = TicketRelation.relates

    /// Creates the command.
    package init() {}

    /// Joins.
    package func run() async throws {
        try await ticket.act { try await $0.relate($1, to: other, as: relation) }
    }
}

/// `mainstay ticket label`.
package struct TicketLabel: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Put labels on a ticket, or take them off.",
        discussion: """
            Examples:
              mainstay ticket label MST-7 --add printing --remove urgent
              mainstay ticket labels --new "dark mode" --suggestion
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Option(help: ArgumentHelp("Put this one on (can be repeated).", valueName: "label"))
    var add: [String] = []

    @Option(help: ArgumentHelp("Take this one off (can be repeated).", valueName: "label"))
    var remove: [String] = []

    /// Creates the command.
    package init() {}

    /// Refuses a change of nothing.
    package func validate() throws {
        if add.isEmpty, remove.isEmpty { throw ValidationError("Give --add or --remove") }
    }

    /// Labels.
    package func run() async throws {
        try await ticket.act { try await $0.label($1, adding: add, removing: remove) }
    }
}

/// `mainstay ticket step`.
package struct TicketStep: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Plan, do and drop the steps of a problem's action plan.",
        discussion: """
            Examples:
              mainstay ticket step MST-7 "Replace the switch" --owner anna --due 2026-04-01
              mainstay ticket step MST-7 --done 1
              mainstay ticket step MST-7 --drop 2
            """
    )

    @OptionGroup var ticket: TicketOptions
    @OptionGroup var input: TextInput

    @Option(help: ArgumentHelp("Who sees to it.", valueName: "login"))
    var owner: String?

    @Option(help: ArgumentHelp("The last day on which it is in time.", valueName: "day"))
    var due: CalendarDay?

    @Option(help: ArgumentHelp("This step is done.", valueName: "number"))
    var done: Int64?

    @Option(help: ArgumentHelp("This step is given up.", valueName: "number"))
    var drop: Int64?

    /// Creates the command.
    package init() {}

    /// Asks for one act.
    package func validate() throws {
        let settles = [done, drop].compactMap { $0 }.count
        let plans = owner != nil && due != nil
        if settles == 0, !plans { throw ValidationError("A new step needs --owner and --due") }
        if settles + (owner != nil || due != nil ? 1 : 0) > 1 {
            throw ValidationError("Plan a step, or settle one with --done or --drop")
        }
    }

    /// Plans or settles.
    package func run() async throws {
        if let position = done ?? drop {
            let isDone = done != nil
            return try await ticket.act {
                try await $0.settleStep($1, at: position, isDone: isDone)
            }
        }
        guard let owner, let due else { return }
        let words = try input.requiredWords()
        try await ticket.act { try await $0.planStep($1, words, owner: owner, due: due) }
    }
}

/// `mainstay ticket labels`.
package struct TicketLabels: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "labels",
        abstract: "List labels and how many tickets bear them, or make one.",
        discussion: """
            A label that is a suggestion is a wish for the product; its count says how many ask.
            """
    )

    @Option(help: ArgumentHelp("Make this label.", valueName: "name"))
    var new: String?

    @Option(help: ArgumentHelp("Only for this product.", valueName: "prefix"))
    var product: String?

    @Flag(help: "It is a suggestion for the product.")
    var suggestion = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes or lists.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            if let new {
                try await session.desk.makeLabel(new, product: product, isSuggestion: suggestion)
            }
            let labels = try await session.desk.labels()
            try session.write("labels", labels.map(\.json)) { buffer in
                var table = GridTable(["LABEL", "TICKETS", "KIND"])
                for count in labels {
                    let kind = count.label.isSuggestion ? "suggestion" : "label"
                    table.add([count.label.name, "\(count.tickets)", kind])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay ticket redact`.
package struct TicketRedact: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take the words of events out for good; codes, times and proofs stay.",
        discussion: """
            This cannot be undone. A backup made before still holds the words; once it is put back, \
            the next command takes them out again, as long as blobs/redactions.jsonl of the data \
            folder stays.

            Examples:
              mainstay ticket redact MST-7 --event 3 --ground erasure
            """
    )

    @OptionGroup var ticket: TicketReference

    @Option(help: ArgumentHelp("The event by its number (can be repeated).", valueName: "number"))
    var event: [Int64]

    @Option(help: "Why.")
    var ground: LegalGround

    /// Creates the command.
    package init() {}

    /// Takes out and shows.
    package func run() async throws {
        try await ticket.show(after: {
            try await $0.redact(ticket.ref, events: event, ground: ground)
        })
    }
}
