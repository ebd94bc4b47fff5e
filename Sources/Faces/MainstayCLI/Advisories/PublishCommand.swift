package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService

/// `mainstay publish`.
package struct PublishCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write a folder with all published advisories that any web server can hand out.",
        discussion: """
            The folder holds osv/, csaf/ with index.txt, changes.csv and provider-metadata.json, \
            and an Atom feed. It is written whole or not at all: beside the old one first, then \
            put in its place.

            Examples:
              mainstay publish --to /srv/www/security
            """
    )

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir")) var to: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Writes it.
    package func run() async throws {
        let target = try absolutePath(to)
        try await InstanceSession.run(instance) { session in
            let files = try await session.desk.published()
            try WholeFolder(target).write(files)
            let result: JSONValue = ["folder": .text(target), "files": .int(Int64(files.count))]
            let words = "\(count(files.count, "file", "files")) in \(target)"
            try session.tell("publish", result, words)
        }
    }
}

/// A folder that is replaced whole or not at all.
struct WholeFolder {
    private static let mark = ".mainstay-published"
    private let path: String

    /// Names a folder; touches nothing.
    init(_ path: String) {
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Writes files by their paths below the folder.
    ///
    /// - Throws: ``FaceError`` for a folder with files that are not ours, or one that cannot be
    ///   written; then the old one stands.
    func write(_ files: [String: [UInt8]]) throws {
        try refuseForeign()
        let fresh = "\(path).new-\(getpid())"
        do {
            for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
                try put(bytes, at: "\(fresh)/\(name)")
            }
            try put([], at: "\(fresh)/\(Self.mark)")
        } catch {
            remove(fresh)
            throw error
        }
        try exchange(fresh)
    }

    /// Puts the fresh folder in the place of the old one in one step.
    private func exchange(_ fresh: String) throws {
        guard access(path, F_OK) == 0 else {
            guard rename(fresh, path) == 0 else { throw failure("put in its place") }
            return
        }
        guard Self.exchange(fresh, path) else {
            let error = failure("put in its place")
            remove(fresh)
            throw error
        }
        remove(fresh)
    }

    /// Exchanges two folders in one step, so that nobody sees a moment without one: renameat2(2) with
    /// RENAME_EXCHANGE, which the C library's headers hide from Swift.
    private static func exchange(_ left: String, _ right: String) -> Bool {
        typealias Rename = @convention(c) (
            Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
        ) -> Int32
        guard let symbol = dlsym(nil, "renameat2") else {
            errno = ENOSYS
            return false
        }
        let rename = unsafeBitCast(symbol, to: Rename.self)
        return rename(AT_FDCWD, left, AT_FDCWD, right, 2) == 0
    }

    private func refuseForeign() throws {
        guard let folder = opendir(path) else { return }
        defer { closedir(folder) }
        var isEmpty = true
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == Self.mark { return }
            if name != ".", name != ".." { isEmpty = false }
        }
        guard isEmpty else {
            throw FaceError(
                "Folder \(makeSafe(path)) holds files that were not published by Mainstay",
                hint: "Name an empty or a new folder: it is replaced whole"
            )
        }
    }

    private func put(_ bytes: [UInt8], at file: String) throws {
        var folder = ""
        for part in file.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw failure("made", folder)
            }
        }
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("written", file) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("written", file) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure("written", file) }
    }

    private func remove(_ folder: String) {
        guard let entries = opendir(folder) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = "\(folder)/\(name)"
            if unlink(path) != 0 { remove(path) }
        }
        closedir(entries)
        rmdir(folder)
    }

    private func failure(_ act: String, _ file: String? = nil) -> FaceError {
        let why = String(cString: strerror(errno))
        return FaceError("\(makeSafe(file ?? path)) cannot be \(act): \(why)")
    }
}
