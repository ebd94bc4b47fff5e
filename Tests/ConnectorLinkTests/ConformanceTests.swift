import ConnectorLink
import ConnectorMessages
import MainstayCore
import MainstayTesting
import Testing

/// The checks for connectors: green for those that are right, red for each thing that is wrong.
@Suite("Conformance of connectors")
struct ConformanceTests {
    static let complete = Result { try PackageFixture.complete() }

    /// The checks that must find what a connector, a library or a manifest does wrong.
    static let connectors = [
        "LOAD-7", "MAKE-1", "MAKE-2", "MAKE-3", "MAKE-4", "OPS-1", "OPS-2", "OPS-3", "OPS-4",
        "OPS-5", "OPS-6", "OPS-7", "OPS-8", "OPS-9", "OPS-10", "OPS-11", "OPS-12", "OPS-13",
        "OPS-14", "VEN-1", "VEN-2", "VEN-3", "VEN-4", "VEN-5", "VEN-6", "VEN-7", "VEN-8",
        "MAN-1", "MAN-2", "MAN-3", "MAN-4", "MAN-5", "MAN-6", "MAN-7", "ATT-1", "ATT-2",
        "FUZZ-1",
    ]

    static let libraries = [
        ("PKG-3", ["-DX", "-Wl,--no-as-needed", "-lresolv"]),
        ("PKG-4", ["-Wl,-rpath,/opt/acme"]), ("PKG-5", ["-Wl,-z,execstack"]),
        ("LOAD-1", ["-DUNDEFINED"]), ("LOAD-2", ["-DBROKEN=\"LOAD-2\""]),
        ("LOAD-3", ["-DBROKEN=\"LOAD-3\""]), ("LOAD-4", ["-DBROKEN=\"LOAD-4\""]),
        ("LOAD-5", ["-DBROKEN=\"LOAD-5\""]),
    ]

    static let manifests = [
        ("PKG-1", "sha256", JSONValue.text(String(repeating: "0", count: 64))),
        ("PKG-2", "architecture", "aarch64"), ("LOAD-6", "version", "1.0.1"),
    ]

    @Test("every check passes for the example in C, or does not concern it")
    func example() async throws {
        let folder = PluginFixture.root + "/Plugins/Example"
        let package = try PackageFixture(
            folder + "/example.c",
            manifest: JSONValue(json: readFile(folder + "/connector.json")),
            replay: readFile(folder + "/replay.json"),
            options: ["-fvisibility=hidden"]
        )
        let report = await package.conformance().run()
        #expect(report.failures == [], "\(report.text(onlyFailed: true))")
        #expect(report.results.map(\.id) == ConformanceCheck.all.map(\.id))
        let skipped = report.results.filter { result in
            if case .skipped = result.outcome { true } else { false }
        }
        #expect(skipped.map(\.id) == ["OPS-6", "VEN-8", "MAN-7", "ATT-1", "ATT-2"])
        #expect(report.json["passed"] == .bool(true))
    }

    @Test("every check passes for a connector that does all there is")
    func whole() async throws {
        let package = try Self.complete.get()
        let report = await package.conformance().run()
        #expect(report.failures == [], "\(report.text(onlyFailed: true))")
        #expect(report.results.allSatisfy { $0.outcome == .passed }, "\(report.text())")
        let first = "pass  PKG-1   The manifest is valid and pins the library\n"
        #expect(report.text().hasPrefix(first))
        #expect(report.text(onlyFailed: true).isEmpty)
    }

    @Test(
        "a connector that does one thing wrong is found by that check",
        arguments: connectors
    )
    func wrong(_ id: String) async throws {
        let package = try Self.complete.get().broken(id)
        try await expectFailure(id, package)
    }

    @Test(
        "a library that is built or loads wrongly is found by that check",
        arguments: libraries
    )
    func wrongLibrary(_ id: String, _ options: [String]) async throws {
        try await expectFailure(id, try PackageFixture.complete(options))
    }

    @Test(
        "a manifest that says something else is found by that check",
        arguments: manifests
    )
    func wrongManifest(_ id: String, _ key: String, _ value: JSONValue) async throws {
        let package = try PackageFixture.complete()
        guard case .object(var manifest) = package.manifest else { return }
        manifest[key] = value
        try package.write(.object(manifest))
        try await expectFailure(id, package)
    }

