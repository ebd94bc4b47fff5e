import Glibc
import MainstayCore
import SQLDatabase

/// The file beside a database that tells which process has it, and the lock on it.
///
/// SQLite before 3.51.3 (except 3.44.6 and 3.50.7) can corrupt a write-ahead log when two
/// connections commit and checkpoint at the same moment, so one process alone may have the file.
///
/// A class, because it owns a file descriptor; the lock ends with it or with the process.
final class LockFile: Sendable {
    private let descriptor: CInt

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock and writes who has it.
    ///
    /// - Parameters:
    ///   - file: The database.
    ///   - holder: What another process is told, such as `process 17, mainstay 1.0`.
    ///   - patience: How long to wait for another process.
    /// - Returns: The lock, held until nobody refers to it.
    /// - Throws: ``SQLError`` with ``SQLError/Code/busy`` and what the other process wrote.
    static func take(
        _ file: String,
        for holder: String,
        patience: Duration
    ) async throws -> LockFile {
        let path = file + ".lock"
        // Closed in programs that this one starts, which would keep the lock.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SQLError.unwritable(path, errno) }
        let lock = LockFile(descriptor: descriptor)
        let end = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw SQLError.unwritable(path, errno)
            }
            guard .now < end else { throw SQLError.held(file, by: lock.text) }
            try await Task.sleep(for: .milliseconds(20))
        }
        try lock.write(holder, to: path)
        return lock
    }

    /// Lets another process have the file.
    func release() {
        flock(descriptor, LOCK_UN)
    }

    /// Who holds the lock.
    var text: String {
        var bytes = [UInt8](repeating: 0, count: 500)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    private func write(_ holder: String, to path: String) throws {
        var holder = holder
        let isWritten = holder.withUTF8 {
            ftruncate(descriptor, 0) == 0
                && pwrite(descriptor, $0.baseAddress, $0.count, 0) == $0.count
        }
        if !isWritten { throw SQLError.unwritable(path, errno) }
    }
}

extension SQLError {
    fileprivate static func held(_ file: String, by holder: String) -> SQLError {
        SQLError(
            .busy,
            "Database '\(file)' is in use by \(holder.isEmpty ? "another process" : holder)",
            hint: "Stop that process, or wait until it has finished"
        )
    }

    fileprivate static func unwritable(_ path: String, _ code: CInt) -> SQLError {
        let words = String(cString: strerror(code))
        return SQLError(
            code == ENOSPC ? .full : .unfit,
            "Lock file '\(path)' cannot be written: \(words)",
            hint: "Let the user who runs Mainstay write in its folder",
            detail: "errno \(code)"
        )
    }
}
