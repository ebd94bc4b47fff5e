package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay ticket callback`.
package struct TicketCallback: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "callback",
        abstract: "Promise a call; it becomes a task.",
        discussion: """
            Examples:
              mainstay ticket callback MST-7 "+49 30 1234" --due 2026-03-02T15:00:00Z
              mainstay ticket callback MST-7 "anna@acme.example" --window "after 14:00" \
            --due 2026-03-02 --caller bob
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: "The number or address.")
    var number: String

    @Option(help: ArgumentHelp("By when: 2026-03-02T15:00:00Z.", valueName: "time"))
    var due: Instant

    @Option(help: ArgumentHelp("When it suits.", valueName: "words"))
    var window: String?

    @Option(help: ArgumentHelp("Who calls; without: who has the ticket.", valueName: "login"))
    var caller: String?

    /// Creates the command.
    package init() {}

    /// Promises.
    package func run() async throws {
        let call = Callback(to: number, window: window, dueAt: due)
        try await ticket.act { try await $0.promise($1, call, by: caller) }
    }
}

/// `mainstay ticket rate`.
package struct TicketRate: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "rate",
        abstract: "Say how well it went, once your ticket is resolved.",
        discussion: """
            Examples:
              mainstay ticket rate MST-7 5
              mainstay ticket rate MST-7 2 --words "It took a week"
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: ArgumentHelp("5 is the best.", valueName: "1-5"))
    var score: Int64

    @Option(help: "Why.")
    var words: String?

    /// Creates the command.
    package init() {}

    /// Rates.
    package func run() async throws {
        try await ticket.act { try await $0.rate($1, score, words: words) }
    }
}

/// `mainstay ticket follow`.
package struct TicketFollow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Follow a ticket, or let somebody follow it.",
        discussion: "Who follows a ticket sees it also while it is under embargo."
    )

    @OptionGroup var follower: FollowerOptions

    /// Creates the command.
    package init() {}

    /// Follows.
    package func run() async throws { try await follower.set(follows: true) }
}

/// `mainstay ticket unfollow`.
package struct TicketUnfollow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "unfollow",
        abstract: "Follow a ticket no more."
    )

    @OptionGroup var follower: FollowerOptions

    /// Creates the command.
    package init() {}

    /// Stops following.
    package func run() async throws { try await follower.set(follows: false) }
}

/// A ticket and who follows it.
package struct FollowerOptions: ParsableArguments {
    @OptionGroup var ticket: TicketOptions

    @Option(help: ArgumentHelp("Who, if not you.", valueName: "login"))
    var account: String?

    /// Creates the defaults.
    package init() {}

    /// Begins or stops following.
    func set(follows: Bool) async throws {
        try await ticket.act { try await $0.setFollowing($1, account, follows: follows) }
    }
}
