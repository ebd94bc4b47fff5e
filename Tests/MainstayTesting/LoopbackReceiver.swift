import Glibc

/// A receiver of HTTP requests on this machine, until the process ends.
///
/// A class, because it owns a socket.
package final class LoopbackReceiver: Sendable {
    /// A request that came.
    package struct Request: Sendable {
        /// Method and path.
        package let method: String, path: String
        /// The header lines, by their names in small letters.
        package let headers: [String: String]
        /// The body.
        package let body: String
    }

    /// What is answered.
    package enum Reply: Sendable {
        /// A status without a body.
        case status(Int)
        /// A status with a body.
        case body(String)
        /// The connection ends without an answer.
        case hangUp
        /// Nothing, for so many milliseconds.
        case silence(Int)
    }

    private let socket: CInt
    private let reply: @Sendable (Request) -> Reply
    /// Where it listens.
    package let port: UInt16

    /// The start of its URLs, without a slash at its end.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Listens on a free port, with a few threads.
    package init(_ reply: @escaping @Sendable (Request) -> Reply) throws {
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
        self.reply = reply
        for _ in 0..<4 { try startThread() }
    }

    private func startThread() throws {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let receiver = Unmanaged<LoopbackReceiver>.fromOpaque(context)
                    .takeUnretainedValue()
                while true { receiver.serve() }
            },
            context
        )
        guard status == 0 else { throw FixtureError("No thread: \(status)") }
        pthread_detach(thread)
    }

    private func serve() {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        guard let request = Self.read(connection) else { return }
        switch reply(request) {
        case .status(let status): Self.answer(connection, status, "")
        case .body(let body): Self.answer(connection, 200, body)
        case .hangUp: return
        case .silence(let milliseconds): usleep(UInt32(milliseconds) * 1000)
        }
    }

    private static func answer(_ connection: CInt, _ status: Int, _ body: String) {
        let text =
            "HTTP/1.1 \(status) Said\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\nLocation: /elsewhere\r\n\r\n\(body)"
        let bytes = Array(text.utf8)
        _ = send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }

    /// Reads a request to its end; `nil` for one that breaks off.
    private static func read(_ connection: CInt) -> Request? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece[..<count]
            // Whoever begins TLS gets no answer.
            if bytes[0] == 0x16 { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            var lines = text[..<end.lowerBound].split(whereSeparator: \.isNewline)
            let words = lines.removeFirst().split(separator: " ")
            guard words.count == 3 else { return nil }
            var headers: [String: String] = [:]
            for line in lines {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
            }
            let body = text[end.upperBound...]
            guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { continue }
            return Request(
                method: String(words[0]),
                path: String(words[1]),
                headers: headers,
                body: String(body)
            )
        }
    }
}
