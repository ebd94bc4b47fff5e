package import ArgumentParser
import MainstayCore
import MainstayService
package import SupportDesk

extension AgreementScope: ExpressibleByArgument {}

/// `mainstay case agree`.
package struct CaseAgree: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "agree",
        abstract: "Record that a customer lets his data go to a vendor, or takes that back.",
        discussion: """
            Without it no case is opened that tells a vendor anything of the customer's.

            Examples:
              mainstay case agree MST-7 --vendor nas-works --scope text --scope files
              mainstay case agree --contract ACME-1 --scope text --until 2026-12-31
              mainstay case agree --withdraw 4711
              mainstay case agree MST-7 --list
            """
    )

    @Argument(help: ArgumentHelp("The ticket that it is about.", valueName: "ticket"))
    var ticket: String?

    @Option(help: ArgumentHelp("All tickets under this contract.", valueName: "name"))
    var contract: String?

    @Option(help: "What may leave (can be repeated).")
    var scope: [AgreementScope] = []

    @Option(help: "To this vendor alone.")
    var vendor: String?

    @Option(help: ArgumentHelp("Its last day.", valueName: "day"))
    var until: CalendarDay?

    @Option(help: ArgumentHelp("When he agreed, if not now.", valueName: "time"))
    var at: Instant?

    @Option(help: ArgumentHelp("How he said so.", valueName: "words"))
    var words: String?

    @Option(help: ArgumentHelp("Take this agreement back.", valueName: "number"))
    var withdraw: Int64?

    @Flag(help: "Only list agreements: of the ticket, or all.")
    var list = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for what it needs.
    package func validate() throws {
        if list || withdraw != nil { return }
        if (ticket == nil) == (contract == nil) {
            throw ValidationError("Give a ticket, or --contract")
        }
        if scope.isEmpty { throw ValidationError("Say with --scope what may leave") }
    }

    /// Records, and lists what stands.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            if let withdraw {
                try await session.desk.withdraw(agreement: withdraw, words: words)
            } else if !list {
                var new = NewAgreement(scope: Set(scope))
                new.ticket = ticket
                new.contract = contract
                new.vendor = vendor
                new.agreedAt = at
                new.untilDay = until
                new.words = words
                try await session.desk.agree(new)
            }
            let found = try await session.desk.agreements(ofTicket: ticket)
            try session.write("agreements", found.map(\.json)) { buffer in
                if found.isEmpty { return buffer.line("No agreements.") }
                var table = GridTable([
                    "AGREEMENT", "CUSTOMER", "FOR", "VENDOR", "SCOPE", "UNTIL", "",
                ])
                for one in found {
                    table.add([
                        "\(one.agreement.id)", one.customer, one.subject, one.vendor ?? "any",
                        one.agreement.scopeWords, one.agreement.untilDay?.description ?? "-",
                        one.agreement.withdrawnAt == nil ? "" : "withdrawn",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

extension AgreementView {
    /// The agreement with stable keys.
    fileprivate var json: JSONValue {
        [
            "id": .int(agreement.id), "customer": .text(customer), "subject": .text(subject),
            "vendor": .text(vendor), "scope": .text(agreement.scopeWords),
            "agreedAt": .time(agreement.agreedAt), "recordedBy": .text(login),
            "until": .text(agreement.untilDay?.description),
            "withdrawnAt": .time(agreement.withdrawnAt),
        ]
    }
}
