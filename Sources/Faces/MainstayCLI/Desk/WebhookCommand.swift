package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension TicketEventKind: ExpressibleByArgument {}

/// `mainstay webhook`.
package struct WebhookCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Send what happens to tickets to other programs.",
        discussion: """
            Each message is a POST of JSON with the headers 'Idempotency-Key', the same whenever it \
            is sent again, and 'Mainstay-Signature: t=SECONDS,v1=HEX', the HMAC-SHA-256 under the \
            receiver's secret of the seconds, a full stop and the body. A status of 2xx takes it; \
            410 and too many failures pause the receiver, and what waits is held for it.

            Examples:
              mainstay webhook new https://chat.example.org/hook --event opened --event escalated
              mainstay webhook test 4711
            """,
        subcommands: [
            WebhookNew.self, WebhookList.self, WebhookTest.self, WebhookPause.self,
            WebhookResume.self, WebhookRemove.self, WebhookLog.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// A receiver of notices.
package struct WebhookOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The receiver, by its number.", valueName: "number"))
    var id: Int64

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the receiver and says so.
    func act(_ done: String, _ act: @escaping (Desk) async throws -> Void) async throws {
        try await InstanceSession.run(instance) { session in
            try await act(session.desk)
            let json: JSONValue = ["id": .int(id), "state": .text(done)]
            try session.tell("webhook", json, "Receiver \(id) is \(done).")
        }
    }
}

/// `mainstay webhook new`.
package struct WebhookNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a receiver; its secret is shown once."
    )

    @Argument(help: "Where it is: https://...")
    var url: String

    @Option(
        name: .customLong("event"),
        help: "What it wants to know of (can be repeated); without: all."
    )
    var events: [TicketEventKind] = []

    @Option(
        help: ArgumentHelp("Whose sight decides what is sent, if not yours.", valueName: "login")
    )
    var account: String?

    @Flag(help: "It may be without TLS, and on this machine.")
    var insecure = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let made = try await session.desk.makeWebhook(
                url,
                for: account,
                kinds: events,
                isInsecure: insecure
            )
            let json: JSONValue = ["id": .int(made.id), "secret": .text(made.secret)]
            let words = "Receiver \(made.id); its secret, shown this once:\n\(made.secret)"
            try session.tell("webhook", json, words)
        }
    }
}

/// `mainstay webhook list`.
package struct WebhookList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the receivers."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let views = try await session.desk.webhooks()
            try session.write("webhooks", views.map(\.json)) { buffer in
                if views.isEmpty { return buffer.line("No receivers.") }
                var table = GridTable(["RECEIVER", "STATE", "WAITING", "ACCOUNT", "URL", "EVENTS"])
                for view in views {
                    let hook = view.webhook
                    table.add([
                        "\(hook.id)", hook.disabledAt == nil ? "on" : "paused", "\(view.open)",
                        view.login, hook.url,
                        hook.kinds.isEmpty ? "all" : hook.kinds.joined(separator: " "),
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

extension WebhookView {
    /// The receiver with stable keys.
    fileprivate var json: JSONValue {
        [
            "id": .int(webhook.id), "url": .text(webhook.url), "account": .text(login),
            "events": .texts(webhook.kinds), "waiting": .int(Int64(open)),
            "createdAt": .time(webhook.createdAt), "pausedAt": .time(webhook.disabledAt),
        ]
    }
}

/// `mainstay webhook test`.
package struct WebhookTest: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a receiver a message that says nothing, now."
    )

    @OptionGroup var webhook: WebhookOptions

    /// Creates the command.
    package init() {}

    /// Sends.
    package func run() async throws {
        try await InstanceSession.run(webhook.instance) { session in
            let status = try await session.desk.testWebhook(webhook.id)
            let json: JSONValue = ["id": .int(webhook.id), "status": .int(Int64(status))]
            try session.tell("webhook", json, "It answered with status \(status).")
        }
    }
}

/// `mainstay webhook pause`.
package struct WebhookPause: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Send a receiver nothing for now: what waits is held, what happens is not sent."
    )

    @OptionGroup var webhook: WebhookOptions

    /// Creates the command.
    package init() {}

    /// Pauses.
    package func run() async throws {
        try await webhook.act("paused") { try await $0.setPaused(webhook.id, true) }
    }
}

/// `mainstay webhook resume`.
package struct WebhookResume: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a receiver; what was held is sent first."
    )

    @OptionGroup var webhook: WebhookOptions

    /// Creates the command.
    package init() {}

    /// Goes on.
    package func run() async throws {
        try await webhook.act("on") { try await $0.setPaused(webhook.id, false) }
    }
}

/// `mainstay webhook remove`.
package struct WebhookRemove: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a receiver with its secret; what was held is given up."
    )

    @OptionGroup var webhook: WebhookOptions

    /// Creates the command.
    package init() {}

    /// Removes.
    package func run() async throws {
        try await webhook.act("removed") { try await $0.removeWebhook(webhook.id) }
    }
}

/// `mainstay webhook log`.
package struct WebhookLog: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "List the messages to a receiver, the newest first."
    )

    @OptionGroup var webhook: WebhookOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(webhook.instance) { session in
            let messages = try await session.desk.webhookLog(webhook.id, limit: 100)
            try session.write("notices", messages.map(\.json)) { buffer in
                messages.write(to: &buffer, on: session.screen)
            }
        }
    }
}
