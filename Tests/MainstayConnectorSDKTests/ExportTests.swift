import ConnectorMessages
import MainstayConnectorSDK
import MainstayCore
import Synchronization
import Testing

/// What C sees of a connector in Swift: the tables of the contract, called as the host does.
///
/// One after the other, since a shared object has one type of connector.
@Suite("Connector kit: the contract in C", .serialized)
struct ExportTests {
    private static let abi: UInt32 = MST_ABI_MAJOR << 16
    private static let options = #"{"project":"P","account":"us","later":[1.5]}"#

    @Test("the entry refuses another major version and gives the same pointer each time")
    func entry() throws {
        #expect(ConnectorExport.plugin(AcmeConnector.self, hostABI: 2 << 16) == nil)
        #expect(ConnectorExport.plugin(AcmeConnector.self, hostABI: 0) == nil)
        let plugin = try #require(ConnectorExport.plugin(AcmeConnector.self, hostABI: Self.abi))
        #expect(ConnectorExport.plugin(AcmeConnector.self, hostABI: Self.abi + 99) == plugin)
        let seen = plugin.pointee
        #expect(seen.magic == MST_ABI_MAGIC && seen.size == 40)
        #expect(seen.abi_major == 1 && seen.abi_minor == 0)
        let text = Array(
            UnsafeRawBufferPointer(start: seen.descriptor.data, count: seen.descriptor.count)
        )
        let said = try ConnectorDescriptor(json: text, of: "The descriptor")
        #expect(said.id == "com.example.acme" && said.services == ["mainstay.http/1"])
        #expect(said.sdk == "swift 1.0.0")
    }

    @Test("a connector is made without a request, or says which option is wrong")
    func create() throws {
        let host = CallingHost()
        let (nothing, problem) = try host.create(AcmeConnector.self, "{\"account\":\"us\"}")
        #expect(nothing == nil)
        #expect(problem == #"{"code":"option","message":"Option 'project' is missing"}"#)
        for text in ["", "[]", "{\"project\":"] {
            let (nothing, problem) = try host.create(AcmeConnector.self, text)
            #expect(nothing == nil)
            #expect(problem == #"{"code":"option","message":"The options are no JSON object"}"#)
        }
        let made = try #require(try host.create(AcmeConnector.self, Self.options).made)
        #expect(made.pointee.size == 72)
        #expect(host.asked.isEmpty)
        made.pointee.destroy(made)
    }

