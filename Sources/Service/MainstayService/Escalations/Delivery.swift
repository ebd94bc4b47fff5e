import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk
import Synchronization

/// One try to hand a message to the vendor's system, with the ledger in between.
struct Delivery: Sendable {
    let work: SyncWork
    let job: Job
    let order: CaseOrder
    /// What the writes of this try came to so far.
    private let writes = WriteLog()

    init(work: SyncWork, job: Job, order: CaseOrder) {
        (self.work, self.job, self.order) = (work, job, order)
    }

    /// Calls the vendor's system and says what became of the message.
    func run() async -> CaseOutcome {
        let audit = ExchangeAudit(
            begins: { wire in await begins(wire) },
            ended: { wire, outcome in if wire.isWrite { writes.end(outcome) } }
        )
        do throws(LinkFault) {
            return .arrived(try await order.call(work.vendor, audit, work.desk.instance.blobs))
        } catch {
            return outcome(of: error)
        }
    }

    /// What a call that failed means for the message.
    private func outcome(of fault: LinkFault) -> CaseOutcome {
        let words = fault.problem?.message ?? fault.message
        if fault.code == .held { return writes.isHeldByUs ? .held : .later(words) }
        let patience =
            fault.status == .rateLimited ? fault.problem?.retryAfterSeconds ?? 60 : nil
        // What went out before, and is unknown, is not made known by a try that did not go out.
        let mayBeThere = order.message.state == .unknown
        guard writes.count > 0 else {
            return fault.isRefusal && !mayBeThere
                ? .refused(words) : .later(words, seconds: patience)
        }
        if fault.isRefusal { return .refused(words) }
        if fault.status == .rateLimited { return .later(words, seconds: patience) }
        return writes.mayHaveArrived ? .unknown(words) : .later(words)
    }

    /// Writes into the ledger what is about to leave, or holds it.
    private func begins(_ wire: WireRequest) async -> ExchangeAudit.Verdict {
        guard wire.isWrite else { return .send }
        do {
            let kept = try work.desk.instance.blobs.keep(wire.bytes)
            let isFirst = writes.count == 0
            let verdict = try await work.desk.write(ids: 64) { connection, acting, provision in
                try connection.checkLease(of: job)
                try connection.extendLease(of: job, leaseMs: SyncWork.leaseMs)
                let obstacle = try connection.obstacle(
                    to: order,
                    wire,
                    isFirst: isFirst,
                    work.desk.instance.blobs
                )
                guard let obstacle else {
                    try connection.disclose(order, kept, wire, &provision)
                    return .null
                }
                try connection.hold(order, obstacle, at: work.desk, by: acting, &provision)
                return .text(obstacle.words)
            }
            if let words = verdict.text {
                writes.hold()
                return .hold(words)
            }
            writes.begin()
            return .send
        } catch {
            return .hold((error as? any ExplainedError)?.message ?? "\(error)")
        }
    }
}

/// The writes of one try.
private final class WriteLog: Sendable {
    private struct State {
        var count = 0
        var ended = 0
        var mayHaveArrived = false
        var isHeldByUs = false
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }
    var isHeldByUs: Bool { state.withLock { $0.isHeldByUs } }
    /// Whether one that went out has no answer that says otherwise.
    var mayHaveArrived: Bool { state.withLock { $0.mayHaveArrived || $0.ended < $0.count } }

    func begin() { state.withLock { $0.count += 1 } }
    func hold() { state.withLock { $0.isHeldByUs = true } }

    func end(_ outcome: WireOutcome) {
        state.withLock {
            $0.ended += 1
            if outcome.mayHaveArrived { $0.mayHaveArrived = true }
        }
    }
}

extension LinkFault {
    /// Whether the vendor, or the connector for him, says no, so that trying again is in vain.
    fileprivate var isRefusal: Bool {
        if problem?.code == .rejected { return true }
        return code == .problem && [.invalid, .denied, .unsupported].contains(status)
            || code == .attachment
    }
}

/// Why a message does not leave though it was approved.
private enum CaseObstacle {
    /// Its bytes are not those that were approved.
    case differs(String)
    /// A customer's agreement is missing by now.
    case disagreed(String)
    /// Too much was written in the case in a short time.
    case loop

    var reason: String {
        switch self {
        case .differs: "differs"
        case .disagreed: "agreement"
        case .loop: "loop"
        }
    }

    var words: String {
        switch self {
        case .differs(let words), .disagreed(let words): words
        case .loop: "\(LoopGuard.mostWrites) messages went out in 10 minutes; somebody has to look"
        }
    }
}

/// How often we write in one case before a person looks.
enum LoopGuard {
    /// How many writes in ten minutes.
    static let mostWrites = 20
    /// Ten minutes.
    static let spanMs: Int64 = 600_000
}

