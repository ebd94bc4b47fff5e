import FoundationEssentials
import Glibc
package import MainstayCore

// Raw objects and files, for repositories that no command of git would make.

extension FixtureRepository {
    /// Runs `git arguments` with raw bytes as input and returns what it printed, as bytes.
    ///
    /// - Throws: ``FixtureError`` when its exit status is not 0.
    @discardableResult
    package func gitBytes(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:]
    ) throws -> [UInt8] {
        try process.run(arguments, input: input, environment: environment)
    }

    /// Stores `content` as an object of `type` without checking it and returns its id.
    ///
    /// - Throws: ``FixtureError`` when `git hash-object` refuses it.
    package func object(_ type: String, _ content: [UInt8]) throws -> CommitID {
        let told = try process.run(
            ["hash-object", "-t", type, "-w", "--literally", "--stdin"],
            input: content
        )
        return try parse(String(decoding: told.prefix(40), as: UTF8.self))
    }

    /// Writes `text` to the file `name` of the Git folder, with the folders that it needs.
    ///
    /// - Throws: ``FixtureError`` or an error of the file system.
    package func writeGitFile(_ name: String, _ text: String) throws {
        try TestFile.write("\(try gitFolder())/\(name)", Array(text.utf8))
    }

    /// The folder that holds `HEAD` and `objects`.
    package func gitFolder() throws -> String { try git("rev-parse", "--absolute-git-dir") }
}

/// Plain files of a test.
package enum TestFile {
    /// Writes `bytes` to the file at `path`, with the folders that it needs.
    package static func write(_ path: String, _ bytes: [UInt8]) throws {
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        try FileManager.default.createDirectory(
            atPath: String(folder),
            withIntermediateDirectories: true
        )
        try writeFile(path, bytes)
    }

    /// The bytes of the file at `path`.
    package static func read(_ path: String) throws -> [UInt8] { try readFile(path) }

    /// All files below `folder`, by path: kind, size and time of the last change.
    package static func listing(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var info = stat()
            guard lstat("\(folder)/\(name)", &info) == 0 else { continue }
            let time = "\(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)"
            found[name] = "\(info.st_mode) \(info.st_size) \(time) \(info.st_ino)"
        }
        return found
    }
}
