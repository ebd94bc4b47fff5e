import MainstayCore

/// Mainline commits whose titles or request numbers are like those of some of the lines' commits.
///
/// What was found serves the next time: commits that came since are compared, others are not.
package struct SimilarTitles: Sendable, Hashable {
    /// A commit worth comparing.
    package struct Candidate: Sendable, Hashable {
        /// The commit.
        package var row: CommitRow
        /// Share of the words of both titles that both have, 0 to 1.
        package var likeness: Double
        /// Whether both name the same request.
        package var hasRequest: Bool

        /// Creates a candidate.
        package init(row: CommitRow, likeness: Double, hasRequest: Bool) {
            self.row = row
            self.likeness = likeness
            self.hasRequest = hasRequest
        }
    }

    /// What was found for one commit of a line.
    package struct Found: Sendable, Hashable {
        /// A hash of its words, and of which of them were too common to lead to candidates.
        package var marks: UInt64
        /// The best first.
        package var candidates: [Candidate] = []

        /// Creates what was found, or will be.
        package init(marks: UInt64, candidates: [Candidate] = []) {
            self.marks = marks
            self.candidates = candidates
        }
    }

    private static let mostCandidates = 10
    /// Words that more of the lines' commits have do not lead to candidates.
    private static let commonest = 200
    /// Titles that are less alike are not compared unless they name the same request.
    fileprivate static let leastLikeness = 0.6

    /// How many mainline commits were compared, in order of rows, and a hash of them.
    package let compared: (count: Int, hash: UInt64)
    /// By the row of the line's commit.
    package private(set) var found: [CommitRow: Found]

    /// Takes up what was found before.
    package init(compared: (count: Int, hash: UInt64), found: [CommitRow: Found]) {
        self.compared = compared
        self.found = found
    }

    func candidates(for row: CommitRow) -> [Candidate] { found[row]?.candidates ?? [] }

    /// Looks through the mainline once for all of `rows`; only through what is new since `known`
    /// was found, for those that it knows.
    init(_ matcher: BackportMatcher, rows: [CommitRow], known: SimilarTitles?) {
        let candidates = matcher.request.candidates
        compared = (candidates.count, Self.hash(candidates[...]))
        let lines = LineTitles(matcher, rows: rows, commonest: Self.commonest)
        found = [:]
        var isNew = [Bool](repeating: true, count: rows.count)
        var old = 0
        if let known, known.compared.count <= candidates.count,
            known.compared.hash == Self.hash(candidates[..<known.compared.count])
        {
            old = known.compared.count
            for (number, row) in rows.enumerated() {
                guard let kept = known.found[row], kept.marks == lines.marks[number] else {
                    continue
                }
                found[row] = kept
                isNew[number] = false
            }
        }
        for (number, row) in rows.enumerated() where isNew[number] {
            found[row] = Found(marks: lines.marks[number])
        }
        compare(candidates[old...], with: lines, matcher)
        if old > 0, isNew.contains(true) {
            compare(candidates[..<old], with: lines.keeping { isNew[$0] }, matcher)
        }
    }

    private static func hash(_ rows: ArraySlice<CommitRow>) -> UInt64 {
        rows.withUnsafeBytes { hashBytes($0) }
    }

    private mutating func compare(
        _ candidates: ArraySlice<CommitRow>,
        with lines: LineTitles,
        _ matcher: BackportMatcher
    ) {
        var reader = WordReader(matcher.index)
        var near = NearRows(count: lines.rows.count)
        for candidate in candidates where lines.times.contains(matcher.index.commitTime(candidate))
        {
            let words = reader.read(candidate)
            near.begin()
            for word in words.words { for number in lines.byWord[word] ?? [] { near.meet(number) } }
            for request in words.requests {
                for number in lines.byRequest[request] ?? [] { near.name(number) }
            }
            for number in near.met {
                let (row, own) = (lines.rows[number], lines.words[number])
                let isNamed = near.isNamed(number)
                guard own.isRevert == words.isRevert,
                    isNamed
                        ? matcher.isInSupport(row, candidate) : matcher.isInTime(row, candidate),
                    isNamed
                        || own.mayBeLike(words, sharing: near.shared(number) + lines.common[number])
                else { continue }
                let likeness = own.isComparable(to: words) ? own.likeness(to: words) : 0
                guard isNamed || likeness >= Self.leastLikeness else { continue }
                let entry = Candidate(row: candidate, likeness: likeness, hasRequest: isNamed)
                add(entry, for: row, matcher.index)
            }
        }
    }

    /// Whether both found the same among the same.
    package static func == (left: SimilarTitles, right: SimilarTitles) -> Bool {
        left.compared == right.compared && left.found == right.found
    }

    /// Hashes what was compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(compared.hash)
    }

    /// Keeps the best few: same request first, then by likeness, nearness in time and id.
    private mutating func add(_ entry: Candidate, for row: CommitRow, _ index: CommitIndex) {
        func isBetter(_ left: Candidate, _ right: Candidate) -> Bool {
            if left.hasRequest != right.hasRequest { return left.hasRequest }
            if left.likeness != right.likeness { return left.likeness > right.likeness }
            let time = index.commitTime(row)
            let first = abs(index.commitTime(left.row) - time)
            let second = abs(index.commitTime(right.row) - time)
            return first != second ? first < second : index.id(left.row) < index.id(right.row)
        }
        var list = candidates(for: row)
        if list.count == Self.mostCandidates, let last = list.last, !isBetter(entry, last) {
            return
        }
        list.append(entry)
        list.sort(by: isBetter)
        found[row]?.candidates = Array(list.prefix(Self.mostCandidates))
    }
}

