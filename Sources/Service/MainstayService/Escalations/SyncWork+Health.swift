import ConnectorLink
import ConnectorMessages
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// How the vendor's server fares, and what becomes of the connector when it does not.
extension SyncWork {
    private static let breakerStream = "breaker"

    /// Whether the server may be asked now.
    func mayTry() async throws -> Bool {
        try await desk.read { connection, _ in
            try connection.breaker(of: connector.id, Self.breakerStream).0
                .mayTry(at: try connection.now())
        }
    }

    /// Notes that the server answered: all open cases were looked at.
    func noteSuccess() async throws {
        try await desk.write { connection, _, _ in
            try connection.noteGoodPoll(of: connector.id)
            let (breaker, version) = try connection.breaker(of: connector.id, Self.breakerStream)
            guard breaker != VendorBreaker() else { return .null }
            var closed = breaker
            closed.succeed()
            try connection.keep(closed, of: connector.id, Self.breakerStream, after: version)
            return .null
        }
    }

    /// Notes that the server was not reached, or does not want us.
    func note(_ fault: LinkFault) async throws {
        if fault.problem?.code == .cursor { return try await readFromTheBeginning() }
        if fault.status == .denied || fault.code == .quarantined {
            return try await stop(fault)
        }
        try await desk.write(ids: 1024) { connection, acting, provision in
            let now = try connection.now()
            let kept = try connection.breaker(of: connector.id, Self.breakerStream)
            var breaker = kept.0
            if fault.status == .rateLimited {
                let seconds = min(max(fault.problem?.retryAfterSeconds ?? 60, 1), 86_400)
                breaker.wait(until: now.advanced(by: seconds * 1000), from: now)
            } else {
                // A connector that crashes says nothing of the server.
                if fault.problem != nil || fault.code == .overdue {
                    breaker.fail(at: now)
                } else {
                    breaker.stayAway(at: now)
                }
                try connection.noteFailedPoll(of: connector.id, fault, &provision)
            }
            let pollMs = ConnectorConfig(json: connector.config).pollSeconds * 1000
            if breaker.callsPerson(at: now, pollMs: pollMs) {
                try connection.callPerson("connector_silent", connector, fault, acting, &provision)
            }
            try connection.keep(breaker, of: connector.id, Self.breakerStream, after: kept.1)
            return .null
        }
    }

    /// Reads all over again, as the vendor does not know our place any more.
    ///
    /// Repeats do no harm.
    private func readFromTheBeginning() async throws {
        try await desk.write { connection, _, _ in
            let place = try connection.syncCursor(of: connector.id, Self.updates)
            guard !place.cursor.isEmpty else { return .null }
            _ = try connection.moveCursor(
                of: connector.id,
                Self.updates,
                from: place.version,
                to: ""
            )
            return .null
        }
    }

    /// Pauses the connector and calls a person.
    private func stop(_ fault: LinkFault) async throws {
        try await desk.write { connection, acting, provision in
            guard var link = try connection.connector(connector.id), link.state == .enabled else {
                return .null
            }
            link.state = fault.code == .quarantined ? .quarantined : .paused
            try connection.put(link)
            try connection.callPerson("connector_stopped", link, fault, acting, &provision)
            return .null
        }
    }
}

extension LinkFault {
    /// The fault as checks of cases call it.
    var watchError: WatchError {
        switch problem?.code {
        case .connection: .connection
        case .timeout: .timeout
        case .notFound: .notFound
        case .private_: .private
        case .badID: .badID
        case .badItem: .badItem
        case .badVersion: .badVersion
        case .unsupported: .unsupported
        case .rejected, .option, .cursor, .unknown: .unknown
        case nil:
            switch code {
            case .overdue: .timeout
            case .crashed, .resting, .closed, .host: .connection
            case .badReply, .violation: .badItem
            default: .unknown
            }
        }
    }
}

extension Connection {
    /// Tells of a connector on its vendor's chain and calls a person to mend it.
    fileprivate func callPerson(
        _ kind: String,
        _ link: ConnectorInstance,
        _ fault: LinkFault,
        _ acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        var head = try lockChain(link.vendorID)
        let draft = EventDraft(
            kind,
            facts: [
                "connector_id": .int(link.id), "now": .text(link.state.rawValue),
                "error": .text(fault.code.rawValue),
            ],
            text: fault.message
        )
        let event = try append(draft, by: acting.account.id, to: &head, &provision)
        try insert(
            DeskTask(
                id: try provision.id(),
                chainID: link.vendorID,
                eventSeq: event.seq,
                kind: .mendConnector,
                opened: (event.recordedAt, nil, nil)
            )
        )
    }

    fileprivate func breaker(
        of connector: Int64,
        _ stream: String
    ) throws -> (VendorBreaker, Int64) {
        let kept = try syncCursor(of: connector, stream)
        let json = (try? JSONValue(json: kept.cursor)) ?? [:]
        return (VendorBreaker(json: json), kept.version)
    }

    /// Keeps a breaker, unless another worker kept one meanwhile: then that one counts.
    fileprivate func keep(
        _ breaker: VendorBreaker,
        of connector: Int64,
        _ stream: String,
        after version: Int64
    ) throws {
        _ = try moveCursor(of: connector, stream, from: version, to: breaker.json.json)
    }

    /// Notes on each case of a connector that it could not be looked at; a row tells of it when it
    /// begins, or fails in another way.
    fileprivate func noteFailedPoll(
        of connector: Int64,
        _ fault: LinkFault,
        _ provision: inout Provision
    ) throws {
        let now = try now()
        for found in try vendorCases(followedBy: connector).prefix(1000)
        where try noteFailedPoll(of: found.id, fault.message) {
            let activity = WatchActivity(
                id: try provision.id(),
                of: found.id,
                at: now,
                tookMs: 0,
                .error,
                fault.watchError,
                detail: fault.message
            )
            try insert(activity)
        }
    }
}
