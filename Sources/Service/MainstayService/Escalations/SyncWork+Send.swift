import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// Sending what was approved: one worker for each case, the intent in the ledger before the first
/// byte leaves, and after a lost answer the same intent again, by which the connector searches first.
extension SyncWork {
    /// How long a case stays with a worker that died, in milliseconds; one that lives keeps it.
    static let leaseMs: Int64 = 10_000

    /// Sends what waits, case by case.
    func sendMessages(_ round: inout SyncRound) async throws {
        try await desk.write(ids: 1024) { connection, _, provision in
            for id in try connection.casesToSend(through: connector.id) {
                try connection.askToSend(case: id, through: connector.id, &provision)
            }
            return .null
        }
        let queue = VendorQueue.send(connector.id)
        while true {
            let job = try await desk.instance.engine.write(.queue) {
                try $0.claimJobs(in: queue, by: "sync", limit: 1, leaseMs: Self.leaseMs).first
            }
            guard let job else { return }
            do {
                let outcomes = try await desk.instance.keepingLease(of: job, leaseMs: Self.leaseMs)
                {
                    try await send(job)
                }
                for outcome in outcomes { round.count(outcome) }
            } catch let error as StorageError where error.code == .leaseLost {
                continue
            }
        }
    }

    /// Sends the messages of one case in their order, until one has to wait.
    private func send(_ job: Job) async throws -> [CaseOutcome] {
        var outcomes: [CaseOutcome] = []
        while let order = try await nextOrder(job) {
            let delivery = Delivery(work: self, job: job, order: order)
            let outcome = await delivery.run()
            try await settle(order, outcome, job)
            outcomes.append(outcome)
            guard let words = outcome.wordsOfFailure else { continue }
            try await desk.instance.engine.write { connection in
                let wait = try outcome.waitMs ?? connection.waitMs(afterTrying: order, connector)
                _ = try connection.fail(job, because: words, waitMs: wait)
            }
            return outcomes
        }
        try await desk.instance.engine.write { try $0.complete(job) }
        return outcomes
    }

    /// The first message of the case that may leave now; what an earlier worker left open is unknown.
    private func nextOrder(_ job: Job) async throws -> CaseOrder? {
        let caseID = job.args["case"]?.int ?? 0
        return try await desk.instance.engine.write { connection in
            try connection.checkLease(of: job)
            try connection.extendLease(of: job, leaseMs: Self.leaseMs)
            guard let found = try connection.vendorCase(caseID),
                let vendor = try connection.vendor(found.vendorID)
            else { return nil }
            for var message in try connection.messages(ofCase: caseID, open: true)
            where [.approved, .sending, .unknown].contains(message.state) {
                let content = try connection.content(of: message, desk.instance.blobs)
                guard found.remoteID != nil || content.operation == .openCase else { continue }
                if message.state == .sending {
                    message.state = .unknown
                    try connection.update(message)
                    try connection.settleLastAttempt(of: message.id, .unknown)
                }
                return CaseOrder(
                    message: message,
                    content: content,
                    found: found,
                    vendor: vendor
                )
            }
            return nil
        }
    }

    /// Writes down what became of a message, all of it in one transaction.
    private func settle(_ order: CaseOrder, _ outcome: CaseOutcome, _ job: Job) async throws {
        try await desk.write(ids: 64) { connection, acting, provision in
            try connection.checkLease(of: job)
            guard var message = try connection.outboxMessage(order.message.id),
                message.settledAt == nil, message.state != .held
            else { return .null }
            switch outcome {
            case .held: return .null
            case .arrived(let reply):
                (message.state, message.settledAt) = (.sent, try connection.now())
                try connection.settleLastAttempt(of: message.id, .sent)
                try connection.update(message)
                let map = try connection.statusMap(of: connector.id)
                _ = try connection.change(order.found.id, at: desk, by: acting, &provision) {
                    try $0.noteArrival(of: order, reply, map)
                    return .null
                }
            case .refused(let words):
                (message.state, message.settledAt) = (.refused, try connection.now())
                try connection.settleLastAttempt(of: message.id, .refused)
                try connection.update(message)
                _ = try connection.change(order.found.id, at: desk, by: acting, &provision) {
                    $0.change.note(
                        .notSent,
                        of: message.effectKey,
                        outbox: message.id,
                        facts: ["state": .text(message.state.rawValue)],
                        words: words
                    )
                    return .null
                }
            case .unknown:
                message.state = .unknown
                try connection.settleLastAttempt(of: message.id, .unknown)
                try connection.update(message)
            case .later:
                // Of an attempt before it may still be unknown whether it arrived.
                if message.state == .sending { message.state = order.message.state }
                try connection.settleLastAttempt(of: message.id, .refused)
                try connection.update(message)
            }
            return .null
        }
    }
}

