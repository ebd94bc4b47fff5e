import FoundationEssentials
import Glibc

/// A new folder that lives as long as this object.
package final class TemporaryFolder: Sendable {
    /// Absolute path, without symbolic links and without a trailing slash.
    package let path: String

    /// Creates an empty folder below `TMPDIR`, else below `/tmp`.
    ///
    /// - Throws: ``FixtureError`` when it cannot be made.
    package init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let template = strdup(parent + "/mainstay-test-XXXXXX")
        defer { free(template) }
        guard let template, mkdtemp(template) != nil, let real = realpath(template, nil) else {
            throw FixtureError("No temporary folder below \(parent): \(errno)")
        }
        defer { free(real) }
        path = String(cString: real)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
