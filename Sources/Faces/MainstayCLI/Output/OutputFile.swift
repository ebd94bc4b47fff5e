import Glibc
import MainstayCore

/// An open file that takes results or talk.
///
/// A reader that goes away, as `head` does, ends the output quietly: what follows is dropped.
package final class OutputFile {
    private let descriptor: CInt
    private var failure: CInt = 0

    /// Creates a writer to an open `descriptor`, which stays open.
    package init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Writes all of `bytes`; after a failure does nothing.
    ///
    /// The corresponding system call is `write`.
    package func write(_ bytes: [UInt8]) {
        guard failure == 0 else { return }
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let piece = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
    }

    /// Tells of a write that failed for any reason but a reader that went away.
    ///
    /// - Throws: ``FaceError`` with the system's words.
    package func check() throws {
        guard failure != 0 && failure != EPIPE else { return }
        throw FaceError(
            "Writing the results failed: \(String(cString: strerror(failure)))",
            hint: "Free some space, or send the output elsewhere"
        )
    }
}

/// Writes warnings to standard error.
func warn(_ warnings: [String]) {
    var buffer = TextBuffer(to: OutputFile(descriptor: STDERR_FILENO))
    for warning in warnings { buffer.line("Warning: " + makeSafe(warning)) }
    buffer.flush()
}

/// What goes wrong between a person and an answer.
package struct FaceError: ExplainedError {
    /// What failed.
    package let message: String
    /// What mends it.
    package let hint: String?
    /// The exit status: 1, or 64 where the command line itself is wrong.
    package let status: Int32

    /// Creates an error.
    package init(_ message: String, hint: String? = nil, status: Int32 = 1) {
        self.message = message
        self.hint = hint
        self.status = status
    }
}
