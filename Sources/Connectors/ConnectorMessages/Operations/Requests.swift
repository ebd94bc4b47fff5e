public import MainstayCore

/// One intention to change something.
///
/// However often it is sent, the vendor must end up with one change.
public struct Intent: ConnectorMessage {
    /// Names the intention, such as `MS-17`.
    public var idempotencyKey: String
    /// What the connector writes into the text to find it again, such as `[MS-17]`.
    public var marker: String

    /// Creates one.
    public init(idempotencyKey: String, marker: String) {
        self.idempotencyKey = idempotencyKey
        self.marker = marker
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        idempotencyKey = try members.text("idempotencyKey")
        marker = try members.text("marker")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["idempotencyKey": .text(idempotencyKey), "marker": .text(marker)])
    }
}

/// What is sent to open a case.
public struct CaseDraft: ConnectorMessage {
    /// What this call is for, however often it is made.
    public var intent: Intent
    /// One line.
    public var title: String
    /// The description, with line breaks.
    public var body: String
    /// How bad it is, in the vendor's words.
    public var severity: String?
    /// What else the vendor wants to know.
    public var fields: [String: JSONValue]

    /// Creates one.
    public init(
        intent: Intent,
        title: String,
        body: String,
        severity: String? = nil,
        fields: [String: JSONValue] = [:]
    ) {
        self.intent = intent
        self.title = title
        self.body = body
        self.severity = severity
        self.fields = fields
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        intent = try members.message("intent")
        title = try members.text("title")
        body = try members.text("body")
        severity = try members.optionalText("severity")
        fields = try members.optionalObject("fields") ?? [:]
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "intent": intent.json,
            "title": .text(title),
            "body": .text(body),
            "severity": severity.map { .text($0) },
            "fields": .object(fields),
        ])
    }
}

/// What is sent to add a comment.
public struct OutgoingComment: ConnectorMessage {
    /// What this call is for, however often it is made.
    public var intent: Intent
    /// The case, by the vendor's id.
    public var caseID: String
    /// The text, with line breaks.
    public var body: String

    /// Creates one.
    public init(intent: Intent, caseID: String, body: String) {
        self.intent = intent
        self.caseID = caseID
        self.body = body
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        intent = try members.message("intent")
        caseID = try members.text("caseID")
        body = try members.text("body")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["intent": intent.json, "caseID": .text(caseID), "body": .text(body)])
    }
}

/// What is sent to close a case.
public struct CloseRequest: ConnectorMessage {
    /// What this call is for, however often it is made.
    public var intent: Intent
    /// The case, by the vendor's id.
    public var caseID: String
    /// Why, in a sentence.
    public var reason: String

    /// Creates one.
    public init(intent: Intent, caseID: String, reason: String) {
        self.intent = intent
        self.caseID = caseID
        self.reason = reason
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        intent = try members.message("intent")
        caseID = try members.text("caseID")
        reason = try members.text("reason")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["intent": intent.json, "caseID": .text(caseID), "reason": .text(reason)])
    }
}

/// What is sent to add a file; its bytes are read in pieces with ``AttachmentRead``.
public struct OutgoingAttachment: ConnectorMessage {
    /// What this call is for, however often it is made.
    public var intent: Intent
    /// The case, by the vendor's id.
    public var caseID: String
    /// The name of the file.
    public var name: String
    /// Such as `application/gzip`.
    public var mediaType: String
    /// In bytes, at most 5 MiB.
    public var size: Int64
    /// 64 hex digits.
    public var sha256: String
    /// The handle, good for this call alone.
    public var attachment: String

    /// Creates one.
    public init(
        intent: Intent,
        caseID: String,
        name: String,
        mediaType: String,
        size: Int64,
        sha256: String,
        attachment: String
    ) {
        self.intent = intent
        self.caseID = caseID
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.sha256 = sha256
        self.attachment = attachment
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        intent = try members.message("intent")
        caseID = try members.text("caseID")
        name = try members.text("name")
        mediaType = try members.text("mediaType")
        size = try members.int("size")
        sha256 = try members.text("sha256")
        attachment = try members.text("attachment")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "intent": intent.json,
            "caseID": .text(caseID),
            "name": .text(name),
            "mediaType": .text(mediaType),
            "size": .int(size),
            "sha256": .text(sha256),
            "attachment": .text(attachment),
        ])
    }
}

/// What is sent to ask for updates.
package struct UpdateQuery: ConnectorMessage {
    /// Where the last page ended; empty: the beginning.
    package var cursor: String

    /// Creates one.
    package init(cursor: String) {
        self.cursor = cursor
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        cursor = try members.text("cursor")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["cursor": .text(cursor)])
    }
}

/// What is sent to ask for the meaning of a status.
package struct StatusQuery: ConnectorMessage {
    /// The vendor's word.
    package var status: String

    /// Creates one.
    package init(status: String) {
        self.status = status
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        status = try members.text("status")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["status": .text(status)])
    }
}

/// What is sent to read a case.
package struct CaseQuery: ConnectorMessage {
    /// The case, by the vendor's id.
    package var caseID: String

    /// Creates one.
    package init(caseID: String) {
        self.caseID = caseID
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        caseID = try members.text("caseID")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["caseID": .text(caseID)])
    }
}
