import ArgumentParser
import Foundation
import MainstayCLI
import MainstayTesting
import Testing

@Suite("The command line")
struct CommandTests {
    @Test(
        "wrong usage ends with 64 and says what to do",
        arguments: [
            (["matrx"], "Did you mean 'mainstay matrix'?"),
            (["zebra"], "'mainstay --help' lists the verbs"),
            (["matrix", "--jsn"], "Did you mean '--json'?"),
            (["matrix", "--since", "2026-02-30"], "expected a day such as 2026-11-30"),
            (["lines", "--format", "html"], "'table', 'tsv' or 'json'"),
            (["lines", "--json", "--format", "tsv"], "--json contradicts --format tsv"),
            (["backports", "--min-confidence", "2"], "expected 0 to 1"),
            (["lines", "--threads", "0"], "expected 1 to 256"),
            (["affected", "v1"], "Give --introduced, --fixed or both"),
            (["pick", "a", "--onto", "2.1", "--dry-run", "--draft"], "contradicts --draft"),
            (["pick", "a", "--onto", "2.1", "--clean-only", "--draft"], "contradicts --draft"),
            (["pick", "abc"], "--onto"),
            (["fix"], "<sha>"),
        ]
    )
    func usage(arguments: [String], told: String) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.contains(told), "\(run.errors)")
        #expect(run.errors.hasPrefix("Error: "))
    }

    @Test("help and version go to standard output")
    func help() throws {
        let bare = try Program.run([])
        #expect(bare.status == 0)
        #expect(bare.output == (try Program.run(["--help"])).output)
        #expect(try Program.run(["--version"]).output == "\(MainstayVersion.current)\n")
    }

    @Test(
        "help texts",
        arguments: [
            "", "lines", "matrix", "backports", "fix", "affected", "pick", "demo", "init", "ticket",
            "task", "product", "customer", "contract", "calendar", "priority", "clock", "account",
            "token", "db", "report", "case", "vendor",
        ]
    )
    func helpTexts(verb: String) throws {
        let run = try Program.run(verb.isEmpty ? ["--help"] : [verb, "--help"])
        #expect(run.status == 0)
        for line in run.output.split(separator: "\n") where !line.contains("USAGE") {
            #expect(line.count <= 80, "\(line)")
        }
        #expect(
            try Snapshot.difference(run.output, "help\(verb.isEmpty ? "" : "-" + verb).txt") == nil
        )
    }

    @Test("a pinned clock that is no time is refused")
    func pinnedClock() throws {
        let run = try Program.run(["lines"], environment: ["MAINSTAY_NOW": "noon"])
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("Error: MAINSTAY_NOW is 'noon', not a time\nHint: "))
    }

    @Test("demo keeps away from a folder that is in use")
    func demoFolder() throws {
        let folder = try TemporaryFolder()
        try "x".write(toFile: folder.path + "/file", atomically: true, encoding: .utf8)
        let run = try Program.run(["demo", "--keep", folder.path])
        #expect(run.status == 1)
        #expect(run.errors.contains("exists and is not an empty folder"))
    }

    @Test("where files of the cache go")
    func cacheFolder() {
        let home = ["HOME": "/home/mara"]
        #expect(Environment(values: home).cacheFolder == "/home/mara/.cache/mainstay")
        let shared = home.merging(["XDG_CACHE_HOME": "/var/cache/mara"]) { $1 }
        #expect(Environment(values: shared).cacheFolder == "/var/cache/mara/mainstay")
        let own = shared.merging(["MAINSTAY_CACHE": "/fast"]) { $1 }
        #expect(Environment(values: own).cacheFolder == "/fast")
        #expect(Environment(values: [:]).cacheFolder == nil)
    }

    @Test("progress is a line with a bar")
    func progress() {
        #expect(
            ProgressBar.picture("Reading commits", done: 1, total: 4)
                == "Reading commits ██████░░░░░░░░░░░░░░░░░░ 25 %"
        )
        #expect(ProgressBar.picture("Reading packs", done: 0, total: 0) == "Reading packs ...")
        #expect(ProgressBar.picture("Reading packs", done: 9, total: 0) == "Reading packs 9")
    }
}

/// The built program, run as a person would.
enum Program {
    struct Run {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs `mainstay arguments` with nothing of the tester's surroundings but what is given.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in folder: String? = nil
    ) throws -> Run {
        let scratch = try TemporaryFolder()
        let process = Process()
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = products.appendingPathComponent("mainstay")
        process.arguments = arguments
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["PATH": path, "HOME": scratch.path, "COLUMNS": "80"]
            .merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder ?? scratch.path)
        let files = try ["out", "err"]
            .map { name in
                let path = scratch.path + "/" + name
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                return try #require(FileHandle(forWritingAtPath: path))
            }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = files[0]
        process.standardError = files[1]
        try process.run()
        process.waitUntilExit()
        let texts = try ["out", "err"]
            .map {
                String(
                    decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + $0)),
                    as: UTF8.self
                )
            }
        return Run(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