/// The queues of a connector.
enum VendorQueue {
    /// Cases of which something is to be sent.
    static func send(_ connector: Int64) -> String { "vendor-send:\(connector)" }
}

extension Connection {
    /// Asks that what was approved of a case be sent; a wish that is there already stays.
    func askToSend(
        case id: Int64,
        through connector: Int64,
        _ provision: inout Provision
    ) throws {
        let key = "send-case:\(id)"
        if try hasJob(dedup: key) { return }
        let wish = JobWish(
            "send",
            in: VendorQueue.send(connector),
            args: ["case": .int(id)],
            dedup: key,
            maxAttempts: 1000
        )
        try enqueue(wish, &provision)
    }

    /// How long a message waits after a try that came to nothing, in milliseconds: until the next
    /// poll, and from the tenth try on longer each time, up to an hour.
    fileprivate func waitMs(afterTrying order: CaseOrder, _ link: ConnectorInstance) throws -> Int64
    {
        let poll = ConnectorConfig(json: link.config).pollSeconds * 1000
        let tries = Int64(try disclosures(of: order.message.id).count)
        if tries < 10 { return min(poll, Job.backoffMs(afterAttempt: tries)) }
        return min(3_600_000, poll << min(tries - 9, 10))
    }

    /// Ends the last attempt to send a message, if it is open.
    func settleLastAttempt(of message: Int64, _ outcome: DisclosureOutcome) throws {
        for var attempt in try disclosures(of: message) where attempt.outcome == .open {
            (attempt.outcome, attempt.endedAt) = (outcome, try now())
            try put(attempt)
        }
    }
}

/// A message on its way, with what it takes to send it.
struct CaseOrder: Sendable {
    let message: OutboxMessage
    let content: CaseMessage
    let found: SupportDesk.VendorCase
    let vendor: Vendor
}

/// What became of a message.
enum CaseOutcome: Sendable {
    /// It is there.
    case arrived(CaseReply)
    /// The vendor turned it down, in these words.
    case refused(String)
    /// It was held back before it left; its row says why.
    case held
    /// It may have arrived.
    case unknown(String)
    /// It did not arrive; it is tried again, after the seconds that the vendor named.
    case later(String, seconds: Int64? = nil)

    /// Why it is not settled; `nil`: it is.
    fileprivate var wordsOfFailure: String? {
        switch self {
        case .arrived, .refused, .held: nil
        case .unknown(let words), .later(let words, _): words
        }
    }

    /// How long the vendor wants to be left alone, in milliseconds.
    fileprivate var waitMs: Int64? {
        guard case .later(_, let seconds?) = self else { return nil }
        return min(max(seconds, 1), 86_400) * 1000
    }
}

extension SyncRound {
    /// Counts what became of a message.
    fileprivate mutating func count(_ outcome: CaseOutcome) {
        switch outcome {
        case .arrived: sent += 1
        case .refused: refused += 1
        case .held: held += 1
        case .unknown, .later: unsettled += 1
        }
    }
}

/// What the vendor's system answered to a message that arrived.
struct CaseReply: Sendable {
    /// The case, where the answer is one.
    var found: ConnectorMessages.VendorCase?
    /// What the vendor calls the comment or the file.
    var itemID: String?
}

extension CaseActing {
    /// Notes that a message has arrived, and what the answer says of the case.
    mutating func noteArrival(
        of order: CaseOrder,
        _ reply: CaseReply,
        _ map: (version: Int64, words: [String: SupportDesk.CaseState])
    ) throws {
        change.noteSent(order.content, outbox: order.message.id, remoteItem: reply.itemID)
        if let event = try flush(), let id = reply.itemID {
            let digest = BlobFolder.digest(of: Array(order.content.body.utf8))
            let item = RemoteItem(
                of: change.vendorCase.id,
                id,
                .outwards,
                content: digest,
                eventSeq: event.seq
            )
            try connection.keep(item)
        }
        if let seen = reply.found {
            let current = change.vendorCase
            if current.remoteID != seen.caseID || seen.url != nil && current.url != seen.url {
                try change.setRemote(id: seen.caseID, url: seen.url)
            }
            if let live = seen.replacedBy {
                try follow(to: live, nil)
                try keepFormerName(seen.caseID)
            }
            var standing = RemoteStanding(
                seen.status,
                meaning: map.words[seen.status],
                mapVersion: map.version
            )
            (standing.changedAt, standing.actor) = (seen.changedAt, .us)
            change.observe(standing)
        }
        if order.content.operation == .closeCase, !change.vendorCase.state.isOver {
            try change.end(order.content.body)
        }
    }
}
