import CYAML

/// One value of a YAML document and where it starts.
struct YAMLNode {
    /// What the value is.
    enum Value {
        /// Text, and whether it stands without quotes.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// Keys and values in the order of the document; no key twice.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    /// What is wrong with a text that is no YAML.
    struct Fault: Error {
        /// Line from 1, where it is known.
        var line: Int?
        var problem: String
    }

    var value: Value
    /// Line from 1.
    var line: Int

    /// Reads the first document of `text`; `nil` if the text holds none.
    ///
    /// The corresponding libyaml function is `yaml_parser_load`.
    static func read(_ text: String) throws(Fault) -> YAMLNode? {
        var reader = YAMLReader()
        return try reader.read(text)
    }
}

/// Reads one document and copies it out of libyaml's memory.
private struct YAMLReader {
    /// Deeper than any settings; also ends aliases that lead back to themselves.
    private static let deepest = 32

    mutating func read(_ text: String) throws(YAMLNode.Fault) -> YAMLNode? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            throw YAMLNode.Fault(problem: "there is no memory to read it")
        }
        defer { yaml_parser_delete(&parser) }
        let bytes = Array(text.utf8)
        var document = yaml_document_t()
        let isLoaded = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            return yaml_parser_load(&parser, &document) == 1
        }
        guard isLoaded else {
            let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
            throw YAMLNode.Fault(line: Int(parser.problem_mark.line) + 1, problem: problem)
        }
        defer { yaml_document_delete(&document) }
        guard yaml_document_get_root_node(&document) != nil else { return nil }
        return try node(1, in: &document, depth: 0)
    }

    private func node(
        _ number: Int32,
        in document: inout yaml_document_t,
        depth: Int
    ) throws(YAMLNode.Fault) -> YAMLNode {
        guard depth < Self.deepest, let found = yaml_document_get_node(&document, number) else {
            throw YAMLNode.Fault(problem: "it is nested too deeply")
        }
        let node = found.pointee
        let line = Int(node.start_mark.line) + 1
        switch node.type {
        case YAML_SEQUENCE_NODE:
            var items: [YAMLNode] = []
            var item = node.data.sequence.items.start
            while let current = item, current != node.data.sequence.items.top {
                items.append(try self.node(current.pointee, in: &document, depth: depth + 1))
                item = current + 1
            }
            return YAMLNode(value: .sequence(items), line: line)
        case YAML_MAPPING_NODE:
            return try mapping(node, in: &document, depth: depth)
        default:
            let scalar = node.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return YAMLNode(value: .scalar(text, isPlain: isPlain), line: line)
        }
    }

    private func mapping(
        _ node: yaml_node_t,
        in document: inout yaml_document_t,
        depth: Int
    ) throws(YAMLNode.Fault) -> YAMLNode {
        let line = Int(node.start_mark.line) + 1
        var entries: [(key: YAMLNode, value: YAMLNode)] = []
        var names: Set<String> = []
        var pair = node.data.mapping.pairs.start
        while let current = pair, current != node.data.mapping.pairs.top {
            let key = try self.node(current.pointee.key, in: &document, depth: depth + 1)
            let value = try self.node(current.pointee.value, in: &document, depth: depth + 1)
            if case .scalar(let name, _) = key.value, !names.insert(name).inserted {
                throw YAMLNode.Fault(line: line, problem: "key '\(name)' is given twice")
            }
            entries.append((key, value))
            pair = current + 1
        }
        return YAMLNode(value: .mapping(entries), line: line)
    }
}
