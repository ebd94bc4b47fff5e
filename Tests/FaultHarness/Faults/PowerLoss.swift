import FoundationEssentials
import MainstayTesting

/// The power fails: of what was written and not yet forced to the disk, anything may be missing.
///
/// A process writes under a recorder. Its files are then rebuilt as they may have stood at random
/// moments, and opened.
enum PowerLoss {
    /// A record is used for so many moments.
    private static let pointsOfRecord = 100
    /// So many effects fill the log of SQLite more than once.
    private static let effectsOfRecord = 800

    static func meet(_ order: FaultKind.Order) async throws -> Tally {
        var random = order.random
        var tally = Tally()
        let folder = try TemporaryFolder()
        let library = folder.path + "/recorder.so"
        let source = #filePath.replacing("Faults/PowerLoss.swift", with: "recorder.c")
        try runProgram(["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
        var dropped = 0
        while tally.met < order.count {
            // At some moments everything is on the disk: those do not count.
            let count = min(pointsOfRecord, 2 * (order.count - tally.met))
            var disk = try await record(with: library)
            let moments = (0..<count).map { _ in random.below(disk.entries) }.sorted()
            for moment in moments where tally.met < order.count {
                try disk.play(upTo: moment)
                var part = Tally()
                let loss = try await lose(disk, &random, &part)
                dropped += loss
                part.met = loss > 0 ? 1 : 0
                tally.add(part)
                tally.rounds += 1
            }
        }
        tally.notes = ["writes dropped or torn \(dropped)"]
        return tally
    }

    private static func record(with library: String) async throws -> RecordedDisk {
        let folder = try TemporaryFolder()
        let place = Place.sqlite(folder.path + "/fault.db")
        try await place.opened { try await Ledger.found(on: $0) }
        let start = try readFile(place.text)
        let outside = try TemporaryFolder()
        let log = outside.path + "/log"
        let worker = try WorkerProcess(
            ["write", place.text, "0"],
            output: outside.path + "/said",
            settings: ["LD_PRELOAD=\(library)", "FAULT_FOLDER=\(folder.path)", "FAULT_LOG=\(log)"]
        )
        try await worker.wait(forLines: effectsOfRecord)
        worker.end()
        return RecordedDisk(["fault.db": start], log: try readFile(log))
    }

    /// Rebuilds the files after a loss of power at the moment of a disk, and checks them.
    private static func lose(
        _ disk: RecordedDisk,
        _ random: inout SeededGenerator,
        _ tally: inout Tally
    ) async throws -> Int {
        let folder = try TemporaryFolder()
        let (files, dropped) = disk.afterLoss(&random)
        for (name, bytes) in files { try writeFile("\(folder.path)/\(name)", bytes) }
        try await Place.sqlite(folder.path + "/fault.db").check(disk.acknowledged, &tally)
        withExtendedLifetime(folder) {}
        return dropped
    }
}
