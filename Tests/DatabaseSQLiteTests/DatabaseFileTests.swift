@testable import DatabaseSQLite
import Foundation
import CSQLite
import MainstayCore
import MainstayTesting
import SQLDatabase
import Testing

@Suite("DatabaseFile") struct DatabaseFileTests {
    /// A second process that has the file, until it is told to end.
    struct Holder {
        let process = Process()
        private let input = Pipe()
        private let output = Pipe()

        init(_ file: String) throws {
            let products = URL(fileURLWithPath: CommandLine.arguments[0])
                .deletingLastPathComponent()
            process.executableURL = products.appendingPathComponent("FaultHarness")
            process.arguments = ["worker", "serve", file]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
        }

        /// What it has said by its next word.
        func nextWords() -> String {
            String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        }

        /// All that it says until its end.
        func allWords() -> String {
            String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }

        func end() {
            try? input.fileHandleForWriting.close()
        }
    }

    @Test("a connection that is closed twice leaves the one open that has its memory")
    func closingTwice() throws {
        let folder = try TemporaryFolder()
        func connection() throws -> SQLiteConnection {
            try SQLiteConnection(opening: folder.path + "/a.db", toWrite: true) { .now }
        }
        var heir: SQLiteConnection?
        for _ in 0..<50 where heir == nil {
            let first = try connection()
            first.close()
            let second = try connection()
            if second.handle == first.handle {
                first.close()
                heir = second
            } else {
                second.close()
            }
        }
        let open = try #require(heir, "No connection had the memory of another")
        #expect(try open.value("SELECT 1", as: Int.self) == 1)
    }

    @Test("a second process is refused and told who has the file; a command waits for its end")
    func secondProcess() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/a.db"
        let holder = try Holder(file)
        #expect(holder.nextWords() == "held\n")
        let refused = await #expect(throws: SQLError.self) { try await DatabaseFixture.open(file) }
        #expect(refused?.code == .busy)
        let words = try #require(refused?.message)
        let expected =
            "Database '\(file)' is in use by process "
            + "\(holder.process.processIdentifier), a server of Mainstay fault, since "
        #expect(words.hasPrefix(expected))
        #expect(Instant(words.dropFirst(expected.count)) != nil)

