package import MainstayCore

/// A case as the vendor has it.
package struct VendorCase: ConnectorMessage {
    /// The case, by the vendor's id.
    package var caseID: String
    /// The vendor's own word.
    package var status: String
    /// Where people see it.
    package var url: String?
    /// The case that goes on in its place.
    package var replacedBy: String?
    /// When the vendor last changed it.
    package var changedAt: Instant?
    /// The version with the fix, as the vendor names it.
    package var fixedVersion: String?
    /// The commit with the fix, as the vendor names it.
    package var fixedCommit: String?

    /// Creates one.
    package init(
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
package struct CommentReceipt: ConnectorMessage {
    /// Its id at the vendor.
    package var commentID: String

    /// Creates one.
    package init(commentID: String) {
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
package struct AttachmentReceipt: ConnectorMessage {
    /// Its id at the vendor.
    package var attachmentID: String

    /// Creates one.
    package init(attachmentID: String) {
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
