import Foundation
import MainstayConnectorSDK
import Synchronization
import Testing

/// The host's side of the contract, in this process.
final class CallingHost: Sendable {
    private struct Played {
        var asked: [String] = []
        var status: mst_status = MST_OK
        var answer = ""
        var isCancelled = false
        var together = 1
    }

    private let played = Mutex(Played())
    private let changed = NSCondition()

    /// What was asked, as `service json`.
    var asked: [String] { played.withLock { $0.asked } }
    /// How every request ends, and what it is answered.
    var status: mst_status {
        get { played.withLock { $0.status } }
        set { played.withLock { $0.status = newValue } }
    }
    var answer: String {
        get { played.withLock { $0.answer } }
        set { played.withLock { $0.answer = newValue } }
    }
    /// Whether the call was given up.
    var isCancelled: Bool {
        get { played.withLock { $0.isCancelled } }
        set { played.withLock { $0.isCancelled = newValue } }
    }
    /// How many requests must be there before one is answered.
    var together: Int {
        get { played.withLock { $0.together } }
        set { played.withLock { $0.together = newValue } }
    }

    /// Makes a connector; it, or the problem.
    func create(
        _ type: any VendorConnector.Type,
        _ options: String
    ) throws -> (made: UnsafePointer<mst_connector>?, problem: String) {
        let plugin = try #require(ConnectorExport.plugin(type, hostABI: MST_ABI_MAJOR << 16))
        var problem = ""
        let made = lent(options) { json in
            withUnsafeMutablePointer(to: &problem) { plugin.pointee.create(table, json, keep, $0) }
        }
        return (made, problem)
    }

    /// Calls an operation.
    func call(
        _ connector: UnsafePointer<mst_connector>,
        _ operation: mst_operation?,
        _ request: String
    ) -> (status: mst_status, reply: String) {
        var reply = ""
        let status = lent(request) { json in
            withUnsafeMutablePointer(to: &reply) { operation?(connector, json, keep, $0) }
        }
        return (status ?? MST_UNSUPPORTED, reply)
    }

    fileprivate func serve(_ service: String, _ json: String) -> (mst_status, String) {
        changed.lock()
        played.withLock { $0.asked.append("\(service) \(json)") }
        changed.broadcast()
        while asked.count < together { changed.wait() }
        changed.unlock()
        return (status, answer)
    }

    /// Lives as long as the process, as the host does.
    private var table: UnsafePointer<mst_host> {
        let table = UnsafeMutablePointer<mst_host>.allocate(capacity: 1)
        table.initialize(
            to: mst_host(
                size: 48,
                abi_major: 1,
                abi_minor: 0,
                host_ctx: Unmanaged.passRetained(self).toOpaque(),
                log: { _, _, _ in },
                request: { table, service, json, sink, context in
                    guard let host = host(of: table) else { return MST_FAILED }
                    let (status, answer) = host.serve(String(cString: service), text(json))
                    lent(answer) { sink(context, $0) }
                    return status
                },
                cancelled: { host(of: $0)?.isCancelled == true ? 1 : 0 },
                extension: { _, _ in nil }
            )
        )
        return UnsafePointer(table)
    }
}

private func host(of table: UnsafePointer<mst_host>) -> CallingHost? {
    table.pointee.host_ctx.map { Unmanaged<CallingHost>.fromOpaque($0).takeUnretainedValue() }
}

private func text(_ bytes: mst_bytes) -> String {
    let buffer = UnsafeRawBufferPointer(start: bytes.data, count: bytes.count)
    return String(decoding: buffer, as: UTF8.self)
}

private func lent<Result>(_ text: String, _ body: (mst_bytes) -> Result) -> Result {
    Array(text.utf8)
        .withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return body(mst_bytes(data: start, count: bytes.count))
        }
}

private let keep: mst_sink = { context, json in
    context?.assumingMemoryBound(to: String.self).pointee = text(json)
}
