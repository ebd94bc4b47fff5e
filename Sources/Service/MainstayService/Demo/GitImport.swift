import Glibc
import MainstayCore

/// What goes wrong while the demonstration is made.
package struct DemoError: ExplainedError {
    /// What failed.
    package let message: String
    /// What mends it.
    package let hint: String?
}

/// A running `git fast-import` that is asked for the id of each commit as it is made.
final class GitImport {
    private let process: pid_t
    private let input: CInt
    private let output: CInt
    private var pending: [UInt8] = []
    private var lastMark = 0

    /// Starts the import into the repository at `folder`.
    ///
    /// - Throws: ``DemoError`` when `git` does not start.
    init(folder: String) throws {
        let input = try GitImport.makePipe()
        let output = try GitImport.makePipe()
        let words = ["git", "-C", folder, "fast-import", "--quiet", "--force", "--done"]
        process = try GitImport.spawn(words, home: folder, input: input.read, output: output.write)
        close(input.read)
        close(output.write)
        self.input = input.write
        self.output = output.read
        send("feature done\n")
    }

    /// Adds text to the stream.
    func send(_ text: String) {
        pending += Array(text.utf8)
    }

    /// Adds a `data` command with `text`.
    func send(data text: String) {
        send("data \(text.utf8.count)\n\(text)\n")
    }

    /// Returns a mark for the next commit.
    func nextMark() -> Int {
        lastMark += 1
        return lastMark
    }

    /// Returns the id of the commit with `mark`, which must be complete in the stream.
    ///
    /// - Throws: ``DemoError`` when the stream was refused.
    func id(ofMark mark: Int) throws -> CommitID {
        send("get-mark :\(mark)\n")
        try flush()
        var answer = [UInt8](repeating: 0, count: 41)
        var count = 0
        while count < 41 {
            let more = answer.withUnsafeMutableBytes { buffer in
                read(output, buffer.baseAddress.map { $0 + count }, 41 - count)
            }
            guard more > 0 else { throw GitImport.refused() }
            count += more
        }
        guard let id = CommitID(hex: String(decoding: answer[..<40], as: UTF8.self)) else {
            throw GitImport.refused()
        }
        return id
    }

    /// Ends the stream and waits for the import to end.
    ///
    /// - Throws: ``DemoError`` when it failed.
    func finish() throws {
        send("done\n")
        try flush()
        close(input)
        close(output)
        try GitImport.wait(process)
    }

    /// Runs one `git` command in `folder` to its end.
    ///
    /// - Throws: ``DemoError`` when it does not start or fails.
    static func run(_ arguments: [String], in folder: String) throws {
        let words = ["git", "-C", folder] + arguments
        try wait(spawn(words, home: folder, input: nil, output: nil))
    }

    private func flush() throws {
        var start = 0
        while start < pending.count {
            let count = pending.withUnsafeBytes { buffer in
                write(input, buffer.baseAddress.map { $0 + start }, pending.count - start)
            }
            guard count > 0 else { throw GitImport.refused() }
            start += count
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func refused() -> DemoError {
        DemoError(message: "git fast-import refused the demonstration", hint: nil)
    }

    private static func makePipe() throws -> (read: CInt, write: CInt) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw DemoError(
                message: "No pipe to git: \(String(cString: strerror(errno)))",
                hint: nil
            )
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func wait(_ process: pid_t) throws {
        var code: CInt = 0
        while waitpid(process, &code, 0) < 0 && errno == EINTR {}
        guard code == 0 else {
            throw DemoError(message: "git failed while it made the demonstration", hint: nil)
        }
    }

    /// Starts `words` without the settings of the user or the system.
    private static func spawn(
        _ words: [String],
        home: String,
        input: CInt?,
        output: CInt?
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        let settings = [
            "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(home)", "LC_ALL=C",
            "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
        ]
        let (argv, envp) = (words.map { strdup($0) }, settings.map { strdup($0) })
        defer { for copy in argv + envp { free(copy) } }
        var process: pid_t = 0
        let status = posix_spawnp(&process, "git", &actions, nil, argv + [nil], envp + [nil])
        guard status == 0 else {
            throw DemoError(
                message: "git did not start: \(String(cString: strerror(status)))",
                hint: "Install git; the demonstration is a Git repository"
            )
        }
        return process
    }
}
