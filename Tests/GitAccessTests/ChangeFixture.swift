import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting

/// Commits that change files in every way that a tree diff can show.
enum ChangeFixture {
    /// Makes `count` commits, parents first, on the mainline; the same for the same seed.
    static func make(_ repo: FixtureRepository, commits count: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var stream = FixtureStream()
        var files: [String: [String]] = [:]
        for number in 0..<count {
            stream.line("commit refs/heads/\(repo.mainline)")
            stream.person("committer", repo.committer, time: 1_700_000_000 + Int64(number))
            stream.data(Array("Commit \(number)\n".utf8))
            for _ in 0...Int(generator.next() % 3) {
                change(&files, &stream, number: number, with: &generator)
            }
        }
        try repo.importStream(stream.bytes)
    }

    private static let names = [
        "a", "a.c", "a/b", "a0", "a-b", "a/b/c", "a=", "lib/x.c", "lib/y z.c", "lib.c", "lib/é.txt",
        "tool", "b", "b/a", "b.a", "c\nd", "q\"uote", "Z",
    ]

    private static func change(
        _ files: inout [String: [String]],
        _ stream: inout FixtureStream,
        number: Int,
        with generator: inout SeededGenerator
    ) {
        let name = names[Int(generator.next() % UInt64(names.count))]
        var lines = files[name] ?? []
        let kind = generator.next() % 16
        if kind < 2, files[name] != nil {
            stream.change(name, .removal)
            files[name] = nil
            return
        }
        if kind == 2, files[name] != nil {
            stream.line("R \(quoted(name)) moved/\(number)")
            files["moved/\(number)"] = files.removeValue(forKey: name)
            return
        }
        // A file in place of a folder removes what was below, and the other way round.
        for other in files.keys.filter({ $0.hasPrefix(name + "/") || name.hasPrefix($0 + "/") }) {
            stream.change(other, .removal)
            files[other] = nil
        }
        for _ in 0...Int(generator.next() % 4) {
            let place = Int(generator.next() % UInt64(lines.count + 1))
            if lines.count > 4, generator.next() % 2 == 0, place < lines.count {
                lines.remove(at: place)
            } else {
                lines.insert(
                    "line \(generator.next() % 50)\(place % 3 == 0 ? " {" : "")",
                    at: place
                )
            }
        }
        files[name] = lines
        stream.change(name, content(lines, kind, number))
    }

    private static func content(_ lines: [String], _ kind: UInt64, _ number: Int) -> FixtureChange {
        let text = lines.joined(separator: "\n")
        switch kind {
        case 3: return .executable(text + "\n")
        case 4: return .text(text)
        case 5: return .bytes([0, 1, UInt8(truncatingIfNeeded: number)] + Array(text.utf8))
        case 6: return .symlink("target \(number)")
        case 7: return .submodule(CommitID(high: UInt64(number) + 1, middle: 1, low: 1))
        case 8: return .text(lines.joined(separator: "\r\n") + "\r\n")
        case 9: return .text("")
        default: return .text(text + "\n")
        }
    }

    private static func quoted(_ name: String) -> String {
        var text = ""
        for character in name {
            switch character {
            case "\n": text += "\\n"
            case "\"": text += "\\\""
            default: text.append(character)
            }
        }
        return "\"\(text)\""
    }
}
