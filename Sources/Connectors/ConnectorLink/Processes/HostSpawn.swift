import Glibc
import MainstayCore

/// A started process and our ends of its pipes.
struct HostSpawn {
    /// Also the number of its session and its process group.
    let process: pid_t
    /// What we write to arrives at its descriptor 0.
    let input: CInt
    /// What it writes to descriptor 1.
    let output: CInt
    /// What it writes to descriptor 2.
    let errors: CInt

    /// `POSIX_SPAWN_SETSID`, which is not imported.
    private static let ownSession: Int16 = 0x80
    /// All that the process sees: without the first, Swift's crash handler would fork, without the
    /// second, libdispatch would look for the system's log.
    private static let environment = [
        "SWIFT_BACKTRACE=enable=no", "LIBDISPATCH_LOG=NO", "LANG=C.UTF-8",
    ]

    /// Starts a program in a session of its own; none of our ends waits.
    ///
    /// The corresponding C function is `posix_spawn`.
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/host``.
    init(_ words: [String]) throws(LinkFault) {
        var (theirs, ours): ([CInt], [CInt]) = ([], [])
        defer { for end in theirs { close(end) } }
        for descriptor: CInt in 0..<3 {
            guard let ends = openPipe() else {
                let cause = errno
                for end in ours { close(end) }
                throw Self.fault(words[0], cause)
            }
            theirs.append(ends[descriptor == 0 ? 0 : 1])
            ours.append(ends[descriptor == 0 ? 1 : 0])
            _ = fcntl(ours[ours.count - 1], F_SETFL, O_NONBLOCK)
        }
        (input, output, errors) = (ours[0], ours[1], ours[2])
        do {
            process = try Self.start(words, theirs)
        } catch {
            for end in ours { close(end) }
            throw error
        }
    }

    private static func start(_ words: [String], _ ends: [CInt]) throws(LinkFault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, end) in ends.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, end, CInt(descriptor))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags) | ownSession)
        let (argv, envp) = (words.map { strdup($0) }, environment.map { strdup($0) })
        defer { for copy in argv + envp { free(copy) } }
        var process: pid_t = 0
        let status = posix_spawn(
            &process,
            words[0],
            &actions,
            &attributes,
            argv + [nil],
            envp + [nil]
        )
        guard status == 0 else { throw fault(words[0], status) }
        return process
    }

    private static func fault(_ program: String, _ code: CInt) -> LinkFault {
        LinkFault(
            .host,
            "\(program) does not start: \(String(cString: strerror(code)))",
            hint: code == ENOENT
                ? "It belongs beside 'mainstay': install Mainstay again" : nil
        )
    }
}

/// Opens a pipe that no other program inherits: the end to read from, the end to write to.
///
/// - Returns: `nil`, with `errno` set, where there is none left.
func openPipe() -> [CInt]? {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
}

/// Writes without waiting, as far as the pipe takes it; no signal where nobody reads any more.
///
/// - Returns: How many bytes were written; `nil` where nobody reads.
func writeQuietly(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Int? {
    var (broken, before) = (sigset_t(), sigset_t())
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var done = 0
    while done < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
            buffer.baseAddress.map { write(descriptor, $0 + done, buffer.count - done) } ?? 0
        }
        if count >= 0 {
            done += count
        } else if errno == EPIPE {
            // The signal waits at this thread, and must not outlive the block.
            var now = timespec()
            sigtimedwait(&broken, nil, &now)
            return nil
        } else if errno != EINTR {
            break
        }
    }
    return done
}
