import DatabaseSQLite
import Glibc
import SQLDatabase

/// A second process for the tests: what cannot be tried inside the one that tests.
@main struct DatabaseSQLiteProbe {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let database: SQLiteDatabase
        do {
            database = try await SQLiteDatabase.open(
                .init(file: arguments[2], serves: true, version: "probe")
            )
        } catch let error as SQLError {
            return say("refused \(error.code.rawValue) \(error.message)")
        }
        switch arguments[1] {
        case "hold":
            say("held")
            _ = readLine()
        case "fill": try await fill(database)
        case "write": try await write(database)
        default: say("unknown")
        }
        await database.close()
    }

    /// Writes until the files may grow no further, then again once they may; prints what happened.
    static func fill(_ database: SQLiteDatabase) async throws {
        signal(SIGXFSZ, SIG_IGN)
        try await database.write { _ = try $0.exec("CREATE TABLE t (a TEXT)") }
        var limit = rlimit(rlim_cur: 300_000, rlim_max: rlim_t(bitPattern: -1))
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        var acknowledged = 0
        do {
            while true {
                try await insert(database, size: 3000)
                acknowledged += 1
            }
        } catch let error as SQLError {
            say("failed \(error.code.rawValue)")
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        let kept = try await count(database)
        try await insert(database, size: 3000)
        say("acknowledged \(acknowledged) kept \(kept) then \(try await count(database))")
    }

    /// Four tasks write and print the number of each row once it is acknowledged, until the end.
    static func write(_ database: SQLiteDatabase) async throws {
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0... {
                        let row = number * 4 + writer
                        try await database.write {
                            _ = try $0.exec("INSERT INTO t (a, half) VALUES (\(row), 1)")
                            _ = try $0.exec("INSERT INTO t (a, half) VALUES (\(row), 2)")
                        }
                        say("\(row)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Prints a line at once, for whoever reads it while this process lives or after it was killed.
    static func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { _ = Glibc.write(1, $0.baseAddress, $0.count) }
    }

    static func insert(_ database: SQLiteDatabase, size: Int) async throws {
        let text = String(repeating: "x", count: size)
        try await database.write { _ = try $0.exec("INSERT INTO t (a) VALUES (\(text))") }
    }

    static func count(_ database: SQLiteDatabase) async throws -> Int {
        try await database.read { try $0.value("SELECT count(*) FROM t") ?? -1 }
    }
}
