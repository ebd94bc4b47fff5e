package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay ticket comment`.
package struct TicketComment: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: "Write on a ticket, for the customer or for the staff alone.",
        discussion: """
            Examples:
              mainstay ticket comment MST-7 "We see the same here." --channel email
              mainstay ticket comment MST-7 "He restarted twice." --internal
              mainstay ticket comment MST-7 "It is back." --from-customer --channel phone
              mainstay ticket comment MST-7 "The log of the night" --attach controller.log
              git log -1 | mainstay ticket comment MST-7 - --internal
            """
    )

    @OptionGroup var ticket: TicketOptions
    @OptionGroup var input: TextInput
    @OptionGroup var attachments: AttachmentOptions

    @Flag(help: "For the staff alone.")
    var `internal` = false

    @Flag(help: "The customer said so, and you write it down.")
    var fromCustomer = false

    @Option(help: "How it came or goes.")
    var channel = TicketChannel.web

    @Option(help: ArgumentHelp("Point to this article.", valueName: "slug"))
    var article: String?

    /// Creates the command.
    package init() {}

    /// Refuses an internal message of the customer.
    package func validate() throws {
        if `internal`, fromCustomer {
            throw ValidationError("--internal contradicts --from-customer")
        }
        if article != nil, `internal` || fromCustomer {
            throw ValidationError("--article goes with our own words for the customer")
        }
    }

    /// Writes.
    package func run() async throws {
        let words = try input.requiredWords()
        let files = try attachments.files()
        try await ticket.act { desk, handle in
            if `internal` { return try await desk.note(handle, words, with: files) }
            return try await desk.comment(
                handle,
                words,
                with: files,
                through: channel,
                isFromCustomer: fromCustomer,
                article: article
            )
        }
    }
}

/// `mainstay ticket assign`.
package struct TicketAssign: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Give a ticket to somebody, or to nobody."
    )

    @OptionGroup var ticket: TicketOptions

    @Option(name: .customLong("to"), help: ArgumentHelp("Who gets it.", valueName: "login"))
    var login: String?

    @Flag(help: "Nobody has it.")
    var nobody = false

    /// Creates the command.
    package init() {}

    /// Asks for exactly one of the two.
    package func validate() throws {
        if (login == nil) != nobody {
            throw ValidationError("Give --to LOGIN or --nobody")
        }
    }

    /// Assigns.
    package func run() async throws {
        try await ticket.act { try await $0.assign($1, to: login) }
    }
}

/// `mainstay ticket escalate`.
package struct TicketEscalate: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "escalate",
        abstract: "Hand a ticket to the next level, or back.",
        discussion: """
            The handover tells the receiving level what it needs; 'product show' lists what it \
            insists on. The standard items are 'what was tried', 'steps to reproduce', \
            'environment', 'attachments' and 'open questions'. Level 4 is reached by a case at a \
            vendor, not by this.

            Examples:
              mainstay ticket escalate MST-7 --because skill --item "what was tried=restart, new disk"
              mainstay ticket escalate MST-7 --down --because returned --item "open questions=which log?"
              mainstay ticket escalate MST-7 --because time --force "customer's plant stands still"
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Option(
        name: .customLong("level"),
        help: ArgumentHelp("Where to; without it to the next one up.", valueName: "0-4")
    )
    var level: SupportLevel?

    @Flag(help: "To the next level down.")
    var down = false

    @Option(name: .customLong("because"), help: "Why.")
    var reason: EscalationReason

    @Option(
        name: .customLong("item"),
        help: ArgumentHelp("An item of the handover (can be repeated).", valueName: "name=words")
    )
    var items: [String] = []

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The member of the level who takes it.", valueName: "login")
    )
    var login: String?

    @Option(
        help: ArgumentHelp("Go without items that the level insists on, and why.", valueName: "why")
    )
    var force: String?

    /// Creates the command.
    package init() {}

    /// Refuses two targets and items without a name.
    package func validate() throws {
        if down, level != nil { throw ValidationError("Give --level or --down, not both") }
        if let bad = items.first(where: { !$0.contains("=") }) {
            throw ValidationError("--item '\(bad)' has no '=', expected NAME=WORDS")
        }
    }

    /// Escalates.
    package func run() async throws {
        var named: [String: String] = [:]
        for item in items {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            named[String(parts[0])] = String(parts[1])
        }
        var escalation = Escalation(
            level.map { .level($0) } ?? (down ? .down : .up),
            reason: reason
        )
        escalation.handover = Handover(named)
        escalation.forcedBecause = force
        try await ticket.act { [escalation] desk, handle in
            try await desk.escalate(handle, escalation, to: login)
        }
    }
}

/// `mainstay ticket prioritise`.
package struct TicketPrioritise: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "prioritise",
        abstract: "Judge a ticket by impact and urgency.",
        discussion: """
            The priority follows from both by the matrix in force ('mainstay priority show'). One \
            set by hand needs a reason.

            Examples:
              mainstay ticket prioritise MST-7 --impact 2 --urgency 1
              mainstay ticket prioritise MST-7 --impact 3 --urgency 3 --priority P1 --because "trade fair"
            """,
        aliases: ["prioritize"]
    )

    @OptionGroup var ticket: TicketOptions

    @Option(help: ArgumentHelp("How much is at stake, 1 the most.", valueName: "1-4"))
    var impact: Grade

    @Option(help: ArgumentHelp("How soon it is needed, 1 the soonest.", valueName: "1-4"))
    var urgency: Grade

    @Option(help: ArgumentHelp("In place of what the matrix says.", valueName: "P1-P5"))
    var priority: Priority?

    @Option(name: .customLong("because"), help: ArgumentHelp("Why.", valueName: "words"))
    var reason: String?

    /// Creates the command.
    package init() {}

    /// Judges.
    package func run() async throws {
        var judgement = Judgement(impact: impact, urgency: urgency)
        judgement.byHand = priority
        judgement.reason = reason
        try await ticket.act { [judgement] in try await $0.prioritise($1, judgement) }
    }
}

/// `mainstay ticket urgency`.
package struct TicketUrgency: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "urgency",
        abstract: "Say how urgent a ticket feels to the customer; the priority stays."
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: ArgumentHelp("1 the most; 'none' takes it back.", valueName: "1-4"))
    var grade: String

    /// Creates the command.
    package init() {}

    /// Refuses other words.
    package func validate() throws {
        guard grade != "none", Grade(argument: grade) == nil else { return }
        throw ValidationError("The urgency is '\(grade)', expected 1 to 4 or 'none'")
    }

    /// Sets it.
    package func run() async throws {
        try await ticket.act { try await $0.setCustomerUrgency($1, Grade(argument: grade)) }
    }
}

/// `mainstay ticket edit`.
package struct TicketEdit: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Give a ticket another title, kind, area or component."
    )

    @OptionGroup var ticket: TicketOptions

    @Option(help: "Another title.")
    var title: String?

    @Option(help: "Another kind.")
    var kind: TicketKind?

    @Option(help: "Another side of the house.")
    var area: TicketArea?

    @Option(help: ArgumentHelp("Another component of the product.", valueName: "name"))
    var component: String?

    /// Creates the command.
    package init() {}

    /// Refuses an edit of nothing.
    package func validate() throws {
        guard title == nil, kind == nil, area == nil, component == nil else { return }
        throw ValidationError("Give --title, --kind, --area or --component")
    }

    /// Edits.
    package func run() async throws {
        let edit = TicketEditWords(title: title, kind: kind, area: area, component: component)
        try await ticket.act { try await $0.edit($1, edit) }
    }
}
