import ConnectorLink
import ConnectorMessages
import MainstayCore
import MainstayService
import MainstayTesting
import Outbound

/// A vendor's whole system in memory with its connector: cases, comments, a feed of updates.
///
/// It loses answers, repeats pages, and its people write, move and merge what they like.
actor TestVendor: VendorSystem {
    struct Comment {
        let id: String
        var text: String
        let actor: VendorUpdate.Actor
        let visibility: VendorUpdate.Visibility
    }

    struct Case {
        let id: String
        var title: String
        var status = "new"
        var comments: [Comment] = []
        var replacedBy: String?
    }

    /// How likely each fault is, in per cent.
    struct Faults {
        var lostAnswer: UInt64 = 0
        var unreachable: UInt64 = 0
        /// It does not know our credential any more.
        var denies = false
        var repeated: UInt64 = 0
        /// The process that asks dies before the answer comes.
        var kill: UInt64 = 0
    }

    private(set) var cases: [String: Case] = [:]
    private(set) var feed: [VendorUpdate] = []
    /// The writes that arrived, byte for byte.
    private(set) var received: [[UInt8]] = []
    private(set) var met: [String: Int] = [:]
    var faults = Faults()
    /// How far its clock is ahead, in milliseconds.
    var clockMs: Int64 = 0
    private var random: SeededGenerator
    private var number = 0
    private let die: @Sendable () -> Void

    init(seed: UInt64, die: @escaping @Sendable () -> Void = {}) {
        random = SeededGenerator(seed: seed)
        self.die = die
    }

    func set(_ faults: Faults) { self.faults = faults }

    func setClock(aheadMs: Int64) { clockMs = aheadMs }

    // MARK: Its people

    func write(
        _ text: String,
        in id: String,
        by actor: VendorUpdate.Actor = .vendor,
        _ visibility: VendorUpdate.Visibility = .shared
    ) {
        add(
            Comment(id: "c\(next())", text: text, actor: actor, visibility: visibility),
            to: live(id)
        )
    }

    func move(_ id: String, to status: String, by actor: VendorUpdate.Actor = .vendor) {
        let id = live(id)
        guard cases[id]?.status != status else { return }
        cases[id]?.status = status
        var update = update(id, .status, by: actor)
        update.status = status
        feed.append(update)
    }

    func merge(_ id: String, into other: String) {
        let (from, to) = (live(id), live(other))
        guard from != to else { return }
        cases[from]?.replacedBy = to
        var update = update(from, .replaced, by: .vendor)
        update.replacedBy = to
        feed.append(update)
    }

    func open(_ title: String) -> String {
        let id = "\(next())"
        cases[id] = Case(id: id, title: title)
        return id
    }

    func vanish(_ id: String) {
        feed.append(update(id, .gone, by: .automatic))
        cases[id] = nil
    }

    /// The case in which `id` goes on.
    func live(_ id: String) -> String {
        var id = id
        while let next = cases[id]?.replacedBy { id = next }
        return id
    }

    // MARK: Its connector

    nonisolated func call<Reply>(
        _ call: ConnectorCall<Reply>,
        audit: ExchangeAudit
    ) async throws(LinkFault) -> Reply {
        let answer = try await serve(call.operation, call.request, audit)
        do throws(MessageFault) {
            return try call.reply(Array(answer.json.utf8))
        } catch {
            throw LinkFault(.badReply, error.message)
        }
    }

    nonisolated func attach(
        _ draft: OutgoingAttachment,
        audit: ExchangeAudit,
        read: @escaping @Sendable (Int64, Int) async throws -> [UInt8]
    ) async throws(LinkFault) -> AttachmentReceipt {
        throw LinkFault(.problem, "No files")
    }

    private func serve(
        _ operation: ConnectorOperation,
        _ request: JSONValue,
        _ audit: ExchangeAudit
    ) async throws(LinkFault) -> JSONValue {
        if operation != .mapStatus { try meetUnreachable() }
        do {
            let members = try MessageMembers(request, of: "request")
            switch operation {
            case .openCase: return try await open(try CaseDraft(members), audit)
            case .addComment: return try await comment(try OutgoingComment(members), audit)
            case .closeCase: return try await close(try CloseRequest(members), audit)
            case .fetchUpdates: return page(since: try UpdateQuery(members).cursor)
            case .readCase: return try read(try ConnectorMessages.CaseQuery(members).caseID)
            case .mapStatus, .addAttachment: return ["state": "unknown"]
            }
        } catch let fault as LinkFault {
            throw fault
        } catch {
            throw LinkFault(.badReply, "\(error)")
        }
    }

    private func open(
        _ draft: CaseDraft,
        _ audit: ExchangeAudit
    ) async throws(LinkFault) -> JSONValue {
        let mark = draft.intent.marker
        if let found = cases.values.first(where: { $0.title.contains(mark) }) {
            return json(found.id)
        }
        let body = "\(mark) \(draft.title)\n\(draft.body)"
        let effect = { (vendor: isolated TestVendor) -> String in
            let id = "\(vendor.next())"
            vendor.cases[id] = Case(id: id, title: "\(mark) \(draft.title)")
            vendor.add(
                Comment(id: "c\(vendor.next())", text: body, actor: .us, visibility: .shared),
                to: id
            )
            return id
        }
        return json(try await write("POST /tickets", body, audit, effect))
    }

    private func comment(
        _ comment: OutgoingComment,
        _ audit: ExchangeAudit
    ) async throws(LinkFault) -> JSONValue {
        let mark = comment.intent.marker
        for found in cases.values {
            if let known = found.comments.first(where: { $0.actor == .us && $0.text.contains(mark) }
            ) {
                return ["commentID": .text(known.id)]
            }
        }
        guard cases[comment.caseID] != nil else {
            throw problem(.rejected, "There is no case \(comment.caseID)", .invalid)
        }
        let body = "\(mark)\n\(comment.body)"
        let place = "POST /tickets/\(comment.caseID)/comments"
        let id = try await write(place, body, audit) { vendor in
            let id = "c\(vendor.next())"
            let new = Comment(id: id, text: body, actor: .us, visibility: .shared)
            vendor.add(new, to: vendor.live(comment.caseID))
            return id
        }
        return ["commentID": .text(id)]
    }

    private func close(
        _ request: CloseRequest,
        _ audit: ExchangeAudit
    ) async throws(LinkFault) -> JSONValue {
        let id = live(request.caseID)
        if cases[id]?.status == "closed" { return json(id) }
        return json(
            try await write("POST /tickets/\(id)/close", request.reason, audit) { vendor in
                vendor.move(id, to: "closed", by: .us)
                return id
            }
        )
    }

    /// One write: through the audit, then its effect, then perhaps no answer.
    private func write(
        _ place: String,
        _ body: String,
        _ audit: ExchangeAudit,
        _ effect: (isolated TestVendor) -> String
    ) async throws(LinkFault) -> String {
        let wire = WireRequest(
            operation: .addComment,
            number: 1,
            method: "POST",
            url: "https://vendor.example/" + place.dropFirst(6),
            head: Array("\(place) HTTP/1.1\r\nHost: vendor.example\r\n\r\n".utf8),
            body: Array(body.utf8)
        )
        if case .hold(let reason) = await audit.begins(wire) {
            throw LinkFault(.held, "held: \(reason)")
        }
        if random.chance(faults.unreachable) {
            met["refused connection", default: 0] += 1
            await audit.ended(wire, .failed(HTTPError(.unreachable, "no way")))
            throw problem(.connection, "no way", .failed)
        }
        received.append(wire.bytes)
        let result = effect(self)
        if random.chance(faults.kill) {
            met["kill after write", default: 0] += 1
            die()
        }
        if random.chance(faults.lostAnswer) {
            met["lost answer", default: 0] += 1
            await audit.ended(wire, .failed(HTTPError(.timedOut, "silence")))
            throw problem(.timeout, "silence", .failed)
        }
        await audit.ended(wire, .answered(VendorAnswer(status: 201)))
        return result
    }

    private func page(since cursor: String) -> JSONValue {
        var start = Int(cursor) ?? 0
        if random.chance(faults.repeated) {
            met["repeated page", default: 0] += 1
            start = max(0, start - random.below(6))
        }
        let end = min(feed.count, start + 1 + random.below(7))
        let next = max(end, Int(cursor) ?? 0)
        return UpdatePage(
            updates: start < end ? Array(feed[start..<end]) : [],
            nextCursor: "\(next)",
            hasMore: next < feed.count
        )
        .json
    }

    private func read(_ id: String) throws(LinkFault) -> JSONValue {
        guard cases[id] != nil else { throw problem(.notFound, "There is no \(id)", .invalid) }
        return json(id)
    }

    private func json(_ id: String) -> JSONValue {
        let found = cases[id] ?? Case(id: id, title: "")
        return
            ConnectorMessages.VendorCase(
                caseID: id,
                status: found.status,
                url: "https://vendor.example/\(id)",
                replacedBy: found.replacedBy
            )
            .json
    }

    private func meetUnreachable() throws(LinkFault) {
        if faults.denies { throw problem(.rejected, "no such key", .denied) }
        guard random.chance(faults.unreachable) else { return }
        met["unreachable", default: 0] += 1
        throw problem(.connection, "no way", .failed)
    }

    private func problem(
        _ code: ConnectorProblem.Code,
        _ words: String,
        _ status: ConnectorStatus
    ) -> LinkFault {
        var fault = LinkFault(.problem, words)
        (fault.problem, fault.status) = (ConnectorProblem(code, words), status)
        return fault
    }

    private func add(_ comment: Comment, to id: String) {
        cases[id]?.comments.append(comment)
        var update = update(id, .comment, by: comment.actor)
        (update.commentID, update.text) = (comment.id, comment.text)
        update.visibility = comment.visibility
        feed.append(update)
    }

    private func update(
        _ id: String,
        _ kind: VendorUpdate.Kind,
        by actor: VendorUpdate.Actor
    ) -> VendorUpdate {
        VendorUpdate(
            updateID: "u\(next())",
            caseID: id,
            kind: kind,
            at: Instant.now.advanced(by: clockMs),
            actor: actor,
            visibility: .shared
        )
    }

    private func next() -> Int {
        number += 1
        return number
    }
}
