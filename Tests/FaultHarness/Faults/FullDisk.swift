import FoundationEssentials
import MainstayTesting
import SQLDatabase
import Storage

/// The disk is full, of the database, its log, the blobs or the backup, and then no more.
enum FullDisk {
    static func meet(_ order: FaultKind.Order) async throws -> Tally {
        var random = order.random
        var tally = Tally()
        for _ in 0..<order.count {
            // SQLite moves its log into the database at 4 MB: first there is less space, then more.
            for kilobytes in [1500 + random.below(2000), 7000 + random.below(4000)] {
                let disk = try SmallDisk(kilobytes: kilobytes)
                try await fillDatabase(.sqlite(disk.path + "/fault.db"), on: disk, &tally)
            }
            try fillBlobs(kilobytes: 300 + random.below(1000), &random, &tally)
            try await fillBackup(.sqlite, &tally)
            if TestEngine.postgres.obstacle == nil {
                try await fillBackup(.postgres, &tally)
                try await fillServer(kilobytes: 12_000 + random.below(4000), &tally)
            }
            tally.rounds += 1
        }
        tally.met = tally.rounds
        return tally
    }

    /// Fills a disk that holds a database of a server, but not the server's log: a server whose log
    /// finds no space stops.
    private static func fillServer(kilobytes: Int, _ tally: inout Tally) async throws {
        let disk = try SmallDisk(kilobytes: kilobytes)
        guard disk.isMounted else {
            tally.notes = ["PostgreSQL's disk left out: that needs root"]
            return
        }
        try runProgram(["chown", "nobody", disk.path])
        let server = try OwnServer()
        let raw = try RawPostgres(server.url)
        try raw.run("CREATE TABLESPACE small LOCATION '\(disk.path)'")
        try raw.run("CREATE DATABASE small TEMPLATE template0 TABLESPACE small")
        let url = server.url.replacing("/postgres?", with: "/small?", maxReplacements: 1)
        try await fillDatabase(.postgres(url), on: disk, &tally)
        withExtendedLifetime(server) {}
    }

    private static func fillDatabase(
        _ place: Place,
        on disk: SmallDisk,
        _ tally: inout Tally
    ) async throws {
        var part = Tally()
        let told = try await place.opened { engine in
            try await Ledger.found(on: engine)
            let ledger = try await Ledger(engine)
            let told = try await fill(ledger)
            let count = try await LedgerCount(engine)
            part.expect(
                count.effects == told.count,
                "\(told.count) acknowledged, but \(count.effects) there on a full disk"
            )
            try disk.grow()
            return try await told.merging(next(20, ledger)) { $1 }
        }
        try await place.check(told, &part)
        tally.add(part)
    }

    /// Causes effects with four tasks until the disk is full for each of them.
    private static func fill(_ ledger: Ledger) async throws -> [Int: Int64] {
        try await withThrowingTaskGroup(of: [Int: Int64].self) { group in
            for task in 0..<4 {
                group.addTask {
                    var told: [Int: Int64] = [:]
                    do {
                        for number in stride(from: task, to: 100_000, by: 4) {
                            told[number] = try await ledger.cause(number, saying: long)
                        }
                        throw FixtureError("The disk was never full")
                    } catch let error as SQLError where error.code == .full {
                        return told
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { $1 } }
        }
    }

    /// 3200 bytes that no engine can make smaller by finding them again.
    private static let long: String = {
        var random = SeededGenerator(seed: 1)
        return (0..<200).map { _ in String(random.next() | 1 << 63, radix: 16) }.joined()
    }()

    private static func next(_ count: Int, _ ledger: Ledger) async throws -> [Int: Int64] {
        var told: [Int: Int64] = [:]
        for number in 100_000..<100_000 + count { told[number] = try await ledger.cause(number) }
        return told
    }

    private static func fillBlobs(
        kilobytes: Int,
        _ random: inout SeededGenerator,
        _ tally: inout Tally
    ) throws {
        let disk = try SmallDisk(kilobytes: kilobytes)
        let blobs = BlobFolder(disk.path + "/blobs")
        var kept: [String] = []
        var size = 10_000
        do {
            while true {
                var bytes = [UInt8](repeating: 7, count: size)
                bytes[0] = UInt8(truncatingIfNeeded: random.next())
                kept.append(try blobs.keep(bytes).sha)
                size = size * 5 / 4
            }
        } catch let error as StorageError where error.code == .disk {}
        // Folders have names of two letters.
        let files = try FileManager.default.subpathsOfDirectory(atPath: blobs.path)
            .filter { $0.count > 2 }
        tally.expect(files.count == kept.count, "\(kept.count) blobs kept, files \(files)")
        try disk.grow()
        kept.append(try blobs.keep(Array("after".utf8)).sha)
        tally.acknowledged += kept.count
        for sha in kept where (try? blobs.read(sha)) == nil { tally.lost += 1 }
    }

    private static func fillBackup(_ kind: TestEngine, _ tally: inout Tally) async throws {
        var part = tally
        try await kind.withPlace { place, _ in
            try await place.opened { engine in
                try await Ledger.found(on: engine)
                let ledger = try await Ledger(engine)
                for number in 0..<40 { _ = try await ledger.cause(number, saying: long) }
                let disk = try SmallDisk(kilobytes: 16)
                let target = disk.path + "/copy"
                do {
                    try await engine.backup(to: target)
                    throw FixtureError("The disk was never full")
                } catch let error as SQLError where error.code == .full {}
                let left = try FileManager.default.contentsOfDirectory(atPath: disk.path)
                part.expect(left.isEmpty, "A failed backup left \(left)")
                try disk.grow()
                try await engine.backup(to: target)
                part.expect(!(try readFile(target).isEmpty), "The backup is empty")
            }
        }
        tally = part
    }
}
