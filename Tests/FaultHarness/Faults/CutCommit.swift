import MainstayTesting
import SQLDatabase
import Synchronization

/// The connection breaks while COMMIT is under way, before or after the server has it.
enum CutCommit {
    private static let clients = 4

    static func meet(_ order: FaultKind.Order) async throws -> Tally {
        var tally = Tally(rounds: order.count)
        try await TestEngine.postgres.withPlace { place, _ in
            try await place.opened { try await Ledger.found(on: $0) }
            let cut = try await place.opened { try await cutClients(of: place, $0, order) }
            tally.met = cut.before + cut.after
            tally.notes = ["cut before the server \(cut.before)", "after it \(cut.after)"]
            try await place.check(cut.told, &tally)
        }
        return tally
    }

    private static func cutClients(
        of place: Place,
        _ engine: any SQLEngine,
        _ order: FaultKind.Order
    ) async throws -> Cuts {
        let ledger = try await Ledger(engine)
        var random = order.random
        return try await withThrowingTaskGroup(of: Cuts.self) { group in
            for client in 0..<clients {
                let share = (order.count + clients - 1 - client) / clients
                let generator = SeededGenerator(seed: random.next())
                group.addTask {
                    try await cut(place, share, generator, ledger, first: client * 10_000_000)
                }
            }
            return try await group.reduce(into: Cuts()) { $0.add($1) }
        }
    }

    /// Causes effects until so many COMMITs were cut.
    private static func cut(
        _ place: Place,
        _ count: Int,
        _ random: SeededGenerator,
        _ ledger: Ledger,
        first: Int
    ) async throws -> Cuts {
        guard case .postgres(let url) = place else { return Cuts() }
        let proxy = try PostgresProxy(to: FreshPostgres.folder(of: url))
        defer { proxy.stop() }
        let direct = Place.postgres(FreshPostgres.url(url, at: proxy.path))
        let engine = CuttingEngine(try await direct.open(threads: 1), proxy, random)
        let own = ledger.through(engine)
        var told: [Int: Int64] = [:]
        while engine.cuts.before + engine.cuts.after < count {
            let number = first + told.count
            told[number] = try await own.cause(number)
        }
        await engine.close()
        var cuts = engine.cuts
        cuts.told = told
        return cuts
    }
}

/// Answers to COMMIT that were missed, by where the connection broke, and what was told anyway.
private struct Cuts {
    var before = 0
    var after = 0
    var told: [Int: Int64] = [:]

    mutating func add(_ other: Cuts) {
        before += other.before
        after += other.after
        told.merge(other.told) { $1 }
    }
}

/// An engine on a connection through a proxy, which cuts every second COMMIT or so.
private final class CuttingEngine: SQLEngine {
    private struct State {
        var random: SeededGenerator
        var cuts = Cuts()
    }

    private let engine: any SQLEngine
    private let proxy: PostgresProxy
    private let state: Mutex<State>

    var cuts: Cuts { state.withLock { $0.cuts } }
    var dialect: Dialect { engine.dialect }

    init(_ engine: any SQLEngine, _ proxy: PostgresProxy, _ random: SeededGenerator) {
        self.engine = engine
        self.proxy = proxy
        state = Mutex(State(random: random))
    }

    func read<T: Sendable>(
        _ mode: ReadMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await engine.read(mode, body)
    }

    func write<T: Sendable>(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        let choice = state.withLock { $0.random.below(4) }
        guard choice < 2 else { return try await engine.write(mode, body) }
        let proxy = proxy
        do {
            return try await engine.write(mode) { connection in
                let result = try body(connection)
                // All that is still to come from the client is COMMIT.
                proxy.set(choice == 0 ? .dropQuestion : .dropAnswer)
                return result
            }
        } catch let error as SQLError where error.code == .commitUnknown {
            state.withLock { $0.cuts.add(Cuts(before: 1 - choice, after: choice)) }
            throw error
        }
    }

    func backup(to file: String) async throws { try await engine.backup(to: file) }
    func condition() async throws -> [(name: String, value: String)] {
        try await engine.condition()
    }
    func close() async { await engine.close() }
}
