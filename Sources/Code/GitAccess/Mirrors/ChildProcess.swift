import Glibc

/// A program that is run to its end: no shell, no terminal, no input.
///
/// The corresponding C function is `posix_spawnp`. The program has a session of its own, so it
/// cannot ask at a terminal, and all that it starts can be ended with it.
struct ChildProcess {
    /// How a run ended.
    enum Ending: Equatable {
        case exited(CInt)
        case killed(signal: CInt)
        case cancelled
    }

    /// Which of its two outputs the program wrote to.
    enum Output { case results, talk }

    /// The program, looked up on the PATH, and its arguments.
    let words: [String]
    /// All variables that the program sees.
    let environment: [String: String]

    /// `POSIX_SPAWN_SETSID`, which is not imported.
    private static let ownSession: Int16 = 0x80
    /// How long a program that is told to end may take, in milliseconds.
    private static let grace = 2_000
    /// How long a look for output or the end lasts at most, in milliseconds.
    private static let longestLook: CInt = 100

    /// Runs the program and passes on what it writes, piece by piece.
    ///
    /// `isCancelled` is asked ten times a second; once it says yes, the program and what it
    /// started are ended.
    /// - Throws: ``SpawnFault`` when the program does not start.
    func run(
        isCancelled: () -> Bool,
        receive: (Output, UnsafeRawBufferPointer) -> Void
    ) throws(SpawnFault) -> Ending {
        var results = try OutputPipe(words[0])
        var talk = try OutputPipe(words[0])
        let process = try spawn(results: results.writing, talk: talk.writing)
        results.closeWriting()
        talk.closeWriting()
        var look: CInt = 1
        var waited = 0
        var status: CInt = 0
        var isEnded = false
        while true {
            var polled = [
                pollfd(fd: results.reading, events: Int16(POLLIN), revents: 0),
                pollfd(fd: talk.reading, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&polled, 2, look)
            results.drain { receive(.results, $0) }
            talk.drain { receive(.talk, $0) }
            if waitpid(process, &status, WNOHANG) == process { break }
            look = ready > 0 ? 1 : min(look * 2, Self.longestLook)
            if isEnded { waited += Int(look) }
            if !isEnded && isCancelled() {
                isEnded = true
                kill(-process, SIGTERM)
            } else if waited > Self.grace {
                kill(-process, SIGKILL)
            }
        }
        results.drain { receive(.results, $0) }
        talk.drain { receive(.talk, $0) }
        if isEnded { return .cancelled }
        // The macros of `wait` are not imported: the low seven bits are the signal.
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    }

    private func spawn(results: CInt, talk: CInt) throws(SpawnFault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, results, 1)
        posix_spawn_file_actions_adddup2(&actions, talk, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // What this process ignores, its children would ignore too.
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags) | Self.ownSession)
        let settings = environment.map { "\($0)=\($1)" }.sorted()
        let (argv, envp) = (words.map { strdup($0) }, settings.map { strdup($0) })
        defer { for copy in argv + envp { free(copy) } }
        var process: pid_t = 0
        let status = posix_spawnp(
            &process,
            words[0],
            &actions,
            &attributes,
            argv + [nil],
            envp + [nil]
        )
        guard status == 0 else { throw SpawnFault(words[0], status) }
        return process
    }
}

/// A program that did not start.
struct SpawnFault: Error {
    let program: String
    let cause: String
    /// Whether there is no such program.
    let isMissing: Bool

    init(_ program: String, _ code: CInt) {
        self.program = program
        cause = String(cString: strerror(code))
        isMissing = code == ENOENT
    }
}

/// One output of a child process, read without waiting.
private struct OutputPipe: ~Copyable {
    let reading: CInt
    private(set) var writing: CInt

    init(_ program: String) throws(SpawnFault) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SpawnFault(program, errno) }
        (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reading)
        if writing >= 0 { close(writing) }
    }

    mutating func closeWriting() {
        close(writing)
        writing = -1
    }

    /// Passes on all that is there now.
    func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { piece in
            while true {
                let count = read(reading, piece.baseAddress, piece.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            }
        }
    }
}
