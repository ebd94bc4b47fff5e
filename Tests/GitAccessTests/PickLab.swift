import BackportAnalysis
import Foundation
import MainstayCore

/// A leaf of a tree in a test.
enum Leaf: Hashable {
    case file([UInt8])
    case executable([UInt8])
    case link(String)
    case submodule(String)

    static func text(_ text: String) -> Leaf { .file(Array(text.utf8)) }
}

typealias Leaves = [String: Leaf]

/// A temporary repository that holds the three commits of many picks, and git's own verdicts.
///
/// ```
/// base ── line
///    └─── fix
/// ```
final class PickLab {
    struct Pick {
        var base: CommitID
        var line: CommitID
        var fix: CommitID
    }

    struct Failure: Error {
        var command: [String]
        var text: String
    }

    let path: String
    private(set) var picks: [Pick] = []

    /// Writes the commits of all `cases` with one `git fast-import`.
    init(_ cases: [(base: Leaves, line: Leaves, fix: Leaves)]) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("pick-lab-\(UUID().uuidString)")
        path = folder.path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try git(["init", "--quiet", "--bare", "."])
        var stream: [UInt8] = []
        for (index, sides) in cases.enumerated() {
            Self.append(sides.base, mark: 3 * index + 1, parent: nil, to: &stream)
            Self.append(sides.line, mark: 3 * index + 2, parent: 3 * index + 1, to: &stream)
            Self.append(sides.fix, mark: 3 * index + 3, parent: 3 * index + 1, to: &stream)
        }
        let marks = "\(path)/marks"
        try git(["fast-import", "--quiet", "--force", "--export-marks=\(marks)"], input: stream)
        var ids: [Int: CommitID] = [:]
        for line in try String(contentsOfFile: marks, encoding: .utf8).split(separator: "\n") {
            let fields = line.dropFirst().split(separator: " ")
            if let mark = Int(fields[0]) { ids[mark] = CommitID(hex: fields[1]) }
        }
        for index in cases.indices {
            guard let base = ids[3 * index + 1], let line = ids[3 * index + 2],
                let fix = ids[3 * index + 3]
            else { throw Failure(command: ["fast-import"], text: "a mark is missing") }
            picks.append(Pick(base: base, line: line, fix: fix))
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// What git says: whether the merge is clean, the tree, and its messages.
    func verdict(of pick: Pick) throws -> (isClean: Bool, tree: CommitID?, text: String) {
        let (status, output) = try run(
            ["merge-tree", "--write-tree", pick.line.hex, pick.fix.hex],
            input: []
        )
        guard status == 0 || status == 1 else {
            throw Failure(command: ["merge-tree"], text: output)
        }
        return (status == 0, CommitID(hex: output.prefix(40)), output)
    }

    /// Name, size and time of every file of the repository.
    func inventory() throws -> [String] {
        let (_, output) = try run(nil, input: [])
        return output.split(separator: "\n").map(String.init).sorted()
    }

    @discardableResult
    func git(_ arguments: [String], input: [UInt8] = []) throws -> String {
        let (status, output) = try run(arguments, input: input)
        guard status == 0 else { throw Failure(command: arguments, text: output) }
        return output
    }

    /// Runs git, or `find` for an inventory.
    private func run(_ arguments: [String]?, input: [UInt8]) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            arguments.map { ["git"] + $0 } ?? ["find", ".", "-printf", "%p %s %T@ %y\\n"]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
        ]
        let source = FileManager.default.temporaryDirectory
            .appendingPathComponent("pick-input-\(UUID().uuidString)")
        try Data(input).write(to: source)
        defer { try? FileManager.default.removeItem(at: source) }
        process.standardInput = try FileHandle(forReadingFrom: source)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private static func append(
        _ leaves: Leaves,
        mark: Int,
        parent: Int?,
        to stream: inout [UInt8]
    ) {
        func put(_ text: String) { stream.append(contentsOf: text.utf8) }
        put("commit refs/heads/c\(mark)\nmark :\(mark)\n")
        put("author T <t@example.org> 1600000000 +0000\n")
        put("committer T <t@example.org> 1600000000 +0000\ndata 1\nx\n")
        if let parent { put("from :\(parent)\n") }
        put("deleteall\n")
        for (path, leaf) in leaves.sorted(by: { $0.key < $1.key }) {
            let name = path.replacingOccurrences(of: "\\", with: "\\\\")
                .replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\n", with: "\\n")
            let (mode, bytes): (String, [UInt8])
            switch leaf {
            case .file(let content): (mode, bytes) = ("100644", content)
            case .executable(let content): (mode, bytes) = ("100755", content)
            case .link(let target): (mode, bytes) = ("120000", Array(target.utf8))
            case .submodule(let id):
                put("M 160000 \(id) \"\(name)\"\n")
                continue
            }
            put("M \(mode) inline \"\(name)\"\ndata \(bytes.count)\n")
            stream.append(contentsOf: bytes)
            put("\n")
        }
        put("\n")
    }
}
