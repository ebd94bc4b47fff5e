/// What we can ask of a vendor's system that changes something there.
package enum CaseOperation: String, Sendable, Hashable, CaseIterable {
    /// Opening a case.
    case openCase = "open_case"
    /// Writing in one.
    case addComment = "add_comment"
    /// Closing one.
    case closeCase = "close_case"
    /// Handing over a file.
    case addAttachment = "add_attachment"
}