    @Test("a file that the sandbox hides is told", .enabled(if: PluginFixture.hasLandlock))
    func hiddenFile() async throws {
        let package = try Self.complete.get().broken("MAN-5 file")
        let report = await package.conformance().run(["MAN-5"])
        #expect(report.results.map(\.outcome) == [.failed("refused file /etc/passwd")])
    }

    @Test("an operation that is not declared and is there all the same")
    func undeclared() async throws {
        let package = try Self.complete.get().broken("none")
        guard case .object(var manifest) = package.manifest else { return }
        manifest["operations"] = ["fetch_updates", "map_status", "open_case"]
        manifest["extensions"] = []
        try package.write(.object(manifest))
        #expect(await package.conformance().run(["OPS-1"]).failures == ["OPS-1"])
    }

    @Test("every check is seen red by one of these tests")
    func coverage() {
        let broken = Self.connectors + Self.libraries.map(\.0) + Self.manifests.map(\.0)
        #expect(broken.sorted() == ConformanceCheck.all.map(\.id).sorted())
    }

    private func expectFailure(_ id: String, _ package: PackageFixture) async throws {
        let right = try await Self.complete.get().conformance().run([id])
        #expect(right.failures == [], "\(right.text())")
        let report = await package.conformance().run([id])
        #expect(report.failures == [id], "\(report.text())")
    }
}

/// A connector with its manifest and its replay in a folder, as it is before it is packed.
struct PackageFixture {
    let folder: TemporaryFolder
    let manifest: JSONValue

    /// Compiles a source, and completes the manifest.
    init(
        _ source: String,
        manifest: JSONValue,
        replay: [UInt8],
        options: [String] = []
    ) throws {
        folder = try TemporaryFolder()
        let library = folder.path + "/" + (manifest["library"]?.text ?? "")
        try PluginFixture.compile(source, ["-shared", "-fPIC"] + options, to: library)
        var members = manifest.members ?? [:]
        members["sha256"] = .text(try LinkedPlugin.sha256(of: library))
        self.manifest = .object(members)
        try writeFile(folder.path + "/replay.json", replay)
        try write(self.manifest)
    }

    private init(folder: TemporaryFolder, manifest: JSONValue) {
        (self.folder, self.manifest) = (folder, manifest)
    }

    /// The connector that does all there is, compiled with these options.
    static func complete(_ options: [String] = []) throws -> PackageFixture {
        let place = PluginFixture.root + "/Tests/ConnectorLinkTests/Plugins/"
        return try PackageFixture(
            "complete.c",
            manifest: completeManifest,
            replay: readFile(place + "complete.json"),
            options: options
        )
    }

    static let completeManifest: JSONValue = [
        "format": 1, "id": "org.example.complete", "version": "1.0.0", "displayName": "Complete",
        "library": "libcomplete.so", "abi": "1.0", "architecture": "x86_64",
        "services": ["mainstay.http/1", "mainstay.attachment/1"],
        "extensions": ["mainstay.lookup/1", "mainstay.attachments/1"],
        "operations": .texts(ConnectorOperation.allCases.map(\.rawValue)),
        "options": [
            ["key": "project", "type": "string", "required": .bool(true), "label": "Project"]
        ],
        "http": [
            "methods": ["GET", "POST", "PUT"], "paths": ["/cases", "/cases/**", "/events"],
            "writesPerCall": 1, "authentication": [["kind": "bearer"]],
        ],
        "statusMap": ["NEW": "submitted", "DONE": "fix_offered"],
    ]

    /// The same connector, made with the option that breaks what a check looks for.
    func broken(_ id: String) throws -> PackageFixture {
        let copy = PackageFixture(folder: try TemporaryFolder(), manifest: manifest)
        let library = "/" + (manifest["library"]?.text ?? "")
        try writeFile(copy.folder.path + library, readFile(folder.path + library))
        var replay = try JSONValue(json: readFile(folder.path + "/replay.json")).members ?? [:]
        replay["options"] = ["project": "vendor-support", "broken": .text(id)]
        try writeFile(copy.folder.path + "/replay.json", Array(JSONValue.object(replay).json.utf8))
        try copy.write(manifest)
        return copy
    }

    func write(_ manifest: JSONValue) throws {
        try writeFile(folder.path + "/connector.json", Array(manifest.indented.utf8))
    }

    func conformance() -> ConnectorConformance {
        do {
            var conformance = try ConnectorConformance(
                folder: folder.path,
                host: PluginFixture.host,
                seed: 7
            )
            conformance.sandbox = PluginFixture.sandbox
            return conformance
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
