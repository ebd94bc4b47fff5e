import ConnectorMessages
import MainstayCore
import Synchronization

extension HostProcess {
    /// Waits until the plugin is loaded, or is not.
    func hello() async -> HostAnswer {
        await withCheckedContinuation { continuation in
            begin(.hello, id: 0, limit: limits.hello, nil) { continuation.resume(returning: $0) }
            startThread()
        }
    }

    /// Makes the connector.
    func create(_ options: JSONValue) async -> HostAnswer {
        await withCheckedContinuation { continuation in
            let frame = Frame(.create, id: 1, payload: Array(options.json.utf8))
            begin(.create, id: 1, limit: limits.create, frame) {
                continuation.resume(returning: $0)
            }
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
            return true
        }
        if !begun { answer(.notBegun) }
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
        if exchange.kind == .create { state.isMade = true }
        state.idleSince = .now
        if let until = state.sleepsUntil, idleEnd(state) < until { wake() }
        return { exchange.answer(answer) }
    }
}
