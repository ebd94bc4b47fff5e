import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Synchronization
import Testing

/// Calls to connectors that do what they should.
@Suite("Calls to a connector")
struct CallTests {
    static let page = UpdatePage(
        updates: [
            VendorUpdate(
                updateID: "1",
                caseID: "C\"1\\",
                kind: .status,
                at: Instant(milliseconds: 0),
                actor: .vendor,
                visibility: .shared
            )
        ],
        nextCursor: "1",
        hasMore: false
    )

    @Test("the example in C asks its vendor and hands on the page")
    func example() async throws {
        let fixture = try PluginFixture(PluginFixture.root + "/Plugins/Example/example.c")
        var plugin = try fixture.plugin()
        plugin.descriptor = ConnectorDescriptor(
            id: "org.example.plain-c",
            version: "1.0.0",
            displayName: "Example in C",
            services: ["mainstay.http/1"]
        )
        let asked = Mutex<[ServiceRequest]>([])
        let answer = VendorAnswer(status: 200, body: Self.page.json.json).json
        let link = try fixture.link(to: plugin)
        let cursor = "a \"quoted\" \\ cursor\n"
        let seen = try await link.call(.fetchUpdates(since: cursor)) { request in
            asked.withLock { $0.append(request) }
            return ServiceReply(.ok, answer)
        }
        #expect(seen == Self.page)
        let request = try #require(asked.withLock { $0.first })
        #expect(request.service == "mainstay.http/1" && request.operation == .fetchUpdates)
        let exchange = try VendorExchange(json: request.payload, of: "The request")
        #expect(exchange.path == "/updates" && exchange.query == ["cursor": cursor])
        #expect(try await link.call(.mapStatus("x")).state == .unknown)
        let refused = await fault { try await link.call(.readCase("1")) }
        #expect(refused?.code == .problem && refused?.status == .unsupported)
        await link.close()
        #expect(fixture.failures == [])
    }

    @Test("calls that come together are served one after the other by one process")
    func line() async throws {
        let fixture = try PluginFixture()
        let link = try fixture.link("request")
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask { try await link.call(.fetchUpdates(since: "")).nextCursor }
            }
            for try await answer in group { #expect(answer == "served") }
        }
        #expect(fixture.records.map(\.event) == [.ready])
        await link.close()
    }

    @Test("a call that is cancelled is given up, by a patient plugin and by one that hangs")
    func cancellation() async throws {
        for (trick, survives) in [("patient", true), ("log and hang", false)] {
            let fixture = try PluginFixture()
            var limits = PluginFixture.patientLimits
            limits.cancelled = survives ? .seconds(60) : .milliseconds(200)
            let link = try fixture.link(trick, limits: limits)
            #expect(try await link.call(.mapStatus("x")).state == .working)
            let first = await link.process
            let call = Task { try await link.call(.fetchUpdates(since: "")) }
            try await fixture.wait(for: .log(level: 0))
            call.cancel()
            let fault = await fault { try await call.value }
            #expect(fault?.code == (survives ? .cancelled : .overdue), "\(trick)")
            #expect(try await link.call(.mapStatus("x")).state == .working)
            #expect((await link.process == first) == survives, "\(trick)")
            await link.close()
        }
    }

    @Test("the time of services does not count, and they are cancelled with the call")
    func services() async throws {
        let fixture = try PluginFixture()
        var limits = PluginFixture.shortLimits
        let slow = try fixture.link("request", limits: limits)
        let page = try await slow.call(.fetchUpdates(since: "")) { _ in
            try? await Task.sleep(for: .milliseconds(2_500))
            return ServiceReply(.ok)
        }
        #expect(page.nextCursor == "served")
        await slow.close()
        limits.call = .milliseconds(300)
        limits.wholeCall = .milliseconds(300)
        let (cancelled, cancels) = AsyncStream.makeStream(of: Bool.self)
        let endless = try fixture.link("request", limits: limits)
        let fault = await fault {
            try await endless.call(.fetchUpdates(since: "")) { _ in
                try? await Task.sleep(for: .seconds(60))
                cancels.yield(Task.isCancelled)
                return ServiceReply(.ok)
            }
        }
        #expect(fault?.code == .overdue)
        #expect(await cancelled.first { _ in true } == true)
        await endless.close()
    }

    @Test("a process that idles is ended, be it by force, and the next call starts another")
    func idle() async throws {
        for trick in ["none", "hang in destroy"] {
            let fixture = try PluginFixture()
            var limits = PluginFixture.patientLimits
            limits.idle = .milliseconds(100)
            if trick != "none" { limits.ending = .milliseconds(100) }
            let link = try fixture.link(trick, limits: limits)
            #expect(try await link.call(.mapStatus("x")).state == .working)
            // On a slow machine an earlier process may have idled before the call began.
            while await link.process != nil {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(fixture.records.contains { $0.event == .ended(bySelf: trick == "none") })
            #expect(try await link.call(.mapStatus("x")).state == .working)
            #expect(fixture.failures == [], "\(trick)")
            await link.close()
        }
    }

    @Test("a process does not idle while a call is on its way")
    func noIdling() async throws {
        let fixture = try PluginFixture()
        var limits = PluginFixture.patientLimits
        limits.idle = .zero
        let link = try fixture.link(limits: limits)
        for _ in 0..<20 { #expect(try await link.call(.mapStatus("x")).state == .working) }
        #expect(fixture.failures == [])
        await link.close()
    }

    @Test("a process serves so many calls and no more")
    func callsPerLife() async throws {
        let fixture = try PluginFixture()
        var limits = PluginFixture.patientLimits
        limits.callsPerLife = 10
        let link = try fixture.link(limits: limits)
        for _ in 0..<25 { #expect(try await link.call(.mapStatus("x")).state == .working) }
        #expect(fixture.records.count { $0.event == .ready } == 3)
        await link.close()
    }
}

/// The contract as connectors include it.
@Suite("Contract of connectors")
struct ContractTests {
    @Test(
        "the header compiles alone, without a warning, as C99 and as C++",
        arguments: [["-x", "c", "-std=c99"], ["-x", "c++", "-std=c++98"]]
    )
    func header(_ language: [String]) throws {
        let folder = try TemporaryFolder()
        let source = folder.path + "/contract.source"
        try writeFile(source, Array("#include \"mainstay_connector.h\"\n".utf8))
        for compiler in ["clang", "gcc"] where hasProgram(compiler) {
            try runProgram(
                [compiler] + language + [
                    "-Wall", "-Wextra", "-pedantic", "-Werror", "-I", PluginFixture.header,
                    "-fsyntax-only", source,
                ]
            )
        }
    }

    private func hasProgram(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    @Test("the process that loads connectors needs the C library alone")
    func hostLibraries() throws {
        let folder = try TemporaryFolder()
        let report = folder.path + "/needed"
        try runProgram([
            "sh", "-c", "objdump -p '\(PluginFixture.host)' | grep NEEDED > '\(report)'",
        ])
        let needed = String(decoding: try readFile(report), as: UTF8.self)
            .split(separator: "\n").compactMap { $0.split(separator: " ").last }
        #expect(!needed.isEmpty)
        for library in needed {
            #expect(library.hasPrefix("libc.so") || library.hasPrefix("ld-linux"), "\(library)")
        }
    }
}
