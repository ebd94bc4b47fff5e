package import ConnectorMessages
package import MainstayCore

/// What a connector asks Mainstay for while it serves a call.
package struct ServiceRequest: Sendable, Hashable {
    /// The name of the service, such as `mainstay.http/1`.
    package let service: String
    /// The operation that is being served.
    package let operation: ConnectorOperation
    /// What is asked, not yet looked at.
    package let payload: [UInt8]
}

/// What Mainstay answers.
package struct ServiceReply: Sendable, Hashable {
    /// How it ended.
    package let status: ConnectorStatus
    /// The answer, as JSON; may be empty.
    package let payload: [UInt8]

    /// Creates a reply.
    package init(_ status: ConnectorStatus, _ payload: JSONValue? = nil) {
        self.status = status
        var bytes: [UInt8] = []
        payload?.append(to: &bytes)
        self.payload = bytes
    }

    /// Creates a reply that says why there is none.
    package init(_ status: ConnectorStatus, _ problem: ConnectorProblem) {
        self.init(status, problem.json)
    }
}

/// What is being waited for.
struct Exchange {
    /// What the process has to answer.
    enum Kind: Equatable {
        case hello
        case create
        case call(ConnectorOperation)

        var name: String {
            switch self {
            case .hello: "loading the plugin"
            case .create: "create"
            case .call(let operation): operation.rawValue
            }
        }
    }

    let kind: Kind
    let id: UInt32
    /// Serves what the plugin asks for meanwhile.
    let service: HostProcess.Service?
    let answer: @Sendable (HostAnswer) -> Void
    /// When its time is over; `nil` once it is cancelled.
    var deadline: ContinuousClock.Instant?
    /// When all of its time is over, that of services counted.
    let lastDeadline: ContinuousClock.Instant
    /// When the process is killed, once the answer is no longer wanted.
    var killAt: ContinuousClock.Instant?
    var isOverdue = false
    var requests = 0
    var logged = 0
    /// Services that are running, by the id of the request.
    var services: [UInt32: Task<Void, Never>] = [:]
    /// Since when services are running, a time that does not count.
    var servedSince: ContinuousClock.Instant?

    /// When the thread has to look at it next.
    var nextLook: ContinuousClock.Instant {
        if let killAt { return killAt }
        guard servedSince == nil, let deadline else { return lastDeadline }
        return min(deadline, lastDeadline)
    }
}
