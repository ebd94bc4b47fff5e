import Glibc

/// A `git` command of a test that failed.
package struct FixtureError: Error, CustomStringConvertible {
    /// The command and what it wrote to standard error.
    package let description: String

    /// Creates an error that says `description`.
    package init(_ description: String) {
        self.description = description
    }
}

/// Runs `git` with every outside setting pinned.
///
/// Not thread-safe: one value runs one command at a time.
struct GitProcess {
    /// Folder for scratch files; also the home folder of the commands.
    let scratch: String
    /// Folder of the repository.
    let repository: String

    /// Returns standard output of `git arguments`, as bytes.
    ///
    /// `environment` is added to the pinned one, and wins. Standard input is `input`.
    ///
    /// - Throws: ``FixtureError`` when the command cannot start or its exit status is not 0.
    func run(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:]
    ) throws -> [UInt8] {
        let inputPath = scratch + "/stdin"
        let errorPath = scratch + "/stderr"
        try writeFile(inputPath, input)
        let outputPath = scratch + "/stdout"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
        let fresh = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, fresh, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, fresh, 0o600)
        var process: pid_t = 0
        let words = ["git", "-C", repository] + arguments
        let status = withCStrings(words) { argv in
            withCStrings(settings(adding: environment)) { envp in
                posix_spawnp(&process, "git", &actions, nil, argv, envp)
            }
        }
        guard status == 0 else { throw FixtureError("git did not start: \(status)") }
        var code: CInt = 0
        while waitpid(process, &code, 0) < 0 && errno == EINTR {}
        guard code == 0 else {
            let told = String(decoding: try readFile(errorPath), as: UTF8.self)
            throw FixtureError("git \(arguments.joined(separator: " ")) failed: \(told)")
        }
        return try readFile(outputPath)
    }

    private func settings(adding extra: [String: String]) -> [String] {
        var values = [
            "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin",
            "HOME": scratch,
            "TZ": "UTC",
            "LC_ALL": "C",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Ada Author",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": "1704067200 +0000",
            "GIT_COMMITTER_NAME": "Carl Committer",
            "GIT_COMMITTER_EMAIL": "carl@example.org",
            "GIT_COMMITTER_DATE": "1704067200 +0000",
        ]
        values.merge(extra) { $1 }
        return values.map { "\($0)=\($1)" }
    }
}

/// Runs a program of the PATH to its end, with the environment of the tests.
///
/// - Throws: ``FixtureError`` when it cannot start or its exit status is not 0.
package func runProgram(_ words: [String]) throws {
    var process: pid_t = 0
    let status = withCStrings(words) { posix_spawnp(&process, words[0], nil, nil, $0, environ) }
    guard status == 0 else { throw FixtureError("\(words[0]) did not start: \(status)") }
    var code: CInt = 0
    while waitpid(process, &code, 0) < 0 && errno == EINTR {}
    guard code == 0 else { throw FixtureError("\(words[0]) failed: \(code)") }
}

/// Calls `body` with `words` as a null-terminated array of C strings.
package func withCStrings<Result>(
    _ words: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = words.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}

/// Reads the open file `descriptor` to its end.
private func readAll(_ descriptor: CInt) -> [UInt8] {
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return result }
        result += piece[..<count]
    }
}

/// Returns the bytes of the file at `path`.
package func readFile(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FixtureError("Cannot open \(path): \(errno)") }
    defer { close(descriptor) }
    return readAll(descriptor)
}

/// Replaces the file at `path` by `bytes`.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FixtureError("Cannot write \(path): \(errno)") }
    defer { close(descriptor) }
    var start = 0
    while start < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
            buffer.baseAddress.map { write(descriptor, $0 + start, bytes.count - start) } ?? -1
        }
        guard count >= 0 || errno == EINTR else { throw FixtureError("Cannot write \(path)") }
        start += max(0, count)
    }
}

/// The `git` command on a repository that a test did not make with ``FixtureRepository``.
package enum GitCommand {
    /// Returns what `git arguments` prints in `folder`, without the last newline.
    ///
    /// - Throws: ``FixtureError`` when its exit status is not 0.
    package static func output(_ arguments: [String], in folder: String) throws -> String {
        let scratch = try TemporaryFolder()
        let process = GitProcess(scratch: scratch.path, repository: folder)
        let text = String(decoding: try process.run(arguments), as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

/// Lets everybody run a file.
package func makeRunnable(_ path: String) throws {
    guard chmod(path, 0o755) == 0 else { throw FixtureError("\(path) cannot be run") }
}
