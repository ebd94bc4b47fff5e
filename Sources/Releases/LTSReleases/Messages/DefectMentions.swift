/// What the message of a commit says about defects.
package struct DefectMentions: Sendable, Hashable {
    /// The identifiers that it says it fixes, each once, in the form of
    /// ``CommitPattern/normalised(_:)``.
    package let identifiers: [String]
    /// Starts of the ids of commits that it names as those which brought the defect in: the shape
    /// `Fixes: <id> ("title")` of the kernel, Mesa and QEMU, and `Vulnerable-Commit: <id>`.
    package let introducers: [String]

    /// Reads a whole message, its title included.
    ///
    /// Quoted lines (`>`) and all of a message that starts with `Revert` are left aside: what is
    /// taken back is fixed by nobody.
    package init(_ message: [UInt8], _ patterns: [CommitPattern]) {
        guard !message.starts(with: Array("Revert".utf8)) else {
            (identifiers, introducers) = ([], [])
            return
        }
        let lines = message.split(separator: UInt8(ascii: "\n"))
            .filter { $0.first != UInt8(ascii: ">") && !Self.onlyRefers($0) }
        var found: [String] = []
        for line in lines {
            for identifier in patterns.flatMap({ $0.identifiers(in: Array(line)) })
            where !found.contains(identifier) {
                found.append(identifier)
            }
        }
        identifiers = found
        introducers = lines.compactMap(Self.introducer)
    }

    /// Whether a line says that it fixes nothing itself: `See also:`, `Refs:`, `Related:`.
    private static func onlyRefers(_ line: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: line.prefix(14), as: UTF8.self).lowercased()
        return ["refs:", "ref:", "related", "see also", "see:", "part of", "caused by"]
            .contains { text.hasPrefix($0) }
    }

    private static func introducer(_ line: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: line.prefix(120), as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, ["fixes", "vulnerable-commit"].contains(parts[0].lowercased())
        else { return nil }
        let word = parts[1].drop { $0 == " " }.prefix { $0 != " " }.lowercased()
        let isID = (7...40).contains(word.utf8.count) && word.allSatisfy(\.isHexDigit)
        return isID && word.contains(where: \.isLetter) || word.utf8.count >= 12 && isID
            ? word : nil
    }
}
