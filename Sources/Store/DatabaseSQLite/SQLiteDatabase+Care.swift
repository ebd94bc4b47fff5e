import CSQLite
import Glibc
import MainstayCore
import SQLDatabase

extension SQLiteDatabase {
    /// Copies the database into a new file that needs no other beside it.
    ///
    /// The copy is made under another name, checked, and on the disk before it gets its own. Writes
    /// go on meanwhile.
    package func backup(to target: String) async throws {
        guard access(target, F_OK) != 0 else {
            throw SQLError(
                .unfit,
                "File '\(target)' exists already",
                hint: "Name a file that does not exist"
            )
        }
        let temporary = "\(target).\(getpid()).part"
        try await aside { [file] in
            defer {
                for tail in ["", "-journal", "-wal", "-shm"] { unlink(temporary + tail) }
            }
            try Self.copy(file, to: temporary)
            try Self.settle(temporary)
            guard rename(temporary, target) == 0 else { throw SQLError.unkept(target, errno) }
            try Self.settle(Self.folder(of: target))
        }
    }

    private static func copy(_ source: String, to target: String) throws {
        // SQLite would make the file readable for everybody whom the umask lets.
        Glibc.close(Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        let from = try SQLiteConnection(opening: source, toWrite: false) { .now }
        defer { from.close() }
        let copy = try SQLiteConnection(opening: target, toWrite: true) { .now }
        defer { copy.close() }
        try from.copy(to: copy, as: target)
        // One file: a copy in WAL mode could not be opened where nobody may write.
        try copy.exec("PRAGMA journal_mode = DELETE")
        let faults = try copy.values("PRAGMA integrity_check", as: String.self)
        guard faults == ["ok"] else {
            throw SQLError(
                .damaged,
                "The copy of database '\(source)' has \(faults.count) faults, so it was not kept",
                hint: "Restore an earlier backup; this database is likely damaged too",
                detail: faults.first
            )
        }
    }

    /// Waits until a file or folder is on the disk.
    private static func settle(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { Glibc.close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw SQLError.unkept(path, errno) }
    }

    /// Tells version, sizes, durability and who has the lock.
    package func condition() async throws -> [(name: String, value: String)] {
        let (version, synchronous, free) = try await write { connection in
            (
                try connection.value("SELECT sqlite_version()", as: String.self) ?? "",
                try connection.value("PRAGMA synchronous", as: Int.self) ?? -1,
                try connection.value(
                    """
                    SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size
                    """,
                    as: Int.self
                ) ?? 0
            )
        }
        return [
            ("engine", "SQLite \(version)"),
            ("file", file),
            ("size", "\(Self.size(of: file)) bytes, \(free) of them free"),
            ("write-ahead log", "\(Self.size(of: file + "-wal")) bytes"),
            ("synchronous", synchronous == 2 ? "FULL" : "\(synchronous)"),
            ("waiting", "\(waiting.reads) reads, \(waiting.writes) writes"),
            ("held by", connections.lock.text),
        ]
    }
}

extension SQLError {
    fileprivate static func unkept(_ path: String, _ code: CInt) -> SQLError {
        SQLError(
            code == ENOSPC || code == EIO ? .full : .unfit,
            "'\(path)' cannot be written: \(String(cString: strerror(code)))",
            detail: "errno \(code)"
        )
    }
}

extension SQLiteDatabase {
    /// Moves the write-ahead log into the database and empties it; pages that lost rows are blank
    /// there (`secure_delete`).
    ///
    /// The corresponding statement is `PRAGMA wal_checkpoint(TRUNCATE)`. It waits for reads that
    /// run, at most 5 s.
    /// - Throws: ``SQLError`` with ``SQLError/Code/busy`` when a read holds the log for longer.
    package func clearLog() async throws {
        try await aside { [connections] in
            try connections.exclusively { writer in
                let isBusy = try writer.value("PRAGMA wal_checkpoint(TRUNCATE)", as: Int.self)
                if isBusy != 0 {
                    throw SQLError(.busy, "A read holds the write-ahead log, which stays as it is")
                }
            }
        }
    }
}

extension SQLiteConnection {
    /// Copies the whole database over that of another connection, as it stands at one moment.
    ///
    /// The corresponding function is `sqlite3_backup_step`.
    /// - Parameters:
    ///   - other: The other one.
    ///   - file: Its file, for errors.
    /// - Throws: ``SQLError``.
    fileprivate func copy(to other: SQLiteConnection, as file: String) throws {
        guard let backup = sqlite3_backup_init(other.handle, "main", handle, "main") else {
            throw SQLError(sqlite3_extended_errcode(other.handle), opening: file)
        }
        let code = sqlite3_backup_step(backup, -1)
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else { throw SQLError(code, opening: file) }
    }
}
