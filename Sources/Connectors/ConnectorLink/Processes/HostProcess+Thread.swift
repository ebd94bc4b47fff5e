import ConnectorMessages
import Glibc
import MainstayCore
import Synchronization

extension HostProcess {
    /// Starts the thread that reads what the process sends until it ends.
    func startThread() {
        if MainstayCore.startThread(stackBytes: 256 << 10, { self.run() }) == 0 { return }
        state.withLock { kill(.overdue("waiting for a thread"), &$0) }
        end()
    }

    private func run() {
        var frames = FrameReader()
        while waitForNews() {
            sendBacklog()
            drainErrors()
            guard readFrames(&frames) else { break }
            lookAtDeadlines()
        }
        end()
    }

    /// Sleeps until there is something to read, to send or to decide; `false` once it is killed.
    private func waitForNews() -> Bool {
        let (until, hasBacklog, isKilled) = state.withLock { state in
            let until = state.killAt ?? state.exchange?.nextLook ?? idleEnd(state)
            state.sleepsUntil = until
            return (until, !state.backlog.isEmpty, state.isKilled)
        }
        if isKilled { return false }
        let left = until - ContinuousClock.now
        let wait =
            left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        var polled = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUps, events: Int16(POLLIN), revents: 0),
            pollfd(fd: hasBacklog ? inputEnd : -1, events: Int16(POLLOUT), revents: 0),
        ]
        // Rounded up: a deadline must not be looked at before it has passed.
        poll(&polled, 4, CInt(clamping: max(0, wait + 1)))
        if polled[2].revents != 0 {
            withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { piece in
                while read(wakeUps, piece.baseAddress, piece.count) > 0 {}
            }
        }
        return true
    }

    /// When the thread looks at the latest whether the process idles, and ends it if it does.
    private func idleEnd(_ state: State) -> ContinuousClock.Instant {
        (state.isHeld ? .now : state.idleSince) + limits.idle
    }

    /// Reads once, as much as a pipe holds, so that deadlines are looked at after what came before
    /// them; and takes what frames came; `false` when there will be no more.
    private func readFrames(_ frames: inout FrameReader) -> Bool {
        var count = 0
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { piece in
            count = read(output, piece.baseAddress, piece.count)
            if count > 0 { frames.append(UnsafeRawBufferPointer(rebasing: piece[..<count])) }
        }
        if count == 0 { return false }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        do throws(ProtocolViolation) {
            while let frame = try frames.next() { try take(frame) }
        } catch {
            state.withLock { kill(.violation(error.reason), &$0) }
            return false
        }
        return true
    }

    private func drainErrors() {
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 1) { piece in
            let count = read(errors, piece.baseAddress, piece.count)
            guard count > 0 else { return }
            takeLog(.output, Array(UnsafeRawBufferPointer(rebasing: piece[..<count])))
        }
    }

    private func lookAtDeadlines() {
        state.withLock { state in
            let now = ContinuousClock.now
            if let killAt = state.killAt {
                if killAt <= now { kill(.stopped(bySelf: false), &state) }
            } else if let exchange = state.exchange {
                look(at: exchange, now, &state)
            } else if !state.isHeld, idleEnd(state) <= now {
                stop(&state)
            }
        }
    }

    private func look(
        at exchange: Exchange,
        _ now: ContinuousClock.Instant,
        _ state: inout State
    ) {
        guard exchange.nextLook <= now else { return }
        if exchange.killAt != nil || exchange.kind == .hello || exchange.kind == .create {
            kill(.overdue(exchange.kind.name), &state)
        } else {
            state.exchange?.isOverdue = true
            giveUp(&state)
        }
    }

    /// Waits for the end of the process, which is near or made so, and tells of it.
    private func end() {
        var status = waitShortly()
        if status == nil {
            state.withLock { kill(Self.hungUp, &$0) }
            var last: CInt = 0
            while waitpid(process, &last, 0) < 0 && errno == EINTR {}
            status = last
        }
        drainErrors()
        let seen = Self.ending(status ?? 0)
        let (ending, wasIdle, answer) = state.withLock { state in
            state.isGone = true
            var ending = state.ending ?? seen
            if case .stopped = ending { ending = .stopped(bySelf: seen == .exited(0)) }
            let wasIdle = state.exchange == nil
            return (ending, wasIdle, finish(.ended(ending), &state))
        }
        whenEnded(ending, wasIdle)
        answer?()
    }

    /// Its files close a moment before a process has ended; who is killed needs a moment, too.
    private func waitShortly() -> CInt? {
        var status: CInt = 0
        for _ in 0..<200 {
            if waitpid(process, &status, WNOHANG) == process { return status }
            usleep(500)
        }
        return nil
    }

    /// The macros of `wait` are not imported: the low seven bits are the signal.
    private static func ending(_ status: CInt) -> HostEnding {
        let signal = status & 0x7f
        if signal != 0 { return .killed(signal: signal) }
        let code = status >> 8 & 0xff
        return code == lostCore ? hungUp : .exited(code)
    }

    /// What the host ends with when it can no longer read or write (`LOST_CORE` of `frames.c`).
    private static let lostCore: CInt = 4
    private static let hungUp = HostEnding.violation("It closed its end of the frames")
}