/// The titles of the lines' commits, by what leads from a candidate to them.
private struct LineTitles {
    let rows: [CommitRow]
    let words: [TitleWords]
    /// The numbers of the rows that have a word, or name a request.
    private(set) var byWord: [UInt64: [Int]] = [:]
    private(set) var byRequest: [UInt32: [Int]] = [:]
    /// How many words of each row are too common to lead to it.
    let common: [Int]
    /// A hash of each row's words and of which are too common.
    let marks: [UInt64]
    /// When the candidates of each row may have been committed: seconds since 1970, UTC.
    private let timesOfRows: [ClosedRange<Int64>]
    /// When any candidate may have been.
    private(set) var times: ClosedRange<Int64>

    init(_ matcher: BackportMatcher, rows: [CommitRow], commonest: Int) {
        var reader = WordReader(matcher.index)
        let words = rows.map { reader.read($0) }
        var byWord: [UInt64: [Int]] = [:]
        for (number, title) in words.enumerated() {
            for word in title.words { byWord[word, default: []].append(number) }
            for request in title.requests { byRequest[request, default: []].append(number) }
        }
        byWord = byWord.filter { $0.value.count <= commonest }
        self.rows = rows
        self.words = words
        self.byWord = byWord
        common = words.map { title in title.words.count { byWord[$0] == nil } }
        marks = words.map { title in
            title.words.reduce(0) { mix($0 ^ $1 ^ (byWord[$1] == nil ? 1 : 0)) }
        }
        timesOfRows = zip(rows, words)
            .map { row, title in
                BackportMatcher.timesOfUpstreams(
                    at: matcher.index.commitTime(row),
                    isSupported: !title.requests.isEmpty
                )
            }
        times = Self.whole(timesOfRows)
    }

    private static func whole(_ times: [ClosedRange<Int64>]) -> ClosedRange<Int64> {
        (times.map(\.lowerBound).min() ?? 0)...(times.map(\.upperBound).max() ?? 0)
    }

    /// The same with those rows alone whose numbers pass a test.
    func keeping(_ isKept: (Int) -> Bool) -> LineTitles {
        var kept = self
        kept.byWord = byWord.mapValues { $0.filter(isKept) }.filter { !$0.value.isEmpty }
        kept.byRequest = byRequest.mapValues { $0.filter(isKept) }.filter { !$0.value.isEmpty }
        kept.times = Self.whole(rows.indices.filter(isKept).map { timesOfRows[$0] })
        return kept
    }
}

/// The rows of lines that share a word or a request with one candidate; emptied in no time.
private struct NearRows {
    /// Each once, in the order in which they were met.
    private(set) var met: [Int] = []
    private var turn: Int32 = 0
    private var turns: [Int32]
    private var namedTurns: [Int32]
    private var sharedWords: [Int32]

    init(count: Int) {
        turns = Array(repeating: 0, count: count)
        namedTurns = turns
        sharedWords = turns
    }

    mutating func begin() {
        turn += 1
        met.removeAll(keepingCapacity: true)
    }

    /// Notes that a row has one more word of the candidate.
    mutating func meet(_ number: Int) {
        if turns[number] != turn {
            turns[number] = turn
            sharedWords[number] = 0
            met.append(number)
        }
        sharedWords[number] += 1
    }

    /// Notes that a row names a request of the candidate.
    mutating func name(_ number: Int) {
        if turns[number] != turn {
            meet(number)
            sharedWords[number] = 0
        }
        namedTurns[number] = turn
    }

    func isNamed(_ number: Int) -> Bool { namedTurns[number] == turn }

    func shared(_ number: Int) -> Int { Int(sharedWords[number]) }
}

