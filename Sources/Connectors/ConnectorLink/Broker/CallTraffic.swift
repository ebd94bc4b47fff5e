import ConnectorMessages
import Synchronization

/// What one call has asked its vendor for so far.
final class CallTraffic: Sendable {
    let operation: ConnectorOperation
    let audit: ExchangeAudit
    private let counts = Mutex(Counts())

    private struct Counts {
        var requests = 0
        var writes = 0
        var held: String?
    }

    init(_ operation: ConnectorOperation, _ audit: ExchangeAudit) {
        self.operation = operation
        self.audit = audit
    }

    /// Why a request of the call did not go out, if one was held.
    var held: String? { counts.withLock { $0.held } }

    func hold(_ reason: String) {
        counts.withLock { $0.held = $0.held ?? reason }
    }

    /// Counts a request, and returns its place in the call, from 1; or why it may not be made.
    func count(isWrite: Bool, _ policy: HTTPPolicy) -> Result<Int, ServiceRefusal> {
        let mostWrites = min(policy.writesPerCall, HTTPPolicy.mostWritesPerCall)
        return counts.withLock { counts in
            if operation == .mapStatus {
                return .failure(.denied("map_status may ask the vendor for nothing"))
            }
            if isWrite && !operation.writes {
                return .failure(.denied("\(operation.rawValue) may change nothing at the vendor"))
            }
            counts.writes += isWrite ? 1 : 0
            if counts.writes > mostWrites {
                return .failure(.denied("A call may write at most \(mostWrites) times"))
            }
            counts.requests += 1
            if counts.requests > HTTPBroker.mostRequests {
                let most = HTTPBroker.mostRequests
                return .failure(.denied("A call may make at most \(most) requests"))
            }
            return .success(counts.requests)
        }
    }
}

/// Why a service does not do what the connector asks.
struct ServiceRefusal: Error {
    let status: ConnectorStatus
    let problem: ConnectorProblem

    init(_ status: ConnectorStatus, _ code: ConnectorProblem.Code, _ message: String) {
        self.status = status
        problem = ConnectorProblem(code, message)
    }

    /// Something that the connector may not do.
    static func denied(_ message: String) -> Self { Self(.denied, .rejected, message) }
}
