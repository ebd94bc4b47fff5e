import SupportDesk
package import ArgumentParser
import MainstayCore
import MainstayService

/// The tickets that a list shows.
package struct TicketListOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only of this product.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("Only of this customer.", valueName: "customer"))
    var customer: String?

    @Option(help: "Only in this status (can be repeated); without it: all that is open.")
    var status: [TicketStatus] = []

    @Flag(help: "In every status.")
    var all = false

    @Option(help: ArgumentHelp("Only at this level.", valueName: "0-4"))
    var level: SupportLevel?

    @Option(help: "Only of this kind.")
    var kind: TicketKind?

    @Option(help: ArgumentHelp("Only of this account.", valueName: "login"))
    var assignee: String?

    @Flag(help: "Only nobody's.")
    var unassigned = false

    @Option(help: ArgumentHelp("Only with this label.", valueName: "label"))
    var label: String?

    @Option(help: ArgumentHelp("Only behind this ticket: the next page.", valueName: "ticket"))
    var after: String?

    @Option(help: ArgumentHelp("How many at most.", valueName: "1-1000"))
    var limit = 50

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Refuses a limit out of range.
    package func validate() throws {
        guard !(1...1000).contains(limit) else { return }
        throw ValidationError("--limit is \(limit), expected 1 to 1000")
    }

    func show(words: String?) async throws {
        var query = TicketQuery()
        query.product = product
        query.customer = customer
        query.statuses = all ? Set(TicketStatus.allCases) : status.isEmpty ? nil : Set(status)
        query.level = level
        query.kind = kind
        query.assignee = unassigned ? .some(nil) : assignee.map { .some($0) }
        query.label = label
        query.words = words
        query.after = after
        query.limit = limit
        try await InstanceSession.run(instance) { session in
            let page = try await session.desk.list(query)
            try session.write("tickets", page.json) { buffer in
                TicketListReport(page).write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay ticket list`.
package struct TicketList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tickets in the order in which they are worked on.",
        discussion: """
            By priority, then how urgent it feels to the customer, then age.

            Examples:
              mainstay ticket list
              mainstay ticket list --product MST --level 3 --unassigned
              mainstay ticket list --status resolved --status closed
            """
    )

    @OptionGroup var options: TicketListOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await options.show(words: nil)
    }
}

/// `mainstay ticket search`.
package struct TicketSearch: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find tickets by their words, in every status.",
        discussion: """
            A ticket is found when all words are in its title, description or messages, in any form \
            of letters; the last word may be the start of one. The newest come first.

            Examples:
              mainstay ticket search import crash
              mainstay ticket search "resume" --product MST
            """
    )

    @Argument(help: "The words.")
    var words: [String]

    @OptionGroup var options: TicketListOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        var options = options
        if options.status.isEmpty { options.all = true }
        try await options.show(words: words.joined(separator: " "))
    }
}
