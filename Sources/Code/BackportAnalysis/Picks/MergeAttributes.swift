import MainstayCore

/// The `merge` attribute that the `.gitattributes` files of a tree give to paths.
final class MergeAttributes {
    /// What one line of a file says.
    private struct Rule {
        let pattern: PathPattern
        let value: Value
    }

    /// The state of the attribute.
    enum Value: Hashable {
        /// Merged as text: nothing said, `merge`, `!merge`, `merge=text`.
        case text
        /// Both sides are kept: `merge=union`.
        case union
        /// Never merged: `-merge`, `binary`.
        case never
        /// Merged by a command of the user's.
        case driver(String)
    }

    private let objects: PickObjects
    private var known: [CommitID: [Rule]] = [:]

    init(objects: PickObjects) {
        self.objects = objects
    }

    /// Returns the state of the attribute for `path` in the tree `root`.
    ///
    /// - Throws: ``ObjectFault`` if a tree or a `.gitattributes` blob is absent.
    func value(for path: TreePath, in root: CommitID) throws(ObjectFault) -> Value {
        var value = Value.text
        var start = 0
        var folder: CommitID? = root
        while let id = folder {
            let listing = try objects.tree(id)
            let rest = path.bytes[start...]
            if let file = listing.entry(named: Self.fileName[...]), file.mode.isFile {
                for rule in try rules(file.id) where rule.pattern.matches(rest) {
                    value = rule.value
                }
            }
            let name = rest.prefix { $0 != UInt8(ascii: "/") }
            guard name.count < rest.count else { break }
            start += name.count + 1
            let next = listing.entry(named: name)
            folder = next?.mode == .folder ? next?.id : nil
        }
        return value
    }

    private static let fileName = Array(".gitattributes".utf8)

    private func rules(_ id: CommitID) throws(ObjectFault) -> [Rule] {
        if let rules = known[id] { return rules }
        let text = String(decoding: try objects.blob(id), as: UTF8.self)
        let rules = text.split(whereSeparator: \.isNewline).compactMap(Self.rule)
        known[id] = rules
        return rules
    }

    private static func rule(_ line: Substring) -> Rule? {
        var words = line.split(whereSeparator: \.isWhitespace)[...]
        guard let first = words.popFirst(), !first.hasPrefix("#"), !first.hasPrefix("[attr]")
        else { return nil }
        var value: Value?
        for word in words {
            switch word {
            case "merge", "!merge", "merge=text": value = .text
            case "merge=union": value = .union
            case "-merge", "binary", "merge=binary": value = .never
            case _ where word.hasPrefix("merge="): value = .driver(String(word.dropFirst(6)))
            default: break
            }
        }
        return value.map { Rule(pattern: PathPattern(first), value: $0) }
    }
}

extension MergeAttributes.Value {
    /// What a prediction says about a path with this value; `nil` where it is merged as told.
    func note(for path: TreePath) -> String? {
        switch self {
        case .text, .union: nil
        case .never:
            "Path '\(path.text)' has the attribute '-merge': Git does not merge it as text"
        case .driver(let name):
            "Path '\(path.text)' has the merge driver '\(name)', which is not run here"
        }
    }
}
