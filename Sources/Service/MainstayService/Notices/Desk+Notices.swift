import MainstayCore
import Outbound
import SQLDatabase
package import Storage
package import SupportDesk

/// What one round of sending did.
package struct NoticeRound: Sendable, Hashable {
    /// Clocks that came to a threshold.
    package var clocks = 0
    /// Messages that events asked for.
    package var messages = 0
    /// Messages that were sent, and tries that failed.
    package var sending = SendingTally()

    /// Nothing yet.
    package init() {}
}

extension Desk {
    /// Does all that is due for notices: notes thresholds of clocks, makes messages, sends them.
    ///
    /// - Parameter rules: How to send.
    /// - Returns: What was done.
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``, or ``UseError/Code/refused`` in a
    ///   copy of the data.
    package func sendNotices(_ rules: SendingRules = SendingRules()) async throws -> NoticeRound {
        let account = try await read { _, acting in
            try acting.require(.keepNotices)
            return acting.account.id
        }
        try await requireDeployment()
        var round = NoticeRound()
        _ = try await noteDueChecks()
        let zones = zones
        let thresholds: ThresholdReader = { connection, clock in
            guard let ticket = try connection.ticket(clock.chainID) else { return [] }
            var book = ClockBook(connection, zones)
            let shown = try book.readings(of: ticket, at: try connection.now())
            return try book.thresholds(of: ticket, shown)[clock.clock] ?? []
        }
        while case let count = try await instance.noteDueClocks(by: account, thresholds), count > 0
        {
            round.clocks += count
        }
        while case let made = try await instance.renderNotices(), made.events > 0 {
            round.messages += made.messages
        }
        while case let tally = try await instance.sendMessages(rules),
            tally.sent + tally.failed > 0
        {
            round.sending.sent += tally.sent
            round.sending.failed += tally.failed
        }
        return round
    }

    /// Returns the messages that are neither sent nor given up, the oldest first.
    package func openNotices(limit: Int) async throws -> [OutboxMessage] {
        try await read { connection, acting in
            try acting.require(.keepNotices)
            return try connection.openMessages(limit: limit)
        }
    }

    /// Switches mail on: from which address, by which program; or off with `nil`.
    ///
    /// What waited while it was off is then sent.
    /// - Throws: ``DeskError`` for an address that is none; ``UseError`` with
    ///   ``UseError/Code/badName`` for a program that is no absolute path.
    package func setMail(_ mail: (from: String, program: String)?) async throws {
        let waiting = try await read { connection, acting in
            try acting.require(.keepNotices)
            return try connection.openMails().count
        }
        try await write(ids: waiting + 16) { connection, acting, provision in
            try acting.require(.keepNotices)
            var value = ""
            if let mail {
                guard mail.program.hasPrefix("/") else {
                    throw UseError(
                        .badName,
                        "'\(mail.program)' is no absolute path of a program for mail",
                        hint: "Give one such as /usr/sbin/sendmail"
                    )
                }
                let json: JSONValue = [
                    "from": .text(try MailMessage.checked(mail.from)),
                    "program": .text(mail.program),
                ]
                value = json.json
            }
            try connection.setSetting("mail", to: value)
            for message in try mail == nil ? [] : connection.openMails().prefix(waiting) {
                try connection.askToSend(message.id, &provision)
            }
            let facts: JSONValue = ["is_on": .int(mail == nil ? 0 : 1)]
            try connection.record(EventDraft("mail_set", facts: facts), by: acting, &provision)
            return .null
        }
    }
}

/// A receiver of notices with the login of its account.
package struct WebhookView: Sendable {
    /// The receiver.
    package let webhook: Webhook
    /// The login of the account that sees what is sent.
    package let login: String
    /// How many messages wait for it.
    package let open: Int
}

/// Receivers of notices by HTTP.
extension Desk {
    /// Makes a receiver; returns its number and its secret, this once.
    ///
    /// - Parameters:
    ///   - url: Where it is.
    ///   - login: The account that sees what is sent; `nil`: the one that acts.
    ///   - kinds: Which events of tickets it wants; none: all.
    ///   - isInsecure: Whether it may be without TLS, or on this machine.
    /// - Returns: Its number and its secret.
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a place that is not allowed.
    package func makeWebhook(
        _ url: String,
        for login: String?,
        kinds: [TicketEventKind],
        isInsecure: Bool
    ) async throws -> (id: Int64, secret: String) {
        try Self.checkURL(url, isInsecure: isInsecure)
        let secret = TokenSecret.make()
        let result = try await write { connection, acting, provision in
            try acting.require(.keepNotices)
            let account = try login.map { try connection.knownAccount($0) } ?? acting.account
            let id = try provision.id()
            let hook = Webhook(
                id: id,
                account: account.id,
                url: url,
                secret: "webhook-\(id)",
                kinds: kinds.map { "ticket.\($0.rawValue)" },
                at: try connection.now()
            )
            try connection.insert(hook)
            let facts: JSONValue = ["webhook_id": .int(id), "account_id": .int(account.id)]
            try connection.record(EventDraft("webhook_made", facts: facts), by: acting, &provision)
            return .int(id)
        }
        let id = result.int ?? 0
        try instance.secrets.write(secret, as: "webhook-\(id)")
        return (id, secret)
    }

