import ConnectorMessages
import MainstayCore
import Synchronization

extension HostProcess {
    /// Loads the plugin and makes the connector, and waits for both.
    func start() async -> HostAnswer {
        await withCheckedContinuation { continuation in
            begin(.hello, id: 0, limit: limits.hello, nil) { continuation.resume(returning: $0) }
            startThread()
        }
    }

    /// Keeps the process from idling until ``release()``.
    ///
    /// - Returns: `false` where it has ended, or is about to.
    func hold() -> Bool {
        state.withLock { state in
            if state.isGone || state.ending != nil { return false }
            state.isHeld = true
            return true
        }
    }

    /// Lets the process idle; the thread sleeps no longer than that.
    func release() {
        state.withLock { state in
            state.isHeld = false
            state.idleSince = .now
        }
    }

    /// Serves one call.
    ///
    /// When the task is cancelled, the plugin is told, and killed where it goes on.
    func call(_ operation: ConnectorOperation, _ payload: [UInt8], id: UInt32) async -> HostAnswer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let frame = Frame(.call, id: id, name: operation.rawValue, payload: payload)
                begin(.call(operation), id: id, limit: limits.call, frame) {
                    continuation.resume(returning: $0)
                }
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func begin(
        _ kind: Exchange.Kind,
        id: UInt32,
        limit: Duration,
        _ frame: Frame?,
        _ answer: @escaping @Sendable (HostAnswer) -> Void
    ) {
        let begun = state.withLock { state in
            if state.isGone || state.ending != nil || state.exchange != nil { return false }
            begin(kind, id: id, limit: limit, frame, &state, answer)
            return true
        }
        if !begun { answer(.notBegun) }
    }

    private func begin(
        _ kind: Exchange.Kind,
        id: UInt32,
        limit: Duration,
        _ frame: Frame?,
        _ state: inout State,
        _ answer: @escaping @Sendable (HostAnswer) -> Void
    ) {
        let now = ContinuousClock.now
        state.exchange = Exchange(
            kind: kind,
            id: id,
            answer: answer,
            deadline: now + limit,
            lastDeadline: now + max(limit, limits.wholeCall)
        )
        if let frame { send(frame, &state) }
        if let until = state.sleepsUntil, now + limit < until { wake() }
    }

    /// Asks for the connector, on the thread that took the hello; who waits goes on waiting.
    func create(_ state: inout State) {
        guard let hello = state.exchange, state.ending == nil else { return }
        let frame = Frame(.create, id: 1, payload: options)
        begin(.create, id: 1, limit: limits.create, frame, &state, hello.answer)
    }

    private func cancel(_ id: UInt32) {
        state.withLock { state in
            guard state.exchange?.id == id else { return }
            giveUp(&state)
            wake()
        }
    }

    /// Tells the plugin that the answer is no longer wanted.
    func giveUp(_ state: inout State) {
        guard let exchange = state.exchange, exchange.killAt == nil else { return }
        for task in exchange.services.values { task.cancel() }
        state.exchange?.killAt = ContinuousClock.now + limits.cancelled
        state.exchange?.deadline = nil
        send(Frame(.cancel, id: exchange.id), &state)
    }

    /// Ends the exchange with its answer.
    func finish(_ answer: HostAnswer, _ state: inout State) -> (@Sendable () -> Void)? {
        guard let exchange = state.exchange else { return nil }
        for task in exchange.services.values { task.cancel() }
        state.exchange = nil
        return { exchange.answer(answer) }
    }
}
