@_exported public import CMainstayConnector
@_exported public import ConnectorMessages
@_exported public import MainstayCore

/// What a connector does: it speaks the dialect of one vendor.
///
/// Mainstay makes one connector in a process of its own and asks for one thing at a time. Whatever
/// is thrown fails that one call; a ``ConnectorError`` says best why. A task that is cancelled
/// means that the answer is no longer wanted.
public protocol VendorConnector: Sendable {
    /// Who the connector is; the same as in its manifest.
    static var descriptor: ConnectorDescriptor { get }

    /// Takes the options of one instance and asks the vendor nothing.
    ///
    /// - Throws: ``ConnectorError`` for an option that is missing or makes no sense.
    init(options: ConnectorOptions, host: ConnectorHost) async throws

    /// Opens a case, or returns the one that carries the intent's marker already.
    ///
    /// Search first, then post, then read: a success code alone proves nothing.
    func openCase(_ draft: CaseDraft) async throws -> VendorCase

    /// Adds a comment, or returns the one that carries the intent's marker already.
    func addComment(_ comment: OutgoingComment) async throws -> CommentReceipt

    /// Closes a case and returns it as it is then.
    func closeCase(_ request: CloseRequest) async throws -> VendorCase

    /// Tells what changed since a cursor that an earlier page gave; `""` is the beginning.
    ///
    /// At most 500 updates, oldest first. What is told again does no harm, what is left out is
    /// lost: an item that cannot be read becomes an update of kind `unreadable`.
    func fetchUpdates(since cursor: String) async throws -> UpdatePage

    /// Says what a status of the vendor means; a word that is not known is `.unknown`.
    func state(of status: String) -> CaseState
}

extension VendorConnector {
    /// Refuses: this connector opens no cases.
    public func openCase(_ draft: CaseDraft) async throws -> VendorCase {
        throw ConnectorError.unsupported("open cases")
    }

    /// Refuses: this connector adds no comments.
    public func addComment(_ comment: OutgoingComment) async throws -> CommentReceipt {
        throw ConnectorError.unsupported("add comments")
    }

    /// Refuses: this connector closes no cases.
    public func closeCase(_ request: CloseRequest) async throws -> VendorCase {
        throw ConnectorError.unsupported("close cases")
    }
}

/// A connector that can read one case by its id: `mainstay.lookup/1`.
public protocol CaseLookup: VendorConnector {
    /// Reads a case as it is now; one that was merged names the one that goes on.
    func readCase(_ id: String) async throws -> VendorCase
}

/// A connector that can send files: `mainstay.attachments/1`.
public protocol CaseAttachments: VendorConnector {
    /// Adds a file, or returns the one that the same intent left there already.
    ///
    /// ``ConnectorHost/bytes(of:)`` gives its content.
    func addAttachment(_ file: OutgoingAttachment) async throws -> AttachmentReceipt
}

extension VendorUpdate {
    /// Creates an update from what the vendor said.
    ///
    /// A time that cannot be read makes it `unreadable`, and its text says why.
    /// - Parameters:
    ///   - updateID: The same for the same update, however often it is fetched.
    ///   - caseID: The case, by the vendor's id.
    ///   - kind: What happened.
    ///   - at: The vendor's time, with a `Z` or an offset.
    ///   - actor: Who did it; `.us` for what our own account wrote.
    ///   - status: The vendor's own word for the status after it.
    ///   - commentID: The comment that it is.
    ///   - text: What was said.
    ///   - author: Who said it.
    ///   - url: Where people see it.
    ///   - replacedBy: The case that goes on in place of this one.
    ///   - fixedVersion: The version with the fix, as the vendor names it.
    ///   - fixedCommit: The commit with the fix, as the vendor names it.
    ///   - visibility: `.vendorInternal` for what a customer must never see.
    public init(
        updateID: String,
        caseID: String,
        kind: Kind,
        at: String,
        actor: Actor,
        status: String? = nil,
        commentID: String? = nil,
        text: String? = nil,
        author: String? = nil,
        url: String? = nil,
        replacedBy: String? = nil,
        fixedVersion: String? = nil,
        fixedCommit: String? = nil,
        visibility: Visibility
    ) {
        let time = Instant(vendorTime: at)
        self.init(
            updateID: updateID,
            caseID: caseID,
            kind: time == nil ? .unreadable : kind,
            at: time,
            actor: actor,
            visibility: visibility
        )
        self.status = status
        self.commentID = commentID
        self.text = time == nil ? "Its time is '\(at)', expected one as 2026-03-01T09:30:00Z" : text
        self.author = author
        self.url = url
        self.replacedBy = replacedBy
        self.fixedVersion = fixedVersion
        self.fixedCommit = fixedCommit
    }

    /// Creates an update for something that cannot be read, so that it is not lost.
    public static func unreadable(_ updateID: String, caseID: String, _ why: String) -> Self {
        var update = Self(
            updateID: updateID,
            caseID: caseID,
            kind: .unreadable,
            at: nil,
            actor: .automatic,
            visibility: .vendorInternal
        )
        update.text = why
        return update
    }
}
