package import MainstayCore

/// What a connector can be asked to do, by the name of the contract.
package enum ConnectorOperation: String, Sendable, CaseIterable {
    /// Opens a case at the vendor.
    case openCase = "open_case"
    /// Adds a comment to a case.
    case addComment = "add_comment"
    /// Tells what changed since a cursor.
    case fetchUpdates = "fetch_updates"
    /// Says which state a vendor's status means; asks the vendor nothing.
    case mapStatus = "map_status"
    /// Closes a case.
    case closeCase = "close_case"
    /// Reads one case; optional.
    case readCase = "read_case"
    /// Adds a file to a case; optional.
    case addAttachment = "add_attachment"

    /// Whether it may change something at the vendor.
    package var writes: Bool {
        switch self {
        case .openCase, .addComment, .closeCase, .addAttachment: true
        case .fetchUpdates, .mapStatus, .readCase: false
        }
    }
}

/// One operation with its request, and what kind of reply it has.
package struct ConnectorCall<Reply: ConnectorMessage>: Sendable {
    /// The operation.
    package let operation: ConnectorOperation
    /// What is sent with it.
    package let request: JSONValue

    private init(_ operation: ConnectorOperation, _ request: some ConnectorMessage) {
        self.operation = operation
        self.request = request.json
    }

    /// Reads what came back with `MST_OK`.
    ///
    /// - Throws: ``MessageFault``.
    package func reply(_ payload: [UInt8]) throws(MessageFault) -> Reply {
        try Reply(json: payload, of: "The reply to \(operation.rawValue)")
    }
}

extension ConnectorCall where Reply == VendorCase {
    /// Opens a case.
    package static func openCase(_ draft: CaseDraft) -> Self { Self(.openCase, draft) }
    /// Closes a case.
    package static func closeCase(_ request: CloseRequest) -> Self { Self(.closeCase, request) }
    /// Reads a case.
    package static func readCase(_ id: String) -> Self { Self(.readCase, CaseQuery(caseID: id)) }
}

extension ConnectorCall where Reply == CommentReceipt {
    /// Adds a comment.
    package static func addComment(_ comment: OutgoingComment) -> Self {
        Self(.addComment, comment)
    }
}

extension ConnectorCall where Reply == UpdatePage {
    /// Asks what changed since `cursor`; the empty one is the beginning.
    package static func fetchUpdates(since cursor: String) -> Self {
        Self(.fetchUpdates, UpdateQuery(cursor: cursor))
    }
}

extension ConnectorCall where Reply == StateAnswer {
    /// Asks what a status of the vendor means.
    package static func mapStatus(_ status: String) -> Self {
        Self(.mapStatus, StatusQuery(status: status))
    }
}

extension ConnectorCall where Reply == AttachmentReceipt {
    /// Adds a file.
    package static func addAttachment(_ file: OutgoingAttachment) -> Self {
        Self(.addAttachment, file)
    }
}
