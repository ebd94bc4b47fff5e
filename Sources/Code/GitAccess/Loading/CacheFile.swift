import Glibc
import Synchronization

/// Writes files of the cache so that a reader sees the old or the new one, never a part.
enum CacheFile {
    /// How many files this process has begun to write: two threads never share a temporary file.
    private static let written = Atomic(0)

    /// Writes `bytes` to a new file in `folder` and renames it to `path`.
    ///
    /// Returns `nil` when done, else what the system says; then nothing has changed and nothing is
    /// left behind.
    static func write(_ bytes: UnsafeRawBufferPointer, folder: String, path: String) -> String? {
        guard makeFolders(folder) else { return FilePath.lastError }
        removeLeftovers(in: folder)
        let number = written.wrappingAdd(1, ordering: .relaxed).oldValue
        let temporary = "\(path).\(number).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return FilePath.lastError }
        var offset = 0
        while offset < bytes.count {
            let start = bytes.baseAddress.map { $0 + offset }
            let count = Glibc.write(file, start, bytes.count - offset)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            offset += count
        }
        let cause = offset < bytes.count ? FilePath.lastError : nil
        close(file)
        if cause == nil, rename(temporary, path) == 0 { return nil }
        let reason = cause ?? FilePath.lastError
        unlink(temporary)
        return reason
    }

    /// Removes what writers that were killed have left: their process is gone.
    private static func removeLeftovers(in folder: String) {
        for name in FilePath.entries(of: folder) where name.hasSuffix(".new") {
            let parts = name.split(separator: ".")
            guard parts.count >= 3, let process = pid_t(parts[parts.count - 2]) else { continue }
            if kill(process, 0) != 0, errno == ESRCH { unlink(FilePath.join(folder, name)) }
        }
    }

    private static func makeFolders(_ folder: String) -> Bool {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, folder != "/" else { return false }
        guard makeFolders(FilePath.parent(of: folder)) else { return false }
        return mkdir(folder, 0o700) == 0 || errno == EEXIST
    }
}
