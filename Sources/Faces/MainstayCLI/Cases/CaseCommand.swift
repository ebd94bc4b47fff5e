package import ArgumentParser
import MainstayCore
import MainstayService
package import SupportDesk

extension CaseState: ExpressibleByArgument {
    /// The states that a person can set.
    package static var allValueStrings: [String] { meanings.map(\.rawValue) }
}

/// `mainstay case`.
package struct CaseCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "Follow cases at vendors: level 4.",
        discussion: """
            A ticket stays ours while a vendor works on it: a case beside it says what he was told and \
            where he has it. A case without a connector is kept by hand: a person sends what was \
            approved, copies answers in, and looks again on the day of the next check.

            Examples:
              mainstay case agree MST-7 --vendor nas-works --scope text
              mainstay case open "Volume is read-only after a reboot" --vendor nas-works \\
                --ticket MST-7 --check 2026-12-01
              mainstay case preview MS-1
              mainstay case preview MS-1 --approve 1a2b3c4d
              mainstay case preview MS-1 --sent --remote 4711
              mainstay case set MS-1 fix_offered --fix-version 7.2.1
            """,
        subcommands: [
            CaseAgree.self, CaseOpen.self, CaseList.self, CaseShow.self, CaseLink.self,
            CaseSet.self,
            CaseComment.self, CasePreviewCommand.self, CaseClose.self, CaseSync.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// The case that a command is about.
package struct CaseOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The case, such as MS-1.", valueName: "case"))
    var ref: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the case and shows it without its log.
    func act(_ act: @escaping (Desk) async throws -> Void) async throws {
        try await InstanceSession.run(instance) { session in
            try await act(session.desk)
            try session.showShort(try await session.desk.showCase(ref))
        }
    }
}

extension InstanceSession {
    /// Shows a case without its log.
    func showShort(_ view: CaseView) throws {
        try write(CaseView.name, [view.json]) { view.writeShort(to: &$0, on: screen) }
    }
}

/// `mainstay case open`.
package struct CaseOpen: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Write a case for a vendor; it is sent once somebody has approved it."
    )

    @Argument(help: "What it is about, in one line for the vendor.")
    var title: String

    @OptionGroup var input: TextInput

    @Option(help: "Whom it is at.")
    var vendor: String

    @Option(help: "A ticket that waits for it (can be repeated).")
    var ticket: [String] = []

    @Flag(help: "The tickets do not wait for it.")
    var beside = false

    @Option(help: "A defect that it is about (can be repeated).")
    var defect: [String] = []

    @Option(help: ArgumentHelp("Our contract with the vendor.", valueName: "name"))
    var contract: String?

    @Option(help: "How urgent it is; as the most urgent ticket.")
    var priority: Priority?

    @Option(help: ArgumentHelp("When somebody looks at it again.", valueName: "day"))
    var check: Instant?

    @Option(help: ArgumentHelp("The connector that takes it there.", valueName: "name"))
    var connector: String?

    @Option(help: ArgumentHelp("When it happened, if not now.", valueName: "time"))
    var at: Instant?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Opens and shows it.
    package func run() async throws {
        var new = NewCase(at: vendor, title)
        new.body = try input.words() ?? ""
        new.tickets = ticket
        new.isHolding = !beside
        new.defects = defect
        new.contract = contract
        new.priority = priority
        new.checkAt = check
        new.connector = connector
        new.occurredAt = at
        let wanted = new
        try await InstanceSession.run(instance) { session in
            let ref = try await session.desk.openCase(wanted)
            try session.showShort(try await session.desk.showCase(ref))
        }
    }
}

/// `mainstay case list`.
package struct CaseList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the cases that are not over, those to be checked first in front."
    )

    @Option(help: "Only at this vendor.")
    var vendor: String?

    @Option(help: "Only in this state (can be repeated).")
    var state: [CaseState] = []

    @Flag(help: "Also those that are over.")
    var all = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        var query = CaseQuery()
        query.vendor = vendor
        query.states = all ? Set(CaseState.allCases) : state.isEmpty ? nil : Set(state)
        let wanted = query
        try await InstanceSession.run(instance) { session in
            let cases = try await session.desk.cases(wanted)
            try session.write("cases", cases.map(\.json)) { buffer in
                if cases.isEmpty { return buffer.line("No cases.") }
                cases.table().write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay case show`.
package struct CaseShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a case with all that happened in it."
    )

    @OptionGroup var options: CaseOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await options.instance.show { try await $0.showCase(options.ref) }
    }
}

/// `mainstay case link`.
package struct CaseLink: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Say which tickets wait for a case and which defects it is about, or do no more."
    )

    @OptionGroup var options: CaseOptions

    @Option(help: "A ticket that waits for it (can be repeated).")
    var ticket: [String] = []

    @Flag(help: "The tickets only have to do with it.")
    var beside = false

    @Option(help: "A defect that it is about (can be repeated).")
    var defect: [String] = []

    @Option(help: ArgumentHelp("Take this ticket from it (can be repeated).", valueName: "ticket"))
    var dropTicket: [String] = []

    @Option(help: ArgumentHelp("Take this defect from it (can be repeated).", valueName: "defect"))
    var dropDefect: [String] = []

    /// Creates the command.
    package init() {}

    /// Asks for something.
    package func validate() throws {
        if ticket.isEmpty, defect.isEmpty, dropTicket.isEmpty, dropDefect.isEmpty {
            throw ValidationError("Name a --ticket or a --defect")
        }
    }

    /// Changes and shows it.
    package func run() async throws {
        try await options.act { desk in
            try await desk.link(
                case: options.ref,
                tickets: ticket,
                isHolding: !beside,
                defects: defect,
                droppingTickets: dropTicket,
                droppingDefects: dropDefect
            )
        }
    }
}

/// `mainstay case close`.
package struct CaseClose: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "End a case from our side; its tickets come back."
    )

    @OptionGroup var options: CaseOptions
    @OptionGroup var input: TextInput

    /// Creates the command.
    package init() {}

    /// Ends and shows it.
    package func run() async throws {
        let words = try input.requiredWords()
        try await options.act { try await $0.close(case: options.ref, words) }
    }
}
