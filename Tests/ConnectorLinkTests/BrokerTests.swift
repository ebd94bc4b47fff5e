import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Outbound
import Testing

/// What goes from a connector to its vendor and back, with a real server.
@Suite("HTTP broker")
struct BrokerTests {
    @Test(
        "what the audit is shown is what is on the wire, but for the line of the credential",
        arguments: [
            (Authentication.bearer, "Authorization: Bearer s3cret/of+the=vendor"),
            (.basic, "Authorization: Basic czNjcmV0L29mK3RoZT12ZW5kb3I="),
            (.scheme("token"), "Authorization: token s3cret/of+the=vendor"),
            (.header("X-Api-Key"), "X-Api-Key: s3cret/of+the=vendor"),
        ]
    )
    func wire(_ kind: Authentication, _ line: String) async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor(VendorFixture.policy(writes: 3), kind)
        var drop = post("/echo/täg & x", "{\"a\":\"é\u{0}\"}")
        drop.query = ["b": "ü&=", "a": "1"]
        drop.headers.merge([
            "Authorization": "Bearer mine", "cookie": "c", "HOST": "elsewhere", "x-api-key": "mine",
            "Content-Length": "1", "Transfer-Encoding": "chunked", "Proxy-Authorization": "p",
            "X-HTTP-Method-Override": "DELETE", "Accept-Encoding": "gzip", "Accept": "a/b",
        ]) { $1 }
        let exchanges = [drop, VendorExchange(method: "PUT", path: "/echo"), get("/echo?x=%20&y")]
        let answers = try await vendor.write(
            exchanges[0],
            exchanges[1],
            exchanges[2],
            audit: fixture.audit()
        )
        #expect(answers.map(\.status) == [.ok, .ok, .ok])
        #expect(fixture.wire.count == 3)
        for (number, (request, outcome)) in fixture.wire.enumerated() {
            let raw = String(decoding: try fixture.bytes(number + 1), as: UTF8.self)
            #expect(raw.contains("\r\n\(line)\r\n"))
            let shown = raw.replacing("\(line)\r\n", with: "")
            #expect(String(decoding: request.bytes, as: UTF8.self) == shown)
            #expect(request.number == number + 1 && request.operation == .openCase)
            #expect(outcome == answers[number].answer.map { .answered($0) })
        }
        let first = String(decoding: fixture.wire[0].0.bytes, as: UTF8.self)
        #expect(
            first == "POST /rest/echo/t%C3%A4g%20&%20x?a=1&b=%C3%BC%26%3D HTTP/1.1\r\n"
                + "Host: 127.0.0.1:\(fixture.port)\r\nAccept: a/b\r\n"
                + "Content-Type: application/json\r\nUser-Agent: mainstay\r\n"
                + (kind == .header("X-Api-Key") ? "" : "x-api-key: mine\r\n")
                + "Content-Length: 11\r\n\r\n{\"a\":\"é\u{0}\"}",
            "sorted: \(first)"
        )
        await fixture.link.close()
    }

    @Test("cookies are dropped, headers joined, and the credential is cut out of what comes back")
    func answers() async throws {
        let fixture = try VendorFixture()
        for kind in [Authentication.bearer, .basic] {
            let vendor = try fixture.vendor(nil, kind)
            let answers = try await vendor.read(
                get("/echo/\(VendorFixture.secret.replacing("/", with: "-"))"),
                get("/binary"),
                get("/status/500"),
                get("/packed"),
                get("/status/204"),
                audit: fixture.audit()
            )
            let echo = try #require(answers[0].answer)
            #expect(echo.headers["x-two"] == "1, 2")
            #expect(!echo.headers.keys.contains { $0.hasPrefix("set-cookie") })
            let body = try #require(echo.body)
            let word = kind == .basic ? "Basic" : "Bearer"
            #expect(body.contains("Authorization: \(word) ***\r\n"))
            #expect(!body.contains(VendorFixture.secret))
            #expect(answers[1].answer?.bodyBase64 == "/wD+" && answers[1].answer?.body == nil)
            #expect(answers[2].answer?.status == 500 && answers[2].answer?.body == "said")
            #expect(answers[3].status == .failed && answers[3].problem?.code == .badItem)
            #expect(answers[4].answer?.status == 204)
        }
        let told = "\(fixture.wire)"
        #expect(!told.contains(VendorFixture.secret))
        #expect(!told.contains("czNjcmV0L29mK3RoZT12ZW5kb3I="))
        await fixture.link.close()
    }

    @Test("redirects below the address are followed, others are denied")
    func redirects() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor(
            VendorFixture.policy(["/echo/**", "/down/*", "/to/*", "/see", "/keep"])
        )
        let followed = try await vendor.read(
            get("/down/5"),
            get("/down/6"),
            get("/to/absolute"),
            audit: fixture.audit()
        )
        #expect(followed[0].answer?.body?.hasPrefix("GET /rest/echo/end HTTP/1.1\r\n") == true)
        #expect(followed[1].problem?.message == "The vendor redirects more than 5 times")
        #expect(followed[2].answer?.body?.hasPrefix("GET /rest/echo/there?page=2 HTTP") == true)
        let before = try fixture.count()
        let places = ["elsewhere", "user", "host", "above", "dots", "listed", "file"]
        for place in places {
            let answer = try await vendor.read(get("/to/" + place), audit: fixture.audit())
            #expect(answer[0].status == .denied, "\(place): \(answer)")
        }
        #expect(try fixture.count() == before + places.count)
        #expect(fixture.denials.count == places.count + 1)
        await fixture.link.close()
    }

    @Test("after a write the result is read; a write is sent again only within the limit")
    func redirectedWrites() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor()
        let seen = try await vendor.write(post("/see", "{}"), audit: fixture.audit())
        let body = try #require(seen[0].answer?.body)
        #expect(body.hasPrefix("GET /rest/echo/after HTTP/1.1\r\n"))
        #expect(!body.lowercased().contains("content-"))
        let kept = try await vendor.write(post("/keep", "{}"), audit: fixture.audit())
        #expect(kept[0].problem?.message == "A call may write at most 1 times")
        let two = try fixture.vendor(VendorFixture.policy(writes: 2))
        let again = try await two.write(post("/keep", "{\"a\":1}"), audit: fixture.audit())
        #expect(again[0].answer?.body?.hasPrefix("POST /rest/echo/again") == true)
        #expect(again[0].answer?.body?.hasSuffix("\r\n\r\n{\"a\":1}") == true)
        await fixture.link.close()
    }

    @Test("what never ends, is too large or is not there")
    func limits() async throws {
        let fixture = try VendorFixture()
        let most = 5 << 20
        let usual = try fixture.vendor()
        let sizes = try await usual.read(
            get("/size/\(most + 1)"),
            get("/size/\(most)"),
            audit: fixture.audit()
        )
        #expect(sizes[0].status == .failed && sizes[0].problem?.code == .badItem)
        #expect(sizes[1].answer?.body?.utf8.count == most)
        for silence in [0, 1] {
            var limits = HTTPBroker.usualLimits
            if silence == 0 { limits.totalMs = 300 } else { limits.silenceSeconds = silence }
            let short = try fixture.vendor(limits: limits)
            let hangs = try await short.read(get("/hang"), audit: fixture.audit())
            #expect(hangs[0].status == .failed && hangs[0].problem?.code == .timeout)
        }
        let nobody = VendorLink(
            fixture.link,
            try HTTPBroker(
                VendorAddress("http://127.0.0.1:1"),
                policy: VendorFixture.policy(),
                credential: nil,
                allowsPlain: true
            )
        )
        let none = try await nobody.read(get("/echo"), audit: fixture.audit())
        #expect(none[0].status == .failed && none[0].problem?.code == .connection)
        let arrived = fixture.wire.map { $0.1?.mayHaveArrived }
        #expect(arrived == [true, true, true, true, false])
        await fixture.link.close()
    }

    /// What must not be asked for where `/echo` and `/projects/*/tickets` may.
    static func paths(_ port: Int) -> [String] {
        [
            "/other", "/echo/", "//echo", "/echo/../other", "/projects//tickets",
            "/projects/a%2Fb/tickets", "/projects/%2e%2e/tickets", "/projects/../tickets",
            "/projects/%252e/tickets", "/projects/a\\b/tickets", "/projects/．．/tickets",
            "/projects/%c0%ae/tickets", "/projects/..;a/tickets", "/echo#x", "echo",
            "/projects/a%00/tickets", "http://127.0.0.1:\(port)/other",
            "http://localhost:\(port)/rest/echo", "http://127.0.0.1:\(port)/restless/echo",
            "http://127.0.0.1/rest/echo", "https://127.0.0.1:\(port)/rest/echo",
            "http://x@127.0.0.1:\(port)/rest/echo", "//127.0.0.1:\(port)/rest/echo",
            "file:///etc/passwd", "",
        ]
    }

    @Test("what the manifest or the operation does not allow never goes out")
    func denials() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor(VendorFixture.policy(["/echo", "/projects/*/tickets"]))
        let port = fixture.port
        var patch = get("/echo")
        patch.method = "PATCH"
        let denied = Self.paths(port).map { get($0) } + [patch, post("/echo", "{}")]
        for exchange in denied {
            let answer = try await vendor.read(exchange, audit: fixture.audit())
            #expect(answer[0].status == .denied, "\(exchange.path)")
        }
        #expect(fixture.wire.isEmpty)
        #expect(try fixture.count() == 0)
        #expect(fixture.denials.count == denied.count)
        let allowed = try await vendor.read(
            get("/echo"),
            get("/projects/ä ö/tickets"),
            get("/projects/%C3%A4/tickets"),
            get("HTTP://127.0.0.1:\(port)/rest/echo?a=b"),
            get("/projects/a.b/tickets"),
            audit: fixture.audit()
        )
        #expect(allowed.map(\.status) == [.ok, .ok, .ok, .ok, .ok])
        let twice = try await vendor.write(
            post("/echo", "{}"),
            post("/echo", "{}"),
            audit: fixture.audit()
        )
        #expect(twice.map(\.status) == [.ok, .denied])
        let asks = VendorFixture.script([get("/echo")])
        let state = try await vendor.call(.mapStatus(asks), audit: fixture.audit()).state
        #expect(state == .refused)
        await fixture.link.close()
    }

    @Test("a request that is wrong in itself, and one that holds the credential")
    func invalid() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor()
        var (body, twice, line) = (get("/echo"), post("/echo", "x"), get("/echo"))
        body.body = "x"
        twice.bodyBase64 = "eA=="
        line.headers = ["X": "a\r\nY: b"]
        let answers = try await vendor.write(body, twice, line, audit: fixture.audit())
        #expect(answers.map(\.status) == [.invalid, .invalid, .invalid])
        let secret = post("/echo", "{\"a\":\"\(VendorFixture.secret)\"}")
        let leaking = try await vendor.write(secret, audit: fixture.audit())
        #expect(leaking[0].problem?.message == "The request holds the vendor's credential")
        #expect(try fixture.count() == 0)
        await fixture.link.close()
    }

    @Test("a write that is held does not go out, and the call fails whatever the connector says")
    func held() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor()
        let audit = fixture.audit { $0.isWrite ? "not approved" : nil }
        let fault = await fault {
            try await vendor.write(get("/echo"), post("/echo", "{}"), audit: audit)
        }
        #expect(fault?.code == .held)
        #expect(fault?.message == "open_case is held: not approved")
        #expect(try fixture.count() == 1)
        #expect(fixture.wire.count == 2 && fixture.wire[1].0.isWrite)
        #expect(fixture.wire[1].1 == nil)
        await fixture.link.close()
    }

    @Test("four requests of an instance at once, and no more")
    func atOnce() async throws {
        let fixture = try VendorFixture()
        let under = Peak()
        let broker = try HTTPBroker(
            VendorAddress("https://vendor.example"),
            policy: VendorFixture.policy(),
            credential: nil,
            transport: { _, _ in
                await under.enter()
                return HTTPAnswer(status: 200)
            }
        )
        try await withThrowingTaskGroup { group in
            for _ in 0..<12 {
                let plugin = try VendorFixture()
                group.addTask {
                    let vendor = VendorLink(plugin.link, broker)
                    let answers = try await vendor.read(get("/x"), audit: fixture.audit())
                    #expect(answers[0].status == .ok)
                    await plugin.link.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(await under.most == 4)
        await fixture.link.close()
    }

    @Test("settings that cannot be")
    func settings() throws {
        for text in [
            "vendor.example", "ftp://vendor.example", "https://", "https://a@b/", "https://a/?b",
            "https://a/../b", "https://a//b", "https://ä.example", "https://:80",
        ] {
            #expect(throws: LinkFault.self, "\(text)") { try VendorAddress(text) }
        }
        let address = try VendorAddress("HTTPS://Vendor.Example:443/API/")
        #expect(address.origin == "https://vendor.example" && address.path == "/API")
        let plain = #expect(throws: LinkFault.self) {
            try HTTPBroker(
                VendorAddress("http://vendor.example"),
                policy: VendorFixture.policy(),
                credential: nil
            )
        }
        #expect(plain?.message == "The vendor's address http://vendor.example is without TLS")
        #expect(throws: LinkFault.self) { try VendorCredential(.bearer, "short") }
        #expect(throws: LinkFault.self) { try VendorCredential(.bearer, "with\r\nline") }
        #expect(throws: LinkFault.self) {
            try HTTPBroker(
                address,
                policy: HTTPPolicy(methods: ["GET"], paths: [], authentication: [.basic]),
                credential: VendorCredential(.bearer, VendorFixture.secret)
            )
        }
    }
}

/// Counts how many are inside at once, each for as long as others come in.
private actor Peak {
    private(set) var most = 0
    private var inside = 0

    func enter() async {
        inside += 1
        most = max(most, inside)
        for _ in 0..<50 where inside < 4 { try? await Task.sleep(for: .milliseconds(10)) }
        try? await Task.sleep(for: .milliseconds(20))
        inside -= 1
    }
}
