import Glibc

/// A program of the author's machine that was run to its end.
struct ToolRun {
    /// What it wrote: to its output, and where asked to its errors as well.
    let output: [UInt8]

    /// Runs a program with its input empty and waits.
    ///
    /// - Parameters:
    ///   - words: Its name, looked for on the `PATH` of the environment, and its arguments.
    ///   - folder: Where it runs.
    ///   - environment: Its variables, each `NAME=value`.
    ///   - takesErrors: Whether its errors are kept among its output; else they go where ours go.
    /// - Throws: ``KitFault`` where it is not there or does not end with 0, with what it said last.
    init(
        _ words: [String],
        in folder: String,
        environment: [String],
        takesErrors: Bool = true
    ) throws(KitFault) {
        var pipes: [CInt] = [0, 0]
        guard pipe(&pipes) == 0 else { throw KitFault("No pipe: \(Self.text(errno))") }
        defer { close(pipes[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        if takesErrors { posix_spawn_file_actions_adddup2(&actions, pipes[1], 2) }
        posix_spawn_file_actions_addclose(&actions, pipes[0])
        posix_spawn_file_actions_addclose(&actions, pipes[1])
        var process: pid_t = 0
        let all = ["/usr/bin/env", "--chdir=\(folder)"] + words
        let status = Self.withPointers(all) { words in
            Self.withPointers(environment) { variables in
                posix_spawn(&process, "/usr/bin/env", &actions, nil, words, variables)
            }
        }
        close(pipes[1])
        guard status == 0 else {
            throw KitFault("'\(words[0])' does not start: \(Self.text(status))")
        }
        output = Self.readAll(pipes[0])
        var ended: CInt = 0
        while waitpid(process, &ended, 0) < 0, errno == EINTR {}
        guard ended != 0 else { return }
        let said = String(decoding: output.suffix(4_000), as: UTF8.self)
        // The macros of `wait` are not imported: the low seven bits are the signal.
        let how = ended & 0x7f == 0 ? "status \(ended >> 8 & 0xff)" : "signal \(ended & 0x7f)"
        throw KitFault(
            "'\(words.joined(separator: " "))' ended with \(how) in \(folder):\n\(said)"
        )
    }

    private static func readAll(_ descriptor: CInt) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count > 0 { bytes += piece[..<count] }
            if count == 0 || count < 0 && errno != EINTR { return bytes }
        }
    }

    /// Lends words to a C function that takes a list which ends with a null pointer.
    private static func withPointers<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }

    private static func text(_ number: CInt) -> String { String(cString: strerror(number)) }
}
