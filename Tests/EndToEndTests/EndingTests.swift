import Foundation
import Glibc
import MainstayCore
import MainstayTesting
import Testing

@Suite("Runs that end early")
struct EndingTests {
    /// 12,000 commits, made in one stream.
    private func largeRepository() throws -> FixtureRepository {
        let repo = try FixtureRepository()
        var stream = ""
        for number in 0..<12_000 {
            let branch = number < 9_000 ? "main" : number % 2 == 0 ? "release/1.0" : "release/2.0"
            stream += "commit refs/heads/\(branch)\n"
            stream += "mark :\(number + 1)\n"
            stream += "committer C <c@example.org> \(1_600_000_000 + number * 60) +0000\n"
            let word = String(UInt64(number % 7_000) &* 0x9E37_79B9_7F4A_7C15, radix: 36)
            let title = "Change \(word)\n"
            stream += "data \(title.utf8.count)\n\(title)"
            if number == 9_000 || number == 9_001 { stream += "from :2000\n" }
            stream += "M 100644 inline f\(number % 7_000 % 997)\ndata \(6)\n\(100_000 + number)\n"
        }
        try repo.importStream(Array(stream.utf8))
        return repo
    }

    @Test("a reader that goes away ends the run without a word")
    func closedPipe() throws {
        let project = try ReleaseProject()
        for command in ["matrix --format tsv", "matrix", "backports", "matrix --format html"] {
            let verb = command.split(separator: " ")
            let options = verb.dropFirst().joined(separator: " ")
            let words = "mainstay \(verb[0]) '\(project.path)' \(options)"
            let run = try Mainstay.shell("{ \(words); echo \"status $?\" >&2; } | head -1")
            #expect(run.output.split(separator: "\n").count == 1)
            #expect(run.errors == "status 0\n", "\(command)")
        }
    }

    @Test("a full disk behind the output is an error")
    func fullOutput() throws {
        let project = try ReleaseProject()
        for command in ["matrix --format tsv", "lines", "matrix --json"] {
            let verb = command.split(separator: " ")
            let options = verb.dropFirst().joined(separator: " ")
            let run = try Mainstay.shell(
                "mainstay \(verb[0]) '\(project.path)' \(options) > /dev/full"
            )
            #expect(run.status == 1)
            #expect(
                run.errors
                    == """
                    Error: Writing the results failed: No space left on device
                    Hint: Free some space, or send the output elsewhere

                    """
            )
        }
    }

    @Test("ctrl-C ends a long run by the signal, and the next run is whole")
    func interrupted() throws {
        let repo = try largeRepository()
        let cache = repo.scratch + "/cache"
        let question = ["matrix", repo.path, "--format", "tsv", "--evidence", "quick"]
        func ask(_ cache: String) throws -> Mainstay.Run {
            try Mainstay.run(
                program: Mainstay.products + "/mainstay",
                question,
                environment: ["MAINSTAY_CACHE": cache],
                in: "/"
            )
        }
        let sound = try ask(repo.scratch + "/other")
        #expect(sound.status == 0)
        for wait in ["0.02", "0.08", "0.2", "0.5"] {
            let words = question.joined(separator: "' '")
            let run = try Mainstay.shell(
                "timeout -k 60 -s INT \(wait) '\(Mainstay.products)/mainstay' '\(words)' >/dev/null",
                environment: ["MAINSTAY_CACHE": cache]
            )
            // `timeout` tells by 124 that it sent the signal, by 137 that it had to kill.
            #expect([0, 124].contains(run.status))
            #expect(!run.errors.contains("rror"), "\(run.errors)")
        }
        let after = try ask(cache)
        #expect(after.bytes == sound.bytes)
        #expect(after.errors == sound.errors)
        #expect(try listing(of: cache).allSatisfy { !$0.contains(".new") })
    }

    @Test("a demonstration that is interrupted", .tags(.slow))
    func interruptedDemo() throws {
        let folder = try TemporaryFolder()
        let run = try Mainstay.shell(
            "'\(Mainstay.products)/mainstay' demo & sleep 0.05; kill -INT $!; wait $!",
            environment: ["TMPDIR": folder.path]
        )
        #expect(run.output == "" || run.output.contains("is removed now"))
    }
}

extension Tag {
    @Tag static var slow: Self
}
