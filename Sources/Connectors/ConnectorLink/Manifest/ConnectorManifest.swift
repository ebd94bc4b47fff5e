package import ConnectorMessages
import Crypto
package import MainstayCore

/// What `connector.json` says beside the library of a connector.
///
/// It is read without loading any code: it says what the connector may do, and is held against what
/// the connector says of itself once it is loaded.
package struct ConnectorManifest: Sendable, Hashable {
    /// Something that an administrator sets for one instance.
    package struct Option: Sendable, Hashable {
        /// The kinds of values.
        package enum Kind: String, Sendable, CaseIterable {
            case string, integer, boolean
        }

        /// Its name.
        package var key: String
        /// What its value is.
        package var kind: Kind
        /// Whether the connector cannot be made without it.
        package var isRequired: Bool
        /// For people.
        package var label: String
    }

    /// The name of the file.
    package static let fileName = "connector.json"

    /// What it must say of itself.
    package var descriptor: ConnectorDescriptor
    /// The file name of the library, in the folder of the manifest.
    package var library: String
    /// What the library's bytes hash to: SHA-256 as 64 hex digits.
    package var sha256: String
    /// The contract it was built for, such as `1.0`.
    package var abi: String
    /// The machine it was built for: `x86_64` or `aarch64`.
    package var architecture: String
    /// The optional interfaces that it has, such as `mainstay.lookup/1`.
    package var extensions: [String]
    /// What it does, in the order of the file.
    package var operations: [ConnectorOperation]
    /// What is set for an instance.
    package var options: [Option]
    /// What it may ask the vendor for; `nil` where it asks for nothing.
    package var http: HTTPPolicy?
    /// What the vendor's words mean, to start with.
    package var statusMap: [String: CaseState]
    /// How much memory its process may write to, in MiB.
    package var memoryMB: Int
    /// How long one call may take, in seconds.
    package var callSeconds: Int
    /// Such as `Apache-2.0`.
    package var license: String?
    /// Who answers for it.
    package var contact: String?

    /// SHA-256 of the one text of the manifest, as 64 hex digits: what an administrator approved.
    package var digest: String {
        let digits = Array("0123456789abcdef".utf8)
        let hash = SHA256.hash(data: Array(json.json.utf8))
        return String(
            decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }

    /// The plugin, as it is run.
    ///
    /// - Parameters:
    ///   - folder: The absolute path of the manifest's folder.
    ///   - host: The absolute path of the program that loads plugins.
    /// - Returns: The plugin, with the limits of the manifest.
    package func plugin(in folder: String, host: String) -> LinkedPlugin {
        var plugin = LinkedPlugin(
            host: host,
            library: "\(folder)/\(library)",
            sha256: sha256,
            descriptor: descriptor
        )
        plugin.memoryMB = memoryMB
        return plugin
    }

    /// The limits of its process.
    package var limits: LinkLimits {
        var limits = LinkLimits()
        limits.call = .seconds(callSeconds)
        return limits
    }
}

extension ConnectorManifest {
    /// As it is written; ``JSONValue/indented`` is the text of the file.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "format": 1, "id": .text(descriptor.id), "version": .text(descriptor.version),
            "displayName": .text(descriptor.displayName), "library": .text(library),
            "sha256": .text(sha256), "abi": .text(abi), "architecture": .text(architecture),
            "services": .texts(descriptor.services), "extensions": .texts(extensions),
            "operations": .texts(operations.map(\.rawValue)),
            "options": .list(options.map(\.json)),
            "statusMap": .object(statusMap.mapValues { .text($0.rawValue) }),
            "limits": ["memoryMB": .int(Int64(memoryMB)), "callSeconds": .int(Int64(callSeconds))],
        ]
        members["http"] = http?.json
        members["license"] = license.map { .text($0) }
        members["contact"] = contact.map { .text($0) }
        return .object(members)
    }
}

extension ConnectorManifest.Option {
    fileprivate var json: JSONValue {
        [
            "key": .text(key), "type": .text(kind.rawValue), "required": .bool(isRequired),
            "label": .text(label),
        ]
    }
}

extension HTTPPolicy {
    fileprivate var json: JSONValue {
        [
            "methods": .texts(methods.sorted()), "paths": .texts(paths.map(\.text)),
            "writesPerCall": .int(Int64(writesPerCall)),
            "authentication": .list(authentication.map(\.json)),
        ]
    }
}

extension Authentication {
    fileprivate var json: JSONValue {
        switch self {
        case .bearer: ["kind": "bearer"]
        case .basic: ["kind": "basic"]
        case .scheme(let name): ["kind": "scheme", "name": .text(name)]
        case .header(let name): ["kind": "header", "name": .text(name)]
        }
    }
}
