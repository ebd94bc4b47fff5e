package import ConnectorMessages
package import MainstayCore

/// The way to one configured connector: its process is started on demand, serves one call at a
/// time, and is stopped when it idles or misbehaves.
///
/// Whatever the plugin does costs the call that is being served at most. After every crash the next
/// call starts a new process, as ``RestartRules`` allow it.
package actor ConnectorLink {
    private let plugin: LinkedPlugin
    private let options: JSONValue
    private let limits: LinkLimits
    private let record: @Sendable (LinkRecord) -> Void
    private let now: @Sendable () -> Instant

    private var rules: RestartRules
    private var mark: LinkedPlugin.FileMark?
    private var running: HostProcess?
    private var served = 0
    private var lastCall: UInt32 = 1
    private var isClosed = false
    private let turns = Turns(1)

    /// Creates a link; nothing is started yet.
    ///
    /// - Parameters:
    ///   - plugin: What is run.
    ///   - options: What the connector is made with.
    ///   - limits: How far it may go.
    ///   - rules: What is known of earlier failures.
    ///   - now: The clock that crashes are counted by.
    ///   - record: Is told what happens, from any thread.
    package init(
        _ plugin: LinkedPlugin,
        options: JSONValue,
        limits: LinkLimits = LinkLimits(),
        rules: RestartRules = RestartRules(),
        now: @escaping @Sendable () -> Instant = { .now },
        record: @escaping @Sendable (LinkRecord) -> Void
    ) {
        self.plugin = plugin
        self.options = options
        self.limits = limits
        self.rules = rules
        self.now = now
        self.record = record
    }

    /// Whether nothing is started until ``lift()``.
    package var isQuarantined: Bool { rules.isQuarantined }

    /// The number of the process that is there now, if one is.
    package var process: Int32? { running?.process }

    /// Ends a quarantine: a person has looked.
    package func lift() {
        rules.lift()
    }

    /// Serves a call, after those that were asked for before.
    ///
    /// A task that is cancelled gives up the call: the plugin is told, and stopped where it goes on.
    /// - Parameters:
    ///   - call: What is to be done.
    ///   - service: Serves what the connector asks for meanwhile, several requests at once. Its
    ///     task is cancelled when the answer is no longer wanted.
    /// - Returns: What the connector answered.
    /// - Throws: ``LinkFault``.
    package func call<Reply>(
        _ call: ConnectorCall<Reply>,
        service: @escaping @Sendable (ServiceRequest) async -> ServiceReply
    ) async throws(LinkFault) -> Reply {
        let request = Array(call.request.json.utf8)
        let (status, payload) = try await serve(call.operation, request, service: service)
        do throws(MessageFault) {
            if status == .ok { return try call.reply(payload) }
        } catch {
            throw LinkFault(.badReply, error.message)
        }
        throw refusal(.problem, status, payload, of: call.operation.rawValue)
    }

    /// Ends the process; the call that is being served fails.
    ///
    /// Nothing is started any more.
    package func close() {
        isClosed = true
        running?.stop()
        running = nil
    }

    /// Serves a call whose bytes are not looked at, neither those that go nor those that come.
    ///
    /// - Returns: How the connector says that it ended, and its reply.
    /// - Throws: ``LinkFault`` where there is no reply.
    package func serve(
        _ operation: ConnectorOperation,
        _ request: [UInt8],
        service: @escaping @Sendable (ServiceRequest) async -> ServiceReply
    ) async throws(LinkFault) -> (ConnectorStatus, [UInt8]) {
        guard await turns.take() else { throw cancelled(operation) }
        defer { turns.pass() }
        while true {
            if Task.isCancelled { throw cancelled(operation) }
            let process = try await ready()
            defer { process.release() }
            lastCall &+= 1
            let id = lastCall
            let answer = await process.call(
                operation,
                request,
                id: id,
                service
            )
            switch answer {
            case .result(.cancelled, _, isOverdue: true):
                countCall(of: process)
                throw failed(.overdue, "took longer than \(limits.call) with \(operation.rawValue)")
            case .result(.cancelled, _, _) where Task.isCancelled:
                countCall(of: process)
                throw cancelled(operation)
            case .result(let status, let payload, _):
                countCall(of: process)
                return (status, payload)
            case .ended(let ending): throw lost(ending, during: operation.rawValue)
            // It was about to end, for having been idle: the next one serves the call.
            case .notBegun: running = nil
            }
        }
    }

    private func countCall(of process: HostProcess) {
        served += 1
        guard served >= limits.callsPerLife else { return }
        process.stop()
        if running === process { running = nil }
    }

    // MARK: Starting

    /// A process that is held, started now if need be.
    private func ready() async throws(LinkFault) -> HostProcess {
        if let running, running.hold() { return running }
        try checkRest()
        do {
            mark = try plugin.verified(since: mark)
            let process = try await started()
            rules.started()
            served = 0
            return process
        } catch {
            rules.failedToStart(at: now())
            if [.file, .checksum, .host].contains(error.code) { _ = told(error) }
            throw error
        }
    }

    private func checkRest() throws(LinkFault) {
        let name = "Connector '\(plugin.descriptor.id)'"
        if isClosed { throw closed }
        if rules.isQuarantined {
            throw LinkFault(
                .quarantined,
                "\(name) crashed \(RestartRules.mostCrashes) times in an hour and is stopped",
                hint: "Read its log, then lift the quarantine"
            )
        }
        guard let until = rules.restsUntil, now() < until else { return }
        throw LinkFault(.resting, "\(name) failed to start and is tried again at \(until)")
    }

    /// Starts a process that has made the connector.
    private func started() async throws(LinkFault) -> HostProcess {
        if isClosed { throw closed }
        let record = record
        let process = try HostProcess(
            plugin,
            options: options,
            limits: limits,
            record: { record(LinkRecord(event: $0, text: $1)) },
            whenEnded: { [weak self] ending, wasIdle in
                if case .stopped(let bySelf) = ending {
                    record(LinkRecord(event: .ended(bySelf: bySelf), text: "As it was asked to"))
                }
                Task { await self?.ended(ending, wasIdle: wasIdle) }
            }
        )
        running = process
        switch await process.start() {
        case .result(.ok, _, _): return process
        case .result(let status, let payload, _):
            process.stop()
            running = nil
            throw told(refusal(.options, status, payload, of: "create"))
        case .ended(let ending): throw lost(ending, during: "its start")
        case .notBegun: throw lost(.stopped(bySelf: true), during: "its start")
        }
    }

    // MARK: Failures

    /// What a process that ended during an exchange means.
    private func lost(_ ending: HostEnding, during work: String) -> LinkFault {
        running = nil
        switch ending {
        case .refused(let fault): return told(fault)
        case .stopped: return closed
        case .exited(let status):
            return crashed(.crashed, "ended with status \(status) during \(work)")
        case .killed(let signal):
            return crashed(.crashed, "was ended by \(signalName(signal)) during \(work)")
        case .violation(let reason): return crashed(.violation, "broke the protocol: \(reason)")
        case .overdue(let work): return crashed(.overdue, "did not end \(work) in time")
        }
    }

    private func crashed(_ code: LinkFault.Code, _ what: String) -> LinkFault {
        let isTooOften = rules.crashed(at: now())
        let fault = failed(code, what)
        if isTooOften { record(LinkRecord(event: .quarantined, text: fault.message)) }
        return fault
    }

    private func failed(_ code: LinkFault.Code, _ what: String) -> LinkFault {
        told(LinkFault(code, "Connector '\(plugin.descriptor.id)' \(what)"))
    }

    private func told(_ fault: LinkFault) -> LinkFault {
        record(LinkRecord(event: .failed(fault.code), text: fault.message))
        return fault
    }

    private var closed: LinkFault {
        LinkFault(.closed, "Connector '\(plugin.descriptor.id)' is closed")
    }

    /// A process ended; where something waited for it, ``lost(_:during:)`` is told as well.
    private func ended(_ ending: HostEnding, wasIdle: Bool) {
        guard wasIdle else { return }
        if running?.isGone == true { running = nil }
        if case .stopped = ending { return }
        _ = lost(ending, during: "no call")
    }

    private func cancelled(_ operation: ConnectorOperation) -> LinkFault {
        LinkFault(.cancelled, "The answer to \(operation.rawValue) is no longer wanted")
    }

    /// The words of a connector that does not do what it was asked, as far as they can be read.
    private func refusal(
        _ code: LinkFault.Code,
        _ status: ConnectorStatus,
        _ payload: [UInt8],
        of work: String
    ) -> LinkFault {
        let problem =
            try? ConnectorProblem(json: payload, of: "The reply to \(work)")
        let verb =
            switch status {
            case .denied, .invalid: "refuses"
            case .unsupported: "has no"
            default: "fails at"
            }
        let said = problem.map { ": \($0.message)" } ?? ""
        var fault = LinkFault(code, "Connector '\(plugin.descriptor.id)' \(verb) \(work)\(said)")
        fault.status = status
        fault.problem = problem
        return fault
    }
}
