import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Connection {
    /// What a message says.
    func content(of message: OutboxMessage, _ blobs: BlobFolder) throws -> CaseMessage {
        let bytes = try blobs.read(message.bodySHA)
        return try CaseMessage(json: try JSONValue(json: bytes))
    }

    /// What must be agreed for a message that has passed the gate.
    ///
    /// What was asked for is told by the event that asked: its words as they were before the gate.
    func scope(
        of message: OutboxMessage,
        _ content: CaseMessage,
        _ gate: CaseGate
    ) throws -> Set<AgreementScope> {
        var asked = content
        if let event = try event(message.chainID, message.eventSeq), let text = event.text,
            content.operation != .addAttachment
        {
            asked.body = text
        }
        var disguise = Disguise()
        return gate.pass(asked, &disguise).scope
    }

    func view(
        of message: OutboxMessage,
        _ gate: CaseGate,
        _ blobs: BlobFolder,
        _ rehearsed: [UInt8]?
    ) throws -> MessageView {
        let content = try content(of: message, blobs)
        let approved = try message.approvedSHA.map { try blobs.read($0) }
        let bytes = approved ?? rehearsed ?? Array(content.text.utf8)
        var findings: [SecretKind: Int] = [:]
        if let file = content.file, file.mediaType.hasPrefix("text/") || file.name.hasSuffix(".log")
        {
            let text = String(decoding: try blobs.read(file.sha), as: UTF8.self)
            for finding in SecretScanner(gate.names).findings(in: text) {
                findings[finding.kind, default: 0] += 1
            }
        }
        return MessageView(
            message: message,
            content: content,
            bytes: bytes,
            digest: BlobFolder.digest(of: bytes),
            risks: RemainingRisk.risks(in: content.text),
            fileFindings: findings,
            attempts: try disclosures(of: message.id).map { ($0, try grounds(of: $0.id)) },
            approver: try message.approvedBy.flatMap { try logins(of: [$0])[$0] }
        )
    }
}

/// Something that stands for a message of the outbox.
protocol MessageBearing {
    var bearer: OutboxMessage { get }
}

extension OutboxMessage: MessageBearing {
    var bearer: OutboxMessage { self }
}

extension MessageView: MessageBearing {
    var bearer: OutboxMessage { message }
}

extension Array where Element: MessageBearing {
    /// The one of a key, or the only one that fits.
    func chosen(
        _ key: String?,
        of ref: String,
        _ fits: (Element) -> Bool
    ) throws -> Element {
        let named = filter { key == nil || $0.bearer.effectKey == key?.uppercased() }
        let found = named.filter(fits)
        if found.count == 1, let only = found.first { return only }
        let hint = "'mainstay case preview \(ref)' shows them"
        if found.isEmpty {
            let what = key.map { "message '\($0)'" } ?? "message"
            throw UseError(.unknown, "Case \(ref) has no \(what) for which that is due", hint: hint)
        }
        let keys = found.map(\.bearer.effectKey).joined(separator: ", ")
        throw UseError(.unknown, "Case \(ref) has several such messages: \(keys)", hint: hint)
    }
}
