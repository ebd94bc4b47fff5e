import MainstayCore
import SupportDesk

/// A ticket of the demonstration with the moment up to which its story is told.
struct DemoTicket {
    let ref: String
    private var moment: Instant

    init(_ ref: String, openedAt moment: Instant) {
        (self.ref, self.moment) = (ref, moment)
    }

    /// A handle for an act that happens some minutes after the last one.
    mutating func after(minutes: Int64) -> TicketHandle {
        moment = moment.advanced(by: minutes * 60_000)
        var handle = TicketHandle(ref)
        handle.occurredAt = moment
        return handle
    }
}

// What the hotline and the analysts of the demonstration solve: levels 1 and 2.
extension DemoDesk {
    /// Registers a request of the customer, some hours ago, and has somebody of level 1 answer it.
    func register(
        _ title: String,
        _ body: String,
        _ kind: TicketKind = .question,
        area: TicketArea = .technical,
        through channel: TicketChannel = .phone,
        hoursAgo: Int64
    ) async throws -> DemoTicket {
        let anna = try asking(.anna)
        var request = NewTicket(title: title)
        request.body = body
        request.product = Self.product
        request.customer = Self.customer
        request.reporter = DemoWorker.carl.rawValue
        (request.kind, request.area, request.channel) = (kind, area, channel)
        request.customerRelease = Self.release
        let asked = now.advanced(by: -hoursAgo * 3_600_000)
        request.occurredAt = asked
        var ticket = DemoTicket(try await anna.register(request), openedAt: asked)
        try await anna.assign(ticket.after(minutes: 10), to: DemoWorker.anna.rawValue)
        try await anna.move(ticket.after(minutes: 0), to: .open, nil)
        try await anna.comment(
            ticket.after(minutes: 5),
            "We have your request and look into it.",
            through: channel,
            isFromCustomer: false
        )
        return ticket
    }

    /// Hands a ticket up to the next person, with what was tried.
    func escalate(
        _ ticket: inout DemoTicket,
        from giver: DemoWorker,
        to taker: DemoWorker,
        because reason: EscalationReason,
        _ handover: [String: String]
    ) async throws {
        var escalation = Escalation(.up, reason: reason)
        escalation.handover = Handover(handover)
        let handle = ticket.after(minutes: 20)
        try await asking(giver).escalate(handle, escalation, to: taker.rawValue)
    }

    /// The three requests of level 1.
    func solveAtFirstContact() async throws -> [DemoRequest] {
        [try await askAboutInvoice(), try await askForUpdate(), try await activatePlus()]
    }

    private func askAboutInvoice() async throws -> DemoRequest {
        let title = "Invoice 2041 names two brokers, we run one"
        var ticket = try await register(
            title,
            "Please correct it.",
            area: .commercial,
            through: .email,
            hoursAgo: 30
        )
        let words = "The second was a test of yours in May; a corrected invoice is on its way."
        try await asking(.anna).move(ticket.after(minutes: 45), to: .resolved, words)
        try await asking(.carl).rate(ticket.after(minutes: 60), 5, words: nil)
        return DemoRequest(
            level: .firstContact,
            title: title,
            means: "answered, area commercial",
            ref: ticket.ref
        )
    }

    private func askForUpdate() async throws -> DemoRequest {
        let title = "We need a program update"
        var ticket = try await register(
            title,
            "Is there anything newer than \(Self.release)?",
            .request,
            hoursAgo: 28
        )
        let reading = RepositoryRequest(
            path: repository.path,
            cacheFolder: nil,
            homeFolder: nil,
            now: now.milliseconds / 1000,
            progress: tools.progress
        )
        let lines = try CodeQueries(reading).lines(all: false).results
        guard let newest = lines.first(where: { $0.name == Self.line })?.latestRelease else {
            throw DemoError(message: "Line '\(Self.line)' has no release", hint: nil)
        }
        let words = "Your contract covers line \(Self.line); its newest release is \(newest)."
        try await asking(.anna).move(ticket.after(minutes: 15), to: .resolved, words)
        return DemoRequest(
            level: .firstContact,
            title: title,
            means: "contract ACME-1 covers line \(Self.line), whose newest release is \(newest)",
            ref: ticket.ref
        )
    }

    private func activatePlus() async throws -> DemoRequest {
        let title = "How is the plus edition activated"
        var ticket = try await register(title, "We have bought it.", hoursAgo: 26)
        try await asking(.anna)
            .comment(
                ticket.after(minutes: 5),
                "It is written down here.",
                through: .phone,
                isFromCustomer: false,
                article: "activate-plus"
            )
        try await asking(.anna).move(ticket.after(minutes: 30), to: .resolved, "It is active.")
        return DemoRequest(
            level: .firstContact,
            title: title,
            means: "a known solution, article 'activate-plus'",
            ref: ticket.ref
        )
    }

    /// The three requests of level 2.
    func solveByAnalysis() async throws -> [DemoRequest] {
        [
            try await analyse(
                "Antivirus blocks quayd",
                "It is gone after each update of the scanner.",
                .incident,
                found: "The scanner holds the journal open; an exception for /var/lib/quayd helps.",
                minutes: 50
            ),
            try await analyse(
                "Export of invoice data to the books",
                "Which queue has them?",
                .request,
                found: "A consumer on queue 'invoices' with the CSV filter writes what they need.",
                minutes: 95
            ),
            try await trainDocumentType(),
        ]
    }

    private func trainDocumentType() async throws -> DemoRequest {
        let title = "Train a new type of document"
        let found = "Twenty examples in one batch, then 'quayd train TYPE'."
        var request = try await analyse(title, "Ours has two pages.", found: found, minutes: 40)
        try await write(
            "train-document-type",
            title,
            "Collect twenty examples of the type, put them into one batch, and run "
                + "'quayd train TYPE'.",
            ticket: request.ref
        )
        request = DemoRequest(
            level: .analysis,
            title: title,
            means: "own log; article 'train-document-type' was born of it",
            ref: request.ref
        )
        return request
    }

    /// A request that level 1 hands up and level 2 solves, with a log and time of its own.
    private func analyse(
        _ title: String,
        _ body: String,
        _ kind: TicketKind = .question,
        found words: String,
        minutes: Int64
    ) async throws -> DemoRequest {
        var ticket = try await register(title, body, kind, hoursAgo: 24)
        try await escalate(
            &ticket,
            from: .anna,
            to: .ben,
            because: .skill,
            ["what was tried": "No article has it."]
        )
        let ben = try asking(.ben)
        try await ben.note(ticket.after(minutes: minutes), words)
        try await ben.enterTime(ticket.after(minutes: 1), minutes: minutes, EffortWords())
        try await ben.move(ticket.after(minutes: 5), to: .resolved, words)
        return DemoRequest(
            level: .analysis,
            title: title,
            means: "own log, \(minutes) min of analysis",
            ref: ticket.ref
        )
    }
}
