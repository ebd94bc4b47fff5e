import MainstayTesting
import Outbound
import Testing

@Suite("HTTP and mail, to the outside")
struct HTTPTests {
    private func plain(_ edit: (inout HTTPLimits) -> Void = { _ in }) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.allowsPlain = true
        edit(&limits)
        return limits
    }

    @Test("a request arrives as it is, and its answer comes back")
    func roundTrip() async throws {
        let receiver = try LoopbackReceiver { request in
            let headers = "\(request.headers["x-one"] ?? "") \(request.headers["expect"] ?? "none")"
            return .body("\(request.method) \(request.path) \(headers) \(request.body)")
        }
        let body = String(repeating: "é", count: 100_000)
        let request = try HTTPRequest(
            "POST",
            receiver.url + "/a?b=c",
            headers: [("X-One", "1 2")],
            body: Array(body.utf8)
        )
        let answer = try await request.perform(plain())
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self) == "POST /a?b=c 1 2 none \(body)")
        #expect(answer.header("location") == "/elsewhere")
        let read = try await HTTPRequest("GET", receiver.url + "/").perform(plain())
        #expect(String(decoding: read.body, as: UTF8.self) == "GET /  none ")
    }

    @Test("redirects are not followed, statuses are answers")
    func statuses() async throws {
        let receiver = try LoopbackReceiver { .status(Int($0.path.dropFirst()) ?? 0) }
        for status in [204, 302, 410, 500] {
            let request = try HTTPRequest("POST", "\(receiver.url)/\(status)")
            #expect(try await request.perform(plain()).status == status)
        }
    }

    @Test("what hangs, hangs up, is too long, or is not there is told apart")
    func failures() async throws {
        let receiver = try LoopbackReceiver { request in
            switch request.path {
            case "/hang": .silence(1500)
            case "/up": .hangUp
            default: .body(String(repeating: "x", count: 5000))
            }
        }
        func code(
            _ url: String,
            _ edit: (inout HTTPLimits) -> Void = { _ in }
        ) async throws -> HTTPError.Code? {
            do {
                _ = try await HTTPRequest("POST", url).perform(plain(edit))
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try await code(receiver.url + "/hang") { $0.totalMs = 200 } == .timedOut)
        #expect(try await code(receiver.url + "/up") == .other)
        #expect(try await code(receiver.url + "/long") { $0.mostBytes = 4999 } == .tooLarge)
        #expect(try await code(receiver.url + "/long") { $0.mostBytes = 5000 } == nil)
        #expect(try await code("http://127.0.0.1:1/") == .unreachable)
        #expect(try await code("https://127.0.0.1:\(receiver.port)/") == .tls)
        #expect(try await code(receiver.url) { $0.allowsPlain = false } == .badRequest)
        #expect(try await code("file:///etc/passwd") == .badRequest)
    }

    @Test("no header or URL begins another line")
    func injection() {
        #expect(throws: HTTPError.self) {
            try HTTPRequest("POST", "http://x/", headers: [("A", "b\r\nC: d")])
        }
        #expect(throws: HTTPError.self) {
            try HTTPRequest("POST", "http://x/", headers: [("A: b\nC", "d")])
        }
        #expect(throws: HTTPError.self) { try HTTPRequest("POST", "http://x/ HTTP/1.1\r\nA: b") }
        #expect(throws: HTTPError.self) { try HTTPRequest("post", "http://x/") }
    }

    @Test("a program for mail gets the message; its failures are told")
    func mail() async throws {
        let folder = try TemporaryFolder()
        let (program, message) = (folder.path + "/program", folder.path + "/message")
        try writeFile(message, Array("To: a@b\n\nHello\n".utf8))
        func say(_ script: String) throws {
            try writeFile(program, Array("#!/bin/sh\n\(script)\n".utf8))
            try writeFile(folder.path + "/got", [])
            try makeRunnable(program)
        }
        try say("echo \"$@\" > \(folder.path)/got; cat >> \(folder.path)/got")
        try await MailProgram(program).send(file: message)
        let got = String(decoding: try readFile(folder.path + "/got"), as: UTF8.self)
        #expect(got == "-t -i\nTo: a@b\n\nHello\n")
        let cases = [
            ("exit 75", "ended with status 75"), ("kill -9 $$", "ended by signal 9"),
            ("sleep 5", "did not end within 0 s"),
        ]
        for (script, words) in cases {
            try say(script)
            let error = await #expect(throws: MailError.self) {
                try await MailProgram(program)
                    .send(file: message, seconds: script == "sleep 5" ? 0 : 60)
            }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        await #expect(throws: MailError.self) {
            try await MailProgram(folder.path + "/none").send(file: message)
        }
    }
}
