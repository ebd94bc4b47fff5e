package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay case set`.
package struct CaseSet: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Say where a case stands, or what else is known of it.",
        discussion: """
            A fix that a vendor offers never closes what is ours: each waiting ticket gets the task to \
            verify it, and 'mainstay task done' says that it holds. A commit that is found in a \
            repository becomes a proposed fix of the case's defects.

            Examples:
              mainstay case set MS-1 needs_us --note "He wants the log of the controller"
              mainstay case set MS-1 fix_released --fix-version 7.2.1 --fix-commit 1a2b3c4d
              mainstay case set MS-1 --check 2026-12-01
            """
    )

    @OptionGroup var options: CaseOptions

    @Argument(help: "Where it stands.")
    var state: CaseState?

    @Option(help: ArgumentHelp("Why, for the staff.", valueName: "words"))
    var note: String?

    @Option(help: ArgumentHelp("What the vendor calls it.", valueName: "id"))
    var remote: String?

    @Option(help: "Where people see it at the vendor's.")
    var url: String?

    @Option(help: ArgumentHelp("The vendor's version that has the fix.", valueName: "version"))
    var fixVersion: String?

    @Option(help: ArgumentHelp("The vendor's commit that is the fix.", valueName: "commit"))
    var fixCommit: String?

    @Option(help: ArgumentHelp("When somebody looks at it again.", valueName: "day"))
    var check: Instant?

    @Option(help: "How urgent it is.")
    var priority: Priority?

    @Option(help: ArgumentHelp("Our contract with the vendor, or none.", valueName: "name|none"))
    var contract: String?

    @Option(help: ArgumentHelp("The connector that follows it from now on.", valueName: "name"))
    var connector: String?

    @Option(help: ArgumentHelp("When it happened, if not now.", valueName: "time"))
    var at: Instant?

    /// Creates the command.
    package init() {}

    /// Changes and shows it.
    package func run() async throws {
        var words = CaseWords()
        words.state = state
        words.note = note
        words.remoteID = remote
        words.url = url
        words.fixVersion = fixVersion
        words.fixCommit = fixCommit
        words.checkAt = check
        words.priority = priority
        words.contract = contract.map { $0 == "none" ? nil : $0 }
        words.connector = connector
        words.occurredAt = at
        let wanted = words
        try await InstanceSession.run(options.instance) { session in
            try await session.desk.set(case: options.ref, wanted)
            if fixCommit != nil {
                _ = try await session.desk.proposeFix(ofCase: options.ref, try session.tools())
            }
            try session.showShort(try await session.desk.showCase(options.ref))
        }
    }
}

/// `mainstay case comment`.
package struct CaseComment: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: "Write in a case: for the staff, unless it is shared with the vendor.",
        discussion: """
            What is shared passes the gate and is held until somebody approves its bytes: 'mainstay \
            case preview'. A message or a file of a ticket is released by its place, which 'mainstay \
            ticket show' tells.

            Examples:
              mainstay case comment MS-1 "Asked again by phone"
              mainstay case comment MS-1 --share "It also happens with firmware 7.1"
              mainstay case comment MS-1 --share-message MST-7#4
              mainstay case comment MS-1 --share-file MST-7#4:controller.log
              mainstay case comment MS-1 --from-vendor "We can reproduce it" --at 2026-11-30T09:00:00Z
            """
    )

    @OptionGroup var options: CaseOptions
    @OptionGroup var input: TextInput

    @Flag(help: "It is for the vendor.")
    var share = false

    @Flag(help: "The vendor wrote it.")
    var fromVendor = false

    @Option(
        help: ArgumentHelp("Share this message of a ticket.", valueName: "ticket#number"),
        transform: CaseComment.place
    )
    var shareMessage: TicketPlace?

    @Option(
        help: ArgumentHelp("Share this file of a ticket.", valueName: "ticket#number[:name]"),
        transform: CaseComment.place
    )
    var shareFile: TicketPlace?

    @Option(help: ArgumentHelp("When the vendor wrote it, if not now.", valueName: "time"))
    var at: Instant?

    /// Creates the command.
    package init() {}

    private static func place(_ text: String) throws -> TicketPlace {
        guard let place = TicketPlace(text) else {
            throw ValidationError("'\(text)' is no place such as MST-7#4 or MST-7#4:file.log")
        }
        return place
    }

    /// Refuses what contradicts itself.
    package func validate() throws {
        let ways = [share, fromVendor, shareMessage != nil, shareFile != nil].count { $0 }
        if ways > 1 {
            throw ValidationError(
                "Give one of --share, --share-message, --share-file and --from-vendor"
            )
        }
        if at != nil, !fromVendor { throw ValidationError("--at goes with --from-vendor") }
    }

    /// Writes and shows the case.
    package func run() async throws {
        let (ref, message, file) = (options.ref, shareMessage, shareFile)
        let words = message == nil && file == nil ? try input.requiredWords() : ""
        try await options.act { desk in
            if let message {
                try await desk.share(case: ref, message: message)
            } else if let file {
                try await desk.share(case: ref, file: file)
            } else if share {
                try await desk.share(case: ref, words)
            } else if fromVendor {
                try await desk.takeWords(case: ref, words, at: at)
            } else {
                try await desk.note(case: ref, words)
            }
        }
    }
}
