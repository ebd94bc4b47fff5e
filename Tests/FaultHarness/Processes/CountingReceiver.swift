import MainstayTesting
import Synchronization

/// A receiver of notices that counts them by their key.
///
/// Now and then it answers with status 500, or takes a message and hangs up without an answer.
/// A class, because it owns a lock.
final class CountingReceiver: Sendable {
    private final class Count: Sendable {
        struct State {
            var counts: [String: Int] = [:]
            var random: SeededGenerator
            var refusals = 0
            var lostAnswers = 0
        }

        let state: Mutex<State>

        init(_ random: SeededGenerator) { state = Mutex(State(random: random)) }

        func take(_ key: String) -> LoopbackReceiver.Reply {
            state.withLock { state in
                if state.random.below(20) == 0 {
                    state.refusals += 1
                    return .status(500)
                }
                state.counts[key, default: 0] += 1
                guard state.random.below(50) == 0 else { return .status(204) }
                state.lostAnswers += 1
                return .hangUp
            }
        }
    }

    private let count: Count
    private let receiver: LoopbackReceiver

    /// Listens on a free port until the process ends.
    init(_ random: SeededGenerator) throws {
        let count = Count(random)
        self.count = count
        receiver = try LoopbackReceiver { count.take($0.headers["idempotency-key"] ?? "") }
    }

    /// Where it listens.
    var url: String { receiver.url + "/" }

    /// How often each key came and was taken.
    var counts: [String: Int] { count.state.withLock { $0.counts } }

    /// How often it refused, and how often it took a message without saying so.
    var faults: (refusals: Int, lostAnswers: Int) {
        count.state.withLock { ($0.refusals, $0.lostAnswers) }
    }
}
