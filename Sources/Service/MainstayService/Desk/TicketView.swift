package import MainstayCore
package import Storage
package import SupportDesk

/// A ticket with all that a person wants to see of it.
package struct TicketView: Sendable {
    /// The ticket as it stands now.
    package let ticket: Ticket
    /// The number of its last event: what a change that must not overwrite another is held against.
    package let version: Int64
    /// How its priority came about.
    package let priority: String
    /// The names that its product gives to levels.
    package let levels: ProductLevels
    /// Who is responsible for it at its level, by login.
    package let responsible: [String]
    /// Since when it has its status.
    package let statusSince: Instant
    /// What happened, oldest first, as far as the viewer may see it.
    package let events: [Event]
    /// The defects that it suffers from, as far as the viewer may know of them.
    package let defects: [TicketDefect]
    /// The cases at vendors that it has to do with, as far as the viewer may see them.
    package let cases: [CaseSummary]
    /// Its links to others that the viewer may see.
    package let links: [TicketLink]
    /// Its labels.
    package let labels: [Label]
    /// What is to be done about it.
    package let tasks: [DeskTask]
    /// Its action plan.
    package let steps: [ActionStep]
    /// The numbers of the steps that are late today, by the day in UTC.
    package let lateSteps: Set<Int64>
    /// The files that came with the events shown, without those that were redacted.
    package let attachments: [Attachment]
    /// What its clocks show now.
    package let clocks: TicketReadings
    /// When they were read.
    package let readAt: Instant
    /// The contract that it is under, and in what it goes beyond it.
    package let contract: TicketContract?
    /// The time that was entered on it, oldest first.
    package let time: [TimeEntryRow]
    /// The material that was entered on it, oldest first.
    package let material: [MaterialEntryRow]
    /// The names of all that it mentions.
    package let names: Names

    /// How well it went by the customer's last word, 1 to 5, 5 the best.
    package var rating: Int64? {
        let last = events.last { $0.kind == TicketEventKind.rated.rawValue }
        return last.flatMap { try? $0.facts }?["score"]?.int
    }
}

/// What people call the things that rows name by number.
package struct Names: Sendable {
    /// Logins of accounts.
    package var logins: [Int64: String] = [:]
    /// Prefixes of products.
    package var products: [Int64: String] = [:]
    /// Short names of customers.
    package var customers: [Int64: String] = [:]
    /// Names of components.
    package var components: [Int64: String] = [:]
    /// What defects are called.
    package var defects: [Int64: String] = [:]
    /// Names of release lines.
    package var lines: [Int64: String] = [:]
    /// What contracts are called.
    package var contracts: [Int64: String] = [:]
    /// What tickets are called.
    package var tickets: [Int64: String] = [:]
    /// What cases at vendors are called.
    package var cases: [Int64: String] = [:]

    /// The login of an account, its number where it has none any more; `nil` for nobody.
    package func login(_ id: Int64?) -> String? {
        id.map { logins[$0] ?? "\($0)" }
    }
}

/// A page of tickets in the order of the queue.
package struct TicketPage: Sendable {
    /// The tickets.
    package let tickets: [TicketSummary]
    /// The clocks that the viewer may see, by ticket, as they were kept when each changed last.
    package let clocks: [Int64: [ListedClock]]
    /// When they were read.
    package let readAt: Instant
    /// Whether there are more behind the last one.
    package let hasMore: Bool
    /// The names of all that they mention.
    package let names: Names

    /// When the next target of a ticket is used up, or the longest missed one was, of the clocks
    /// that the viewer may see; `nil` if none runs.
    package func due(_ ticket: TicketSummary) -> Instant? {
        clocks[ticket.id]?.compactMap(\.dueAt).min()
    }

    /// Whether a target of a ticket was missed, or is by now.
    package func isLate(_ ticket: TicketSummary) -> Bool {
        due(ticket).map { $0 <= readAt } ?? false
            || clocks[ticket.id]?.contains { $0.state == "breached" } ?? false
    }
}

/// Which tickets somebody wants to see, in the words that people use; `nil` is any.
package struct TicketQuery: Sendable, Hashable {
    /// The product's prefix.
    package var product: String?
    /// The customer's short name.
    package var customer: String?
    /// Statuses; `nil`: neither resolved nor closed.
    package var statuses: Set<TicketStatus>?
    /// The level.
    package var level: SupportLevel?
    /// The kind.
    package var kind: TicketKind?
    /// The login of who has it; the inner `nil`: nobody.
    package var assignee: String??
    /// The name of a label.
    package var label: String?
    /// Words that are all in it; the last may be the start of a word.
    package var words: String?
    /// Only tickets behind this one, by its ref.
    package var after: String?
    /// How many at most, 1 to 1000.
    package var limit = 50

    /// Creates a query for all that is open.
    package init() {}
}
