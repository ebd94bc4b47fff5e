import ConnectorMessages
import MainstayCore
import Synchronization

extension HostProcess {
    /// Loads the plugin and makes the connector, and waits for both.
    func start() async -> HostAnswer {
        await withCheckedContinuation { continuation in
            let exchange = exchange(.hello, id: 0, limits.hello) {
                continuation.resume(returning: $0)
            }
            begin(exchange, nil)
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
    func call(
        _ operation: ConnectorOperation,
        _ payload: [UInt8],
        id: UInt32,
        _ service: @escaping Service
    ) async -> HostAnswer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let frame = Frame(.call, id: id, name: operation.rawValue, payload: payload)
                let exchange = exchange(.call(operation), id: id, limits.call, service) {
                    continuation.resume(returning: $0)
                }
                begin(exchange, frame)
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// An exchange that begins now.
    private func exchange(
        _ kind: Exchange.Kind,
        id: UInt32,
        _ limit: Duration,
        _ service: Service? = nil,
        _ answer: @escaping @Sendable (HostAnswer) -> Void
    ) -> Exchange {
        let now = ContinuousClock.now
        return Exchange(
            kind: kind,
            id: id,
            service: service,
            answer: answer,
            deadline: now + limit,
            lastDeadline: now + max(limit, limits.wholeCall)
        )
    }

    private func begin(_ exchange: Exchange, _ frame: Frame?) {
        let begun = state.withLock { state in
            if state.isGone || state.ending != nil || state.exchange != nil { return false }
            begin(exchange, frame, &state)
            return true
        }
        if !begun { exchange.answer(.notBegun) }
    }

    private func begin(_ exchange: Exchange, _ frame: Frame?, _ state: inout State) {
        state.exchange = exchange
        if let frame { send(frame, &state) }
        if let until = state.sleepsUntil, exchange.nextLook < until { wake() }
    }

    /// Asks for the connector, on the thread that took the hello; who waits goes on waiting.
    func create(_ state: inout State) {
        guard let hello = state.exchange, state.ending == nil else { return }
        let exchange = exchange(.create, id: 1, limits.create, nil, hello.answer)
        begin(exchange, Frame(.create, id: 1, payload: options), &state)
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
