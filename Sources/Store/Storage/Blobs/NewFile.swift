import Glibc

/// A file that comes to be whole, or not at all.
///
/// It is written under a temporary name and made durable before it gets its own. Whatever throws,
/// and whoever forgets ``keep(as:)``, leaves nothing behind.
struct NewFile: ~Copyable {
    private let descriptor: CInt
    private let folder: String
    private var temporary: String?

    /// Begins a file in a folder that exists.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    init(in folder: String) throws(StorageError) {
        guard let template = strdup(folder + "/new-XXXXXX") else { throw .disk("write in", folder) }
        defer { free(template) }
        let opened = mkstemp(template)
        guard opened >= 0 else { throw .disk("create a file in", folder) }
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        descriptor = opened
        self.folder = folder
        temporary = String(cString: template)
    }

    deinit {
        close(descriptor)
        if let temporary { unlink(temporary) }
    }

    /// Writes bytes at the end.
    func append(_ bytes: [UInt8]) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw .disk("write a file in", folder) }
            done += written
        }
    }

    /// Makes the file durable under its name, in place of whatever has that name.
    ///
    /// - Parameter path: In the same file system; its folder exists.
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    consuming func keep(as path: String) throws(StorageError) {
        guard fsync(descriptor) == 0 else { throw .disk("write", path) }
        guard let name = temporary, rename(name, path) == 0 else { throw .disk("write", path) }
        temporary = nil
        try Self.syncFolder(of: path)
    }

    /// Makes the names in the folder of a file durable.
    static func syncFolder(of path: String) throws(StorageError) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder =
            end == path.startIndex ? (path.hasPrefix("/") ? "/" : ".") : String(path[..<end])
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .disk("open the folder", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .disk("write the folder", folder) }
    }
}

/// A file that is read piece by piece.
struct FilePieces: ~Copyable {
    private let descriptor: CInt
    private let path: String

    /// Opens a file.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/missing`` if there is none, or
    ///   ``StorageError/Code/disk``.
    init(_ path: String) throws(StorageError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else {
            throw errno == ENOENT
                ? StorageError(.missing, "There is no file \(path)") : .disk("read", path)
        }
        descriptor = opened
        self.path = path
    }

    deinit { close(descriptor) }

    /// Returns the next bytes, at most a megabyte; none at the end.
    func next() throws(StorageError) -> [UInt8] {
        while true {
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, used in
                count = read(descriptor, buffer.baseAddress, buffer.count)
                used = max(count, 0)
            }
            if count >= 0 { return piece }
            guard errno == EINTR else { throw .disk("read", path) }
        }
    }
}

extension StorageError {
    /// What the system said when a file or folder could not be used.
    static func disk(_ act: String, _ path: String) -> StorageError {
        let said = errno
        return StorageError(
            .disk,
            "Mainstay cannot \(act) \(path): \(String(cString: strerror(said)))",
            hint: said == ENOSPC || said == EDQUOT ? "Make room on the disk" : nil
        )
    }
}
