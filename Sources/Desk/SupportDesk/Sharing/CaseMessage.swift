package import MainstayCore

/// A message to a vendor as the gate has let it through: what a connector is given, or a person sends.
package struct CaseMessage: Sendable, Hashable {
    /// A field with its value.
    package struct Field: Sendable, Hashable {
        /// Which.
        package let field: SharedField
        /// Its value, disguised.
        package let value: String

        /// Creates a field.
        package init(_ field: SharedField, _ value: String) {
            (self.field, self.value) = (field, value)
        }
    }

    /// A file with what tells it from others.
    package struct File: Sendable, Hashable {
        /// What it is called towards the vendor.
        package let name: String
        /// Its type, such as `text/plain`.
        package let mediaType: String
        /// How many bytes it has.
        package let size: Int64
        /// The SHA-256 of its bytes.
        package let sha: String

        /// The most bytes that a file may have, so that it fits one request: 5 MiB.
        package static let mostBytes: Int64 = 5 << 20

        /// Creates the note of a file.
        package init(name: String, mediaType: String, size: Int64, sha: String) {
            (self.name, self.mediaType, self.size, self.sha) = (name, mediaType, size, sha)
        }
    }

    /// What is asked of the vendor's system.
    package let operation: CaseOperation
    /// Our key for it: `MS-17`, or `MS-17.3` for the third message in the case.
    package let key: String
    /// The title of a new case.
    package var title: String?
    /// The words.
    package var body = ""
    /// The priority of a new case, where that may be told.
    package var priority: Priority?
    /// Further fields of a new case.
    package var fields: [Field] = []
    /// The file of a message that hands one over.
    package var file: File?

    /// Creates a message without words.
    package init(_ operation: CaseOperation, key: String) {
        self.operation = operation
        self.key = key
    }

    /// The mark by which a search at the vendor finds it: the key in brackets.
    package var marker: String { "[\(key)]" }
}

extension CaseMessage {
    /// The message as it is kept.
    package var json: JSONValue {
        var json: [String: JSONValue] = [
            "operation": .text(operation.rawValue), "key": .text(key), "body": .text(body),
        ]
        if let title { json["title"] = .text(title) }
        if let priority { json["priority"] = .int(priority.rawValue) }
        if !fields.isEmpty {
            json["fields"] = .list(
                fields.map { ["field": .text($0.field.rawValue), "value": .text($0.value)] }
            )
        }
        if let file {
            json["file"] = [
                "name": .text(file.name), "mediaType": .text(file.mediaType),
                "size": .int(file.size), "sha256": .text(file.sha),
            ]
        }
        return .object(json)
    }

    /// Reads a message that was kept.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/row`` for anything else.
    package init(json: JSONValue) throws(DeskError) {
        guard let operation = json["operation"]?.text.flatMap(CaseOperation.init),
            let key = json["key"]?.text, let body = json["body"]?.text
        else {
            throw DeskError(.row, "Message of a case has the form \(json.json.prefix(80))")
        }
        self.init(operation, key: key)
        self.body = body
        title = json["title"]?.text
        priority = json["priority"]?.int.flatMap(Priority.init)
        fields = (json["fields"]?.list ?? [])
            .compactMap { field in
                guard let name = field["field"]?.text.flatMap(SharedField.init),
                    let value = field["value"]?.text
                else { return nil }
                return Field(name, value)
            }
        if let file = json["file"], let name = file["name"]?.text,
            let type = file["mediaType"]?.text, let size = file["size"]?.int,
            let sha = file["sha256"]?.text
        {
            self.file = File(name: name, mediaType: type, size: size, sha: sha)
        }
    }

    /// The message as a person sends it: its mark in the first line, and what it says.
    package var text: String {
        var lines = ["\(marker) \(title ?? operation.words)"]
        if let priority { lines.append("Priority: \(priority)") }
        for field in fields where !field.value.contains("\n") {
            lines.append("\(field.field.words): \(field.value)")
        }
        if let file {
            lines.append("File: \(file.name), \(file.size) bytes, SHA-256 \(file.sha)")
        }
        if !body.isEmpty { lines += ["", body] }
        for field in fields where field.value.contains("\n") {
            lines += ["", "\(field.field.words):", field.value]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension CaseOperation {
    /// What it is called in a message without a title.
    fileprivate var words: String {
        switch self {
        case .openCase: "New case"
        case .addComment: "To this case"
        case .closeCase: "This case can be closed"
        case .addAttachment: "A file for this case"
        }
    }
}

extension SharedField {
    /// What it is called towards a vendor.
    fileprivate var words: String {
        switch self {
        case .product: "Product"
        case .component: "Component"
        case .release: "Release"
        case .priority: "Priority"
        case .defect: "Defect"
        case .ticketTitle: "Request"
        case .ticketText: "Request in full"
        }
    }
}
