import Glibc
import MainstayTesting
import Synchronization

/// A receiver of notices on this machine that counts them by their key.
///
/// Now and then it answers with status 500, or takes a message and hangs up without an answer.
/// A class, because it owns a socket and a lock.
final class CountingReceiver: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var random: SeededGenerator
        var refusals = 0
        var lostAnswers = 0
    }

    private enum Mood { case takes, refuses, hangsUp }

    private let socket: CInt
    private let state: Mutex<State>
    /// Where it listens.
    let port: UInt16

    /// Listens on a free port until the process ends.
    init(_ random: SeededGenerator) throws {
        let listening = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            guard let raw = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
                return false
            }
            return bind(listening, raw, size) == 0 && listen(listening, 128) == 0
                && getsockname(listening, raw, &size) == 0
        }
        guard listening >= 0, isBound else { throw FixtureError("No port is free") }
        _ = fcntl(listening, F_SETFD, FD_CLOEXEC)
        socket = listening
        port = UInt16(bigEndian: address.sin_port)
        state = Mutex(State(random: random))
        for _ in 0..<4 { try startThread() }
    }

    /// How often each key came and was taken.
    var counts: [String: Int] { state.withLock { $0.counts } }

    /// How often it refused, and how often it took a message without saying so.
    var faults: (refusals: Int, lostAnswers: Int) {
        state.withLock { ($0.refusals, $0.lostAnswers) }
    }

    private func startThread() throws {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let receiver = Unmanaged<CountingReceiver>.fromOpaque(context)
                    .takeUnretainedValue()
                while true { receiver.serve() }
            },
            context
        )
        guard status == 0 else { throw FixtureError("No thread: \(status)") }
    }

    private func serve() {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        guard let key = Self.readKey(connection) else { return }
        let mood = state.withLock { state -> Mood in
            if state.random.below(20) == 0 {
                state.refusals += 1
                return .refuses
            }
            state.counts[key, default: 0] += 1
            if state.random.below(50) == 0 {
                state.lostAnswers += 1
                return .hangsUp
            }
            return .takes
        }
        if mood == .hangsUp { return }
        let status = mood == .takes ? "204 No Content" : "500 Internal Server Error"
        let answer = "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        _ = answer.utf8CString.withUnsafeBytes { send(connection, $0.baseAddress, $0.count - 1, 0) }
    }

    /// Reads a request to its end and returns its key; `nil` for one that breaks off.
    private static func readKey(_ connection: CInt) -> String? {
        var text = ""
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece[..<count]
            text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound]
            let length = Int(value(of: "content-length", in: head) ?? "0") ?? 0
            if text[end.upperBound...].utf8.count >= length {
                return value(of: "idempotency-key", in: head)
            }
        }
    }

    private static func value(of name: String, in head: Substring) -> String? {
        for line in head.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == name else { continue }
            return String(parts[1].drop { $0 == " " })
        }
        return nil
    }
}
