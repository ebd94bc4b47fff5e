package import MainstayCore

/// Where a ticket came from; fixed when it is opened.
package struct TicketOrigin: Sendable, Hashable {
    /// The product it is about.
    package internal(set) var productID: Int64?
    /// Whose ticket it is; `nil` for one of our own.
    package internal(set) var customerID: Int64?
    /// Who asked.
    package internal(set) var reporterID: Int64
    /// How the request came.
    package internal(set) var channel: TicketChannel

    /// Creates an origin.
    package init(
        product: Int64?,
        customer: Int64?,
        reporter: Int64,
        channel: TicketChannel
    ) {
        productID = product
        customerID = customer
        reporterID = reporter
        self.channel = channel
    }
}

/// What a ticket is about, in codes.
package struct Classification: Sendable, Hashable {
    /// Kind of request.
    package var kind: TicketKind
    /// Technical, commercial or other.
    package var area: TicketArea
    /// The component it is about, one of the ticket's product.
    package var componentID: Int64?

    /// Creates a classification.
    package init(_ kind: TicketKind, area: TicketArea = .technical, component: Int64? = nil) {
        self.kind = kind
        self.area = area
        componentID = component
    }

    /// Refuses a component where there is no product that could have it.
    func requireProduct(_ product: Int64?, ref: String) throws(DeskError) {
        guard componentID == nil || product != nil else {
            throw DeskError(.plan, "Ticket \(ref) has no product and so no component")
        }
    }
}

/// One request to the desk as it stands now; how it came so is in its log.
///
/// Only acts of ``TicketChange`` change one, and only a row of the table becomes one otherwise.
package struct Ticket: Sendable, Hashable {
    /// The number of its row and of its chain of events.
    package internal(set) var id: Int64
    /// What people call it: `MST-123`.
    package internal(set) var ref: String
    /// Where it came from.
    package internal(set) var origin: TicketOrigin
    /// What it is about, in codes.
    package internal(set) var classification: Classification
    /// What it is about, in one line.
    package internal(set) var title: String
    /// What it is about, at length; may be empty.
    package internal(set) var body: String
    /// The release that the customer says he runs, in his words.
    package internal(set) var customerRelease: String?
    /// Where it stands.
    package internal(set) var status = TicketStatus.new
    /// Which level has it.
    package internal(set) var level: SupportLevel
    /// Who has it.
    package internal(set) var assigneeID: Int64?
    /// How it was judged.
    package internal(set) var standing: PriorityStanding
    /// How urgent it feels to the customer; never changes the priority.
    package internal(set) var customerUrgency: Grade?
    /// The contract under which it is answered; `nil` for none, and then it has no clocks.
    package internal(set) var contractID: Int64?
    /// The deadline that a person set by hand; no pause moves it.
    package internal(set) var promisedAt: Instant?
    /// When the next of its clocks is due: kept from the clocks for the queue, never the truth.
    package var dueAt: Instant?
    /// When it was asked, in the world.
    package internal(set) var openedAt: Instant
    /// When it was changed last, by the desk's clock.
    package internal(set) var updatedAt: Instant
    /// When it was closed, in the world; `nil` unless it is.
    package internal(set) var closedAt: Instant?

    /// Whether only the role `security`, the assignee and the followers may see it.
    package var isUnderEmbargo: Bool { classification.kind == .security }
}
