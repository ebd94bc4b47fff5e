package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// What shall be different about a ticket; what is `nil` stays.
package struct TicketEditWords: Sendable, Hashable {
    /// Another title.
    package let title: String?
    /// Another kind.
    package let kind: TicketKind?
    /// Another side of the house.
    package let area: TicketArea?
    /// The name of another component of its product.
    package let component: String?

    /// Creates an edit.
    package init(
        title: String? = nil,
        kind: TicketKind? = nil,
        area: TicketArea? = nil,
        component: String? = nil
    ) {
        self.title = title
        self.kind = kind
        self.area = area
        self.component = component
    }
}

extension Desk {
    /// Adds a message that the customer sees; `article` is the slug of one that it points to.
    ///
    /// - Throws: ``UseError``; ``DeskError``; ``StorageError`` for a file that cannot be kept.
    @discardableResult
    package func comment(
        _ handle: TicketHandle,
        _ text: String,
        with attachments: [NewAttachment] = [],
        through channel: TicketChannel,
        isFromCustomer: Bool,
        article slug: String? = nil
    ) async throws -> Int64 {
        let words = try MessageContent(text, with: attachments, in: instance.blobs)
        return try await change(handle, as: .write, ids: 16 + attachments.count) { state in
            state.words = words
            let pointer = try slug.map { try state.link(toArticle: $0) } ?? ""
            try state.change.comment(
                words.text + pointer,
                through: channel,
                isFromCustomer: isFromCustomer
            )
        }
    }

    /// Says how well it went, 1 to 5, 5 the best, with words.
    @discardableResult
    package func rate(
        _ handle: TicketHandle,
        _ score: Int64,
        words: String?
    ) async throws -> Int64 {
        try await change(handle, as: .write) { try $0.change.rate(score, words: words) }
    }

    /// Adds a message for the staff alone.
    ///
    /// - Throws: ``UseError``; ``DeskError``; ``StorageError`` for a file that cannot be kept.
    @discardableResult
    package func note(
        _ handle: TicketHandle,
        _ text: String,
        with attachments: [NewAttachment] = []
    ) async throws -> Int64 {
        let words = try MessageContent(text, with: attachments, in: instance.blobs)
        return try await change(handle, as: .work, ids: 16 + attachments.count) { state in
            state.words = words
            try state.change.note(words.text)
        }
    }

    /// Gives the ticket to an account by its login, or to nobody with `nil`.
    @discardableResult
    package func assign(_ handle: TicketHandle, to login: String?) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let (connection, ticket) = (state.connection, state.change.ticket)
            try state.change.assign(to: try login.map { try connection.worker($0, on: ticket) })
        }
    }

    /// Moves the ticket to another level and hands it to a member by his login, or to nobody.
    @discardableResult
    package func escalate(
        _ handle: TicketHandle,
        _ escalation: Escalation,
        to login: String?
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let (connection, ticket) = (state.connection, state.change.ticket)
            let product = ticket.origin.productID
            var escalation = escalation
            escalation.assigneeID = try login.map { try connection.worker($0, on: ticket) }
            try state.change.escalate(
                escalation,
                in: try state.connection.levels(of: product),
                members: try state.connection.memberships(of: product)
            )
        }
    }

    /// Moves the ticket to another status, with words that the customer sees.
    @discardableResult
    package func move(
        _ handle: TicketHandle,
        to status: TicketStatus,
        _ text: String?
    ) async throws -> Int64 {
        try await change(handle, as: .write) { try $0.change.move(to: status, text: text) }
    }

    /// Judges the ticket.
    @discardableResult
    package func prioritise(_ handle: TicketHandle, _ judgement: Judgement) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let basis = try state.connection.priorityBasis(under: state.change.ticket.contractID)
            try state.change.prioritise(judgement, by: basis)
        }
    }

    /// Sets how urgent it feels to the customer; `nil` takes it back.
    @discardableResult
    package func setCustomerUrgency(_ handle: TicketHandle, _ urgency: Grade?) async throws -> Int64
    {
        try await change(handle, as: .write) { try $0.change.setCustomerUrgency(urgency) }
    }

    /// Joins the ticket to another.
    @discardableResult
    package func relate(
        _ handle: TicketHandle,
        to other: String,
        as relation: TicketRelation
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let other = try state.connection.visibleTicket(other, to: state.acting)
            try state.change.relate(to: other.id, as: relation)
            if relation == .duplicates { state.movedIDs.insert(other.id) }
        }
    }

    /// Puts labels on the ticket and takes others off.
    @discardableResult
    package func label(
        _ handle: TicketHandle,
        adding: [String],
        removing: [String]
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let ticket = state.change.ticket
            var labels = Set(try state.connection.labels(on: ticket.id).map(\.id))
            for (names, isOn) in [(adding, true), (removing, false)] {
                for name in names {
                    let label = try state.connection.knownLabel(
                        name,
                        for: ticket.origin.productID
                    )
                    try state.change.setLabel(label, isOn: isOn, labels: labels)
                    if isOn { labels.insert(label.id) } else { labels.remove(label.id) }
                }
            }
        }
    }

    /// Gives the ticket another title, kind, area or component.
    @discardableResult
    package func edit(_ handle: TicketHandle, _ words: TicketEditWords) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            if let title = words.title { try state.change.retitle(title) }
            guard words.kind != nil || words.area != nil || words.component != nil else { return }
            let ticket = state.change.ticket
            var new = ticket.classification
            new.kind = words.kind ?? new.kind
            new.area = words.area ?? new.area
            if let component = words.component {
                let product = try ticket.origin.productID.flatMap {
                    try state.connection.product($0)
                }
                new.componentID = try product.map {
                    try state.connection.knownComponent(component, of: $0).id
                }
            }
            try state.change.reclassify(as: new)
        }
    }

    /// Adds a step to the action plan of a problem.
    @discardableResult
    package func planStep(
        _ handle: TicketHandle,
        _ what: String,
        owner login: String,
        due day: CalendarDay
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let steps = try state.connection.steps(on: state.change.ticket.id)
            let step = ActionStep(
                id: try state.provision.id(),
                position: (steps.map(\.position).max() ?? 0) + 1,
                what: what,
                ownerID: try state.connection.worker(login, on: state.change.ticket),
                dueDay: day
            )
            try state.change.plan(step)
        }
    }

    /// Settles a step of the action plan by its place there: done, or dropped.
    @discardableResult
    package func settleStep(
        _ handle: TicketHandle,
        at position: Int64,
        isDone: Bool
    ) async throws -> Int64 {
        try await change(handle, as: .work) { state in
            let ticket = state.change.ticket
            let steps = try state.connection.steps(on: ticket.id)
            guard let step = steps.first(where: { $0.position == position }) else {
                throw UseError.unknown("step of \(ticket.ref)", "\(position)")
            }
            try state.change.settle(step, isDone: isDone)
        }
    }
}
