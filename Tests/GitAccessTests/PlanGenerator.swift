import BackportAnalysis
import MainstayCore
import MainstayTesting
import Testing

/// Picks with messages and authors of every kind, made by one `git fast-import`.
struct PlanGenerator {
    struct Pick {
        var line: CommitID
        var fix: CommitID
    }

    private var random: SeededGenerator
    private var trees: PickGenerator
    private var stream = FixtureStream()

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        trees = PickGenerator(seed: seed)
    }

    /// Makes `count` picks in `repo`; every commit has a branch.
    mutating func makePicks(_ count: Int, in repo: FixtureRepository) throws -> [Pick] {
        for number in 0..<count {
            let sides = trees.makeCase()
            commit(number * 3 + 1, parent: nil, sides.base)
            commit(number * 3 + 2, parent: number * 3 + 1, sides.line)
            commit(number * 3 + 3, parent: number * 3 + 1, sides.fix)
        }
        try repo.importStream(stream.bytes)
        let told = try repo.git("for-each-ref", "--format=%(refname:short) %(objectname)")
        var ids: [Int: CommitID] = [:]
        for line in told.split(separator: "\n") {
            let words = line.split(separator: " ")
            if let mark = Int(words[0].dropFirst()) { ids[mark] = CommitID(hex: words[1]) }
        }
        return try (0..<count)
            .map { number in
                Pick(
                    line: try #require(ids[number * 3 + 2]),
                    fix: try #require(ids[number * 3 + 3])
                )
            }
    }

    private mutating func commit(_ mark: Int, parent: Int?, _ leaves: Leaves) {
        stream.line("commit refs/heads/\(mark == 1 ? "main" : "c\(mark)")")
        stream.line("mark :\(mark)")
        let (people, zones) = (
            ["Ada Author", "J\u{f6}rg", "x", "A. B. \"C\" D"], ["+0000", "-0730"]
        )
        let isLatin = random.chance(10)
        stream.line(
            "author \(isLatin ? "Jo" : pick(people)) <a@b> \(random.below(1 << 30)) \(pick(zones))"
        )
        stream.line("committer C <c@d> 1600000000 +0000")
        if isLatin { stream.line("encoding ISO-8859-1") }
        stream.data(isLatin ? Array("Fix f".utf8) + [0xfc, 10] + message() : message())
        if let parent { stream.line("from :\(parent)") }
        stream.line("deleteall")
        for (path, leaf) in leaves.sorted(by: { $0.key < $1.key }) {
            switch leaf {
            case .file(let bytes): stream.change(path, .bytes(bytes))
            case .executable(let bytes):
                stream.change(path, .executable(String(decoding: bytes, as: UTF8.self)))
            case .link(let target): stream.change(path, .symlink(target))
            case .submodule(let id):
                if let id = CommitID(hex: id) { stream.change(path, .submodule(id)) }
            }
        }
        stream.line("")
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[random.below(elements.count)]
    }

    private mutating func message() -> [UInt8] {
        let lines = [
            "Signed-off-by: A <a@b>", "Change-Id: I0123", "Reviewed-by: B", "Key : value",
            " goes on", "\tfile.c", "plain words", "words: and more words", "Two words: x",
            "(cherry picked from commit 0123456789012345678901234567890123456789)", "# comment",
            "Conflicts:", "", "", "", "  ", "trailing  ", "- item", ":", "https://x.org/a",
            "(cherry picked from commit", "A-b-C:", "Carriage: return\r", "9lives: x",
            "Conflicts: x", "# ------------------------ >8 ------------------------",
        ]
        var text = random.chance(10) ? "\n \n" : ""
        text += pick(["Fix it", "Fix: it", "# Fix", "Fix the\nlong title"]) + "\n"
        if random.chance(80) { text += "\n" }
        for _ in 0..<random.below(9) { text += pick(lines) + "\n" }
        if random.chance(20) { text.removeLast() }
        return Array(text.utf8)
    }
}
