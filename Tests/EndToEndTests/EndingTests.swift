import Foundation
import Glibc
import MainstayCore
import MainstayTesting
import Testing

@Suite("Runs that end early")
struct EndingTests {
    /// 20,000 commits, made in one stream.
    private func largeRepository() throws -> FixtureRepository {
        let repo = try FixtureRepository()
        var stream = ""
        for number in 0..<20_000 {
            let branch = number < 12_000 ? "main" : number % 2 == 0 ? "release/1.0" : "release/2.0"
            stream += "commit refs/heads/\(branch)\n"
            stream += "mark :\(number + 1)\n"
            stream += "committer C <c@example.org> \(1_600_000_000 + number * 60) +0000\n"
            let title = "Change number \(number % 4_000) of the series\n"
            stream += "data \(title.utf8.count)\n\(title)"
            if number == 12_000 || number == 12_001 { stream += "from :7000\n" }
            stream += "M 100644 inline f\(number % 50)\ndata \(6)\n\(100_000 + number)\n"
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
        let sound = try Mainstay.answer("matrix", repo.path, "--format", "tsv", "--no-cache")
        for wait in [20, 60, 150, 400] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Mainstay.products + "/mainstay")
            process.arguments = ["matrix", repo.path, "--format", "tsv"]
            process.environment = ["HOME": repo.scratch, "MAINSTAY_CACHE": cache]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(wait) * 1_000)
            let isRunning = process.isRunning
            process.interrupt()
            let start = ContinuousClock.now
            process.waitUntilExit()
            #expect(ContinuousClock.now - start < .seconds(2))
            if isRunning && process.terminationReason == .uncaughtSignal {
                #expect(process.terminationStatus == SIGINT)
            }
        }
        let run = try Mainstay.answer(
            "matrix",
            repo.path,
            "--format",
            "tsv",
            environment: ["MAINSTAY_CACHE": cache, "MAINSTAY_NOW": "2026-01-15T00:00:00Z"]
        )
        #expect(run.bytes == sound.bytes)
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
