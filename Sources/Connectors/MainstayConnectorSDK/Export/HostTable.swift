internal import Dispatch
internal import Synchronization

/// The functions of the host, as Swift calls them.
///
/// Unchecked, because a pointer is not Sendable: the contract lets any thread call the host until
/// `destroy`.
struct HostTable: @unchecked Sendable {
    let pointer: UnsafePointer<mst_host>

    /// What the connector sees of it.
    var connectorHost: ConnectorHost {
        ConnectorHost(
            service: { name, json in try await request(name, json) },
            log: { level, message in
                var message = message
                message.withUTF8 { bytes in
                    pointer.pointee.log(pointer, level.rawValue, mst_bytes(lending: bytes))
                }
            }
        )
    }

    /// Asks for a service on a thread that may block, so that several requests overlap.
    private func request(_ service: String, _ json: [UInt8]) async throws -> [UInt8] {
        let (status, reply) = try await onThread({
            ConnectorError(.failed, code: "connection", $0)
        }) { () throws(ConnectorError) in
            requestAndWait(service, json)
        }
        switch status {
        case .ok: return reply
        case .cancelled: throw CancellationError()
        default:
            let problem = try? ConnectorProblem(json: reply, of: "The answer of Mainstay")
            throw ConnectorError(
                status,
                code: problem?.code.rawValue ?? "unknown",
                problem?.message ?? "Mainstay did not serve '\(service)'",
                retryAfterSeconds: problem?.retryAfterSeconds.map(Int.init)
            )
        }
    }

    private func requestAndWait(
        _ service: String,
        _ json: [UInt8]
    ) -> (ConnectorStatus, [UInt8]) {
        var reply: [UInt8] = []
        let status = json.withUnsafeBytes { bytes in
            withUnsafeMutablePointer(to: &reply) { place in
                pointer.pointee.request(
                    pointer,
                    service,
                    mst_bytes(lending: bytes.assumingMemoryBound(to: UInt8.self)),
                    { place, json in
                        place?.assumingMemoryBound(to: [UInt8].self).pointee = json.copied
                    },
                    place
                )
            }
        }
        return (ConnectorStatus(number: UInt16(clamping: status)), reply)
    }

    /// Does the work of one call while the calling thread waits.
    ///
    /// The thread is the host's own, so nothing else waits with it. The work is cancelled when
    /// Mainstay gives up the call.
    func waiting(
        _ work: @escaping @Sendable () async throws -> JSONValue
    ) -> CallOutcome {
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex(CallOutcome(.failed, []))
        let task = Task.detached {
            let ended = await CallOutcome(of: work)
            outcome.withLock { $0 = ended }
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            if pointer.pointee.cancelled(pointer) != 0 { task.cancel() }
        }
        return outcome.withLock { $0 }
    }
}

/// How a call ended, and its reply.
struct CallOutcome: Sendable {
    let status: ConnectorStatus
    let reply: [UInt8]

    init(_ status: ConnectorStatus, _ reply: [UInt8]) {
        self.status = status
        self.reply = reply
    }

    /// Does the work and keeps what it returns or throws.
    init(of work: () async throws -> JSONValue) async {
        do {
            self.init(.ok, Array(try await work().json.utf8))
        } catch {
            self.init(error)
        }
    }

    /// Does work that waits for nothing, and keeps what it returns or throws.
    init(of work: () throws -> JSONValue) {
        do {
            self.init(.ok, Array(try work().json.utf8))
        } catch {
            self.init(error)
        }
    }

    private init(_ error: any Error) {
        let told =
            switch error {
            case let error as ConnectorError: error
            case let fault as MessageFault:
                ConnectorError(.invalid, code: "unknown", fault.message)
            case is CancellationError:
                ConnectorError(.cancelled, code: "unknown", "The call was given up")
            default:
                ConnectorError(.failed, code: "unknown", "The connector failed: \(error)")
            }
        // A connector that throws has not succeeded.
        self.init(told.status == .ok ? .failed : told.status, Array(told.json.json.utf8))
    }

    /// Hands the reply over; returns how the call ended.
    @discardableResult
    func give(to sink: mst_sink, _ context: UnsafeMutableRawPointer?) -> mst_status {
        reply.withUnsafeBufferPointer { sink(context, mst_bytes(lending: $0)) }
        return mst_status(status.rawValue)
    }
}

extension mst_bytes {
    /// Bytes that are good as long as the buffer is.
    init(lending bytes: UnsafeBufferPointer<UInt8>) {
        let start = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
        self.init(data: start, count: bytes.count)
    }

    /// The bytes, to be kept.
    var copied: [UInt8] {
        Array(UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : count))
    }
}
