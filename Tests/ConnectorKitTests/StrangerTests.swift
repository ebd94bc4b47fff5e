import ConnectorKit
import ConnectorLink
import ConnectorMessages
import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// What somebody meets who has never seen Mainstay: a new folder elsewhere, without a network.
@Suite("Connector kit: a stranger's package")
struct StrangerTests {
    static let root = #filePath.replacing("/Tests/ConnectorKitTests/StrangerTests.swift", with: "")
    static let host =
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        + "/mainstay-connector-host"
    static let environment =
        ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        + ["https_proxy=http://127.0.0.1:1"]

    /// Runs all checks on what was assembled; what failed, in words.
    static func failures(_ folder: String) async throws -> String {
        var conformance = try ConnectorConformance(folder: folder, host: host, seed: 7)
        conformance.sandbox = .weak
        return await conformance.run().text(onlyFailed: true)
    }

    @Test("in Swift it resolves alone, passes its test, packs, and passes every check")
    func swift() async throws {
        let scratch = try TemporaryFolder()
        let folder = scratch.path + "/acme-connector"
        let kit = ConnectorTemplate.Kit.folder(Self.root)
        try ConnectorTemplate(name: "acme", language: .swift, kit: kit).write(to: folder)
        // Whoever would fetch something meets nobody.
        let words = ["swift", "test", "--package-path", folder]
        try await apart { try runProgram(["env", "https_proxy=http://127.0.0.1:1"] + words) }
        #expect(!FileManager.default.fileExists(atPath: folder + "/Package.resolved"))
        let package = try ConnectorSource(
            folder: folder,
            host: Self.host,
            environment: Self.environment
        )
        let archive = try await apart { try package.pack(into: scratch.path) }
        let name = "com.example.acme-1.0.0-x86_64.connector.tar"
        #expect(archive == "\(scratch.path)/\(name)")
        let place = scratch.path + "/installed"
        try runProgram(["mkdir", place])
        try runProgram(["tar", "--extract", "--file", archive, "--directory", place])
        let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
        #expect(names == ["connector.json", "libacme.so", "replay.json"])
        let size = try #require(
            FileManager.default.attributesOfItem(atPath: place + "/libacme.so")[.size] as? Int
        )
        #expect(size < 16 << 20)
        let failures = try await Self.failures(place)
        #expect(failures == "")
    }

    @Test("in C it builds, passes its test, packs, and passes every check; the archive is the same")
    func plainC() async throws {
        let scratch = try TemporaryFolder()
        let folder = scratch.path + "/acme"
        let header = try readFile(
            Self.root + "/Sources/Connectors/CMainstayConnector/include/mainstay_connector.h"
        )
        try ConnectorTemplate(
            name: "acme",
            language: .c(header: String(decoding: header, as: UTF8.self)),
            kit: .folder(Self.root)
        )
        .write(to: folder)
        // The compiler is the one that Swift brings.
        try runProgram(["make", "--directory", folder, "--silent", "CC=clang", "test"])
        let package = try ConnectorSource(
            folder: folder,
            host: Self.host,
            environment: Self.environment + ["CC=clang"]
        )
        let archive = try await apart { try package.pack(into: scratch.path) }
        let first = try readFile(archive)
        _ = try await apart { try package.pack(into: scratch.path) }
        #expect(try readFile(archive) == first)
        let place = scratch.path + "/installed"
        try runProgram(["mkdir", place])
        try runProgram(["tar", "--extract", "--file", archive, "--directory", place])
        let failures = try await Self.failures(place)
        #expect(failures == "")
    }

    @Test("the templates are the connectors that are tested here")
    func templates() throws {
        let swift = try ConnectorTemplate(name: "acme", language: .swift, kit: .folder("/m"))
        let logic = swift.files.first { $0.path == "Sources/AcmeConnector.swift" }?.text
        let tested = try readFile(
            Self.root + "/Tests/MainstayConnectorSDKTests/AcmeConnector.swift"
        )
        #expect(logic == String(decoding: tested, as: UTF8.self))
        let manifest = swift.files.first { $0.path == "Package.swift" }?.text
        #expect(manifest?.contains(#".package(name: "mainstay", path: "/m", traits: [])"#) == true)
        let kit = ConnectorTemplate.Kit.repository(
            url: "https://git.example.org/lts/mainstay.git",
            from: "1.0.0"
        )
        let other = try ConnectorTemplate(name: "acme-two", language: .swift, kit: kit)
        let text = other.files.first { $0.path == "Package.swift" }?.text ?? ""
        #expect(text.contains(#"package: "mainstay""#) && text.contains(#""AcmeTwoPlugin""#))
        let c = try ConnectorTemplate(name: "example", language: .c(header: ""), kit: kit)
        let source = c.files.first { $0.path == "example.c" }?.text
        let example = try readFile(Self.root + "/Plugins/Example/example.c")
        let line = "cc -shared -fPIC -fvisibility=hidden -I CMainstayConnector/include "
        #expect(
            source
                == String(decoding: example, as: UTF8.self)
                .replacing("org.example.plain-c", with: "com.example.example")
                .replacing("Example in C", with: "Example")
                .replacing("\(line)-o libexample.so example.c */", with: "`make` builds it. */")
        )
        for name in ["", "Acme", "1st", "a/b", "acme-", "ä"] {
            #expect(throws: KitFault.self) {
                try ConnectorTemplate(name: name, language: .swift, kit: kit)
            }
        }
    }
}

/// Does work that waits for programs on a thread of its own, so that no other test waits with it.
private func apart<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
