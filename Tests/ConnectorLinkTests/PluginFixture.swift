import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Synchronization
import Testing

/// A plugin compiled from C, the links to it, and what they recorded.
final class PluginFixture: Sendable {
    let folder: TemporaryFolder
    let library: String
    private let recorded = Mutex<[LinkRecord]>([])

    static let root = #filePath.replacing("/Tests/ConnectorLinkTests/PluginFixture.swift", with: "")
    static let header = root + "/Sources/Connectors/CMainstayConnector/include"
    static let host =
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        + "/mainstay-connector-host"
    static let descriptor = ConnectorDescriptor(
        id: "org.example.hostile",
        version: "1.0.0",
        displayName: "Hostile",
        services: ["mainstay.http/1"]
    )

    /// Whether this kernel can shut a process off from files.
    static let hasLandlock: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        let probe = folder.path + "/probe"
        do {
            try compile("landlock_probe.c", [], to: probe)
            try runProgram([probe])
            return true
        } catch {
            return false
        }
    }()

    /// As strict as this kernel can be.
    static var sandbox: LinkedPlugin.Sandbox { hasLandlock ? .full : .weak }

    var records: [LinkRecord] { recorded.withLock { $0 } }

    /// The codes of all failures, in order.
    var failures: [LinkFault.Code] {
        records.compactMap { record in
            if case .failed(let code) = record.event { code } else { nil }
        }
    }

    /// What was compiled in this run, by its words.
    private static let compiled = Mutex<[[String]: [UInt8]]>([:])

    /// Compiles a source with macros, once in a run, to a library of its own.
    init(_ source: String = "hostile.c", _ macros: String...) throws {
        folder = try TemporaryFolder()
        library = folder.path + "/plugin.so"
        let words = ["-shared", "-fPIC"] + macros.map { "-D" + $0 }
        if let bytes = Self.compiled.withLock({ $0[[source] + words] }) {
            try writeFile(library, bytes)
        } else {
            try Self.compile(source, words, to: library)
            let bytes = try readFile(library)
            Self.compiled.withLock { $0[[source] + words] = bytes }
        }
    }

    static func compile(_ source: String, _ options: [String], to program: String) throws {
        let path =
            source.hasPrefix("/") ? source : root + "/Tests/ConnectorLinkTests/Plugins/" + source
        try runProgram(["clang", "-O0", "-I", header] + options + ["-o", program, path])
    }

    func plugin() throws -> LinkedPlugin {
        var plugin = LinkedPlugin(
            host: Self.host,
            library: library,
            sha256: try LinkedPlugin.sha256(of: library),
            descriptor: Self.descriptor
        )
        plugin.sandbox = Self.sandbox
        return plugin
    }

    /// A link to a connector that does a trick when it is asked for updates.
    func link(
        _ trick: String = "none",
        to plugin: LinkedPlugin? = nil,
        limits: LinkLimits = PluginFixture.patientLimits,
        now: @escaping @Sendable () -> Instant = { .now }
    ) throws -> ConnectorLink {
        ConnectorLink(
            try plugin ?? self.plugin(),
            options: ["trick": .text(trick)],
            limits: limits,
            now: now,
            record: { record in self.recorded.withLock { $0.append(record) } }
        )
    }

    /// Those of the product, but that a process does not idle because the machine is busy.
    static var patientLimits: LinkLimits {
        var limits = LinkLimits()
        limits.idle = .seconds(600)
        return limits
    }

    /// Limits that are passed soon by what never ends, and by nothing else on a busy machine.
    static var shortLimits: LinkLimits {
        var limits = patientLimits
        limits.call = .seconds(2)
        limits.cancelled = .milliseconds(200)
        return limits
    }

    /// Waits until something was recorded.
    func wait(for event: LinkRecord.Event) async throws {
        while !records.contains(where: { $0.event == event }) {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension ConnectorLink {
    /// Serves a call of which any request is answered with nothing.
    func call<Reply>(_ call: ConnectorCall<Reply>) async throws(LinkFault) -> Reply {
        try await self.call(call) { _ in ServiceReply(.ok) }
    }
}

/// Whether a process is still there, be it as a zombie.
func isThere(_ process: Int32) -> Bool {
    kill(process, 0) == 0
}

/// Does the work, and returns the fault that it must end with.
func fault<Value>(_ work: () async throws -> Value) async -> LinkFault? {
    do {
        let value = try await work()
        Issue.record("No fault, but \(value)")
    } catch let fault as LinkFault {
        return fault
    } catch {
        Issue.record("Another error: \(error)")
    }
    return nil
}