extension Connection {
    /// Why a write may not leave; `nil` if it may.
    fileprivate func obstacle(
        to order: CaseOrder,
        _ wire: WireRequest,
        isFirst: Bool,
        _ blobs: BlobFolder
    ) throws -> CaseObstacle? {
        guard let message = try outboxMessage(order.message.id),
            [.approved, .sending, .unknown].contains(message.state),
            let approved = message.approvedSHA
        else { return .differs("It is not approved any more") }
        if isFirst {
            let bytes = try blobs.read(approved)
            if let words = WireMatch.difference(approved: bytes, now: wire.bytes) {
                return .differs(words)
            }
        }
        let since = try now().advanced(by: -LoopGuard.spanMs)
        if try disclosures(ofCase: order.found.id, since: since) >= LoopGuard.mostWrites {
            return .loop
        }
        do {
            _ = try agreements(for: order)
            return nil
        } catch let error as UseError where error.code == .refused {
            return .disagreed(error.message)
        }
    }

    /// The agreements that a message rests on now, of the case as it is now.
    private func agreements(for order: CaseOrder) throws -> [Int64] {
        guard let found = try vendorCase(order.found.id) else { return [] }
        return try grounds(for: order.message, order.content, of: found, at: order.vendor)
    }

    /// Writes an attempt into the ledger.
    fileprivate func disclose(
        _ order: CaseOrder,
        _ kept: BlobFolder.Kept,
        _ wire: WireRequest,
        _ provision: inout Provision
    ) throws {
        guard var message = try outboxMessage(order.message.id) else { return }
        try note(kept, mediaType: "application/octet-stream")
        let grounds = try agreements(for: order)
        try disclose(message, to: wire.url, wire: kept.sha, order.vendor, on: grounds, &provision)
        message.state = .sending
        try update(message)
    }

    /// Holds a message again until a person has looked.
    fileprivate func hold(
        _ order: CaseOrder,
        _ obstacle: CaseObstacle,
        at desk: Desk,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        guard var message = try outboxMessage(order.message.id), message.settledAt == nil else {
            return
        }
        message.state = .held
        (message.approvedSHA, message.approvedBy, message.approvedAt) = (nil, nil, nil)
        try update(message)
        _ = try change(order.found.id, at: desk, by: acting, &provision) { state in
            state.change.note(
                .held,
                of: message.effectKey,
                outbox: message.id,
                facts: ["reason": .text(obstacle.reason)],
                words: obstacle.words
            )
            if case .loop = obstacle { state.change.noteCheckDue() }
            return .null
        }
    }
}

extension CaseOrder {
    /// Makes the call of a message.
    func call(
        _ vendor: any VendorSystem,
        _ audit: ExchangeAudit,
        _ blobs: BlobFolder
    ) async throws(LinkFault) -> CaseReply {
        let intent = Intent(idempotencyKey: content.key, marker: content.marker)
        let remoteID = found.remoteID ?? ""
        switch content.operation {
        case .openCase:
            let fields = content.fields.map { ($0.field.rawValue, JSONValue.text($0.value)) }
            let draft = CaseDraft(
                intent: intent,
                title: content.title ?? "",
                body: content.body,
                severity: content.priority?.description,
                fields: Dictionary(fields) { JSONValue.text("\($0.text ?? "")\n\($1.text ?? "")") }
            )
            return CaseReply(found: try await vendor.call(.openCase(draft), audit: audit))
        case .addComment:
            let comment = OutgoingComment(intent: intent, caseID: remoteID, body: content.body)
            let receipt = try await vendor.call(.addComment(comment), audit: audit)
            return CaseReply(itemID: "comment:\(receipt.commentID)")
        case .closeCase:
            let request = CloseRequest(intent: intent, caseID: remoteID, reason: content.body)
            return CaseReply(found: try await vendor.call(.closeCase(request), audit: audit))
        case .addAttachment:
            return try await attach(to: remoteID, intent, vendor, audit, blobs)
        }
    }

    private func attach(
        to remoteID: String,
        _ intent: Intent,
        _ vendor: any VendorSystem,
        _ audit: ExchangeAudit,
        _ blobs: BlobFolder
    ) async throws(LinkFault) -> CaseReply {
        guard let file = content.file else { return CaseReply() }
        let draft = OutgoingAttachment(
            intent: intent,
            caseID: remoteID,
            name: file.name,
            mediaType: file.mediaType,
            size: file.size,
            sha256: file.sha,
            attachment: ""
        )
        let bytes: [UInt8]
        do {
            bytes = try blobs.read(file.sha)
        } catch {
            throw LinkFault(.attachment, (error as? any ExplainedError)?.message ?? "\(error)")
        }
        let receipt = try await vendor.attach(draft, audit: audit) { offset, count in
            let end = min(Int(offset) + count, bytes.count)
            return Array(bytes[min(Int(offset), end)..<end])
        }
        return CaseReply(itemID: "file:\(receipt.attachmentID)")
    }
}
