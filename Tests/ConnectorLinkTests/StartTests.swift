import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Synchronization
import Testing

/// What keeps a plugin from being started, and what is said about it.
@Suite("Start of a connector")
struct StartTests {
    @Test(
        "a plugin that does not fit",
        arguments: [
            ("MAGIC=7", "magic", "Plugin has magic 0x00000007, expected 0x4D535431"),
            ("MAJOR=2", "version", "Plugin has ABI major 2, host has 1"),
            ("SIZE=8", "size", "Plugin has mst_plugin of 8 bytes, expected at least 40"),
            ("ENTRY=other_entry", "symbol", "Plugin has no symbol 'mainstay_connector_entry'"),
            ("REFUSES", "refused", "Plugin refuses a host with ABI 1.0"),
        ]
    )
    func misfits(_ macro: String, _ word: String, _ sentence: String) async throws {
        let fixture = try PluginFixture("hostile.c", macro)
        let link = try fixture.link()
        let fault = await fault { try await link.call(.mapStatus("x")) }
        #expect(fault?.code == .refused)
        #expect(
            fault?.message == "Connector 'org.example.hostile' is not loaded: \(sentence)",
            "\(word)"
        )
        #expect(fixture.failures == [.refused])
        #expect(await link.process == nil)
    }

    @Test(
        "a constructor that misbehaves",
        arguments: [
            ("CONSTRUCTOR=abort()", LinkFault.Code.crashed),
            ("CONSTRUCTOR=wait_forever(0)", .overdue),
            ("CONSTRUCTOR=flood_descriptors()", .violation),
        ]
    )
    func constructors(_ macro: String, _ code: LinkFault.Code) async throws {
        let fixture = try PluginFixture("hostile.c", macro)
        var limits = LinkLimits()
        if code == .overdue { limits.hello = .milliseconds(300) }
        let link = try fixture.link(limits: limits)
        let fault = await fault { try await link.call(.mapStatus("x")) }
        #expect(fault?.code == code)
        #expect(fixture.failures == [code])
    }

    @Test("a constructor runs inside the sandbox")
    func constructorIsShutIn() async throws {
        let act = "if(socket(2,1,0)>=0||fork()>=0||open(\"/tmp/x\",65)>=0)abort()"
        let fixture = try PluginFixture("hostile.c", "CONSTRUCTOR=\(act)")
        let link = try fixture.link()
        #expect(try await link.call(.mapStatus("x")).state == .working)
        await link.close()
    }

    @Test("a library that was changed since it was installed")
    func checksum() async throws {
        let fixture = try PluginFixture()
        let plugin = try fixture.plugin()
        let clock = Mutex(Instant(milliseconds: 0))
        let link = try fixture.link("crash", to: plugin, now: { clock.withLock { $0 } })
        #expect(try await link.call(.mapStatus("x")).state == .working)
        _ = await fault { try await link.call(.fetchUpdates(since: "")) }
        let other = try PluginFixture("hostile.c", "REFUSES")
        try writeFile(fixture.library, readFile(other.library))
        let seen = try LinkedPlugin.sha256(of: fixture.library)
        let fault = await fault { try await link.call(.mapStatus("x")) }
        #expect(fault?.code == .checksum)
        #expect(
            fault?.message == "Plugin \(fixture.library) has SHA-256 \(seen), expected "
                + plugin.sha256
        )
        #expect(fixture.failures == [.crashed, .checksum])
        // It rests before it is tried again: 1 s, then 2 s.
        let resting = await self.resting(link)
        #expect(resting == "1970-01-01T00:00:01Z")
        clock.withLock { $0 = Instant(milliseconds: 1_000) }
        _ = await startFault(link)
        #expect(await self.resting(link) == "1970-01-01T00:00:03Z")
    }

    private func resting(_ link: ConnectorLink) async -> String? {
        let fault = await startFault(link)
        guard fault?.code == .resting else { return nil }
        return fault?.message.split(separator: " ").last.map(String.init)
    }

    @Test("a library for another machine, one that is none, and none at all")
    func otherFiles() async throws {
        let fixture = try PluginFixture()
        var bytes = try readFile(fixture.library)
        bytes[18] = 183
        try writeFile(fixture.library, bytes)
        let other = await startFault(try fixture.link())
        #expect(other?.message.hasSuffix("ELF machine 183), host for x86_64") == true)
        try writeFile(fixture.library, Array("#!/bin/sh\n".utf8))
        let script = await startFault(try fixture.link())
        #expect(script?.message.hasSuffix("is not an ELF file") == true)
        let plugin = try fixture.plugin()
        unlink(fixture.library)
        let missing = await startFault(try fixture.link(to: plugin))
        #expect(missing?.code == .file)
        #expect(fixture.failures == [.refused, .refused, .file])
    }

    @Test("a host that is missing")
    func noHost() async throws {
        let fixture = try PluginFixture()
        var plugin = try fixture.plugin()
        plugin.host = "/nowhere/mainstay-connector-host"
        let fault = await startFault(try fixture.link(to: plugin))
        #expect(
            fault?.message == "/nowhere/mainstay-connector-host does not start: "
                + "No such file or directory"
        )
    }

    @Test("a plugin that says of itself what its manifest does not")
    func descriptor() async throws {
        let fixture = try PluginFixture()
        var plugin = try fixture.plugin()
        plugin.descriptor.version = "1.0.1"
        let fault = await startFault(try fixture.link(to: plugin))
        #expect(
            fault?.message
                == "The plugin says '1.0.0' as its version, its manifest says '1.0.1'"
        )
        #expect(fixture.failures == [.descriptor])
    }

    @Test(
        "options that it does not take, and a create that misbehaves",
        arguments: [
            ("bad option", LinkFault.Code.options), ("crash in create", .crashed),
            ("hang in create", .overdue),
        ]
    )
    func create(_ trick: String, _ code: LinkFault.Code) async throws {
        let fixture = try PluginFixture()
        var limits = LinkLimits()
        if code == .overdue { limits.create = .milliseconds(300) }
        let link = try fixture.link(trick, limits: limits)
        let fault = await startFault(link)
        #expect(fault?.code == code)
        #expect(fixture.failures == [code])
        if code == .options {
            #expect(fault?.problem == ConnectorProblem(.option, "Option 'trick' is bad"))
        }
    }

    @Test("a request while it is made is denied")
    func requestInCreate() async throws {
        let fixture = try PluginFixture()
        let link = try fixture.link("ask in create")
        #expect(try await link.call(.mapStatus("x")).state == .working)
        await link.close()
    }

    @Test("the connector is made without any thread of the pool")
    func starvedPool() async throws {
        let early = "CONSTRUCTOR=if(write(2,\"early\",5)<0)abort()"
        let fixture = try PluginFixture("hostile.c", early)
        let pool = HeldPool()
        let (plugin, limits) = (try fixture.plugin(), LinkLimits())
        let link = ConnectorLink(
            plugin,
            options: ["trick": "log in create"],
            limits: limits,
            record: { record in
                if record.event == .output { pool.hold(for: limits.create * 2) }
                if record.event == .log(level: 0) { pool.release() }
            }
        )
        let state = try await withTaskExecutorPreference(pool) {
            try await link.call(.mapStatus("x")).state
        }
        #expect(state == .working)
        #expect(!pool.wasHeldTooLong)
        await link.close()
    }

    @Test("a kernel without landlock runs nothing, unless the operator allows it")
    func withoutLandlock() async throws {
        let fixture = try PluginFixture()
        var plugin = try fixture.plugin()
        plugin.host = fixture.folder.path + "/host"
        let option = "-DHOST=\"\(PluginFixture.host)\""
        try PluginFixture.compile("without_landlock.c", [option], to: plugin.host)
        plugin.sandbox = .full
        let refused = await startFault(try fixture.link(to: plugin))
        #expect(refused?.code == .refused)
        #expect(refused?.message.contains("This kernel has no landlock") == true)
        plugin.sandbox = .weak
        let weak = try fixture.link("internet socket", to: plugin)
        #expect(try await weak.call(.fetchUpdates(since: "")).nextCursor == "EPERM")
        #expect(fixture.records.contains { $0.text == "seccomp landlock:none" })
        await weak.close()
    }
}

/// A pool of threads that can be made to run nothing.
private final class HeldPool: TaskExecutor {
    private let queue = DispatchQueue(label: "held pool")
    private let state = Mutex((isHeld: false, wasHeldTooLong: false))

    var wasHeldTooLong: Bool { state.withLock { $0.wasHeldTooLong } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Runs nothing until ``release()``, or for too long.
    func hold(for most: Duration) {
        state.withLock { $0.isHeld = true }
        queue.suspend()
        let end = DispatchTime.now() + .seconds(Int(most.components.seconds))
        DispatchQueue.global().asyncAfter(deadline: end) { self.release(isTooLong: true) }
    }

    func release() { release(isTooLong: false) }

    private func release(isTooLong: Bool) {
        state.withLock { state in
            guard state.isHeld else { return }
            state = (false, isTooLong)
            queue.resume()
        }
    }
}

/// What a link that cannot start says.
private func startFault(_ link: ConnectorLink) async -> LinkFault? {
    await fault { try await link.call(.mapStatus("x")) }
}