/// The words of one title, for likeness.
struct TitleWords {
    /// Hashes of the distinct words, without ticket numbers, in the order of the title.
    var words: [UInt64] = []
    /// Request numbers of title and message.
    var requests: [UInt32] = []
    /// Whether the title was cut off.
    var isCut = false
    /// Whether the commit takes another back.
    var isRevert = false
    /// Hashes of the words with digits, without request numbers: versions and dates.
    var numbers: Set<UInt64> = []
    /// Whether the title is of upkeep that comes again and again, with other numbers.
    var isUpkeep = false
    /// Whether the title says who and when, not what.
    var isBare = false

    /// Whether likeness of the titles means likeness of the changes: of upkeep only if all numbers
    /// are the same.
    func isComparable(to other: TitleWords) -> Bool {
        if isBare || other.isBare { return false }
        return !(isUpkeep || other.isUpkeep) || numbers == other.numbers
    }

    /// Whether titles that share at most so many words can be alike enough.
    func mayBeLike(_ other: TitleWords, sharing most: Int) -> Bool {
        if isCut || other.isCut { return true }
        let (smaller, all) = (min(words.count, other.words.count), words.count + other.words.count)
        let least = SimilarTitles.leastLikeness
        return most >= smaller || Double(most) * (1 + least) >= least * Double(all) - 1e-9
    }

    /// The share of words that both titles have; 1 where one is the cut start of the other.
    func likeness(to other: TitleWords) -> Double {
        let common = words.reduce(0) { $0 + (other.words.contains($1) ? 1 : 0) }
        guard common >= 2 else { return 0 }
        if isCut, isStart(of: other) || other.isCut && other.isStart(of: self) { return 1 }
        if other.isCut, other.isStart(of: self) { return 1 }
        let smaller = min(words.count, other.words.count)
        let union = words.count + other.words.count - common
        // A few words more at either end are the picker's.
        if smaller >= 4, common == smaller { return 0.9 }
        return Double(common) / Double(max(union, 1))
    }

    private func isStart(of other: TitleWords) -> Bool {
        // The last word may be cut in the middle.
        let known = words.dropLast()
        return known.count >= 3 && other.words.starts(with: known)
    }
}

/// Reads titles into words, with one buffer for all.
struct WordReader {
    private let index: CommitIndex
    private var folded: [UInt8] = []

    init(_ index: CommitIndex) { self.index = index }

    mutating func read(_ row: CommitRow) -> TitleWords {
        let subject = index.storedSubject(row)
        var result = TitleWords()
        TitleText.fold(subject, into: &folded)
        result.isCut = TitleText.isCut(subject)
        result.isRevert = index.flags(row).contains(.quotedRevert)
        result.isUpkeep = UpkeepTitle.matches(folded)
        result.isBare = UpkeepTitle.isBare(folded)
        result.requests = TitleText.requests(subject)
        let known = Set(result.requests.map { Array("\($0)".utf8) })
        folded.withUnsafeBytes { bytes in
            for word in bytes.split(separator: 32) {
                let hash = hashBytes(UnsafeRawBufferPointer(rebasing: word))
                if word.contains(where: isDigit), known.isEmpty || !known.contains(Array(word)) {
                    result.numbers.insert(hash)
                }
                if !word.allSatisfy(isDigit), !result.words.contains(hash) {
                    result.words.append(hash)
                }
            }
        }
        for case .request(let number) in index.records(row) { result.requests.append(number) }
        return result
    }
}

/// Titles of upkeep, which comes again and again with other numbers.
enum UpkeepTitle {
    private static let words: [StaticString] = [
        "bump", "bumps", "update", "updates", "updated", "upgrade", "upgrades", "vendor", "release",
        "changelog", "version", "regenerate", "regenerated", "ulps", "translation",
        "translations", "dependencies", "news",
    ]

    /// Whether one of the words of a folded title is of upkeep.
    static func matches(_ folded: [UInt8]) -> Bool {
        folded.withUnsafeBytes { bytes in
            var cursor = TextCursor(bytes)
            while !cursor.isAtEnd {
                for word in words {
                    var next = cursor
                    if next.skip(word), next.isAtEnd || next.next == 32 { return true }
                }
                while !cursor.isAtEnd, cursor.next != 32 { cursor.offset += 1 }
                cursor.offset += 1
            }
            return false
        }
    }

    /// Whether a folded title starts with a date, as old change logs do: `2005 10 22 name`.
    static func isBare(_ folded: [UInt8]) -> Bool {
        let shape = folded.prefix(11)
        return shape.count == 11
            && shape.enumerated()
                .allSatisfy { place, byte in
                    place == 4 || place == 7 || place == 10 ? byte == 32 : isDigit(byte)
                }
    }
}
