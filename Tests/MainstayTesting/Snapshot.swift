import Glibc

/// Texts that are kept beside the tests and compared with what the program writes now.
package enum Snapshot {
    /// Compares `text` with the file `Snapshots/name` beside `testFile`.
    ///
    /// With `MAINSTAY_RECORD=1` in the environment the file is written instead. Returns `nil` when
    /// they are equal, else what differs first.
    package static func difference(
        _ text: String,
        _ name: String,
        testFile: String = #filePath
    ) throws -> String? {
        let folder = testFile[..<(testFile.lastIndex(of: "/") ?? testFile.startIndex)]
        let path = "\(folder)/Snapshots/\(name)"
        if getenv("MAINSTAY_RECORD").map({ String(cString: $0) }) == "1" {
            try writeFile(path, Array(text.utf8))
            return nil
        }
        let kept = String(decoding: try readFile(path), as: UTF8.self)
        guard kept != text else { return nil }
        let before = kept.split(separator: "\n", omittingEmptySubsequences: false)
        let after = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, (old, new)) in zip(before, after).enumerated() where old != new {
            return "\(name), line \(index + 1): was '\(old)', is '\(new)'"
        }
        return "\(name): was \(before.count) lines, is \(after.count)"
    }
}
