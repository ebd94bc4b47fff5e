import CSQLite
import SQLDatabase

extension SQLError {
    /// What went wrong when a statement was compiled: the text is of the source, so it may be told.
    init(_ code: CInt, of database: OpaquePointer, preparing sql: String) {
        let words = String(cString: sqlite3_errmsg(database))
        self.init(code, words: words, on: database.file, at: "'\(sql.start)'")
    }

    /// What went wrong when a statement ran.
    ///
    /// The engine's words are told only where they name columns and constraints: those of its
    /// functions repeat what was searched for.
    init(_ code: CInt, of database: OpaquePointer, running sql: String) {
        let names = [SQLITE_CONSTRAINT, SQLITE_READONLY, SQLITE_CORRUPT].contains(code & 0xFF)
        let words = names ? sqlite3_errmsg(database) : sqlite3_errstr(code)
        self.init(
            code,
            words: words.map { String(cString: $0) } ?? "",
            on: database.file,
            at: "'\(sql.start)'"
        )
    }

    /// What went wrong when a file was opened or copied.
    init(_ code: CInt, opening file: String) {
        let words = sqlite3_errstr(code).map { String(cString: $0) } ?? ""
        self.init(code, words: words, on: file, at: "Opening or copying it")
    }

    private init(_ code: CInt, words: String, on file: String, at place: String) {
        let detail = "\(words) (SQLite code \(code))"
        switch code & 0xFF {
        case SQLITE_FULL, SQLITE_IOERR:
            self.init(
                .full,
                "Database '\(file)' cannot be written: \(words)",
                hint: "Make space on its disk, or see what the system log says about it",
                detail: detail
            )
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(
                .busy,
                "Another program holds database '\(file)'",
                hint: "Try again once no other program has the file open",
                detail: detail
            )
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG:
            self.init(.constraint, "\(place) breaks a rule: \(words)", detail: detail)
        case SQLITE_CANTOPEN, SQLITE_PERM:
            self.init(
                .unfit,
                "Database '\(file)' cannot be opened for writing: \(words)",
                hint: "Let the user who runs Mainstay write in its folder",
                detail: detail
            )
        case SQLITE_NOTADB:
            self.init(.damaged, "File '\(file)' is not a database", detail: detail)
        case SQLITE_CORRUPT:
            self.init(
                .damaged,
                "Database '\(file)' is damaged: \(words)",
                hint: "Keep a copy of the file, then restore the latest backup",
                detail: detail
            )
        default:
            self.init(.other, "\(place) failed on database '\(file)': \(words)", detail: detail)
        }
    }
}

extension OpaquePointer {
    /// The file of a `sqlite3`.
    fileprivate var file: String {
        sqlite3_db_filename(self, "main").map { String(cString: $0) } ?? ""
    }
}
