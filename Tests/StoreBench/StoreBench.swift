import DatabasePostgres
import DatabaseSQLite
import Glibc
import MainstayCore
import MainstayService
import SQLDatabase
import Storage
import SupportDesk

/// What `Scripts/bench store` measures: `StoreBench MEASURE DATABASE COUNT [TASKS]`.
///
/// DATABASE is a file, or the URL of a PostgreSQL database. A measure prints nanoseconds of CPU and of
/// wall for each of COUNT operations; what it writes inside one body is rolled back.
@main struct StoreBench {
    let engine: any SQLEngine
    let count: Int
    let tasks: Int
    let tickets: Int

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count > 3, let count = Int(words[3]) else { return fail("usage") }
        let engine = try await open(words[2])
        if words[1] == "make" {
            try await Sample(tickets: count).write(to: engine)
        } else {
            let made = try await engine.read { try $0.countTickets() }
            let tasks = words.count > 4 ? Int(words[4]) ?? 1 : 1
            let bench = StoreBench(engine: engine, count: count, tasks: tasks, tickets: made)
            try await bench.run(words[1])
        }
        await engine.close()
    }

    private static func open(_ place: String) async throws -> any SQLEngine {
        if place.contains("://") { return try await PostgresDatabase(url: place) }
        return try await SQLiteDatabase.open(.init(file: place, serves: true, version: "bench"))
    }

    private func run(_ measure: String) async throws {
        switch measure {
        case "statements": try await writeStatements()
        case "point": try await inOneBody { try $0.point($1, of: tickets) }
        case "page": try await inOneBody { connection, _ in _ = try connection.page() }
        case "search": try await inOneBody { try $0.look($1) }
        case "reads":
            try await inTasks { engine, id in _ = try await engine.read { try $0.head(id) } }
        case "list", "show": try await useDesk(measure)
        case "append": try await append()
        case "claims": try await claims()
        case "load": try await load()
        case "writes": try await inTasks { try await $0.appendOnce(to: $1) }
        case "beside": try await beside()
        default: Self.fail("There is no measure '\(measure)'")
        }
    }

    static func fail(_ message: String) {
        print("Error: \(message)")
        exit(1)
    }
}

/// What operations cost, in nanoseconds.
struct Cost: Error {
    private var start = Cost.now()

    private static func now() -> (cpu: Int, wall: Int) {
        (nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID), nanoseconds(of: CLOCK_MONOTONIC))
    }

    static func nanoseconds(of clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Prints what each of `count` operations cost since the start.
    func tell(_ count: Int) {
        let end = Cost.now()
        print((end.cpu - start.cpu) / count, (end.wall - start.wall) / count)
    }
}
