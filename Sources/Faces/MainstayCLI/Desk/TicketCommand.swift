import SupportDesk
package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay ticket`.
package struct TicketCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "ticket",
        abstract: "Register, work on and find tickets.",
        discussion: """
            A ticket is one request to the desk. It stands at a level (0 to 4) and in a status; every \
            act on it is an event of its log, which nobody can change unseen.

            Examples:
              mainstay ticket new "Import fails" --product MST --customer acme --kind incident
              mainstay ticket list --level 2
              mainstay ticket escalate MST-7 --because skill --item "what was tried=restart"
              mainstay ticket show MST-7
            """,
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(
                name: "See",
                subcommands: [
                    TicketList.self, TicketShow.self, TicketSearch.self, TicketFile.self,
                ]
            ),
            CommandGroup(
                name: "Talk",
                subcommands: [
                    TicketNew.self, TicketComment.self, TicketUrgency.self, TicketCallback.self,
                    TicketRate.self, TicketFollow.self, TicketUnfollow.self,
                ]
            ),
            CommandGroup(
                name: "Work",
                subcommands: [
                    TicketAssign.self, TicketEscalate.self, TicketPrioritise.self,
                    TicketWait.self, TicketMove<Resume>.self, TicketMove<Resolve>.self,
                    TicketMove<Reopen>.self, TicketMove<Close>.self, TicketEdit.self,
                    TicketRelate.self, TicketLabel.self,
                    TicketLabels.self, TicketStep.self, TicketRedact.self,
                ]
            ),
            CommandGroup(
                name: "Contract",
                subcommands: [
                    TicketContractCommand.self, TicketPromise.self, TicketTime.self,
                    TicketMaterial.self,
                ]
            ),
        ]
    )

    /// Creates the command.
    package init() {}
}

/// The ticket that a command is about, and what every act on one can say.
package struct TicketOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The ticket, such as MST-7.", valueName: "ticket"))
    var ref: String

    @Option(
        help: ArgumentHelp(
            "Only if the ticket is still at this version, which 'ticket show' tells.",
            valueName: "version"
        )
    )
    var expect: Int64?

    @Option(
        help: ArgumentHelp(
            "When it happened, if not now: 2026-03-01T09:30:00Z.",
            valueName: "time"
        )
    )
    var at: Instant?

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the ticket and tells what became of it.
    func act(
        _ act: @escaping (Desk, TicketHandle) async throws -> Int64
    ) async throws {
        try await InstanceSession.run(instance) { session in
            var handle = TicketHandle(ref)
            handle.version = expect
            handle.occurredAt = at
            let version = try await act(session.desk, handle)
            guard let view = try await session.desk.showIfVisible(ref) else {
                return try session.tell(
                    "ticket",
                    ["ref": .text(ref), "version": .int(version)],
                    "\(ref)  version \(version), which you do not see any more"
                )
            }
            try session.write("ticket", [view.json]) { buffer in
                TicketReport(view, on: session.screen).line(to: &buffer)
            }
        }
    }
}

/// `mainstay ticket new`.
package struct TicketNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Register a request.",
        discussion: """
            The ticket stands at the first level of its product, judged by nobody: 'ticket \
            prioritise' judges it.

            Examples:
              mainstay ticket new "Import fails" --product MST --customer acme --kind incident
              mainstay ticket new "Crash on start" --product MST --body-file report.txt --channel email
            """
    )

    @Argument(help: "What it is about, in one line.")
    var title: String

    @Option(help: ArgumentHelp("What it is about, at length.", valueName: "text"))
    var body: String?

    @Option(help: ArgumentHelp("Read the body from this file, '-' for input.", valueName: "file"))
    var bodyFile: String?

    @OptionGroup var attachments: AttachmentOptions

    @Option(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("A component of the product.", valueName: "name"))
    var component: String?

    @Option(help: ArgumentHelp("Whose request it is.", valueName: "customer"))
    var customer: String?

    @Option(help: ArgumentHelp("Who asked, if not you.", valueName: "login"))
    var reporter: String?

    @Option(help: "Kind of request.")
    var kind = TicketKind.question

    @Option(help: "Side of the house.")
    var area = TicketArea.technical

    @Option(help: "How it came.")
    var channel = TicketChannel.web

    @Option(help: ArgumentHelp("The release that the customer runs.", valueName: "version"))
    var release: String?

    @Option(
        help: ArgumentHelp("How urgent it feels to the customer, 1 the most.", valueName: "1-4")
    )
    var customerUrgency: Grade?

    @Option(help: ArgumentHelp("When it was asked, if not now.", valueName: "time"))
    var at: Instant?

    @Option(help: ArgumentHelp("The contract; the one that covers the product.", valueName: "name"))
    var contract: String?

    @Flag(help: "Refuse what goes beyond the contract, unless it is a defect or about security.")
    var onlyEntitled = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Refuses two bodies.
    package func validate() throws {
        if body != nil, bodyFile != nil {
            throw ValidationError("Give --body or --body-file, not both")
        }
    }

    /// Registers and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            var request = NewTicket(title: title)
            request.body = try body ?? bodyFile.map { try readText($0) } ?? ""
            request.attachments = try attachments.files()
            request.product = product
            request.component = component
            request.customer = customer
            request.reporter = reporter
            request.kind = kind
            request.area = area
            request.channel = channel
            request.customerRelease = release
            request.customerUrgency = customerUrgency
            request.occurredAt = at
            request.contract = contract
            request.isOnlyIfEntitled = onlyEntitled
            let offers = try await session.desk.offers(for: request)
            if try await isSolved(by: offers, session) { return }
            let ref = try await session.desk.register(request)
            let view = try await session.desk.show(ref)
            try session.write("ticket", [view.json(offers)]) { buffer in
                TicketReport(view, on: session.screen).line(to: &buffer)
                guard !offers.isEmpty else { return }
                buffer.line("These may help meanwhile:")
                offers.write(to: &buffer, on: session.screen, none: "")
            }
        }
    }

    /// Shows a customer at a terminal what may help before his request is sent; whether it did.
    private func isSolved(
        by offers: [FoundArticle],
        _ session: InstanceSession
    ) async throws -> Bool {
        guard !offers.isEmpty, Terminal.canAsk, instance.output.chosen == .table else {
            return false
        }
        while true {
            let titles = offers.map(\.title) + ["Send the request"]
            let choice = Terminal.choice("These may help; which one do you want to read?", titles)
            guard let choice, choice <= offers.count else { return false }
            let offer = offers[choice - 1]
            let handle = ArticleHandle(offer.slug, language: offer.language)
            try session.show(try await session.desk.article(handle))
            guard Terminal.choice("Did it solve your request?", ["Yes", "No"]) == 1 else {
                continue
            }
            try await session.desk.solved(by: handle)
            try session.tell("article", ["slug": .text(offer.slug)], "No request was sent.")
            return true
        }
    }
}

/// `mainstay ticket show`.
package struct TicketShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a ticket with its log."
    )

    @OptionGroup var ticket: TicketReference

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await ticket.show()
    }
}

/// A ticket by what people call it.
package struct TicketReference: ParsableArguments {
    @Argument(help: ArgumentHelp("The ticket, such as MST-7.", valueName: "ticket"))
    var ref: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Does something and then shows the ticket with its log.
    func show(after work: (Desk) async throws -> Void = { _ in }) async throws {
        try await instance.show { desk in
            try await work(desk)
            return try await desk.show(ref)
        }
    }
}
