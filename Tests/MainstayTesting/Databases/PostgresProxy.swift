import Glibc
import Synchronization

/// A party between a client and a server on unix sockets, which does harm when told.
///
/// It serves one connection after another, each on a thread.
package final class PostgresProxy: Sendable {
    /// What is done with what passes.
    package enum Mode: Int, Sendable {
        /// Nothing.
        case faithful
        /// The next words of the client are dropped, and both ends closed.
        case dropQuestion
        /// The next words of the client are passed on, the answer is waited for and dropped, and both
        /// ends closed.
        case dropAnswer
    }

    private let folder: TemporaryFolder
    private let listener: CInt
    private let target: String
    private let isPooler: Bool
    private let mode = Atomic(Mode.faithful.rawValue)

    /// The folder that stands for the host in a URL.
    package var path: String { folder.path }

    /// Starts to listen for clients of the server whose socket is in `server`.
    ///
    /// - Parameters:
    ///   - server: The folder of the server's socket.
    ///   - isPooler: Whether clients are told another process number, as poolers do.
    /// - Throws: ``FixtureError`` when there is no socket.
    package init(to server: String, isPooler: Bool = false) throws {
        folder = try TemporaryFolder()
        target = server + "/.s.PGSQL.5432"
        self.isPooler = isPooler
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = socketAddress(folder.path + "/.s.PGSQL.5432")
        guard bindSocket(listener, &address) == 0, listen(listener, 16) == 0 else {
            throw FixtureError("The proxy cannot listen: \(errno)")
        }
        startThread { [listener, self] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                startThread { self.serve(client) }
            }
        }
    }

    /// Ends: no new clients are taken.
    package func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    /// Sets what is done with what comes next.
    package func set(_ mode: Mode) {
        self.mode.store(mode.rawValue, ordering: .sequentiallyConsistent)
    }

    private func serve(_ client: CInt) {
        let server = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = socketAddress(target)
        defer {
            close(client)
            close(server)
        }
        guard connectSocket(server, &address) == 0 else { return }
        var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&ends, 2, -1) > 0 || errno == EINTR {
            if ends[0].revents != 0, !passQuestion(from: client, to: server) { return }
            if ends[1].revents != 0, !passAnswer(from: server, to: client) { return }
        }
    }

    private func passQuestion(from client: CInt, to server: CInt) -> Bool {
        guard let bytes = receive(client) else { return false }
        let now = Mode(rawValue: mode.load(ordering: .sequentiallyConsistent))
        if now == .dropQuestion {
            set(.faithful)
            return false
        }
        return send(server, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
    }

    private func passAnswer(from server: CInt, to client: CInt) -> Bool {
        guard var bytes = receive(server) else { return false }
        if mode.load(ordering: .sequentiallyConsistent) == Mode.dropAnswer.rawValue {
            set(.faithful)
            return false
        }
        // The message BackendKeyData: K, its length 12, the process, the key.
        let key: [UInt8] = [UInt8(ascii: "K"), 0, 0, 0, 12]
        if isPooler, let found = bytes.firstRange(of: key) { bytes[found.upperBound + 3] ^= 1 }
        return send(client, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
    }

    private func receive(_ socket: CInt) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}

private func socketAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    return address
}

private func bindSocket(_ socket: CInt, _ address: inout sockaddr_un) -> CInt {
    asSocketAddress(&address) { bind(socket, $0, $1) }
}

private func connectSocket(_ socket: CInt, _ address: inout sockaddr_un) -> CInt {
    asSocketAddress(&address) { connect(socket, $0, $1) }
}

private func asSocketAddress(
    _ address: inout sockaddr_un,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}

/// Runs `body` on a thread of its own, which nobody waits for.
private func startThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let status = pthread_create(
        &thread,
        nil,
        { argument in
            if let argument {
                Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
            }
            return nil
        },
        box.toOpaque()
    )
    if status == 0 { pthread_detach(thread) } else { box.release() }
}

private final class ThreadBody {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
