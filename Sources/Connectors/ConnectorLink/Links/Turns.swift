import Synchronization

/// Lets so many in at once; the others wait in line.
final class Turns: Sendable {
    private let state: Mutex<State>

    private struct State {
        var free: Int
        var line: [CheckedContinuation<Void, Never>] = []
    }

    init(_ most: Int) {
        state = Mutex(State(free: most))
    }

    /// Waits until there is room; ``pass()`` must follow.
    func take() async {
        await withCheckedContinuation { continuation in
            let mayGo = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.line.append(continuation)
                return false
            }
            if mayGo { continuation.resume() }
        }
    }

    /// Makes room for the next one.
    func pass() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.line.isEmpty else { return state.line.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
