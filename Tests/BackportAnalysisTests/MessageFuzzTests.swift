import BackportAnalysis
import MainstayCore
import Testing

/// Hostile messages cost time in proportion to their length, and nothing else.
@Suite("Messages: hostile input")
struct MessageFuzzTests {
    private static let header = Array(
        "tree 0123456789abcdef0123456789abcdef01234567\nauthor A <a@x> 1 +0\ncommitter C <c@x> 2 +0\n\n"
            .utf8
    )

    /// Reads `message` as a commit and as a title; every span must lie inside.
    private static func read(_ bytes: [UInt8], title: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { raw in
            var records: [UInt8] = []
            guard let commit = ScannedCommit(raw, records: &records) else { return }
            let all = 0..<raw.count
            #expect(all.contains(commit.subject.lowerBound) || commit.subject.isEmpty)
            #expect(commit.subject.upperBound <= raw.count)
            #expect(commit.subject.count <= 65_535)
            #expect(commit.author.upperBound <= raw.count)
            #expect(commit.messageStart <= raw.count)
            var offset = 0
            for record in CommitRecord.readAll(records) {
                var again: [UInt8] = []
                record.write(to: &again)
                #expect(Array(records[offset..<(offset + again.count)]) == again)
                offset += again.count
            }
            #expect(offset == records.count)
        }
        title.withUnsafeBytes { title in
            var folded: [UInt8] = []
            TitleText.fold(title, into: &folded)
            #expect(folded.count <= title.count)
            _ = TitleText.isCut(title)
            _ = TitleText.requests(title)
        }
    }

    @Test("20,000 random and mutated messages stay within bounds")
    func fuzz() {
        var random = SystemFreeRandom(seed: 1)
        let seeds =
            (MessageConventionTests.origins + MessageConventionTests.others)
            .map { Array($0.message.utf8) }
            + TitleTextTests.folds.map { Array($0.0.utf8) }
        for number in 0..<20_000 {
            var message: [UInt8] = []
            if number % 4 == 0 {
                for _ in 0..<Int(random.next() % 120) {
                    message.append(UInt8(truncatingIfNeeded: random.next()))
                }
            } else {
                message = seeds[Int(random.next() % UInt64(seeds.count))]
                for _ in 0..<Int(random.next() % 6) { mutate(&message, seeds, &random) }
            }
            var commit = Self.header
            if number % 16 == 5, !commit.isEmpty {
                commit[Int(random.next() % UInt64(commit.count))] = UInt8(
                    truncatingIfNeeded: random.next()
                )
            }
            commit += message
            if number % 16 == 7 { commit.removeLast(Int(random.next() % UInt64(commit.count))) }
            Self.read(commit, title: message[...])
        }
    }

    private func mutate(
        _ message: inout [UInt8],
        _ seeds: [[UInt8]],
        _ random: inout SystemFreeRandom
    ) {
        guard !message.isEmpty else { return }
        let place = Int(random.next() % UInt64(message.count))
        let marks: [UInt8] = [
            10, 0, 32, 34, 35, 40, 41, 46, 47, 58, 62, 91, 93, 96, 0xE2, 0xA6, 13,
        ]
        switch random.next() % 6 {
        case 0: message[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: message.removeSubrange(place..<min(message.count, place + 9))
        case 2:
            message.insert(contentsOf: seeds[Int(random.next() % UInt64(seeds.count))], at: place)
        case 3: message += message[place...]
        case 4: message.removeLast(message.count - place)
        default: message.insert(marks[Int(random.next() % UInt64(marks.count))], at: place)
        }
    }

    @Test(
        "a megabyte of one mark is read in no time",
        .timeLimit(.minutes(1)),
        arguments: [
            "(cherry", "* (cherry", "```\n", "#1 ", "fixes ", "CVE-1-", "[", "(", "Merge \"", "/",
            "patchback/backports/", "Fixes: 1a2b3c4d\n", "* a long title of a part\n",
        ]
    )
    func length(mark: String) {
        for start in ["", "Title\n\n* ", "Title\n\n"] {
            for end in ["", ")x", "```"] {
                let text = start + String(repeating: mark, count: (1 << 19) / mark.utf8.count) + end
                var records: [UInt8] = []
                (Self.header + Array(text.utf8))
                    .withUnsafeBytes {
                        _ = ScannedCommit($0, records: &records)
                    }
                // What one message may say is bounded, so that a history cannot fill the index.
                #expect(records.count <= 1 << 15)
            }
        }
    }
}

/// Random numbers that are the same in every run.
struct SystemFreeRandom {
    private var state: UInt64

    init(seed: UInt64) { state = mix(seed &+ 1) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mix(state)
    }
}
