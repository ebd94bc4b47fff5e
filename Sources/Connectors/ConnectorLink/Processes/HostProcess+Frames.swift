import ConnectorMessages
import MainstayCore
import Synchronization

extension HostProcess {
    /// Takes a frame that the process sent.
    ///
    /// - Throws: ``ProtocolViolation`` when it may not come now.
    func take(_ frame: Frame) throws(ProtocolViolation) {
        switch frame.kind {
        case .hello: try takeHello(frame)
        case .result: try takeResult(frame)
        case .request: takeRequest(frame)
        case .log:
            takeLog(.log(level: frame.status), frame.payload)
        case .create, .call, .reply, .cancel, .shutdown:
            throw ProtocolViolation("A frame that only Mainstay sends")
        }
    }

    private func takeHello(_ frame: Frame) throws(ProtocolViolation) {
        guard state.withLock({ $0.exchange?.kind == .hello }) else {
            throw ProtocolViolation("A second hello")
        }
        do throws(LinkFault) {
            try plugin.check(frame)
            record(.ready, frame.name)
            state.withLock { create(&$0) }
        } catch {
            state.withLock { kill(.refused(error), &$0) }
        }
    }

    private func takeResult(_ frame: Frame) throws(ProtocolViolation) {
        let answer = state.withLock { state -> (@Sendable () -> Void)? in
            guard let exchange = state.exchange, exchange.kind != .hello, exchange.id == frame.id
            else { return nil }
            let status = ConnectorStatus(number: frame.status)
            return finish(
                .result(status, frame.payload, isOverdue: exchange.isOverdue),
                &state
            )
        }
        guard let answer else {
            throw ProtocolViolation("A result for \(frame.id), which is not being served")
        }
        answer()
    }

    private func takeRequest(_ frame: Frame) {
        state.withLock { state in
            guard case .call(let operation) = state.exchange?.kind,
                let service = state.exchange?.service
            else {
                return deny(frame, "No call is being served", &state)
            }
            state.exchange?.requests += 1
            if state.exchange?.killAt != nil {
                return send(
                    Frame(.reply, status: ConnectorStatus.cancelled.rawValue, id: frame.id),
                    &state
                )
            }
            guard state.exchange?.requests ?? 0 <= limits.requestsPerCall,
                state.exchange?.services[frame.id] == nil
            else {
                let most = "A call may make at most \(limits.requestsPerCall) requests"
                return deny(frame, most, &state)
            }
            let request = ServiceRequest(
                service: frame.name,
                operation: operation,
                payload: frame.payload
            )
            if state.exchange?.servedSince == nil { state.exchange?.servedSince = .now }
            let call = state.exchange?.id
            state.exchange?.services[frame.id] = Task { [weak self] in
                let reply = await service(request)
                self?.sendReply(reply, to: frame.id, in: call)
            }
        }
    }

    private func deny(_ frame: Frame, _ reason: String, _ state: inout State) {
        let problem = ConnectorProblem(.rejected, reason)
        let reply = Frame(
            .reply,
            status: ConnectorStatus.denied.rawValue,
            id: frame.id,
            payload: Array(problem.json.json.utf8)
        )
        send(reply, &state)
    }

    private func sendReply(_ reply: ServiceReply, to id: UInt32, in call: UInt32?) {
        state.withLock { state in
            // Whoever is told that the answer is no longer wanted gets none.
            guard let exchange = state.exchange, exchange.id == call, exchange.killAt == nil,
                exchange.services[id] != nil
            else { return }
            state.exchange?.services[id] = nil
            if let since = exchange.servedSince, exchange.services.count == 1 {
                state.exchange?.servedSince = nil
                state.exchange?.deadline = exchange.deadline.map {
                    $0 + (ContinuousClock.now - since)
                }
                wake()
            }
            let fits = reply.payload.count <= Frame.mostPayload
            let status = fits ? reply.status : .failed
            let payload = fits ? reply.payload : []
            send(Frame(.reply, status: status.rawValue, id: id, payload: payload), &state)
        }
    }

    /// Passes a line of log on, as far as the process may still write.
    func takeLog(_ event: LinkRecord.Event, _ bytes: [UInt8]) {
        let (isTaken, isFirstLost) = state.withLock { state in
            let before = (state.logged, state.exchange?.logged ?? 0)
            state.logged += bytes.count
            state.exchange?.logged += bytes.count
            let after = (state.logged, state.exchange?.logged ?? 0)
            let fits = after.0 <= limits.logPerLife && after.1 <= limits.logPerCall
            let didFit = before.0 <= limits.logPerLife && before.1 <= limits.logPerCall
            return (fits, didFit)
        }
        if isTaken {
            record(event, String(decoding: bytes, as: UTF8.self))
        } else if isFirstLost {
            record(event, "The rest of the log is left out")
        }
    }
}