    @Test("an operation decodes, asks the vendor, encodes; a bad request leaves it alive")
    func operations() throws {
        let host = CallingHost()
        let made = try #require(try host.create(AcmeConnector.self, Self.options).made)
        defer { made.pointee.destroy(made) }
        host.answer = #"{"status":200,"body":"[]"}"#
        let page = host.call(made, made.pointee.fetch_updates, #"{"cursor":"4","later":1}"#)
        #expect(page == (0, #"{"hasMore":false,"nextCursor":"4","updates":[]}"#))
        #expect(host.asked.count == 1)
        for request in ["", "{", "[]", "{}", #"{"cursor":7}"#] {
            #expect(host.call(made, made.pointee.fetch_updates, request).status == MST_INVALID)
        }
        let cursor = host.call(made, made.pointee.fetch_updates, #"{"cursor":"x"}"#)
        #expect(cursor.status == MST_INVALID && cursor.reply.contains(#""code":"cursor""#))
        let state = host.call(made, made.pointee.map_status, #"{"status":"ASK"}"#)
        #expect(state == (0, #"{"state":"needs_us"}"#))
    }

    @Test("what a connector does not do is unsupported")
    func unsupported() throws {
        let host = CallingHost()
        let made = try #require(try host.create(SleepingConnector.self, "{}").made)
        defer { made.pointee.destroy(made) }
        let closed = host.call(
            made,
            made.pointee.close_case,
            #"{"intent":{"idempotencyKey":"k","marker":"[k]"},"caseID":"7","reason":"r"}"#
        )
        #expect(closed.status == MST_UNSUPPORTED)
        #expect(closed.reply.contains("This connector does not close cases"))
    }

    @Test("a refusal of Mainstay reaches the reply with its status, code and words")
    func refusals() throws {
        let host = CallingHost()
        let made = try #require(try host.create(AcmeConnector.self, Self.options).made)
        defer { made.pointee.destroy(made) }
        host.status = MST_DENIED
        host.answer = #"{"code":"private","message":"The path is not in the manifest"}"#
        let denied = host.call(made, made.pointee.fetch_updates, #"{"cursor":""}"#)
        #expect(denied == (MST_DENIED, host.answer))
        host.status = 99
        host.answer = ""
        let other = host.call(made, made.pointee.fetch_updates, #"{"cursor":""}"#)
        #expect(other.status == MST_FAILED)
        #expect(other.reply.contains("Mainstay did not serve 'mainstay.http/1'"))
        host.status = MST_CANCELLED
        let cancelled = host.call(made, made.pointee.fetch_updates, #"{"cursor":""}"#)
        #expect(cancelled.status == MST_CANCELLED)
    }

    @Test("optional interfaces are those that the type has, by their exact names")
    func extensions() throws {
        let host = CallingHost()
        let made = try #require(try host.create(AcmeConnector.self, Self.options).made)
        defer { made.pointee.destroy(made) }
        let ask = try #require(made.pointee.extension)
        for id in [
            "mainstay.lookup/1x", "mainstay.lookup/", "mainstay.lookup/2", "",
            "mainstay.attachments/1",
        ] {
            #expect(ask(made, id) == nil, "\(id)")
        }
        let lookup = try #require(ask(made, "mainstay.lookup/1"))
            .assumingMemoryBound(to: mst_lookup.self)
        #expect(lookup.pointee.size == 16)
        host.answer = #"{"status":200,"body":"{\"id\":\"7\",\"state\":\"WIP\",\"title\":\"T\"}"}"#
        let read = host.call(made, lookup.pointee.read_case, #"{"caseID":"7"}"#)
        #expect(read == (0, #"{"caseID":"7","status":"WIP"}"#))
    }

    @Test("a call that was given up is cancelled; the next one is served")
    func cancel() throws {
        let host = CallingHost()
        let made = try #require(try host.create(SleepingConnector.self, "{}").made)
        defer { made.pointee.destroy(made) }
        host.isCancelled = true
        let given = host.call(made, made.pointee.fetch_updates, #"{"cursor":""}"#)
        #expect(given.status == MST_CANCELLED)
        host.isCancelled = false
        let served = host.call(made, made.pointee.map_status, #"{"status":"x"}"#)
        #expect(served == (0, #"{"state":"unknown"}"#))
    }

    @Test("requests overlap: each of four waits for all the others")
    func overlap() throws {
        let host = CallingHost()
        host.together = 4
        host.answer = #"{"status":200}"#
        let made = try #require(try host.create(SleepingConnector.self, "{}").made)
        defer { made.pointee.destroy(made) }
        let page = host.call(made, made.pointee.fetch_updates, #"{"cursor":"4"}"#)
        #expect(page.status == 0)
        #expect(host.asked.count == 4)
    }
}

/// Waits until it is cancelled, or asks so many things at once as its cursor says.
private struct SleepingConnector: VendorConnector {
    static let descriptor = ConnectorDescriptor(id: "s", version: "1", displayName: "S")
    let host: ConnectorHost

    init(options: ConnectorOptions, host: ConnectorHost) async throws { self.host = host }

    func fetchUpdates(since cursor: String) async throws -> UpdatePage {
        guard let count = Int(cursor) else {
            try await Task.sleep(for: .seconds(3600))
            return UpdatePage(updates: [], nextCursor: "late", hasMore: false)
        }
        try await withThrowingTaskGroup { group in
            for place in 0..<count {
                group.addTask { _ = try await host.send(HTTPRequest("GET", "/\(place)")) }
            }
            try await group.waitForAll()
        }
        return UpdatePage(updates: [], nextCursor: cursor, hasMore: false)
    }

    func state(of status: String) -> CaseState { .unknown }
}
