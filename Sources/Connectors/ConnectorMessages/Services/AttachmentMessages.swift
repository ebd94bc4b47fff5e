package import MainstayCore

/// Asks for a piece of a file, by service `mainstay.attachment/1`.
package struct AttachmentRead: ConnectorMessage {
    /// The handle that came with the call.
    package var attachment: String
    /// From which byte on, from 0.
    package var offset: Int64
    /// How many bytes, at most 1 MiB.
    package var count: Int64

    /// Creates one.
    package init(attachment: String, offset: Int64, count: Int64) {
        self.attachment = attachment
        self.offset = offset
        self.count = count
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        attachment = try members.text("attachment")
        offset = try members.int("offset")
        count = try members.int("count")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["attachment": .text(attachment), "offset": .int(offset), "count": .int(count)])
    }
}

/// A piece of a file.
package struct AttachmentPiece: ConnectorMessage {
    /// Its bytes, in Base64.
    package var dataBase64: String
    /// Whether these are the last ones.
    package var end: Bool

    /// Creates one.
    package init(dataBase64: String, end: Bool) {
        self.dataBase64 = dataBase64
        self.end = end
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        dataBase64 = try members.text("dataBase64")
        end = try members.flag("end")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message(["dataBase64": .text(dataBase64), "end": .bool(end)])
    }
}
