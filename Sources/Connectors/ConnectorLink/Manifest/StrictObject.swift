import MainstayCore

/// The members of one object of a file that people write: what is not known is a mistake.
struct StrictObject {
    private let members: [String: JSONValue]
    private let place: String

    /// Takes an object.
    ///
    /// - Parameters:
    ///   - value: What is read.
    ///   - place: What it is, for errors: `http of connector.json`.
    ///   - keys: The members that it may have.
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/manifest``.
    init(_ value: JSONValue, _ place: String, keys: [String]) throws(LinkFault) {
        guard let members = value.members else {
            throw LinkFault(.manifest, "\(place) is \(value.json.prefix(40)), expected an object")
        }
        for key in members.keys.sorted() where !keys.contains(key) {
            let near = Spelling.nearest(to: key, among: keys)
            throw LinkFault(
                .manifest,
                "\(place) has a member '\(key)', which is not known",
                hint: near.map { "Did you mean '\($0)'?" }
            )
        }
        (self.members, self.place) = (members, place)
    }

    func has(_ key: String) -> Bool { members[key] != nil }

    func text(_ key: String) throws(LinkFault) -> String {
        try read(key, "a text that is not empty") { value in
            value.text.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    func optionalText(_ key: String) throws(LinkFault) -> String? {
        has(key) ? try text(key) : nil
    }

    /// A text that is one of few.
    func word(_ key: String, of words: [String]) throws(LinkFault) -> String {
        try read(key, "one of " + words.joined(separator: ", ")) { value in
            value.text.flatMap { words.contains($0) ? $0 : nil }
        }
    }

    func number(_ key: String, _ range: ClosedRange<Int64>) throws(LinkFault) -> Int {
        try read(key, "a number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.int.flatMap { range.contains($0) ? Int($0) : nil }
        }
    }

    func flag(_ key: String) throws(LinkFault) -> Bool {
        try read(key, "true or false") { value in
            guard case .bool(let flag) = value else { return nil }
            return flag
        }
    }

    /// Texts of which none comes twice; none where the member is missing.
    func texts(_ key: String) throws(LinkFault) -> [String] {
        guard has(key) else { return [] }
        return try read(key, "a list of texts of which none comes twice") { value in
            let texts = (value.list ?? []).compactMap(\.text)
            let isWhole = value.list?.count == texts.count && Set(texts).count == texts.count
            return isWhole ? texts : nil
        }
    }

    /// Elements; none where the member is missing.
    func list(_ key: String) throws(LinkFault) -> [JSONValue] {
        has(key) ? try read(key, "a list") { $0.list } : []
    }

    /// An object; `nil` where the member is missing.
    func object(_ key: String, keys: [String]) throws(LinkFault) -> StrictObject? {
        guard let value = members[key] else { return nil }
        return try StrictObject(value, "\(key) of \(place)", keys: keys)
    }

    /// An object of texts, whose keys are not ours.
    func map(_ key: String) throws(LinkFault) -> [String: String] {
        guard has(key) else { return [:] }
        return try read(key, "an object of texts") { value in
            let texts = value.members?.compactMapValues(\.text)
            return texts?.count == value.members?.count ? texts : nil
        }
    }

    func fault(_ key: String, _ seen: String, _ expected: String) -> LinkFault {
        LinkFault(.manifest, "\(place) has \(seen) as '\(key)', expected \(expected)")
    }

    private func read<Value>(
        _ key: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) throws(LinkFault) -> Value {
        guard let value = members[key] else {
            throw LinkFault(.manifest, "\(place) has no '\(key)', expected \(expected)")
        }
        guard let found = read(value) else {
            throw fault(key, String(value.json.prefix(60)), expected)
        }
        return found
    }
}
