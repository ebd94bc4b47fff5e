package import MainstayCore
package import SQLDatabase
import Synchronization

/// Makes ids that no other process on the database makes.
///
/// An id has 41 bits of milliseconds since 2025-01-01 UTC, 10 bits of the node's number and 12 bits
/// of a counter: it is unique over all tables and sorts by age. The process holds the row of its
/// number in `node`, whose floor runs ahead of the ids in use, so that a clock that jumps back
/// repeats none.
package final class IDSource: Sendable {
    private struct State {
        /// Milliseconds since 2025 of the last id.
        var last: Int64
        var counter: Int64
        /// Ids stay below this millisecond since 2025.
        var ceiling: Int64
    }

    /// The number of this process among those on the database, 0 to 1023.
    package let node: Int
    private let name: String
    private let engine: any SQLEngine
    private let clock: @Sendable () -> Instant
    private let state: Mutex<State>

    /// 2025-01-01 UTC.
    fileprivate static let epoch = Instant(milliseconds: 1_735_689_600_000)
    private static let aheadMs: Int64 = 10_000
    /// How long a process may be silent before its number goes to another.
    private static let silenceMs: Int64 = 600_000

    private init(
        node: Int,
        name: String,
        floor: Int64,
        engine: any SQLEngine,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.node = node
        self.name = name
        self.engine = engine
        self.clock = clock
        state = Mutex(State(last: floor, counter: 4095, ceiling: floor))
    }

    /// Takes a number for this process: 0 on SQLite, where there is one process, else the lowest
    /// free.
    ///
    /// - Parameters:
    ///   - engine: A database with tables.
    ///   - name: What `node` calls this process, unique among the running ones.
    ///   - clock: The process's clock; tests replace it.
    /// - Returns: A source that has reserved no ids yet.
    /// - Throws: ``StorageError`` with ``StorageError/Code/noNode`` when 1024 processes are
    ///   running.
    package static func join(
        _ engine: any SQLEngine,
        name: String,
        clock: @escaping @Sendable () -> Instant
    ) async throws -> IDSource {
        let (node, floor) = try await engine.write { connection -> (Int, Instant) in
            let now = try connection.now()
            var free = 0
            if connection.dialect == .postgres {
                _ = try connection.value(
                    "SELECT value FROM setting WHERE name = 'schema-lock' FOR UPDATE",
                    as: String.self
                )
                let taken: [Int] = try connection.values(
                    "SELECT number FROM node WHERE seen_at > \(now.advanced(by: -silenceMs)) ORDER BY number"
                )
                for number in taken where number == free { free += 1 }
            }
            guard free < 1024 else { throw StorageError.noNode }
            let held: Instant? = try connection.value(
                "SELECT id_floor_at FROM node WHERE number = \(free)"
            )
            let floor = try max(held ?? epoch, connection.idFloor())
            try connection.exec(
                """
                INSERT INTO node (number, name, level, started_at, seen_at, id_floor_at)
                VALUES (\(free), \(name), \(Migration.programLevel), \(now), \(now), \(floor))
                ON CONFLICT (number) DO UPDATE SET name = \(name), level = \(Migration.programLevel),
                  started_at = \(now), seen_at = \(now)
                """
            )
            return (free, floor)
        }
        let start = max(floor, epoch).milliseconds - epoch.milliseconds
        return IDSource(node: node, name: name, floor: start, engine: engine, clock: clock)
    }

    /// Returns new ids in ascending order; seldom waits for the database.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/noNode`` when another process took this
    ///   one's number, because this one was silent for ten minutes.
    package func make(_ count: Int) async throws -> [Int64] {
        var made: [Int64] = []
        made.reserveCapacity(count)
        while true {
            let wanted = state.withLock { state -> Int64? in
                let now = clock().milliseconds - Self.epoch.milliseconds
                while made.count < count {
                    if now > state.last {
                        (state.last, state.counter) = (now, 0)
                    } else if state.counter < 4095 {
                        state.counter += 1
                    } else {
                        (state.last, state.counter) = (state.last + 1, 0)
                    }
                    guard state.last < state.ceiling else { return state.last }
                    made.append(state.last << 22 | Int64(node) << 12 | state.counter)
                }
                return nil
            }
            guard let wanted else { return made }
            try await raiseCeiling(beyond: wanted)
        }
    }

    /// Gives the number back and puts the floor just above the last id, as the last act of a
    /// process.
    package func leave() async throws {
        let floor = state.withLock { $0.last } + 1 + Self.epoch.milliseconds
        let (node, name) = (node, name)
        _ = try await engine.write { connection in
            try connection.exec(
                """
                UPDATE node SET id_floor_at = \(floor), seen_at = 0
                WHERE number = \(node) AND name = \(name)
                """
            )
        }
    }

    private func raiseCeiling(beyond last: Int64) async throws {
        let ceiling = last + Self.aheadMs
        let floor = Instant(milliseconds: ceiling + Self.epoch.milliseconds)
        let (node, name) = (node, name)
        let isOurs = try await engine.write { connection in
            try connection.exec(
                """
                UPDATE node SET id_floor_at = \(floor), seen_at = \(try connection.now())
                WHERE number = \(node) AND name = \(name)
                """
            ) == 1
        }
        guard isOurs else { throw StorageError.nodeTaken(node) }
        state.withLock { state in
            if state.ceiling < ceiling { state.ceiling = ceiling }
        }
    }
}

extension Connection {
    /// The moment that new ids lie above on every node, because loaded rows have ids up to it.
    fileprivate func idFloor() throws -> Instant {
        let floor: String? = try value("SELECT value FROM setting WHERE name = 'id-floor'")
        return floor.flatMap { Int64($0) }.map { Instant(milliseconds: $0) } ?? .earliest
    }

    /// Keeps new ids above one that was made elsewhere, perhaps by a clock that is ahead.
    func raiseIDFloor(above id: Int64) throws {
        let floor = IDSource.epoch.milliseconds + (id >> 22) + 1
        try exec(
            """
            INSERT INTO setting (name, value, updated_at)
            VALUES ('id-floor', \(String(floor)), \(try now()))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """
        )
    }
}

extension StorageError {
    fileprivate static let noNode = StorageError(
        .noNode,
        "1024 processes are running on this database, and there are no numbers for more",
        hint: "Stop one of them; a number is free again 10 minutes after its process died"
    )

    fileprivate static func nodeTaken(_ number: Int) -> StorageError {
        StorageError(
            .noNode,
            "Node number \(number) belongs to another process by now",
            hint: "Start this process again"
        )
    }
}
