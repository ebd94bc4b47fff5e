import ConnectorMessages
import MainstayCore
import Outbound

extension ConformanceCheck {
    /// What the connector makes of a vendor in trouble.
    static let vendor = [
        ConformanceCheck("VEN-1", "401 and 403 are denied") { conformance in
            try await conformance.spoil([.always(.status(401)), .always(.status(403))]) { ended in
                ended.status == .denied
            }
        },
        ConformanceCheck("VEN-2", "404 and 409 are errors with a name") { conformance in
            try await conformance.spoil([.always(.status(404)), .always(.status(409))]) { ended in
                ended.isNamed
            }
        },
        ConformanceCheck("VEN-3", "429 asks for patience, for as long as the vendor says") {
            conformance in
            let answer = HTTPAnswer(status: 429, headerLines: ["Retry-After: 7"])
            try await conformance.spoil([.always(answer)]) { ended in
                ended.status == .rateLimited && ended.json?["retryAfterSeconds"]?.int == 7
            }
        },
        ConformanceCheck("VEN-4", "500 and a page of a proxy are failures") { conformance in
            let page = Array("<html><body>Bad Gateway</body></html>".utf8)
            let answers = [
                HTTPAnswer(status: 500),
                HTTPAnswer(status: 502, headerLines: ["Content-Type: text/html"], body: page),
            ]
            try await conformance.spoil(answers.map { .always($0) }) { $0.status == .failed }
        },
        ConformanceCheck("VEN-5", "An answer that breaks off is a bad item") { conformance in
            let reads: [ConnectorOperation] = [.fetchUpdates, .readCase]
            try await conformance.spoil([.cut(percent: 50), .cut(percent: 0)], of: reads) { ended in
                ended.status == .failed && ended.code == "bad_item"
            }
        },
        ConformanceCheck("VEN-6", "Silence is a timeout, told at once") { conformance in
            try await conformance.spoil([.silent]) { $0.status == .failed && $0.code == "timeout" }
        },
        ConformanceCheck("VEN-7", "An address that is refused does no harm") { conformance in
            let away = ["Location: https://elsewhere.example/"]
            let answer = HTTPAnswer(status: 302, headerLines: away)
            try await conformance.spoil([.always(answer)]) { $0.status != .ok }
        },
        ConformanceCheck("VEN-8", "Success without effect is rejected") { conformance in
            let writes = conformance.manifest.operations.filter(\.writes)
            if writes.isEmpty { throw CheckSkip("It writes nothing") }
            let probe = try Probe(conformance, "ignored")
            let calls = try conformance.scene("ignored").calls
            for call in calls {
                let ended = try await probe.call(call.operation, call.request)
                try require(
                    !call.operation.writes || ended.status == .failed && ended.code == "rejected",
                    "\(call.operation.rawValue) ends with \(Probe.told(ended))"
                )
            }
            try require(calls.contains { $0.operation.writes }, "Scene 'ignored' writes nothing")
            try await probe.expectAlive()
        },
    ]
}

extension HTTPAnswer {
    fileprivate static func status(_ status: Int) -> HTTPAnswer { HTTPAnswer(status: status) }
}

extension Probe.Ended {
    /// Whether it is an error that says what it is.
    var isNamed: Bool {
        status != .ok
            && code.flatMap { ConnectorProblem.Code(rawValue: $0) } ?? .unknown != .unknown
    }
}

extension ConnectorConformance {
    /// Makes the first call of each scene before vendors in trouble, and sees how it ends; the
    /// connector must go on.
    fileprivate func spoil(
        _ moods: [ScriptedVendor.Mood],
        of operations: [ConnectorOperation] = ConnectorOperation.allCases,
        _ isRight: (Probe.Ended) -> Bool
    ) async throws {
        try needVendor()
        for name in played where !name.hasSuffix("_again") {
            guard let call = try scene(name).calls.first, operations.contains(call.operation) else {
                continue
            }
            for mood in moods {
                let probe = try Probe(self, name, mood)
                let ended = try await probe.call(call.operation, call.request)
                try require(
                    isRight(ended),
                    "\(call.operation.rawValue) ends with \(Probe.told(ended))"
                )
                try await probe.expectAlive()
            }
        }
    }
}
