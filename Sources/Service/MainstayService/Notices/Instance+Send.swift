import MainstayCore
package import Outbound
import SQLDatabase
import Storage
import SupportDesk

/// How messages are sent.
package struct SendingRules: Sendable {
    /// How often a message is tried before its receiver is paused, or a mail given up.
    package var tries: Int64 = 12
    /// How far one request may go.
    package var limits = HTTPLimits()
    /// How many are under way at once.
    package var width = 8
    /// After how many milliseconds another worker may take what this one began.
    package var leaseMs = Job.leaseMs
    /// How long to wait after a try that failed, in milliseconds: 5 s, doubled up to an hour, by
    /// half to one and a half of it.
    package var waitMs: @Sendable (_ attempt: Int64) -> Int64 = { attempt in
        Job.backoffMs(afterAttempt: attempt) * Int64.random(in: 50...150) / 100
    }

    /// Creates the usual rules.
    package init() {}
}

/// What came of a look at the messages that are due.
package struct SendingTally: Sendable, Hashable {
    /// Messages that their receivers took.
    package var sent = 0
    /// Tries that failed; the message is tried again, held, or given up.
    package var failed = 0

    /// Nothing yet, or what was counted.
    package init(sent: Int = 0, failed: Int = 0) {
        self.sent = sent
        self.failed = failed
    }
}

extension Instance {
    /// Sends the messages that are due, some at once.
    ///
    /// The receiver sees the same key whenever a message is sent again, as after a crash.
    /// - Returns: What came of it; nothing sent and nothing failed: none is due.
    /// - Throws: ``StorageError``, ``SQLDatabase/SQLError``.
    package func sendMessages(_ rules: SendingRules = SendingRules()) async throws -> SendingTally {
        let jobs = try await engine.write(.queue) {
            try $0.claimJobs(
                in: NoticeQueue.send,
                by: "outbox",
                limit: rules.width,
                leaseMs: rules.leaseMs
            )
        }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for job in jobs {
                group.addTask {
                    do {
                        return try await self.send(job, rules)
                    } catch let error as StorageError where error.code == .leaseLost {
                        return false
                    }
                }
            }
            var tally = SendingTally()
            for try await isSent in group {
                if isSent { tally.sent += 1 } else { tally.failed += 1 }
            }
            return tally
        }
    }

    /// Tries to send the message of a job; returns whether it was taken.
    private func send(_ job: Job, _ rules: SendingRules) async throws -> Bool {
        let id = job.args["message"]?.int ?? 0
        let begun = try await engine.write { connection -> SendingOrder? in
            try connection.checkLease(of: job)
            let order = try connection.begin(id)
            if order == nil { try connection.complete(job) }
            return order
        }
        guard let order = begun else { return false }
        let failure = await deliver(order, rules)
        let wait = rules.waitMs(job.attempt)
        let provision = try await provision(ids: 1)
        try await engine.write { connection in
            var provision = provision
            try connection.checkLease(of: job)
            guard let failure else {
                let now = try connection.now()
                try connection.setState(of: id, .sent, settledAt: now)
                // Words of people stay in their events alone.
                try connection.markErased(order.message.bodySHA)
                return try connection.complete(job)
            }
            try connection.setState(of: id, .due)
            if !failure.isFinal, job.attempt < rules.tries {
                _ = try connection.fail(job, because: failure.words, waitMs: wait)
            } else {
                try connection.giveUp(order.message, failure, &provision)
                try connection.complete(job)
            }
        }
        if failure == nil { try? blobs.erase(order.message.bodySHA) }
        return failure == nil
    }

    /// Hands a message to its receiver; returns why it was not taken.
    private func deliver(_ order: SendingOrder, _ rules: SendingRules) async -> SendingFailure? {
        do {
            let bytes = try blobs.read(order.message.bodySHA)
            if let program = order.mailProgram {
                try await MailProgram(program).send(file: blobs.file(order.message.bodySHA))
                return nil
            }
            guard let hook = order.webhook else {
                return SendingFailure(words: "There is no such receiver", isFinal: true)
            }
            let answer = try await post(bytes, key: order.message.effectKey, to: hook, rules)
            if (200..<300).contains(answer.status) { return nil }
            return SendingFailure(
                words: "The receiver answered with status \(answer.status)",
                isFinal: answer.status == 410
            )
        } catch {
            let words = (error as? any ExplainedError)?.message ?? "\(error)"
            return SendingFailure(words: words, isFinal: false)
        }
    }

    /// Posts bytes to a receiver, signed with its secret.
    nonisolated func post(
        _ bytes: [UInt8],
        key: String,
        to hook: Webhook,
        _ rules: SendingRules
    ) async throws -> HTTPAnswer {
        guard let secret = try secrets.read(hook.secret) else {
            throw UseError(.refused, "The secret of receiver \(hook.id) is missing")
        }
        let time = Instant.now.milliseconds / 1000
        let signature = SecretFolder.signature(of: Array("\(time).".utf8) + bytes, by: secret)
        var limits = rules.limits
        // A receiver without TLS was allowed by name when it was made.
        limits.allowsPlain = hook.url.hasPrefix("http:")
        let request = try HTTPRequest(
            "POST",
            hook.url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "mainstay"),
                ("Idempotency-Key", key), ("Mainstay-Signature", "t=\(time),v1=\(signature)"),
            ],
            body: bytes
        )
        return try await request.perform(limits)
    }
}

