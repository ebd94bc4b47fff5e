import ConnectorMessages
import Glibc
import MainstayCore

extension ConnectorManifest {
    /// Reads the manifest in a folder.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/manifest``.
    package init(folder: String) throws(LinkFault) {
        let path = "\(folder)/\(Self.fileName)"
        guard let file = fopen(path, "re") else {
            throw LinkFault(
                .manifest,
                "\(path) cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        try self.init(json: bytes, path)
    }

    /// Reads a manifest.
    ///
    /// - Parameters:
    ///   - bytes: The text of the file.
    ///   - place: Its path, for errors.
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/manifest``: a member that is not known, one
    ///   that is missing, one that is not what it must be.
    package init(json bytes: [UInt8], _ place: String) throws(LinkFault) {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONValue(json: bytes)
        } catch {
            let what = "\(error.seen) at byte \(error.offset)"
            throw LinkFault(.manifest, "\(place) is no JSON: \(what)")
        }
        let object = try StrictObject(value, place, keys: Self.keys)
        _ = try object.number("format", 1...1)
        descriptor = ConnectorDescriptor(
            id: try object.id("id"),
            version: try object.text("version"),
            displayName: try object.text("displayName"),
            services: try object.texts("services")
        )
        library = try object.fileName("library")
        sha256 = try object.digest("sha256")
        abi = try object.abi("abi")
        architecture = try object.word("architecture", of: ["aarch64", "x86_64"])
        extensions = try object.texts("extensions")
        operations = try object.operations("operations", extensions)
        options = try object.options("options")
        http = try object.policy("http")
        statusMap = try object.statusMap("statusMap")
        let limits = try object.object("limits", keys: ["memoryMB", "callSeconds"])
        memoryMB = try limits?.optionalNumber("memoryMB", 16...4096) ?? 512
        callSeconds = try limits?.optionalNumber("callSeconds", 5...120) ?? 30
        license = try object.optionalText("license")
        contact = try object.optionalText("contact")
        guard descriptor.services.contains("mainstay.http/1") == (http != nil) else {
            let service = "the service 'mainstay.http/1'"
            throw LinkFault(.manifest, "\(place) has \(service) without 'http', or that without it")
        }
    }

    private static let keys = [
        "format", "id", "version", "displayName", "library", "sha256", "abi", "architecture",
        "services", "extensions", "operations", "options", "http", "statusMap", "limits",
        "license", "contact",
    ]
}

extension StrictObject {
    fileprivate func optionalNumber(
        _ key: String,
        _ range: ClosedRange<Int64>
    ) throws(LinkFault) -> Int? {
        has(key) ? try number(key, range) : nil
    }

    /// A reversed domain and a name: it is the name of a folder, too.
    fileprivate func id(_ key: String) throws(LinkFault) -> String {
        let id = try text(key)
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        let isFine = parts.allSatisfy { part in
            part.first != "-" && !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
                }
        }
        guard parts.count > 1, isFine, id.utf8.count <= 100 else {
            throw fault(
                key,
                "'\(id.prefix(60))'",
                "a reversed domain and a name as com.example.acme"
            )
        }
        return id
    }

    fileprivate func fileName(_ key: String) throws(LinkFault) -> String {
        let name = try text(key)
        guard !name.contains("/"), !name.hasPrefix("."), !name.utf8.contains(0) else {
            throw fault(key, "'\(name.prefix(60))'", "the name of a file in the same folder")
        }
        return name
    }

    fileprivate func digest(_ key: String) throws(LinkFault) -> String {
        let text = try text(key)
        let isHex = text.utf8.allSatisfy { hexDigit($0) != nil && !(65...70).contains($0) }
        guard isHex, text.utf8.count == 64 else {
            throw fault(key, "'\(text.prefix(60))'", "64 hex digits in small letters")
        }
        return text
    }

    fileprivate func abi(_ key: String) throws(LinkFault) -> String {
        let text = try text(key)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, parts[0] == 1, parts[1] != nil else {
            throw fault(
                key,
                "'\(text.prefix(60))'",
                "a version of the contract that is known, as 1.0"
            )
        }
        return text
    }

