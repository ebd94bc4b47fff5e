import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// The built program, run as a person would: nothing of the tester's surroundings reaches it.
enum Mainstay {
    struct Run {
        var status: Int32
        var wasSignalled: Bool
        var bytes: [UInt8]
        var errors: String

        var output: String { String(decoding: bytes, as: UTF8.self) }

        /// The rows of tab-separated output, the header left out.
        var rows: [[String]] {
            output.split(separator: "\n").dropFirst()
                .map { row in
                    row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                }
        }

        /// The JSON document.
        func document<Result: Decodable>(
            of type: Result.Type = Result.self
        ) throws -> Document<Result> {
            try JSONDecoder().decode(Document<Result>.self, from: Data(bytes))
        }
    }

    /// Folder of the built program.
    static let products =
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

    /// Runs `mainstay arguments`; no index is kept unless `environment` names a cache.
    static func run(
        _ arguments: String...,
        environment: [String: String] = [:],
        in folder: String = "/"
    ) throws -> Run {
        try run(program: products + "/mainstay", arguments, environment: environment, in: folder)
    }

    /// Runs `mainstay arguments`, asserts that it succeeds without a word, and returns the run.
    static func answer(
        _ arguments: String...,
        environment: [String: String] = [:],
        in folder: String = "/",
        location: SourceLocation = #_sourceLocation
    ) throws -> Run {
        let run = try run(
            program: products + "/mainstay",
            arguments,
            environment: environment,
            in: folder
        )
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        #expect(run.errors == "", sourceLocation: location)
        return run
    }

    /// Runs a script of the shell, in which `mainstay` is the built program.
    static func shell(
        _ script: String,
        environment: [String: String] = [:],
        in folder: String = "/"
    ) throws -> Run {
        let full = "mainstay() { '\(products)/mainstay' \"$@\"; }\n" + script
        return try run(program: "/bin/sh", ["-c", full], environment: environment, in: folder)
    }

    /// Starts `program` and waits for its end.
    static func run(
        program: String,
        _ arguments: [String],
        environment: [String: String],
        in folder: String
    ) throws -> Run {
        let scratch = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let surroundings = [
            "PATH": path, "HOME": scratch.path, "COLUMNS": "100",
            "MAINSTAY_CACHE": scratch.path + "/cache", "MAINSTAY_NOW": "2026-01-15T00:00:00Z",
        ]
        process.environment = surroundings.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try newFile(scratch.path + "/out")
        process.standardError = try newFile(scratch.path + "/err")
        try process.run()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus,
            wasSignalled: process.terminationReason == .uncaughtSignal,
            bytes: Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out"))),
            errors: String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/err")),
                as: UTF8.self
            )
        )
    }

    static func newFile(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try #require(FileHandle(forWritingAtPath: path))
    }
}

/// What every JSON document has around its results.
struct Document<Result: Decodable>: Decodable {
    var schema: Int
    var command: String
    var repository: String
    var results: [Result]
    var warnings: [String]
}

struct JSONEvidence: Decodable {
    var kind: String
    var confidence: Double
    var detail: String?
}

struct JSONCell: Decodable {
    struct Place: Decodable, Equatable {
        var tag: String
        var commits: Int
    }

    var fix: String
    var line: String
    var status: String
    var reason: String?
    var commits: [String]
    var release: String?
    var position: Place?
    var evidence: [JSONEvidence]
    var confidence: Double?
    var flags: [String]
}

struct JSONLine: Decodable {
    var name: String
    var ref: String
    var tip: String
    var branchPoint: String?
    var version: String?
    var phase: String
    var phaseInferred: Bool
    var latestRelease: String?
    var commitsSince: Int?
    var isMainline: Bool?
    var passedOver: String?
}

struct JSONBackport: Decodable {
    var line: String
    var backport: String
    var upstream: String
    var evidence: [JSONEvidence]
    var confidence: Double
}

struct JSONAffected: Decodable {
    var target: String
    var commit: String
    var status: String
    var introducedBy: [String]
    var fixedBy: [String]
    var reason: String
}

struct JSONFix: Decodable {
    struct Member: Decodable {
        var commit: String
        var line: String?
        var lines: [String]
        var evidence: [JSONEvidence]
        var confidence: Double
        var isRevert: Bool?
    }

    var root: String
    var title: String
    var members: [Member]
    var lines: [JSONCell]
}

/// Files of made-up projects: ten lines that no other file has, so that nothing is alike by chance.
func source(_ name: String, _ changes: [Int: String] = [:]) -> FixtureChange {
    let lines = (1...10).map { changes[$0] ?? "\(name)_\($0)(\($0 * 7 % 11));" }
    return .text(lines.joined(separator: "\n") + "\n")
}

/// Every file and folder below `folder`, with size and time, for tests that nothing is written.
func listing(of folder: String) throws -> [String] {
    let files = FileManager.default
    return try files.subpathsOfDirectory(atPath: folder).sorted()
        .map { path in
            let facts = try files.attributesOfItem(atPath: folder + "/" + path)
            let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(path) \(facts[.size] ?? 0) \(time)"
        }
}