/// A message and what it takes to send it.
private struct SendingOrder: Sendable {
    let message: OutboxMessage
    let webhook: Webhook?
    let mailProgram: String?
}

/// Why a message was not taken.
private struct SendingFailure: Sendable {
    let words: String
    /// Whether another try would be in vain.
    let isFinal: Bool
}

extension Connection {
    /// Takes a message that is to be sent.
    ///
    /// It returns `nil` for one that is settled, for one whose receiver is paused, which is held, and
    /// for one whose receiver has gone or whose ticket came under embargo, which is given up.
    fileprivate func begin(_ id: Int64) throws -> SendingOrder? {
        guard let message = try outboxMessage(id), message.settledAt == nil else { return nil }
        guard try mayGo(message) else {
            try setState(of: id, .failed, settledAt: try now())
            return nil
        }
        switch message.channel {
        case .webhook:
            guard let hook = try Int64(message.destination).flatMap({ try webhook($0) }) else {
                try setState(of: id, .failed, settledAt: try now())
                return nil
            }
            if hook.disabledAt != nil { return nil }
            try setState(of: id, .sending)
            return SendingOrder(message: message, webhook: hook, mailProgram: nil)
        case .vendor, .hand: return nil
        case .mail:
            let mail = try setting("mail").flatMap { try? JSONValue(json: $0) }
            guard let program = mail?["program"]?.text else { return nil }
            try setState(of: id, .sending)
            return SendingOrder(message: message, webhook: nil, mailProgram: program)
        }
    }

    /// Whether the reader of a message may read of its ticket as that stands now.
    private func mayGo(_ message: OutboxMessage) throws -> Bool {
        guard let ticket = try ticket(message.chainID), ticket.isUnderEmbargo else { return true }
        // The key of a mail ends with the account that reads it.
        let named = message.effectKey.split(separator: ":").last.flatMap { Int64($0) } ?? 0
        let reader = message.channel == .mail ? named : try webhook(named)?.accountID ?? 0
        return try grants(of: reader)
            .roles(product: ticket.origin.productID, customer: ticket.origin.customerID)
            .contains(.security)
    }

    /// Pauses a receiver that did not take a message, which is held; gives up a mail.
    fileprivate func giveUp(
        _ message: OutboxMessage,
        _ failure: SendingFailure,
        _ provision: inout Provision
    ) throws {
        guard message.channel == .webhook, let id = Int64(message.destination),
            var hook = try webhook(id)
        else { return try setState(of: message.id, .failed, settledAt: try now()) }
        if hook.disabledAt != nil { return }
        hook.disabledAt = try now()
        try update(hook)
        var head = try lockChain(hook.accountID)
        let facts: JSONValue = [
            "webhook_id": .int(id), "reason": failure.isFinal ? "gone" : "tries",
        ]
        let draft = EventDraft("webhook_paused", facts: facts, text: failure.words)
        try append(draft, by: hook.accountID, to: &head, &provision)
    }
}
