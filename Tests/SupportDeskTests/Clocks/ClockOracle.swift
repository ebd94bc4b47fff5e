import Foundation
import MainstayCore
import Testing

/// `clock_oracle.c`, compiled: reads clocks minute by minute in a process of its own.
struct ClockOracle {
    /// What it says of one case, in minutes since 1970; -1 for none, -2 for beyond the range.
    struct Answer {
        let due, elapsed, warning: Int64
        let isBroken: Bool
        let over: Int64
    }

    private let folder: URL

    /// Compiles the oracle into a new folder.
    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "clock-oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "clock_oracle.c")
        try Self.run(
            "/usr/bin/env",
            ["clang", "-O2", "-o", folder.appending(path: "oracle").path(), source.path()],
            input: nil
        )
    }

    /// Removes the folder.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Its answers to the cases, in their order.
    func answers(to cases: [RandomClockCase]) throws -> [Answer] {
        let input = folder.appending(path: "cases")
        try Data(cases.map(\.numbers).joined().utf8).write(to: input)
        let output = try Self.run(folder.appending(path: "oracle").path(), [], input: input)
        let answers = output.split(separator: "\n")
            .map { line in
                let numbers = line.split(separator: " ").compactMap { Int64($0) }
                return Answer(
                    due: numbers[0],
                    elapsed: numbers[1],
                    warning: numbers[2],
                    isBroken: numbers[3] == 1,
                    over: numbers[4]
                )
            }
        try #require(answers.count == cases.count)
        return answers
    }

    @discardableResult
    private static func run(_ path: String, _ words: [String], input: URL?) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        if let input { process.standardInput = try FileHandle(forReadingFrom: input) }
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(path) \(words)")
        return String(decoding: data, as: UTF8.self)
    }
}
