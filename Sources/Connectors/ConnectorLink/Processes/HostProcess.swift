import ConnectorMessages
import Glibc
import MainstayCore
import Synchronization

/// How a process that loads a plugin ended, or why it was stopped.
enum HostEnding: Sendable, Hashable {
    /// It does not take the plugin, or its plugin is not the one that was installed.
    case refused(LinkFault)
    case exited(CInt)
    case killed(signal: CInt)
    /// It was killed: what it sent is not the protocol.
    case violation(String)
    /// It was killed: it took longer than it may with what is named.
    case overdue(String)
    /// We asked it to end; it did, or had to be killed.
    case stopped(bySelf: Bool)
}

/// What a process answered.
enum HostAnswer: Sendable {
    case result(ConnectorStatus, [UInt8], isOverdue: Bool)
    case ended(HostEnding)
    /// The process was about to end: the call never began.
    case notBegun
}

/// One process that has loaded a plugin, from its start to its end.
///
/// A thread of its own reads what it sends and keeps its deadlines, so that no thread of Swift's
/// pool ever waits for a plugin. One exchange at a time.
final class HostProcess: Sendable {
    typealias Service = @Sendable (ServiceRequest) async -> ServiceReply

    let process: pid_t
    let plugin: LinkedPlugin
    let options: [UInt8]
    let output: CInt
    let errors: CInt
    let limits: LinkLimits
    let record: @Sendable (LinkRecord.Event, String) -> Void
    let whenEnded: @Sendable (HostEnding, _ wasIdle: Bool) -> Void
    let state: Mutex<State>
    private let input: CInt
    private let waking: [CInt]

    /// What is shared between the thread and those who ask.
    struct State {
        var exchange: Exchange?
        /// What the pipe did not take yet.
        var backlog: ArraySlice<UInt8> = []
        /// Why the process is killed or asked to end; it begins nothing any more.
        var ending: HostEnding?
        /// When it is killed, should it not end by itself.
        var killAt: ContinuousClock.Instant?
        var isKilled = false
        var isGone = false
        /// Whether somebody is about to ask for something; the process does not idle.
        var isHeld = true
        var idleSince = ContinuousClock.now
        /// Until when the thread sleeps at most.
        var sleepsUntil: ContinuousClock.Instant?
        var logged = 0
    }

    /// How many bytes may wait for a process that does not read.
    private static let mostBacklog = 32 << 20

    /// Starts the process, held; what follows is ``start()``.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/host``.
    init(
        _ plugin: LinkedPlugin,
        options: JSONValue,
        limits: LinkLimits,
        record: @escaping @Sendable (LinkRecord.Event, String) -> Void,
        whenEnded: @escaping @Sendable (HostEnding, _ wasIdle: Bool) -> Void
    ) throws(LinkFault) {
        guard let waking = openPipe() else {
            throw LinkFault(.host, "No pipe: \(String(cString: strerror(errno)))")
        }
        for end in waking { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        let spawned: HostSpawn
        do {
            spawned = try HostSpawn(plugin.words)
        } catch {
            for end in waking { close(end) }
            throw error
        }
        (process, input, output, errors) =
            (spawned.process, spawned.input, spawned.output, spawned.errors)
        self.waking = waking
        self.plugin = plugin
        self.options = Array(options.json.utf8)
        self.limits = limits
        self.record = record
        self.whenEnded = whenEnded
        state = Mutex(State())
    }

    deinit {
        for descriptor in [input, output, errors] + waking { close(descriptor) }
    }

    /// Whether the process has ended.
    var isGone: Bool { state.withLock { $0.isGone } }

    /// The end of the pipe that the thread watches beside those of the process.
    var wakeUps: CInt { waking[0] }
    /// The end at which the process reads.
    var inputEnd: CInt { input }

    /// Sends a frame, or keeps what the pipe does not take for the thread to send.
    func send(_ frame: Frame) {
        state.withLock { send(frame, &$0) }
    }

    func send(_ frame: Frame, _ state: inout State) {
        let bytes = frame.bytes
        if state.backlog.isEmpty {
            // Where nobody reads the process is gone, which the thread sees.
            let done = writeQuietly(bytes[...], to: input) ?? bytes.count
            state.backlog = bytes[done...]
        } else {
            state.backlog += bytes
        }
        if state.backlog.isEmpty { return }
        if state.backlog.count > Self.mostBacklog {
            kill(.violation("It does not read what it asked for"), &state)
        }
        wake()
    }

    func sendBacklog() {
        state.withLock { state in
            guard !state.backlog.isEmpty else { return }
            let done = writeQuietly(state.backlog, to: input) ?? state.backlog.count
            state.backlog = state.backlog.dropFirst(done)
            if state.backlog.isEmpty { state.backlog = [] }
        }
    }

    /// Lets the thread look at the state anew.
    func wake() {
        var byte: UInt8 = 0
        _ = write(waking[1], &byte, 1)
    }

    /// Kills the process and whatever shares its session; the first reason is the one that counts.
    func kill(_ reason: HostEnding, _ state: inout State) {
        if state.isGone || state.isKilled { return }
        switch state.ending {
        case nil, .stopped: state.ending = reason
        default: break
        }
        state.isKilled = true
        Glibc.kill(-process, SIGKILL)
        wake()
    }

    /// Asks the process to end, and kills it where it does not.
    func stop() {
        state.withLock { stop(&$0) }
    }

    func stop(_ state: inout State) {
        if state.isGone || state.ending != nil { return }
        state.ending = .stopped(bySelf: true)
        state.killAt = ContinuousClock.now + limits.ending
        send(Frame(.shutdown), &state)
        wake()
    }
}

/// The name of a signal that ends a process.
func signalName(_ signal: Int32) -> String {
    let names: [Int32: String] = [
        4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
        13: "SIGPIPE", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
    return names[signal] ?? "signal \(signal)"
}
