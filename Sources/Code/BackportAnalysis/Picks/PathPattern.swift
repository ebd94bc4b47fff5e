/// A pattern of `.gitattributes`, matched against paths below the folder of that file.
///
/// As gitattributes(5) says: a pattern without `/` is matched against the basename; `*` and `?` do
/// not match `/`; `**/`, `/**` and `/**/` match any number of folders.
struct PathPattern: Sendable {
    private let bytes: [UInt8]
    private let matchesBasename: Bool

    init(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)
        matchesBasename = !bytes.contains(UInt8(ascii: "/"))
        if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        self.bytes = bytes
    }

    /// Whether it matches `path`, which is relative to the folder of the file.
    func matches(_ path: ArraySlice<UInt8>) -> Bool {
        guard matchesBasename, let slash = path.lastIndex(of: UInt8(ascii: "/")) else {
            return Self.matches(bytes[...], path)
        }
        return Self.matches(bytes[...], path[(slash + 1)...])
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
        guard let head = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        switch head {
        case UInt8(ascii: "*"): return matchesStar(rest, path)
        case UInt8(ascii: "?"):
            return path.first != nil && path.first != UInt8(ascii: "/")
                && matches(rest, path.dropFirst())
        case UInt8(ascii: "["):
            guard let close = rest.dropFirst().firstIndex(of: UInt8(ascii: "]")),
                let byte = path.first
            else { return false }
            return isInSet(rest[rest.startIndex..<close], byte)
                && matches(rest[(close + 1)...], path.dropFirst())
        case UInt8(ascii: "\\"):
            return rest.first != nil && rest.first == path.first
                && matches(rest.dropFirst(), path.dropFirst())
        default: return head == path.first && matches(rest, path.dropFirst())
        }
    }

    private static func matchesStar(
        _ rest: ArraySlice<UInt8>,
        _ path: ArraySlice<UInt8>
    ) -> Bool {
        let isDouble = rest.first == UInt8(ascii: "*")
        var after = isDouble ? rest.dropFirst() : rest
        if isDouble, after.first == UInt8(ascii: "/") {
            after = after.dropFirst()
            if matches(after, path) { return true }
            return path.indices.contains { index in
                path[index] == UInt8(ascii: "/") && matches(after, path[(index + 1)...])
            }
        }
        var left = path
        while true {
            if matches(after, left) { return true }
            guard let byte = left.first, isDouble || byte != UInt8(ascii: "/") else { return false }
            left = left.dropFirst()
        }
    }

    private static func isInSet(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
        let isNegated = set.first == UInt8(ascii: "!") || set.first == UInt8(ascii: "^")
        let members = Array(isNegated ? set.dropFirst() : set)
        var isMember = false
        var index = 0
        while index < members.count {
            if index + 2 < members.count, members[index + 1] == UInt8(ascii: "-") {
                if members[index] <= byte, byte <= members[index + 2] { isMember = true }
                index += 3
            } else {
                if members[index] == byte { isMember = true }
                index += 1
            }
        }
        return isMember != isNegated && byte != UInt8(ascii: "/")
    }
}
