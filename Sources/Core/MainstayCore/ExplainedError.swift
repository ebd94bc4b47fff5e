/// An error that can say what to do next.
///
/// `message` names the thing that failed, the value seen and the value expected; `hint` names a
/// command or an option that mends it. Both are plain text without a trailing newline.
package protocol ExplainedError: Error, Sendable, CustomStringConvertible {
    /// One sentence, capitalised, without a full stop, for example
    /// `Branch 'lts/5.4' not found in /srv/linux.git`.
    var message: String { get }
    /// What the user can do next, or `nil` where nothing is known to help.
    var hint: String? { get }
    /// Whether the fault lies with this program rather than with what it was given.
    var isInternal: Bool { get }
}

extension ExplainedError {
    /// The message, then the hint on its own line.
    package var description: String {
        hint.map { "\(message)\nHint: \($0)" } ?? message
    }

    /// `false`: most errors can be mended by the user.
    package var isInternal: Bool { false }
}
