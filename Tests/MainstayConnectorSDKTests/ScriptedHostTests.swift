import MainstayConnectorSDK
import MainstayConnectorTesting
import Testing

/// What a partner's unit tests rest on, by the connector of the guide.
@Suite("Connector kit: scripted host")
struct ScriptedHostTests {
    static let intent = Intent(idempotencyKey: "MS-17", marker: "[MS-17]")
    static let draft = CaseDraft(intent: intent, title: "Crash", body: "It crashes.")
    static let ticket = #"{"id":"7","state":"NEW","title":"Crash [MS-17]"}"#

    private func acme(_ vendor: ScriptedHost) async throws -> AcmeConnector {
        try await AcmeConnector(options: ["project": "P", "account": "us"], host: vendor.host)
    }

    @Test("a case is searched for, opened and read; the marker is in title and text")
    func open() async throws {
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/tickets", query: ["q": "[MS-17]"], 200, "[]"),
            ScriptedExchange("POST", "/projects/P/tickets", 201, Self.ticket),
            ScriptedExchange("GET", "/tickets/7", 200, Self.ticket),
        ])
        let opened = try await acme(vendor).openCase(Self.draft)
        #expect(opened == VendorCase(caseID: "7", status: "NEW"))
        #expect(vendor.remaining.isEmpty)
        let sent = vendor.requests[1]
        #expect(sent.headers == ["Content-Type": "application/json"])
        let said = try HTTPResponse(200, body: sent.body ?? []).decode([String: String].self)
        #expect(said == ["title": "Crash [MS-17]", "text": "It crashes.\n[MS-17]"])
    }

    @Test("a case that is there already is not opened again")
    func openAgain() async throws {
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/tickets", 200, "[\(Self.ticket)]"),
            ScriptedExchange("GET", "/tickets/7", 200, Self.ticket),
        ])
        #expect(try await acme(vendor).openCase(Self.draft).caseID == "7")
        #expect(vendor.remaining.isEmpty)
    }

    @Test("what the script does not say is denied, and told")
    func unexpected() async throws {
        let vendor = ScriptedHost([ScriptedExchange("GET", "/tickets/8", 200, Self.ticket)])
        let other = await problem { try await acme(vendor).readCase("7") }
        let why = "The connector asks GET /tickets/7, but expected GET /tickets/8"
        #expect(other == ConnectorError(.denied, code: "unknown", why))
        #expect(vendor.remaining.count == 1)
        let ended = await problem { try await acme(ScriptedHost([])).readCase("7") }
        #expect(ended?.message == "The connector asks GET /tickets/7, but the script has ended")
    }

    @Test(
        "an answer that was not expected says what the vendor said",
        arguments: [
            (401, "", ConnectorStatus.denied, "private", "401; check the credential"),
            (403, #"{"error":"Not yours"}"#, .denied, "private", "403: Not yours"),
            (404, "<html>", .failed, "not_found", "404"), (410, "", .failed, "not_found", "410"),
            (409, #"{"errors":["Busy","Later"]}"#, .failed, "rejected", "409: Busy; Later"),
            (500, "", .failed, "connection", "500"),
            (502, "<html>Bad</html>", .failed, "connection", "502"),
            (204, "", .failed, "rejected", "204"),
        ]
    )
    func statuses(
        _ status: Int,
        _ body: String,
        _ kind: ConnectorStatus,
        _ code: String,
        _ said: String
    ) async throws {
        let vendor = ScriptedHost([ScriptedExchange("GET", "/tickets/7", status, body)])
        let seen = await problem { try await acme(vendor).readCase("7") }
        let message = "GET /tickets/7 was answered with \(said)"
        #expect(seen == ConnectorError(kind, code: code, message))
    }

    @Test("a vendor who asks for patience names the seconds, whatever the case of the header")
    func patience() async throws {
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/tickets/7", 429, headers: ["retry-after": "30"])
        ])
        let seen = await problem { try await acme(vendor).readCase("7") }
        #expect(seen?.status == .rateLimited && seen?.retryAfterSeconds == 30)
    }

    @Test(
        "an answer that cannot be read names the place",
        arguments: [
            ("", "cannot be read"), (#"{"id":"7","state"#, "cannot be read"),
            (#"{"id":"7","title":"x"}"#, "has no 'state'"),
            (#"{"id":7,"state":"NEW","title":"x"}"#, "has another kind of value at id"),
        ]
    )
    func unreadable(_ body: String, _ why: String) async throws {
        let vendor = ScriptedHost([ScriptedExchange("GET", "/tickets/7", 200, body)])
        let seen = await problem { try await acme(vendor).readCase("7") }
        #expect(seen?.code == "bad_item" && seen?.status == .failed)
        #expect(seen?.message.hasPrefix("The answer to GET /tickets/7 \(why)") == true)
    }

    @Test("an event without a time is unreadable, and the page goes on")
    func badEvent() async throws {
        let events = """
            [{"seq":1,"ticket":"7","at":"yesterday","by":"us","state":"NEW"},
             {"seq":4,"ticket":"7","at":"2026-03-01T09:30:00.123456Z","by":"x","note":"Hi",
              "noteID":"9","hidden":true}]
            """
        let vendor = ScriptedHost([
            ScriptedExchange("GET", "/events", query: ["after": "0"], 200, events)
        ])
        let page = try await acme(vendor).fetchUpdates(since: "")
        #expect(page.updates.map(\.kind) == [.unreadable, .comment])
        #expect(page.updates.map(\.actor) == [.us, .vendor])
        #expect(page.updates[0].text?.contains("'yesterday'") == true)
        #expect(page.updates[1].at?.description == "2026-03-01T09:30:00.123Z")
        #expect(page.updates[1].visibility == .vendorInternal)
        #expect(page.nextCursor == "4" && !page.hasMore)
    }

    @Test("a file comes in pieces, and must have the size that was announced")
    func files() async throws {
        let bytes = (0..<(5 << 18)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let vendor = ScriptedHost([], files: ["a1": bytes, "a2": []])
        var file = OutgoingAttachment(
            intent: Self.intent,
            caseID: "7",
            name: "a.bin",
            mediaType: "application/octet-stream",
            size: Int64(bytes.count),
            sha256: String(repeating: "0", count: 64),
            attachment: "a1"
        )
        #expect(try await vendor.host.bytes(of: file) == bytes)
        file.size -= 1
        let seen = await problem { try await vendor.host.bytes(of: file) }
        #expect(seen?.message == "File 'a.bin' has 1310720 bytes, expected 1310719")
        (file.attachment, file.size) = ("a2", 0)
        #expect(try await vendor.host.bytes(of: file).isEmpty)
        file.attachment = "a3"
        #expect(await problem { try await vendor.host.bytes(of: file) }?.status == .denied)
        file.attachment = "a2"
        let beyond = await problem { try await vendor.host.read(file, offset: 1, count: 1) }
        #expect(beyond?.status == .invalid)
    }

    @Test("bytes that are no text travel unchanged, and so does the log")
    func binary() async throws {
        let bytes: [UInt8] = [0xFF, 0x00, 0x80]
        let vendor = ScriptedHost([ScriptedExchange("POST", "/f", 200)])
        let request = HTTPRequest("POST", "/f", body: bytes)
        #expect(try await vendor.host.send(request).body.isEmpty)
        #expect(vendor.requests == [request])
        vendor.host.log("Slow", level: .warning)
        #expect(vendor.log == ["warning: Slow"])
    }

    @Test("options that are missing or of another kind")
    func options() async throws {
        let vendor = ScriptedHost([])
        for (options, why) in [
            (["account": "us"] as ConnectorOptions, "Option 'project' is missing"),
            (["account": "us", "project": ""], "Option 'project' is missing"),
            (["project": 7], "Option 'project' is 7, expected a text"),
        ] {
            let seen = await problem {
                _ = try await AcmeConnector(options: options, host: vendor.host)
            }
            #expect(seen == ConnectorError(.invalid, code: "option", why))
        }
    }
}

/// Does the work, and returns the error that it must end with.
func problem<Value>(_ work: () async throws -> Value) async -> ConnectorError? {
    do {
        let value = try await work()
        Issue.record("No error, but \(value)")
    } catch let error as ConnectorError {
        return error
    } catch {
        Issue.record("Another error: \(error)")
    }
    return nil
}
