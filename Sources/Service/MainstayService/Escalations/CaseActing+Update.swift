import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What an update of a vendor's system means for a case.
extension CaseActing {
    /// Takes an update in; `known` are the items that both sides know.
    mutating func take(
        _ update: VendorUpdate,
        _ standing: RemoteStanding?,
        known: Set<String>
    ) throws {
        switch update.kind {
        case .gone:
            change.disappear(because: update.text ?? update.status ?? "gone")
            return
        case .unreadable:
            change.noteUnreadable(update.text ?? "It says nothing of itself")
            return
        case .replaced:
            if let live = update.replacedBy { try follow(to: live, update.url) }
        case .comment, .status, .other: break
        }
        if let standing { change.observe(standing) }
        if update.text != nil || update.url != nil && update.kind == .other {
            try takeText(update, known: known)
        }
        try takeFix(update.fixedVersion, update.fixedCommit, by: update.ourActor)
    }

    /// Takes over version and commit of a fix that the vendor names, where they are new.
    mutating func takeFix(_ version: String?, _ commit: String?, by actor: CaseActor) throws {
        let current = change.vendorCase
        let isNew =
            version.map { $0 != current.vendorVersion } ?? false
            || commit.map { $0 != current.vendorCommit } ?? false
        if isNew { try change.setFix(version: version, commit: commit, by: actor) }
    }

    /// Follows the case to the live one; where that is another case of ours, its tickets go there.
    mutating func follow(to remoteID: String, _ url: String?) throws {
        let current = change.vendorCase
        guard remoteID != current.remoteID, let connector = current.connectorID else { return }
        guard let other = try connection.vendorCase(of: connector, remoteID: remoteID) else {
            return change.follow(to: remoteID, url: url)
        }
        change.noteDuplicate(of: other.ref)
    }

    private mutating func takeText(_ update: VendorUpdate, known: Set<String>) throws {
        // What we do there without words, and what a program of his does, is no news.
        if update.kind == .other, update.actor != .vendor { return }
        if let id = update.commentID, known.contains("comment:\(id)") { return }
        let text = update.text ?? ""
        guard try !isEcho(text, by: update.ourActor) else { return }
        let disguise = try connection.disguise(ofCase: change.vendorCase.id)
        var lines = [disguise.restore(text)]
        if let author = update.author, update.actor != .us { lines.insert("\(author):", at: 0) }
        if let url = update.url { lines.append(url) }
        let words = lines.filter { !$0.isEmpty }.joined(separator: "\n")
        if words.isEmpty { return }
        try change.takeWords(
            words,
            by: update.ourActor,
            isInternal: update.visibility == .vendorInternal,
            facts: ["remote_item_id": .text(update.commentID)]
        )
    }

    /// Whether a text is one that we sent ourselves: under our account or by a program of the
    /// vendor's, with our mark or with our words.
    ///
    /// A person of his who quotes us is none.
    private func isEcho(_ text: String, by actor: CaseActor) throws -> Bool {
        guard actor != .vendor else { return false }
        for message in try connection.messages(ofCase: change.vendorCase.id)
        where [.sending, .sent, .unknown].contains(message.state) {
            if text.contains("[\(message.effectKey)]") { return true }
            let body = try content(of: message).body
            if !body.isEmpty, text == body { return true }
        }
        return false
    }

    /// Notes what the vendor called the case before he merged it into another: updates under that name
    /// may still come.
    mutating func keepFormerName(_ remoteID: String) throws {
        let id = change.vendorCase.id
        let seq = try flush()?.seq ?? connection.lockChain(id).seq
        let digest = BlobFolder.digest(of: [])
        let name = "case:\(remoteID)"
        try connection.keep(RemoteItem(of: id, name, .inwards, content: digest, eventSeq: seq))
    }

    /// Notes what a look at the case came to.
    mutating func noteActivity(
        _ result: WatchResult,
        _ error: WatchError? = nil,
        _ words: String? = nil,
        tookMs: Int64 = 0
    ) throws {
        let activity = WatchActivity(
            id: try provision.id(),
            of: change.vendorCase.id,
            at: try connection.now(),
            tookMs: tookMs,
            result,
            error,
            detail: words
        )
        try connection.insert(activity)
    }
}

extension Connection {
    /// Lets the tickets that wait for a case wait for another one of ours, into which the vendor merged
    /// it; where we follow no such case, nothing happens.
    func join(
        _ found: SupportDesk.VendorCase,
        into remoteID: String,
        at desk: Desk,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        guard let connector = found.connectorID, remoteID != found.remoteID,
            let other = try vendorCase(of: connector, remoteID: remoteID), !other.state.isOver
        else { return }
        let known = Set(try tickets(ofCase: other.id).filter(\.isHolding).map(\.ticketID))
        let waiting = try tickets(ofCase: found.id).filter(\.isHolding).map(\.ticketID)
        _ = try change(other.id, at: desk, by: acting, &provision) { state in
            for id in waiting where !known.contains(id) {
                if let ticket = try state.connection.ticket(id) {
                    try state.link(ticket, isHolding: true)
                }
            }
            return .null
        }
    }
}
