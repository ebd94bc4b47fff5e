package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// `mainstay notice`.
package struct NoticeCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "notice",
        abstract: "Tell people by mail and webhooks what happened, and what is due.",
        discussion: """
            Who has a ticket is told, else who is on call, else the members of its level; who follows \
            it is told too, and the customer of what is public.

            Examples:
              mainstay notice mail --from desk@example.org
              mainstay notice send
            """,
        subcommands: [NoticeSend.self, NoticeList.self, NoticeMail.self]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay notice send`.
package struct NoticeSend: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send all that is due now.",
        discussion: """
            A message that fails is tried again later, each time after a longer wait; 'mainstay \
            notice list' shows what waits. Several may run at once.
            """
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Sends.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let round = try await session.desk.sendNotices()
            let json: JSONValue = [
                "clocks": .int(Int64(round.clocks)), "messages": .int(Int64(round.messages)),
                "sent": .int(Int64(round.sending.sent)),
                "failed": .int(Int64(round.sending.failed)),
            ]
            try session.tell(
                "notices",
                json,
                "clocks due \(round.clocks), messages made \(round.messages), "
                    + "sent \(round.sending.sent), failed \(round.sending.failed)"
            )
        }
    }
}

/// `mainstay notice list`.
package struct NoticeList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the messages that are to be sent, the oldest first."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let messages = try await session.desk.openNotices(limit: 200)
            try session.write("notices", messages.map(\.json)) { buffer in
                messages.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay notice mail`.
package struct NoticeMail: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract: "Send notices by mail, or not any more."
    )

    @Option(help: ArgumentHelp("The address of the desk.", valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("The program that takes a mail.", valueName: "path"))
    var program = "/usr/sbin/sendmail"

    @Flag(help: "Send no mail.")
    var off = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for an address or for none.
    package func validate() throws {
        if (from == nil) != off { throw ValidationError("Give --from ADDRESS or --off") }
    }

    /// Sets it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.setMail(from.map { ($0, program) })
            let json: JSONValue = ["from": .text(from), "isOn": .bool(!off)]
            let words = from.map { "Notices go by mail from \(makeSafe($0))." }
            try session.tell("mail", json, words ?? "Notices go by mail no more.")
        }
    }
}

extension OutboxMessage {
    /// The message with stable keys.
    var json: JSONValue {
        [
            "id": .int(id), "channel": .text(channel.rawValue),
            "destination": .text(destination), "key": .text(effectKey),
            "state": .text(state.rawValue), "createdAt": .time(createdAt),
            "settledAt": .time(settledAt),
        ]
    }
}

extension [OutboxMessage] {
    /// Writes a table of the messages.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        if isEmpty { return buffer.line("No messages.") }
        var table = GridTable(["SINCE", "STATE", "BY", "TO", "KEY"])
        for message in self {
            table.add([
                message.createdAt.minute, message.state.rawValue, message.channel.rawValue,
                message.destination, message.effectKey,
            ])
        }
        table.write(to: &buffer, on: screen)
    }
}
