package import ConnectorLink
import ConnectorMessages
package import MainstayCore

/// How a vendor's system is reached through one configured connector; no secret is in it.
package struct ConnectorConfig: Sendable, Hashable {
    /// How often a connector asks for news, in seconds: 30, and from 15 to a day.
    package static let pollSeconds: ClosedRange<Int64> = 15...86_400

    /// The vendor's address, such as `https://vendor.example/REST/2.0`.
    package var url = ""
    /// Whether that may be plain HTTP.
    package var allowsPlain = false
    /// How the vendor is shown who asks; `nil`: not at all.
    package var authentication: Authentication?
    /// The options of the manifest, by their keys.
    package var options: [String: JSONValue] = [:]
    /// How often it asks for news, in seconds.
    package var pollSeconds: Int64 = 30
    /// Whether its process may run where the kernel has no landlock.
    package var allowsWeakSandbox = false

    /// Creates a config without an address.
    package init() {}

    /// Reads one that was stored.
    package init(json: JSONValue) {
        url = json["url"]?.text ?? ""
        allowsPlain = json["allows_plain"]?.int == 1
        authentication = json["authentication"].flatMap(Self.authentication)
        options = json["options"]?.members ?? [:]
        pollSeconds = json["poll_seconds"]?.int ?? 30
        allowsWeakSandbox = json["allows_weak_sandbox"]?.int == 1
    }

    /// As it is stored.
    package var json: JSONValue {
        var json: [String: JSONValue] = [
            "url": .text(url), "options": .object(options), "poll_seconds": .int(pollSeconds),
            "allows_plain": .int(allowsPlain ? 1 : 0),
            "allows_weak_sandbox": .int(allowsWeakSandbox ? 1 : 0),
        ]
        switch authentication {
        case nil: break
        case .bearer: json["authentication"] = ["kind": "bearer"]
        case .basic: json["authentication"] = ["kind": "basic"]
        case .scheme(let name): json["authentication"] = ["kind": "scheme", "name": .text(name)]
        case .header(let name): json["authentication"] = ["kind": "header", "name": .text(name)]
        }
        return .object(json)
    }

    private static func authentication(_ json: JSONValue) -> Authentication? {
        switch (json["kind"]?.text, json["name"]?.text) {
        case ("bearer", _): .bearer
        case ("basic", _): .basic
        case ("scheme", let name?): .scheme(name)
        case ("header", let name?): .header(name)
        default: nil
        }
    }
}

extension ConnectorConfig {
    /// Takes options as people type them, each the kind that the manifest names.
    ///
    /// - Parameters:
    ///   - words: Keys and values; an empty value takes the option away.
    ///   - manifest: The manifest.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a key that is not in the manifest, or
    ///   with ``UseError/Code/refused`` for a value of another kind.
    package mutating func take(
        _ words: [(key: String, value: String)],
        _ manifest: ConnectorManifest
    ) throws {
        for (key, value) in words {
            guard let option = manifest.options.first(where: { $0.key == key }) else {
                let keys = manifest.options.map(\.key)
                throw UseError(
                    .unknown,
                    "\(manifest.descriptor.displayName) has no option '\(key)'",
                    hint: keys.isEmpty ? "It has none" : "It has \(keys.joined(separator: ", "))"
                )
            }
            options[key] = value.isEmpty ? nil : try option.value(value)
        }
        let missing = manifest.options.first { $0.isRequired && options[$0.key] == nil }
        if let missing {
            throw UseError(
                .refused,
                "Option '\(missing.key)' (\(missing.label)) is missing",
                hint: "Give it with --option \(missing.key)=VALUE"
            )
        }
    }
}

extension ConnectorManifest.Option {
    fileprivate func value(_ text: String) throws -> JSONValue {
        let value: JSONValue? =
            switch kind {
            case .string: .text(text)
            case .integer: Int64(text).map { .int($0) }
            case .boolean: ["true": true, "false": false][text].map { .bool($0) }
            }
        if let value { return value }
        throw UseError(
            .refused,
            "Option '\(key)' is '\(text)', expected \(kind == .integer ? "a number" : "true or false")"
        )
    }
}
