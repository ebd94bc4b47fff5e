import MainstayCore

/// Tells which tags are releases and of which version.
///
/// A tag is a prefix and a version. The project's prefix is the one that most tags with at least
/// two numbers bear; tags with another prefix belong to components or to another project's
/// history and are left out. Prefixes that say nothing (none, `v`, `release-`) always count, but
/// only with a dotted version unless most tags are written so. Prefixes are compared without case
/// and without separators at their end: `REL_17_2` and `REL9_6_0` have one prefix.
struct ReleaseTags {
    /// One tag's name, cut in two.
    private struct Split {
        let tag: Int
        let start: Int
        let prefix: Int
        let isDotted: Bool
    }

    /// A prefix as it is written, and what it is compared as.
    private struct Prefix {
        let text: String
        let key: String
        var votes = 0
        var singles = 0
    }

    private var names: [UnsafeRawBufferPointer]
    private var splits: [Split] = []
    private var prefixes: [Prefix] = []
    private var prefixNumbers: [String: Int] = [:]

    /// A tag that is a release.
    struct Parsed {
        /// Place of the tag in the list that was given.
        let tag: Int
        let version: ReleaseVersion
    }

    /// Parses the short names of tags.
    static func parse(_ names: [UnsafeRawBufferPointer]) -> [Parsed] {
        var tags = ReleaseTags(names: names)
        tags.split()
        return tags.parsed()
    }

    private init(names: [UnsafeRawBufferPointer]) { self.names = names }

    private mutating func split() {
        var last = 0..<0
        var lastName = 0
        var number = -1
        for tag in names.indices {
            let name = names[tag]
            guard let start = Self.versionStart(in: name) else { continue }
            let isSame =
                number >= 0 && start == last.count
                && names[lastName][last].elementsEqual(name[0..<start])
            if !isSame {
                last = 0..<start
                lastName = tag
                number = self.number(ofPrefix: String(decoding: name[last], as: UTF8.self))
            }
            let isDotted = Self.isDotted(name, from: start)
            splits.append(Split(tag: tag, start: start, prefix: number, isDotted: isDotted))
            if isDotted { prefixes[number].votes += 1 } else { prefixes[number].singles += 1 }
        }
    }

    private mutating func number(ofPrefix text: String) -> Int {
        if let known = prefixNumbers[text] { return known }
        prefixes.append(Prefix(text: text, key: Self.key(of: text)))
        prefixNumbers[text] = prefixes.count - 1
        return prefixes.count - 1
    }

    private func parsed() -> [Parsed] {
        guard let chosen = chosenKey() else { return [] }
        let exact = exactPrefixes(of: chosen)
        var wanted = splits.filter { split in
            let prefix = prefixes[split.prefix]
            if exact.contains(split.prefix) { return true }
            return split.isDotted && (prefix.key == chosen || prefix.key.isEmpty)
        }
        let lettersArePatches = wanted.contains { Self.endsInPatchLetter(names[$0.tag]) }
        wanted.removeAll { names[$0.tag].count - $0.start > 64 }
        return wanted.compactMap { split in
            let text = UnsafeRawBufferPointer(rebasing: names[split.tag][split.start...])
            return ReleaseVersion(bytes: text, lettersArePatches: lettersArePatches)
                .map { Parsed(tag: split.tag, version: $0) }
        }
    }

    /// The key that most tags bear.
    ///
    /// A key with a `/` or `@` names a component, and is chosen only
    /// where fewer than three tags are written without.
    private func chosenKey() -> String? {
        var votes: [String: Int] = [:]
        let useSingles = prefixes.allSatisfy { $0.votes == 0 }
        for prefix in prefixes where !Self.isPrerelease(prefix.key) {
            votes[prefix.key, default: 0] += useSingles ? prefix.singles : prefix.votes
        }
        let plain = votes.filter { !$0.key.contains("/") && !$0.key.contains("@") }
        let choice = plain.values.reduce(0, +) >= 3 || plain.count == votes.count ? plain : votes
        return choice.filter { $0.value > 0 }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }?
            .key
    }

    /// The prefixes whose tags count even with a single number: the commonest spelling.
    private func exactPrefixes(of key: String) -> Set<Int> {
        let same = prefixes.indices.filter { prefixes[$0].key == key }
        let most = same.map { prefixes[$0].votes }.max() ?? 0
        if most == 0 { return Set(same) }
        return Set(same.filter { prefixes[$0].votes == most })
    }

    // MARK: - Cutting one name

    /// Where the version starts: at the first digit that stands at the start, after a separator,
    /// after a `v` that stands so, or in a word directly before a dotted version (`go1.21`).
    private static func versionStart(in name: UnsafeRawBufferPointer) -> Int? {
        var place = 0
        while place < name.count {
            guard name[place] &- 48 < 10 else {
                place += 1
                continue
            }
            let start = place
            while place < name.count, name[place] &- 48 < 10 { place += 1 }
            if isBoundary(name, start) { return start }
            let next = place < name.count ? name[place] : 46
            if next == 46 || next == 95 { return start }
        }
        return nil
    }

    private static func isBoundary(_ name: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        guard place > 0 else { return true }
        let before = name[place - 1]
        if before | 32 == 118 { return place == 1 || !NameReader.isLetter(name[place - 2]) }
        return !NameReader.isLetter(before)
    }

    private static func isDotted(_ name: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var place = start
        while place < name.count, name[place] &- 48 < 10 { place += 1 }
        guard place + 1 < name.count, name[place] == 46 || name[place] == 95 else { return false }
        return name[place + 1] &- 48 < 10
    }

    private static func endsInPatchLetter(_ name: UnsafeRawBufferPointer) -> Bool {
        guard name.count > 1 else { return false }
        let last = name[name.count - 1] | 32
        return name[name.count - 2] &- 48 < 10 && last > 99 && last <= 122 && last != 112
            && last != 109 && last != 114
    }

    /// A prefix in the form in which it is compared; empty where it says nothing.
    private static func key(of prefix: String) -> String {
        var text = Substring(prefix.lowercased())
        func dropSeparators() {
            while let last = text.last, "-_./@ ".contains(last) { text.removeLast() }
        }
        dropSeparators()
        if text.last == "v", text.dropLast().last.map({ !$0.isLetter }) ?? true {
            text.removeLast()
            dropSeparators()
        }
        return ["release", "releases", "rel", "version", "ver", "r"].contains(text)
            ? "" : String(text)
    }

    /// Whether the prefix says that its tags are no releases, as in `nightly-2024.01`.
    private static func isPrerelease(_ key: String) -> Bool {
        let words = key.split { !$0.isLetter }
        let unreleased: Set<Substring> = [
            "nightly", "snapshot", "dev", "test", "testing", "build", "ci", "alpha", "beta", "rc",
            "pre", "preview", "backup", "archive", "old", "debian", "ubuntu", "upstream",
        ]
        return words.contains { unreleased.contains($0) }
    }
}
