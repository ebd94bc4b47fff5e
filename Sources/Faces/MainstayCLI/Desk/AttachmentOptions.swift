import ArgumentParser
import MainstayCore
import MainstayService

/// The files that a message brings.
package struct AttachmentOptions: ParsableArguments {
    /// How large one may be, in bytes.
    private static let most = 64 << 20

    @Option(
        name: .customLong("attach"),
        help: ArgumentHelp("Attach this file (can be repeated).", valueName: "file")
    )
    var paths: [String] = []

    /// Creates options without a file.
    package init() {}

    /// Reads the files; each is called as on the disk.
    ///
    /// - Throws: ``FaceError`` for a file that cannot be read or is too large.
    func files() throws -> [NewAttachment] {
        try paths.map { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let bytes = try readBytes(path, most: Self.most, hint: "Compress or split it")
            return NewAttachment(name: name, bytes: bytes)
        }
    }
}
