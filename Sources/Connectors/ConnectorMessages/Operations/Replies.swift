public import MainstayCore

/// A case as the vendor has it.
public struct VendorCase: ConnectorMessage {
    /// The case, by the vendor's id.
    public var caseID: String
    /// The vendor's own word.
    public var status: String
    /// Where people see it.
    public var url: String?
    /// The case that goes on in its place.
    public var replacedBy: String?
    /// When the vendor last changed it.
    public var changedAt: Instant?
    /// The version with the fix, as the vendor names it.
    public var fixedVersion: String?
    /// The commit with the fix, as the vendor names it.
    public var fixedCommit: String?

    /// Creates one.
    public init(
        caseID: String,
        status: String,
        url: String? = nil,
        replacedBy: String? = nil,
        changedAt: Instant? = nil,
        fixedVersion: String? = nil,
        fixedCommit: String? = nil
    ) {
        self.caseID = caseID
        self.status = status
        self.url = url
        self.replacedBy = replacedBy
        self.changedAt = changedAt
        self.fixedVersion = fixedVersion
        self.fixedCommit = fixedCommit
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        caseID = try members.text("caseID")
        status = try members.text("status")
        url = try members.optionalText("url")
        replacedBy = try members.optionalText("replacedBy")
        changedAt = try members.optionalTime("changedAt")
        fixedVersion = try members.optionalText("fixedVersion")
        fixedCommit = try members.optionalText("fixedCommit")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "caseID": .text(caseID),
            "status": .text(status),
            "url": url.map { .text($0) },
            "replacedBy": replacedBy.map { .text($0) },
            "changedAt": changedAt.map { .time($0) },
            "fixedVersion": fixedVersion.map { .text($0) },
            "fixedCommit": fixedCommit.map { .text($0) },
        ])
    }
}

/// The comment is there.
public struct CommentReceipt: ConnectorMessage {
    /// Its id at the vendor.
    public var commentID: String

    /// Creates one.
    public init(commentID: String) {
        self.commentID = commentID
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        commentID = try members.text("commentID")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["commentID": .text(commentID)])
    }
}

/// The file is there.
public struct AttachmentReceipt: ConnectorMessage {
    /// Its id at the vendor.
    public var attachmentID: String

    /// Creates one.
    public init(attachmentID: String) {
        self.attachmentID = attachmentID
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        attachmentID = try members.text("attachmentID")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["attachmentID": .text(attachmentID)])
    }
}
