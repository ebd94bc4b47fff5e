import MainstayCore

/// A failure around a mirror: of the git command, of the other side, or of a bisection.
package struct MirrorError: ExplainedError {
    /// What went wrong, for callers that branch on it.
    package enum Code: String, Sendable, Hashable {
        /// The URL cannot be one.
        case badURL = "bad-url"
        /// The git command is not installed or does not start.
        case gitMissing = "git-missing"
        /// The other side does not answer.
        case unreachable = "unreachable"
        /// It answers, but there is no repository, or none that these credentials may see.
        case notARepository = "not-a-repository"
        /// It wants credentials that are absent or wrong.
        case authentication = "authentication"
        /// There is no space left on the disk.
        case full = "full"
        /// The run was ended from outside.
        case cancelled = "cancelled"
        /// The command of a bisection does not start.
        case commandMissing = "command-missing"
        /// The good commit of a bisection has the defect, or the bad one does not.
        case badBounds = "bad-bounds"
        /// The command of a bisection gave up: it was killed, or left with 128 or more.
        case commandFailed = "command-failed"
        /// Git failed in another way.
        case git = "git"
    }

    /// What went wrong.
    package let code: Code
    /// One sentence for people, without credentials.
    package let message: String
    /// What mends it.
    package let hint: String?

    /// Creates an error.
    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func notStarted(_ fault: SpawnFault) -> MirrorError {
        MirrorError(
            .gitMissing,
            "'\(fault.program)' does not start: \(fault.cause)",
            hint: fault.isMissing ? "apt-get install git" : nil
        )
    }

    static func cancelled(_ work: String) -> MirrorError {
        MirrorError(.cancelled, "\(work) was ended before it was done")
    }

    /// The error for a git command that talked to the other side and failed.
    ///
    /// Git has no codes for these: its words decide, which are English under `LC_ALL=C`.
    package static func refused(_ url: MirrorURL, talk: String) -> MirrorError {
        let said = url.redacted(lastWords(of: talk))
        for (code, words) in signs where words.contains(where: { talk.contains($0) }) {
            switch code {
            case .authentication:
                return MirrorError(
                    code,
                    "'\(url.shown)' wants credentials that are absent or wrong: \(said)",
                    hint: "Nothing is asked for here: give git a credential helper, or ssh a key "
                        + "without passphrase, so that 'git ls-remote \(url.shown)' works unattended"
                )
            case .notARepository:
                return MirrorError(
                    code,
                    "'\(url.shown)' is not a Git repository, or may not be seen: \(said)",
                    hint: "Check the URL with 'git ls-remote \(url.shown)'"
                )
            case .full:
                return MirrorError(code, "There is no space left for '\(url.shown)': \(said)")
            default:
                return MirrorError(
                    code,
                    "'\(url.shown)' cannot be reached: \(said)",
                    hint: "Check the host's name and the network, then try again"
                )
            }
        }
        return MirrorError(.git, "Git failed on '\(url.shown)': \(said)")
    }

    /// What git says, by kind; the first that fits decides.
    private static let signs: [(Code, [String])] = [
        (.full, ["No space left on device"]),
        (
            .authentication,
            [
                "Authentication failed", "could not read Username", "could not read Password",
                "terminal prompts disabled", "Permission denied (", "Host key verification failed",
                "returned error: 401", "returned error: 403",
            ]
        ),
        (
            .unreachable,
            [
                "Could not resolve", "Couldn't resolve", "Failed to connect", "Couldn't connect",
                "Could not connect", "Connection refused", "Connection timed out",
                "Network is unreachable", "No route to host", "unable to connect", "Empty reply",
                "Connection reset", "early EOF", "the remote end hung up", "Operation too slow",
                "Connection closed", "Name or service not known",
            ]
        ),
        (
            .notARepository,
            [
                "does not appear to be a git repository", "not found", "returned error: 404",
                "not a git repository", "not valid: is this a git repository",
                "Could not read from remote repository", "No such file or directory",
            ]
        ),
        (.unreachable, ["unable to access"]),
    ]

    /// The lines of `talk` that say what went wrong, joined.
    static func lastWords(of talk: String) -> String {
        let lines = talk.split { $0 == "\n" || $0 == "\r" }
        let telling = lines.filter { line in
            ["fatal: ", "error: ", "ssh: ", "ERROR: "].contains { line.hasPrefix($0) }
        }
        let chosen = telling.isEmpty ? lines.suffix(1) : telling.prefix(2)
        let text = chosen.map(withoutFrame)
        return text.isEmpty ? "it gave no reason" : text.joined(separator: "; ")
    }

    private static func withoutFrame(_ line: Substring) -> Substring {
        for frame in ["fatal: ", "error: "] where line.hasPrefix(frame) {
            return line.dropFirst(frame.count)
        }
        return line
    }
}
