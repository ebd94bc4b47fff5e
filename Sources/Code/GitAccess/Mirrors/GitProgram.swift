/// The git command, run with the settings and credentials of the user, but never asking.
package struct GitProgram: Sendable {
    private let environment: [String: String]
    private let isCancelled: @Sendable () -> Bool

    /// Creates the command for a process with these variables.
    ///
    /// `isCancelled` is asked ten times a second while a command runs, and ends it with what it
    /// started; by default that is the end of the task.
    package init(
        environment: [String: String],
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
    ) {
        // What names another repository, as inside a hook: `git rev-parse --local-env-vars`.
        let local = [
            "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX",
            "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_GRAFT_FILE",
            "GIT_SHALLOW_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_NAMESPACE",
            "GIT_INTERNAL_SUPER_PREFIX", "GIT_IMPLICIT_WORK_TREE", "GIT_CONFIG",
        ]
        self.environment = environment.filter { !local.contains($0.key) }
        self.isCancelled = isCancelled
    }

    /// The same command, deaf to cancellation: for cleaning up.
    var uncancelled: GitProgram { GitProgram(environment: environment, isCancelled: { false }) }

    /// What a command left behind.
    struct Outcome {
        /// 0 where it succeeded.
        let status: CInt
        /// What it wrote to standard output.
        let text: String
        /// The last 16 KiB that it wrote to standard error.
        let talk: String
    }

    /// Runs `git arguments` in `folder` to its end; each line of its talk goes to `onTalk`, parts
    /// that end in a carriage return too.
    ///
    /// - Throws: ``MirrorError`` when git does not start, is killed, or the run is cancelled.
    func run(
        _ arguments: [String],
        in folder: String,
        onTalk: (Substring) -> Void = { _ in }
    ) throws(MirrorError) -> Outcome {
        // `gc` must not go on in the background: it would outlive what is cleaned up.
        let words = [
            "git", "-C", folder, "-c", "gc.autoDetach=false", "-c", "core.hooksPath=/dev/null",
        ]
        let own = ["GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"]
        let child = ChildProcess(
            words: words + arguments,
            environment: environment.merging(own) { $1 }
        )
        var results: [UInt8] = []
        var talk = TalkReader()
        let ending: ChildProcess.Ending
        do {
            ending = try child.run(isCancelled: isCancelled) { output, bytes in
                switch output {
                case .results: results += bytes
                case .talk: talk.read(bytes, onLine: onTalk)
                }
            }
        } catch { throw .notStarted(error) }
        switch ending {
        case .exited(let status):
            let text = String(decoding: results, as: UTF8.self)
            return Outcome(status: status, text: text, talk: talk.tail)
        case .killed(let signal):
            throw MirrorError(.git, "'git \(arguments[0])' was killed by signal \(signal)")
        case .cancelled: throw .cancelled("'git \(arguments[0])'")
        }
    }

    /// Runs a git command that only fails where something is wrong with this machine.
    ///
    /// - Throws: ``MirrorError``, also when it leaves with another status than 0.
    @discardableResult
    func output(_ arguments: [String], in folder: String) throws(MirrorError) -> String {
        let outcome = try run(arguments, in: folder)
        guard outcome.status == 0 else {
            let said = MirrorError.lastWords(of: outcome.talk)
            throw MirrorError(.git, "'git \(arguments[0])' failed in '\(folder)': \(said)")
        }
        return outcome.text
    }

    /// Runs another program in `folder`, as the user would; returns how it ended and the last
    /// 16 KiB that it wrote.
    ///
    /// As in a shell it leaves with 127 where there is no such program, with 126 where it cannot
    /// be run.
    func run(
        program words: [String],
        in folder: String
    ) throws(SpawnFault) -> (ending: ChildProcess.Ending, talk: String) {
        var talk = TalkReader()
        let place = ["env", "--chdir=\(folder)", "--"]
        let child = ChildProcess(words: place + words, environment: environment)
        let ending = try child.run(isCancelled: isCancelled) { _, bytes in
            talk.read(bytes) { _ in }
        }
        return (ending, talk.tail)
    }
}

/// Cuts what a program says into lines, and keeps the end of it.
private struct TalkReader {
    private static let kept = 16_384

    private var all: [UInt8] = []
    private var line: [UInt8] = []

    /// The last that was said.
    var tail: String { String(decoding: all.suffix(Self.kept), as: UTF8.self) }

    mutating func read(_ bytes: UnsafeRawBufferPointer, onLine: (Substring) -> Void) {
        all += bytes
        if all.count > Self.kept * 4 { all.removeFirst(all.count - Self.kept) }
        for byte in bytes {
            guard byte == 10 || byte == 13 else {
                if line.count < Self.kept { line.append(byte) }
                continue
            }
            if !line.isEmpty { onLine(Substring(decoding: line, as: UTF8.self)) }
            line.removeAll(keepingCapacity: true)
        }
    }
}
