import Synchronization

/// Lets so many in at once; the others wait in line.
final class Turns: Sendable {
    private let state: Mutex<State>

    private struct State {
        var free: Int
        var lastPlace = 0
        var line: [(place: Int, waiting: CheckedContinuation<Bool, Never>)] = []
    }

    init(_ most: Int) {
        state = Mutex(State(free: most))
    }

    /// Waits until there is room; ``pass()`` must follow then.
    ///
    /// - Returns: `false` where the task was cancelled: it left the line.
    func take() async -> Bool {
        let place = state.withLock { state in
            state.lastPlace += 1
            return state.lastPlace
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiting in
                let isLetIn: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.line.append((place, waiting))
                    return nil
                }
                if let isLetIn { waiting.resume(returning: isLetIn) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.line.firstIndex { $0.place == place }
                    .map { state.line.remove(at: $0).waiting }
            }
            waiting?.resume(returning: false)
        }
    }

    /// Makes room for the next one.
    func pass() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard state.line.isEmpty else { return state.line.removeFirst().waiting }
            state.free += 1
            return nil
        }
        next?.resume(returning: true)
    }
}