    fileprivate func operations(
        _ key: String,
        _ extensions: [String]
    ) throws(LinkFault) -> [ConnectorOperation] {
        var operations: [ConnectorOperation] = []
        for name in try texts(key) {
            guard let operation = ConnectorOperation(rawValue: name) else {
                let known = ConnectorOperation.allCases.map(\.rawValue).joined(separator: ", ")
                throw fault(key, "'\(name.prefix(60))'", "any of \(known)")
            }
            operations.append(operation)
        }
        for operation in [ConnectorOperation.fetchUpdates, .mapStatus]
        where !operations.contains(operation) {
            throw fault(key, "no '\(operation.rawValue)'", "what every connector can do")
        }
        let pairs = [
            (ConnectorOperation.readCase, "mainstay.lookup/1"),
            (.addAttachment, "mainstay.attachments/1"),
        ]
        for (operation, name) in pairs
        where operations.contains(operation) != extensions.contains(name) {
            throw fault(key, "one of '\(operation.rawValue)' and its extension", "both or none")
        }
        return operations
    }

    fileprivate func options(_ key: String) throws(LinkFault) -> [ConnectorManifest.Option] {
        var options: [ConnectorManifest.Option] = []
        for (position, value) in try list(key).enumerated() {
            let keys = ["key", "type", "required", "label"]
            let object = try StrictObject(value, "Option \(position + 1)", keys: keys)
            let kinds = ConnectorManifest.Option.Kind.allCases.map(\.rawValue)
            let name = try object.text("key")
            if options.contains(where: { $0.key == name }) {
                throw object.fault("key", "'\(name)'", "another name than those before")
            }
            let kind = try object.word("type", of: kinds)
            options.append(
                ConnectorManifest.Option(
                    key: name,
                    kind: ConnectorManifest.Option.Kind(rawValue: kind) ?? .string,
                    isRequired: object.has("required") ? try object.flag("required") : false,
                    label: try object.text("label")
                )
            )
        }
        return options
    }

    fileprivate func policy(_ key: String) throws(LinkFault) -> HTTPPolicy? {
        let keys = ["methods", "paths", "writesPerCall", "authentication"]
        guard let object = try object(key, keys: keys) else { return nil }
        let methods = try object.texts("methods")
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
        for method in methods where !known.contains(method) {
            throw object.fault("methods", "'\(method.prefix(20))'", known.joined(separator: ", "))
        }
        var paths: [PathPattern] = []
        for text in try object.texts("paths") {
            do throws(PathFault) {
                paths.append(try PathPattern(text))
            } catch {
                throw object.fault("paths", "'\(text.prefix(60))', which \(error.reason)", "a path")
            }
        }
        let most = Int64(HTTPPolicy.mostWritesPerCall)
        var authentication: [Authentication] = []
        for value in try object.list("authentication") {
            authentication.append(try Authentication(value))
        }
        return HTTPPolicy(
            methods: Set(methods),
            paths: paths,
            writesPerCall: try object.optionalNumber("writesPerCall", 0...most) ?? 1,
            authentication: authentication
        )
    }

    fileprivate func statusMap(_ key: String) throws(LinkFault) -> [String: CaseState] {
        var states: [String: CaseState] = [:]
        for (word, name) in try map(key).sorted(by: { $0.key < $1.key }) {
            guard let state = CaseState(rawValue: name), state != .unknown else {
                let known = CaseState.allCases.filter { $0 != .unknown }.map(\.rawValue)
                throw fault(
                    key,
                    "'\(name.prefix(40))' for '\(word)'",
                    known.joined(separator: ", ")
                )
            }
            states[word] = state
        }
        return states
    }
}

extension Authentication {
    fileprivate init(_ value: JSONValue) throws(LinkFault) {
        let place = "authentication of http"
        let object = try StrictObject(value, place, keys: ["kind", "name"])
        let kind = try object.word("kind", of: ["bearer", "basic", "scheme", "header"])
        let isNamed = kind == "scheme" || kind == "header"
        guard isNamed == object.has("name") else {
            throw object.fault(
                "kind",
                "'\(kind)'",
                isNamed ? "a 'name' with it" : "no 'name' with it"
            )
        }
        let name = isNamed ? try object.text("name") : ""
        guard
            name.unicodeScalars.allSatisfy({
                $0.properties.isAlphabetic
                    || "-0123456789"
                        .unicodeScalars.contains($0)
            }), name.utf8.count == name.count
        else {
            throw object.fault("name", "'\(name.prefix(40))'", "letters, digits and '-'")
        }
        switch kind {
        case "bearer": self = .bearer
        case "basic": self = .basic
        case "scheme": self = .scheme(name)
        default: self = .header(name)
        }
    }
}
