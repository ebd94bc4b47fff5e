import Glibc
import MainstayCore

/// The machine's own program for mail, which takes a message on its standard input.
package struct MailProgram: Sendable, Hashable {
    /// Its absolute path, such as `/usr/sbin/sendmail`.
    package let path: String

    /// Names the program.
    package init(_ path: String) {
        self.path = path
    }

    /// Hands over a message, whose own headers say to whom (`-t`), and waits for the program's end.
    ///
    /// - Parameters:
    ///   - file: The file with the message.
    ///   - seconds: How long the program may take; then it is killed.
    /// - Throws: ``MailError``.
    package func send(file: String, seconds: Int = 60) async throws(MailError) {
        let path = path
        try await onThread({ MailError($0) }) { () throws(MailError) in
            try Self.run(path, file, seconds: seconds)
        }
    }

    private static func run(_ path: String, _ file: String, seconds: Int) throws(MailError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, file, O_RDONLY, 0)
        for output: CInt in [1, 2] {
            posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        let settings = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        let status = withCStrings([path, "-t", "-i"]) { words in
            withCStrings(settings) { settings in
                posix_spawn(
                    &process,
                    path,
                    &actions,
                    &attributes,
                    UnsafeMutablePointer(mutating: words)
                        .withMemoryRebound(
                            to: UnsafeMutablePointer<CChar>?.self,
                            capacity: 4
                        ) { $0 },
                    UnsafeMutablePointer(mutating: settings)
                        .withMemoryRebound(
                            to: UnsafeMutablePointer<CChar>?.self,
                            capacity: 2
                        ) { $0 }
                )
            }
        }
        guard status == 0 else {
            throw MailError("\(path) does not start: \(String(cString: strerror(status)))")
        }
        try wait(for: process, path, seconds: seconds)
    }

    private static func wait(for process: pid_t, _ path: String, seconds: Int) throws(MailError) {
        let end = ContinuousClock.now + .seconds(seconds)
        var (status, pause): (CInt, UInt32) = (0, 500)
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { throw MailError("\(path) was lost") }
            if ContinuousClock.now > end {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw MailError("\(path) did not end within \(seconds) s")
            }
            usleep(pause)
            pause = min(pause * 2, 50_000)
        }
        // The macros of `wait` are not imported: the low seven bits are the signal.
        guard status & 0x7f == 0 else {
            throw MailError("\(path) was ended by signal \(status & 0x7f)")
        }
        let code = status >> 8 & 0xff
        guard code == 0 else { throw MailError("\(path) ended with status \(code)") }
    }
}

/// Why a message was not taken.
package struct MailError: ExplainedError, Hashable {
    /// What failed.
    package let message: String
    /// What mends it.
    package var hint: String? { "'mainstay notice mail --program' names another program" }

    init(_ message: String) {
        self.message = message
    }
}
