package import ConnectorMessages
import Crypto
import Glibc
import MainstayCore

/// A plugin as it was installed, and how to run it.
package struct LinkedPlugin: Sendable, Hashable {
    /// How strictly its process is shut in.
    package enum Sandbox: String, Sendable {
        /// As designed; a kernel without landlock runs nothing.
        case full
        /// Without landlock where the kernel has none.
        case weak
        /// Not at all: for the author of a connector at his desk.
        case none
    }

    /// The program that loads plugins, as an absolute path.
    package var host: String
    /// The shared library, as an absolute path.
    package var library: String
    /// What its bytes hashed to when it was installed: SHA-256 as 64 hex digits.
    package var sha256: String
    /// What it must say of itself.
    package var descriptor: ConnectorDescriptor
    /// A folder with the libraries of a runtime, if it needs one.
    package var runtimeFolder: String?
    /// How much memory it may write to, in MiB.
    package var memoryMB = 512
    /// How strictly it is shut in.
    package var sandbox = Sandbox.full
    /// Whether its process looks for what no call shows, and tells of it in lines of log of level
    /// ``examined``.
    var isExamined = false

    /// The level of the lines that tell what was found.
    static let examined: UInt16 = 100

    /// Names an installed plugin.
    package init(
        host: String,
        library: String,
        sha256: String,
        descriptor: ConnectorDescriptor
    ) {
        self.host = host
        self.library = library
        self.sha256 = sha256
        self.descriptor = descriptor
    }

    /// The program and its arguments.
    var words: [String] {
        var words = [host, "--plugin", library, "--memory-mb", "\(memoryMB)"]
        if let runtimeFolder { words += ["--runtime-dir", runtimeFolder] }
        if isExamined { words.append("--examine") }
        switch sandbox {
        case .full: break
        case .weak: words.append("--allow-weak-sandbox")
        case .none: words.append("--no-sandbox")
        }
        return words
    }

    /// What tells whether the file was replaced since it was last read.
    struct FileMark: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int
        let changed: timespec

        static func == (left: Self, right: Self) -> Bool {
            left.device == right.device && left.inode == right.inode && left.size == right.size
                && left.changed.tv_sec == right.changed.tv_sec
                && left.changed.tv_nsec == right.changed.tv_nsec
        }
    }

    /// Reads the library unless it still has the mark of the last time, and returns its mark.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/file`` or ``LinkFault/Code/checksum``.
    func verified(since last: FileMark?) throws(LinkFault) -> FileMark {
        let descriptor = open(library, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(library, errno) }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { throw Self.unreadable(library, errno) }
        let mark = FileMark(
            device: UInt64(found.st_dev),
            inode: UInt64(found.st_ino),
            size: Int(found.st_size),
            changed: found.st_ctim
        )
        if mark == last { return mark }
        let seen = try Self.hash(of: descriptor, library)
        guard seen == sha256 else {
            throw LinkFault(
                .checksum,
                "Plugin \(library) has SHA-256 \(seen), expected \(sha256)",
                hint: "Install the connector again: its file was changed since"
            )
        }
        return mark
    }

    /// The SHA-256 of a library, as 64 hex digits: what is pinned when it is installed.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/file``.
    package static func sha256(of library: String) throws(LinkFault) -> String {
        let descriptor = open(library, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(library, errno) }
        defer { close(descriptor) }
        return try hash(of: descriptor, library)
    }

    private static func hash(
        of descriptor: CInt,
        _ library: String
    ) throws(LinkFault) -> String {
        var hash = SHA256()
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw unreadable(library, errno) }
            if count == 0 { break }
            piece.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func unreadable(_ library: String, _ code: CInt) -> LinkFault {
        LinkFault(.file, "Plugin \(library) cannot be read: \(String(cString: strerror(code)))")
    }
}
