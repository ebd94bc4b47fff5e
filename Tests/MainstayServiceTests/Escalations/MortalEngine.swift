import SQLDatabase
import Synchronization

/// An engine whose process can be killed: from then on nothing works until it lives again.
///
/// What was committed stays; whoever waited for the answer never hears it.
final class MortalEngine: SQLEngine {
    struct Killed: Error {}

    private struct State {
        var isDead = false
        /// How many more transactions are run before the end; `nil`: any number.
        var left: Int?
    }

    private let engine: any SQLEngine
    private let state = Mutex(State())

    init(_ engine: any SQLEngine) { self.engine = engine }

    var dialect: Dialect { engine.dialect }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Dies now.
    func kill() { state.withLock { $0.isDead = true } }
    /// Dies after so many transactions.
    func kill(after count: Int) { state.withLock { $0.left = count } }
    /// Lives again, as a new process would.
    func revive() { state.withLock { $0 = State() } }

    private func requireLife() throws {
        try state.withLock { state in
            if state.isDead { throw Killed() }
        }
    }

    private func count() throws {
        try state.withLock { state in
            guard let left = state.left else { return }
            state.left = left - 1
            if left <= 1 { state.isDead = true }
            if state.isDead { throw Killed() }
        }
    }

    func read<T: Sendable>(
        _ mode: ReadMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try requireLife()
        return try await engine.read(mode, body)
    }

    func write<T: Sendable>(
        _ mode: WriteMode,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try requireLife()
        let result = try await engine.write(mode, body)
        try count()
        return result
    }

    func backup(to file: String) async throws { try await engine.backup(to: file) }
    func condition() async throws -> [(name: String, value: String)] {
        try await engine.condition()
    }
    func clearLog() async throws { try await engine.clearLog() }
    func close() async {}
}