    /// Returns the receivers, by number.
    package func webhooks() async throws -> [WebhookView] {
        try await read { connection, acting in
            try acting.require(.keepNotices)
            let hooks = try connection.webhooks()
            let logins = try connection.logins(of: Set(hooks.map(\.accountID)))
            return try hooks.map { hook in
                WebhookView(
                    webhook: hook,
                    login: logins[hook.accountID] ?? "?",
                    open: try connection.openMessages(to: "\(hook.id)", limit: 10_000).count
                )
            }
        }
    }

    /// Sends a receiver a message that says nothing, now; returns the status of its answer.
    package func testWebhook(_ id: Int64) async throws -> Int {
        let hook = try await read { connection, acting in
            try acting.require(.keepNotices)
            return try connection.knownWebhook(id)
        }
        let key = "test:\(id):\(Instant.now.milliseconds)"
        let json: JSONValue = ["id": .text(key), "kind": "test"]
        let bytes = Array(json.json.utf8)
        return try await instance.post(bytes, key: key, to: hook, SendingRules()).status
    }

    /// Sends a receiver nothing more, or goes on: what was held is then sent.
    package func setPaused(_ id: Int64, _ isPaused: Bool) async throws {
        let open = try await read { connection, acting in
            try acting.require(.keepNotices)
            return try connection.openMessages(to: "\(id)", limit: 10_000).count
        }
        try await write(ids: open + 16) { connection, acting, provision in
            try acting.require(.keepNotices)
            var hook = try connection.knownWebhook(id)
            guard (hook.disabledAt != nil) != isPaused else {
                throw UseError(
                    .refused,
                    "Receiver \(id) is \(isPaused ? "paused" : "not paused") already"
                )
            }
            hook.disabledAt = isPaused ? try connection.now() : nil
            try connection.update(hook)
            if !isPaused {
                for message in try connection.openMessages(to: "\(id)", limit: open) {
                    try connection.askToSend(message.id, &provision)
                }
            }
            let facts: JSONValue = ["webhook_id": .int(id), "reason": "person"]
            let kind = isPaused ? "webhook_paused" : "webhook_resumed"
            try connection.record(EventDraft(kind, facts: facts), by: acting, &provision)
            return .null
        }
    }

    /// Removes a receiver with its secret; what was held for it is given up.
    package func removeWebhook(_ id: Int64) async throws {
        try await write { connection, acting, provision in
            try acting.require(.keepNotices)
            _ = try connection.knownWebhook(id)
            let now = try connection.now()
            for message in try connection.openMessages(to: "\(id)", limit: 1_000_000) {
                try connection.setState(of: message.id, .failed, settledAt: now)
            }
            try connection.deleteWebhook(id)
            let facts: JSONValue = ["webhook_id": .int(id)]
            try connection.record(
                EventDraft("webhook_removed", facts: facts),
                by: acting,
                &provision
            )
            return .null
        }
        try instance.secrets.erase("webhook-\(id)")
    }

    /// Returns the newest messages to a receiver, the newest first.
    package func webhookLog(_ id: Int64, limit: Int) async throws -> [OutboxMessage] {
        try await read { connection, acting in
            try acting.require(.keepNotices)
            _ = try connection.knownWebhook(id)
            return try connection.messages(.webhook, to: "\(id)", limit: limit)
        }
    }

    /// Refuses a place to which nothing must go.
    private static func checkURL(_ url: String, isInsecure: Bool) throws {
        _ = try HTTPRequest("POST", url)
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let authority = parts.count == 3 ? parts[2].prefix { !"/?#".contains($0) } : ""
        guard parts.count == 3, ["https:", "http:"].contains(parts[0]), parts[1].isEmpty,
            !authority.isEmpty, !authority.contains("@")
        else {
            throw UseError(
                .badName,
                "'\(url)' is no place for notices",
                hint: "Give one such as https://chat.example.org/hook"
            )
        }
        let host = authority.lowercased()
        let isHere =
            host.hasPrefix("localhost") || host.hasPrefix("127.") || host.hasPrefix("[::")
            || host.hasPrefix("0.0.0.0")
        guard isInsecure || (parts[0] == "https:" && !isHere) else {
            throw UseError(
                .refused,
                "Receiver \(parts[0])//\(authority) is \(isHere ? "this machine" : "without TLS")",
                hint: "Allow it with --insecure"
            )
        }
    }
}

extension Connection {
    fileprivate func knownWebhook(_ id: Int64) throws -> Webhook {
        if let hook = try webhook(id) { return hook }
        throw UseError.unknown("receiver", "\(id)", list: "webhook list")
    }

    /// The mails that are neither sent nor given up, the oldest first.
    fileprivate func openMails() throws -> [OutboxMessage] {
        try openMessages(limit: 1_000_000).filter { $0.channel == .mail }
    }
}
