import Glibc

/// A folder that is replaced whole or not at all.
///
/// The new one is written beside the old one and takes its place in one step. What a process leaves
/// behind that was killed goes with the next one.
struct WholeFolder {
    private static let mark = ".mainstay-published"
    private let path: String
    private let parent: String
    private let fresh: String

    /// Names a folder and touches nothing; a link is followed.
    init(_ path: String) {
        var path = path
        if let real = realpath(path, nil) {
            path = String(cString: real)
            free(real)
        }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        self.path = path
        parent = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = path[path.index(after: slash)...]
        fresh = "\(parent == "/" ? "" : parent)/.\(name).mainstay-new"
    }

    /// Writes files by their paths below the folder.
    ///
    /// Two that write the same folder wait for each other.
    /// - Throws: ``FaceError`` for a folder with files that are not ours, or one that cannot be
    ///   written; then the old one stands.
    func write(_ files: [String: [UInt8]]) throws {
        guard path != "/" else { throw FaceError("Folder / cannot be replaced") }
        try makeFolders(parent)
        let lock = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw failure("locked", parent) }
        defer { close(lock) }
        try refuseForeign(path)
        try refuseForeign(fresh)
        remove(fresh)
        do {
            try makeFolders(fresh)
            try put([], at: "\(fresh)/\(Self.mark)")
            for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
                let file = "\(fresh)/\(name)"
                try makeFolders(String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]))
                try put(bytes, at: file)
            }
            try takePlace()
        } catch {
            remove(fresh)
            throw error
        }
        fsync(lock)
        remove(fresh)
    }

    /// Puts the fresh folder in the place of the old one in one step.
    private func takePlace() throws {
        let isDone =
            access(path, F_OK) == 0 ? Self.exchange(fresh, path) : rename(fresh, path) == 0
        guard isDone else { throw failure("put in its place", path) }
    }

    /// Exchanges two folders in one step, so that nobody sees a moment without one: renameat2(2) with
    /// RENAME_EXCHANGE, which the C library's headers hide from Swift.
    private static func exchange(_ left: String, _ right: String) -> Bool {
        typealias Rename =
            @convention(c) (
                Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
            ) -> Int32
        guard let symbol = dlsym(nil, "renameat2") else {
            errno = ENOSYS
            return false
        }
        // The symbol is the C function of this type.
        let rename = unsafeBitCast(symbol, to: Rename.self)
        return rename(AT_FDCWD, left, AT_FDCWD, right, 2) == 0
    }

    /// Refuses what is there and was not written by us; an empty folder will do.
    private func refuseForeign(_ path: String) throws {
        guard let names = Self.entries(of: path) else {
            guard errno == ENOENT else { throw failure("replaced", path) }
            return
        }
        guard names.isEmpty || names.contains(Self.mark) else {
            throw FaceError(
                "Folder \(makeSafe(path)) holds files that were not published by Mainstay",
                hint: "Name an empty or a new folder: it is replaced whole"
            )
        }
    }

    // MARK: - Files

    /// The names in a folder; `nil` with `errno` where it cannot be read.
    private static func entries(of path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func makeFolders(_ path: String) throws {
        var folder = ""
        for part in path.split(separator: "/") {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST || access(folder, F_OK) == 0 else {
                throw failure("made", folder)
            }
        }
    }

    private func put(_ bytes: [UInt8], at file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
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

    /// Removes a folder of ours with all in it; a link in it goes, not what it names.
    private func remove(_ folder: String) {
        for name in Self.entries(of: folder) ?? [] {
            let path = "\(folder)/\(name)"
            if unlink(path) != 0 { remove(path) }
        }
        rmdir(folder)
    }

    private func failure(_ act: String, _ file: String) -> FaceError {
        let why = String(cString: strerror(errno))
        return FaceError("\(makeSafe(file)) cannot be \(act): \(why)")
    }
}
