import GRDB
import Glibc
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
        try await aside { [connections] in
            defer {
                for tail in ["", "-journal", "-wal", "-shm"] { unlink(temporary + tail) }
            }
            do {
                try Self.copy(connections.pool, to: temporary)
            } catch let error as DatabaseError {
                throw SQLError(error, file: temporary)
            }
            try Self.settle(temporary)
            guard rename(temporary, target) == 0 else { throw SQLError.unkept(target, errno) }
            try Self.settle(Self.folder(of: target))
        }
    }

    private static func copy(_ pool: DatabasePool, to file: String) throws {
        // SQLite would make the file readable for everybody whom the umask lets.
        Glibc.close(Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        let copy = try DatabaseQueue(path: file)
        try pool.backup(to: copy)
        let faults = try copy.inDatabase { database in
            // One file: a copy in WAL mode could not be opened where nobody may write.
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
            return try String.fetchAll(database, sql: "PRAGMA integrity_check")
        }
        try copy.close()
        guard faults == ["ok"] else {
            throw SQLError(
                .damaged,
                "The copy of database '\(pool.path)' has \(faults.count) faults, so it was not kept",
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
    /// Moves the write-ahead log into the database and empties it; pages that lost rows are blank there
    /// (`secure_delete`).
    ///
    /// The corresponding statement is `PRAGMA wal_checkpoint(TRUNCATE)`. It waits for reads that run,
    /// at most 5 s.
    /// - Throws: ``SQLError`` with ``SQLError/Code/busy`` when a read holds the log for longer.
    package func clearLog() async throws {
        try await aside { [connections, file] in
            do {
                _ = try connections.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            } catch let error as DatabaseError {
                throw SQLError(error, file: file)
            }
        }
    }
}
