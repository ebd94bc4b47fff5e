import ConnectorLink
import ConnectorMessages
import MainstayTesting
import Testing

/// Plugins that do what none may: each costs its own process at most.
@Suite("Hostile connectors")
struct HostileTests {
    static let hostile = Result { try PluginFixture() }

    @Test(
        "what ends the process costs that call alone",
        arguments: [
            ("crash", LinkFault.Code.crashed, "SIGSEGV"), ("abort", .crashed, "SIGABRT"),
            ("exit", .crashed, "status 0"), ("overflow", .crashed, "SIGSEGV"),
            ("garbage", .violation, "kind 165"), ("garbage then hang", .violation, "kind 165"),
            ("close", .violation, "closed its end"),
        ]
    )
    func ends(_ trick: String, _ code: LinkFault.Code, _ reason: String) async throws {
        let fixture = try PluginFixture()
        let link = try fixture.link(trick)
        try await expectLoss(of: link, fixture, code, reason)
    }

    @Test(
        "what never ends is ended",
        arguments: [
            ("hang", LinkFault.Code.overdue), ("spin", .overdue), ("stop", .overdue),
            ("steal", .overdue),
        ]
    )
    func hangs(_ trick: String, _ code: LinkFault.Code) async throws {
        let fixture = try PluginFixture()
        let link = try fixture.link(trick, limits: PluginFixture.shortLimits)
        try await expectLoss(of: link, fixture, code, "fetch_updates")
    }

    /// The call fails with a reason that is recorded, no process is left, and the next call is
    /// served by another one.
    private func expectLoss(
        of link: ConnectorLink,
        _ fixture: PluginFixture,
        _ code: LinkFault.Code,
        _ reason: String
    ) async throws {
        #expect(try await link.call(.mapStatus("x")).state == .working)
        let first = try #require(await link.process)
        let fault = await fault { try await link.call(.fetchUpdates(since: "")) }
        #expect(fault?.code == code)
        #expect(fault?.message.contains(reason) == true, "\(fault?.message ?? "")")
        #expect(fixture.failures == [code])
        #expect(fixture.records.contains { $0.text == fault?.message })
        #expect(!isThere(first))
        #expect(try await link.call(.mapStatus("x")).state == .working)
        #expect(await link.process != first)
        await link.close()
    }

    @Test(
        "what it reaches for is refused, and the call goes on",
        arguments: [
            ("write foreign file", "EACCES"), ("create file", "EACCES"),
            ("parent's environment", "EACCES"), ("parent's memory", "EACCES"),
            ("internet socket", "EPERM"), ("unix socket", "EPERM"), ("socket pair", "EPERM"),
            ("kill parent", "EPERM"), ("signal parent's thread", "EPERM"), ("ptrace", "EPERM"),
            ("io_uring", "EPERM"), ("fork", "EPERM"), ("vfork", "EPERM"), ("clone", "EPERM"),
            ("clone3", "ENOSYS"), ("exec", "EPERM"), ("setrlimit", "EPERM"),
            ("shared memory", "EPERM"), ("memfd", "EPERM"), ("10 GB", "ENOMEM"),
            ("leak", "ENOMEM"), ("many descriptors", "EMFILE"), ("thread", "allowed"),
        ]
    )
    func refused(_ trick: String, _ error: String) async throws {
        let fixture = try Self.hostile.get()
        let link = try fixture.link(trick)
        let page = try await link.call(.fetchUpdates(since: ""))
        #expect(page.nextCursor == error)
        #expect(try await link.call(.mapStatus("x")).state == .working)
        await link.close()
    }

    @Test("files of others are out of sight, where the kernel has landlock")
    func foreignFile() async throws {
        let fixture = try Self.hostile.get()
        let link = try fixture.link("read foreign file")
        let page = try await link.call(.fetchUpdates(since: ""))
        #expect(page.nextCursor == (PluginFixture.hasLandlock ? "EACCES" : "allowed"))
        await link.close()
    }

    @Test(
        "a reply that is none",
        arguments: [
            ("no reply", LinkFault.Code.badReply), ("no JSON", .badReply),
            ("odd status", .problem), ("huge reply", .problem),
        ]
    )
    func replies(_ trick: String, _ code: LinkFault.Code) async throws {
        let fixture = try PluginFixture()
        let link = try fixture.link(trick)
        let fault = await fault { try await link.call(.fetchUpdates(since: "")) }
        #expect(fault?.code == code)
        if code == .problem { #expect(fault?.status == .failed) }
        // It was answered: the process goes on.
        let process = await link.process
        #expect(try await link.call(.mapStatus("x")).state == .working)
        #expect(await link.process == process)
        await link.close()
    }

    @Test("requests and lines of log beyond the limit")
    func floods() async throws {
        let fixture = try PluginFixture()
        let asking = try fixture.link("many requests")
        #expect(try await asking.call(.fetchUpdates(since: "")).nextCursor == "denied 36")
        await asking.close()
        let talking = try fixture.link("many logs")
        #expect(try await talking.call(.fetchUpdates(since: "")).nextCursor == "allowed")
        let lines = fixture.records.filter { $0.event == .log(level: 1) }
        #expect(lines.count == 66 && lines.last?.text == "The rest of the log is left out")
        await talking.close()
    }

    @Test("five crashes in an hour are too many, until a person lifts it")
    func quarantine() async throws {
        let fixture = try PluginFixture()
        let link = try fixture.link("crash")
        for _ in 0..<5 {
            let fault = await fault { try await link.call(.fetchUpdates(since: "")) }
            #expect(fault?.code == .crashed)
        }
        #expect(await link.isQuarantined)
        #expect(fixture.records.last?.event == .quarantined)
        let refused = await fault { try await link.call(.mapStatus("x")) }
        #expect(refused?.code == .quarantined)
        await link.lift()
        #expect(try await link.call(.mapStatus("x")).state == .working)
        await link.close()
    }
}
