import ConnectorLink
import ConnectorMessages
import MainstayCore
import Testing

/// What is read of `connector.json`, and what is said where it is wrong.
@Suite("Manifests of connectors")
struct ManifestTests {
    static let good: [String: JSONValue] = {
        var members = PackageFixture.completeManifest.members ?? [:]
        members["sha256"] = .text(String(repeating: "a1", count: 32))
        members["license"] = "Apache-2.0"
        return members
    }()

    private func read(_ members: [String: JSONValue]) throws(LinkFault) -> ConnectorManifest {
        try ConnectorManifest(json: Array(JSONValue.object(members).json.utf8), "connector.json")
    }

    @Test("what is written reads as the same")
    func roundTrip() throws {
        let manifest = try read(Self.good)
        #expect(manifest.descriptor.id == "org.example.complete")
        #expect(manifest.http?.paths.map(\.text) == ["/cases", "/cases/**", "/events"])
        #expect(manifest.statusMap == ["NEW": .submitted, "DONE": .fixOffered])
        #expect(manifest.memoryMB == 512 && manifest.limits.call == .seconds(30))
        let text = Array(manifest.json.indented.utf8)
        let again = try ConnectorManifest(json: text, "connector.json")
        #expect(again == manifest && again.digest == manifest.digest)
        #expect(manifest.digest.count == 64)
        var other = Self.good
        other["license"] = "MIT"
        #expect(try read(other).digest != manifest.digest)
        let plugin = manifest.plugin(in: "/a", host: "/b")
        #expect(plugin.library == "/a/libcomplete.so" && plugin.sha256 == manifest.sha256)
    }

    @Test("one mistake, one sentence", arguments: manifestMistakes)
    func mistakes(_ key: String, _ value: JSONValue, _ sentence: String) {
        var members = Self.good
        members[key] = value
        let fault = #expect(throws: LinkFault.self) { try read(members) }
        #expect(fault?.message == sentence)
        #expect(fault?.code == .manifest)
    }

    @Test("what is missing, misspelt or no JSON")
    func others() {
        for key in ["format", "id", "version", "displayName", "library", "sha256", "abi"] {
            var members = Self.good
            members[key] = nil
            let fault = #expect(throws: LinkFault.self) { try read(members) }
            #expect(fault?.message.hasPrefix("connector.json has no '\(key)', expected ") == true)
        }
        var members = Self.good
        members["licence"] = "MIT"
        let fault = #expect(throws: LinkFault.self) { try read(members) }
        #expect(fault?.message == "connector.json has a member 'licence', which is not known")
        #expect(fault?.hint == "Did you mean 'license'?")
        let broken = #expect(throws: LinkFault.self) {
            try ConnectorManifest(json: Array("{\"a\":".utf8), "connector.json")
        }
        #expect(broken?.message.hasPrefix("connector.json is no JSON: ") == true)
        let missing = #expect(throws: LinkFault.self) { try ConnectorManifest(folder: "/nowhere") }
        #expect(
            missing?.message == "/nowhere/connector.json cannot be read: No such file or directory"
        )
    }
}

/// A member, what it is set to, and what is said of it.
private let manifestMistakes: [(String, JSONValue, String)] = [
    (
        "format", .int(2),
        "connector.json has 2 as 'format', expected "
            + "a number from 1 to 1"
    ),
    (
        "id", "acme",
        "connector.json has 'acme' as 'id', expected "
            + "a reversed domain and a name as com.example.acme"
    ),
    (
        "id", "com.example.Acme",
        "connector.json has 'com.example.Acme' as 'id', expected "
            + "a reversed domain and a name as com.example.acme"
    ),
    (
        "library", "../a.so",
        "connector.json has '../a.so' as 'library', expected "
            + "the name of a file in the same folder"
    ),
    (
        "sha256", "A1",
        "connector.json has 'A1' as 'sha256', expected "
            + "64 hex digits in small letters"
    ),
    (
        "abi", "2.0",
        "connector.json has '2.0' as 'abi', expected "
            + "a version of the contract that is known, as 1.0"
    ),
    (
        "architecture", "sparc",
        "connector.json has \"sparc\" as 'architecture', expected "
            + "one of aarch64, x86_64"
    ),
    (
        "operations", ["fetch_updates"],
        "connector.json has no 'map_status' as 'operations', expected "
            + "what every connector can do"
    ),
    (
        "operations", ["fetch"],
        "connector.json has 'fetch' as 'operations', expected "
            + "any of open_case, add_comment, fetch_updates, map_status, close_case, "
            + "read_case, add_attachment"
    ),
    (
        "extensions", [],
        "connector.json has one of 'read_case' and its extension as 'operations', expected "
            + "both or none"
    ),
    (
        "services", ["a", "a"],
        "connector.json has [\"a\",\"a\"] as 'services', expected "
            + "a list of texts of which none comes twice"
    ),
    (
        "http", ["methods": ["TRACE"]],
        "http of connector.json has 'TRACE' as 'methods', expected "
            + "GET, HEAD, POST, PUT, PATCH, DELETE"
    ),
    (
        "http", ["paths": ["/a//b"]],
        "http of connector.json has '/a//b', which has two slashes side by side as "
            + "'paths', expected "
            + "a path"
    ),
    (
        "http", ["writesPerCall": 4],
        "http of connector.json has 4 as 'writesPerCall', expected "
            + "a number from 0 to 3"
    ),
    (
        "http", ["authentication": [["kind": "header"]]],
        "authentication of http has 'header' as 'kind', expected "
            + "a 'name' with it"
    ),
    (
        "statusMap", ["NEW": "unknown"],
        "connector.json has 'unknown' for 'NEW' as 'statusMap', expected "
            + "draft, submitted, acknowledged, working, refused, closed, gone, needs_us, "
            + "fix_offered, fix_released"
    ),
    (
        "limits", ["memoryMB": 1],
        "limits of connector.json has 1 as 'memoryMB', expected "
            + "a number from 16 to 4096"
    ),
    (
        "options", [["key": "a", "type": "date", "label": "A"]],
        "Option 1 has \"date\" as 'type', expected "
            + "one of string, integer, boolean"
    ),
]