        async let command = DatabaseFixture.open(file, serves: false)
        holder.end()
        let database = try await command
        let condition = try await database.condition()
        #expect(condition.last?.value.hasPrefix("process \(getpid()), a command of") == true)
        let second = try Holder(file)
        #expect(second.allWords().contains("Database '\(file)' is in use by process"))
    }

    @Test("a command waits only so long")
    func impatience() async throws {
        let folder = try TemporaryFolder()
        let first = try await DatabaseFixture.open(folder.path + "/a.db")
        var limits = SQLiteDatabase.Limits()
        limits.patience = .milliseconds(60)
        let start = ContinuousClock.now
        let error = await #expect(throws: SQLError.self) {
            try await DatabaseFixture.open(folder.path + "/a.db", serves: false, limits: limits)
        }
        #expect(error?.code == .busy)
        #expect(.now - start >= limits.patience)
        await first.close()
    }

    @Test("the lock goes with the last copy of the database, closed or not")
    func lockEnds() async throws {
        let folder = try TemporaryFolder()
        for _ in 0..<3 {
            let database = try await DatabaseFixture.open(folder.path + "/a.db", serves: false)
            try await database.write { _ = try $0.exec("CREATE TABLE IF NOT EXISTS t (a INTEGER)") }
        }
    }

    @Test("a place where no database can be is refused by name")
    func places() async throws {
        let kept = try TemporaryFolder()
        let folder = kept.path
        func message(_ file: String) async -> String? {
            await #expect(throws: SQLError.self) { try await DatabaseFixture.open(file) }?.message
        }
        #expect(await message("a.db") == "Path 'a.db' of the database is not absolute")
        #expect(
            await message(folder + "/no/a.db")
                == "Folder '\(folder)/no' of the database does not exist"
        )
        #expect(await message(folder) == "'\(folder)' is a folder, not a database")
        try "x".write(toFile: folder + "/f", atomically: true, encoding: .utf8)
        #expect(
            await message(folder + "/f/a.db")
                == "'\(folder)/f' is a file, not the folder of a database"
        )
        // Nobody may make a file there, not even root.
        let readOnly = await message("/sys/a.db")
        #expect(readOnly?.hasPrefix("Lock file '/sys/a.db.lock' cannot be written: ") == true)
    }

    @Test(
        "a network file system is known by its kind",
        arguments: [
            ("0:51", "nfs4"), ("0:52", "fuse.sshfs"), ("0:53", "9p"), ("254:0", nil), ("0:26", nil),
            ("0:99", nil),
        ]
    )
    func networks(device: String, kind: String?) {
        let mounts = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
            31 22 0:51 / /net\\040a rw,relatime shared:9 master:2 - nfs4 host:/x rw,vers=4.2
            32 22 0:52 / /ssh rw,nosuid - fuse.sshfs me@host: rw
            33 22 0:53 / /host rw - 9p share rw,trans=virtio
            34 22 0:26 / /tmp rw - tmpfs tmpfs rw
            """
        #expect(SQLiteDatabase.remoteFileSystem(device: device, among: mounts) == kind)
    }

    @Test("a file that is no database, and one that is damaged, are told by name")
    func damage() async throws {
        let folder = try TemporaryFolder()
        let other = folder.path + "/letter.db"
        try String(repeating: "Dear Sir or Madam, ", count: 500)
            .write(toFile: other, atomically: true, encoding: .utf8)
        let error = await #expect(throws: SQLError.self) { try await DatabaseFixture.open(other) }
        #expect(error?.code == .damaged)
        #expect(error?.message == "File '\(other)' is not a database")

        let file = folder.path + "/a.db"
        let database = try await DatabaseFixture.open(file)
        try await database.write { connection in
            try connection.exec("CREATE TABLE t (a TEXT) STRICT")
            for _ in 0..<100 {
                try connection.exec("INSERT INTO t VALUES (\(String(repeating: "x", count: 900)))")
            }
        }
        await database.close()
        let copy = folder.path + "/b.db"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
        try bytes.write(to: URL(fileURLWithPath: copy))
        let damaged = try await DatabaseFixture.open(copy)
        let found = await #expect(throws: SQLError.self) {
            try await damaged.read { _ = try $0.values("SELECT a FROM t", as: String.self) }
        }
        #expect(found?.code == .damaged)
        #expect(found?.message.hasPrefix("Database '\(copy)' is damaged: ") == true)
    }

    @Test("a backup is one file with what was committed, made while writes go on")
    func backup() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER) STRICT")
        let database = fixture.database
        let writer = Task {
            var number = 0
            while !Task.isCancelled {
                number += 1
                try await database.write { [number] connection in
                    _ = try connection.exec("INSERT INTO t VALUES (\(number)), (\(-number))")
                }
            }
        }
        let target = fixture.folder.path + "/copy.db"
        let before = try await fixture.numbers("SELECT count(*) FROM t")[0]
        try await database.backup(to: target)
        writer.cancel()
        _ = await writer.result
        #expect(
            try files(in: fixture.folder.path).filter { $0.hasPrefix("copy") } == ["copy.db"]
        )
        let again = await #expect(throws: SQLError.self) { try await database.backup(to: target) }
        #expect(again?.message == "File '\(target)' exists already")

        let copy = try await DatabaseFixture.open(target)
        let (count, sum) = try await copy.read { connection in
            (
                try connection.value("SELECT count(*) FROM t", as: Int.self) ?? -1,
                try connection.value("SELECT coalesce(sum(a), 0) FROM t", as: Int.self)
            )
        }
        #expect(count >= before && count % 2 == 0)
        #expect(sum == 0)
    }

    @Test("a backup that cannot be made leaves nothing")
    func failedBackup() async throws {
        let fixture = try await DatabaseFixture("CREATE TABLE t (a INTEGER) STRICT")
        let target = fixture.folder.path + "/no/copy.db"
        await #expect(throws: SQLError.self) { try await fixture.database.backup(to: target) }
        let inside = fixture.folder.path + "/test.db/copy.db"
        await #expect(throws: SQLError.self) { try await fixture.database.backup(to: inside) }
        #expect(try files(in: fixture.folder.path).allSatisfy { $0.hasPrefix("test.db") })
    }
}
