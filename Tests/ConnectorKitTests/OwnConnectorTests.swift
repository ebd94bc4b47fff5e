import ConnectorKit
import ConnectorLink
import Foundation
import MainstayTesting
import Testing

/// The connectors that come with Mainstay, before the checks that it asks of all others.
@Suite("Connector kit: our own connectors")
struct OwnConnectorTests {
    @Test("they pass every check", arguments: ["RequestTracker", "Redmine"])
    func conformance(_ name: String) async throws {
        let scratch = try TemporaryFolder()
        let package = try ConnectorSource(
            folder: "\(StrangerTests.root)/Plugins/\(name)",
            host: StrangerTests.host,
            environment: StrangerTests.environment
        )
        let built = StrangerTests.host.replacing(
            "mainstay-connector-host",
            with: "lib\(name.lowercased()).so"
        )
        try package.assemble(built, isStripped: false, into: scratch.path)
        var conformance = try ConnectorConformance(
            folder: scratch.path,
            host: StrangerTests.host,
            seed: 7
        )
        conformance.sandbox = .weak
        conformance.runtimeFolder = Self.runtimeFolder
        let failures = await conformance.run().text(onlyFailed: true)
        #expect(failures == "")
    }

    @Test("the guide for partners has one anchor for each check, with its reason")
    func guide() throws {
        let guide = String(
            decoding: try readFile("\(StrangerTests.root)/Plugins/README.md"),
            as: UTF8.self
        )
        let titles = guide.split(separator: "\n").filter { $0.hasPrefix("### ") }
        #expect(titles.sorted() == ConformanceCheck.all.map { "### \($0.id)" }.sorted())
        for check in ConformanceCheck.all {
            #expect(guide.contains("### \(check.id)\n\n\(check.reason). "), "\(check.id)")
            #expect(check.anchor == check.id.lowercased())
        }
    }

    /// Where the runtime of Swift is that this process uses.
    private static let runtimeFolder: String? = {
        let maps = String(decoding: (try? readFile("/proc/self/maps")) ?? [], as: UTF8.self)
        let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") }
        guard let line, let start = line.firstIndex(of: "/") else { return nil }
        return String(line[start...].dropLast("/libswiftCore.so".count))
    }()
}
