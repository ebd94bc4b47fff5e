/// The version of a release, as projects write it in tags and branches.
///
/// Numbers, then any suffixes: `2.39`, `3.10.11rc1`, `1.2.3-beta.2`, `17.0.1+3`, `9.6.Final`. Two
/// versions are equal if neither is older: `1.2` equals `1.2.0`, `1.2-rc1` equals `1.2.0c1`.
package struct ReleaseVersion: Sendable {
    /// The numbers as written, never empty; a missing one counts as 0 in comparisons.
    package let numbers: [Int]
    /// The suffixes in their order; words that change nothing (`Final`, `GA`) are left out.
    package let suffixes: [Suffix]

    /// Creates a version from its parts.
    ///
    /// - Precondition: `numbers` is not empty.
    package init(_ numbers: [Int], suffixes: [Suffix] = []) {
        precondition(!numbers.isEmpty, "A version needs a number")
        self.numbers = numbers
        self.suffixes = suffixes
    }

    /// A word after the numbers, with its own numbers.
    package struct Suffix: Sendable, Hashable {
        /// What the word says about the release.
        package let stage: Stage
        /// The number after the word; 0 where there is none.
        package let number: Int
        /// The number after that, as in `-13.3`; 0 where there is none.
        package let minor: Int

        /// Creates a suffix.
        package init(_ stage: Stage, _ number: Int = 0, minor: Int = 0) {
            self.stage = stage
            self.number = number
            self.minor = minor
        }

        /// Stands for the end of the suffixes.
        static let end = Suffix(.none)
    }

    /// What a suffix says, from the earliest to the latest.
    package enum Stage: Int, Sendable, Hashable, Comparable {
        /// `dev`, `snapshot`, `nightly`.
        case development
        /// `a`, `alpha`.
        case alpha
        /// `b`, `beta`, `m`, `milestone`.
        case beta
        /// `pre`, `rc`, `c`.
        case candidate
        /// The release itself: no suffix.
        case none
        /// `post`, `p`, a revision such as `-1` or `+3`.
        case post

        /// Compares by the order in which releases are made.
        package static func < (left: Stage, right: Stage) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// Whether the version was made before the release whose numbers it bears.
    package var isPrerelease: Bool { suffixes.contains { $0.stage < .none } }

    /// Whether the last of several numbers is 9000 to 9999: a snapshot of the development branch.
    package var isDevelopmentSnapshot: Bool {
        guard numbers.count > 1, let last = numbers.last else { return false }
        return (9000...9999).contains(last)
    }
}

extension ReleaseVersion: Hashable, Comparable {
    /// Whether neither version is older.
    package static func == (left: ReleaseVersion, right: ReleaseVersion) -> Bool {
        left.order(to: right) == 0
    }

    /// Compares number by number, then suffix by suffix.
    package static func < (left: ReleaseVersion, right: ReleaseVersion) -> Bool {
        left.order(to: right) < 0
    }

    /// Feeds the parts that comparison looks at.
    package func hash(into hasher: inout Hasher) {
        let end = (numbers.lastIndex { $0 != 0 } ?? -1) + 1
        hasher.combine(end)
        for number in numbers[..<end] { hasher.combine(number) }
        let last = (suffixes.lastIndex { $0 != .end } ?? -1) + 1
        for suffix in suffixes[..<last] { hasher.combine(suffix) }
    }

    /// Negative if `self` is older, positive if it is newer, 0 if both are the same version.
    private func order(to other: ReleaseVersion) -> Int {
        for place in 0..<max(numbers.count, other.numbers.count) {
            let left = place < numbers.count ? numbers[place] : 0
            let right = place < other.numbers.count ? other.numbers[place] : 0
            if left != right { return left < right ? -1 : 1 }
        }
        for place in 0..<max(suffixes.count, other.suffixes.count) {
            let left = place < suffixes.count ? suffixes[place] : .end
            let right = place < other.suffixes.count ? other.suffixes[place] : .end
            if left.stage != right.stage { return left.stage < right.stage ? -1 : 1 }
            if left.number != right.number { return left.number < right.number ? -1 : 1 }
            if left.minor != right.minor { return left.minor < right.minor ? -1 : 1 }
        }
        return 0
    }
}

extension ReleaseVersion: CustomStringConvertible {
    /// The version in one spelling for all projects: `3.10.11rc1`, `2.0.3.post1`.
    package var description: String {
        var text = numbers.map(String.init).joined(separator: ".")
        for suffix in suffixes {
            switch suffix.stage {
            case .development: text += ".dev"
            case .alpha: text += "a"
            case .beta: text += "b"
            case .candidate: text += "rc"
            case .none: continue
            case .post: text += ".post"
            }
            text += String(suffix.number)
            if suffix.minor != 0 { text += ".\(suffix.minor)" }
        }
        return text
    }
}

// MARK: - Reading

extension ReleaseVersion {
    /// Reads a version without any prefix; `nil` if some part of `text` is not understood.
    package init?(_ text: some StringProtocol) {
        var copy = Substring(text)
        let version = copy.withUTF8 { ReleaseVersion(bytes: UnsafeRawBufferPointer($0)) }
        guard let version else { return nil }
        self = version
    }

    /// Reads a version that fills `bytes`; `nil` if some part is not understood.
    ///
    /// With `lettersArePatches` a single letter at the end counts releases (`1.0.2a`, `1.0.2b`)
    /// instead of naming a stage.
    package init?(bytes: UnsafeRawBufferPointer, lettersArePatches: Bool = false) {
        var reader = VersionReader(bytes: bytes)
        guard let numbers = reader.numbers() else { return nil }
        var suffixes: [Suffix] = []
        while !reader.isAtEnd {
            guard let suffix = reader.suffix(lettersArePatches: lettersArePatches) else {
                return nil
            }
            if suffix.stage == .none { continue }
            // `1.2-0.5.rc5` is a candidate of 1.2: the revision before it only counts builds.
            if suffix.stage < .none, suffixes.allSatisfy({ $0.stage == .post }) { suffixes = [] }
            suffixes.append(suffix)
        }
        // Two revisions in a row are a date or a build name, not a version.
        guard suffixes.count(where: { $0.stage == .post }) < 2 else { return nil }
        self.init(numbers, suffixes: suffixes)
    }
}

/// Reads the parts of a version byte by byte.
private struct VersionReader {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// `N([._]N)*`, at most eight numbers of at most nine digits.
    mutating func numbers() -> [Int]? {
        guard let first = number() else { return nil }
        var numbers = [first]
        while place + 1 < bytes.count, bytes[place] == 46 || bytes[place] == 95,
            isDigit(at: place + 1)
        {
            place += 1
            guard numbers.count < 8, let next = number() else { return nil }
            numbers.append(next)
        }
        return numbers
    }

    mutating func suffix(lettersArePatches: Bool) -> ReleaseVersion.Suffix? {
        let separator = bytes[place]
        let hasSeparator = isSeparator(separator)
        if hasSeparator { place += 1 }
        guard !isAtEnd else { return nil }
        if isDigit(at: place) {
            guard separator == 45 || separator == 43, let number = number() else { return nil }
            return .init(.post, number, minor: minor())
        }
        let start = place
        while !isAtEnd, isLetter(at: place) { place += 1 }
        if place == start { return nil }
        if lettersArePatches, !hasSeparator, place == start + 1, isAtEnd {
            return .init(.post, Int(bytes[start] | 32) - 96)
        }
        guard let stage = stage(of: start..<place) else { return nil }
        let number = wordNumber()
        return .init(stage, number, minor: number == 0 ? 0 : minor())
    }

    /// The number after a word, with or without a separator; 0 where there is none.
    private mutating func wordNumber() -> Int {
        guard !isAtEnd else { return 0 }
        let start = place
        if isSeparator(bytes[place]), bytes[place] != 43 { place += 1 }
        if let number = number() { return number }
        place = start
        return 0
    }

    private mutating func minor() -> Int {
        guard place + 1 < bytes.count, bytes[place] == 46, isDigit(at: place + 1) else { return 0 }
        place += 1
        return number() ?? 0
    }

    private mutating func number() -> Int? {
        let start = place
        var value = 0
        while !isAtEnd, isDigit(at: place) {
            value = value * 10 + Int(bytes[place] - 48)
            place += 1
            if place - start > 14 { return nil }
        }
        return place == start ? nil : value
    }

    private func stage(of range: Range<Int>) -> ReleaseVersion.Stage? {
        for (word, stage) in Self.words where matches(word, range) { return stage }
        return nil
    }

    private func matches(_ word: StaticString, _ range: Range<Int>) -> Bool {
        guard word.utf8CodeUnitCount == range.count else { return false }
        for offset in 0..<range.count
        where word.utf8Start[offset] != bytes[range.lowerBound + offset] | 32 {
            return false
        }
        return true
    }

    private func isDigit(at place: Int) -> Bool {
        place < bytes.count && bytes[place] &- 48 < 10
    }

    private func isLetter(at place: Int) -> Bool { (bytes[place] | 32) &- 97 < 26 }

    /// `.`, `-`, `_`, `+` and `~`.
    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == 46 || byte == 45 || byte == 95 || byte == 43 || byte == 126
    }

    private static let words: [(StaticString, ReleaseVersion.Stage)] = [
        ("rc", .candidate), ("a", .alpha), ("b", .beta), ("dev", .development),
        ("alpha", .alpha), ("beta", .beta), ("pre", .candidate), ("c", .candidate),
        ("cr", .candidate), ("preview", .candidate), ("m", .beta), ("milestone", .beta),
        ("devel", .development), ("snapshot", .development), ("nightly", .development),
        ("canary", .development), ("final", .none), ("ga", .none), ("release", .none),
        ("stable", .none), ("lts", .none), ("post", .post), ("p", .post), ("pl", .post),
        ("patch", .post), ("sp", .post), ("r", .post), ("rev", .post),
    ]
}
