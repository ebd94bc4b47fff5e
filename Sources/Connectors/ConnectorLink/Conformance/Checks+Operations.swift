import ConnectorMessages
import MainstayCore

extension ConformanceCheck {
    /// What each operation does.
    static let operations = [
        ConformanceCheck("OPS-1", "What is declared is there, what is not is unsupported") {
            conformance in
            let probe = try Probe(conformance)
            for operation in ConnectorOperation.allCases {
                let isDeclared = conformance.declares(operation)
                // What is there is not made to do anything; what is not may look at the request.
                let request = isDeclared ? Array("{".utf8) : Array(Self.valid.json.utf8)
                let ended = try await probe.call(operation, request)
                try require(
                    (ended.status == .unsupported) != isDeclared,
                    "\(operation.rawValue) is \(isDeclared ? "" : "not ")declared and ends with "
                        + Probe.told(ended)
                )
            }
            await probe.link.close()
        },
        ConformanceCheck("OPS-2", "Replies match the schema and the replay") { conformance in
            try await conformance.playAll { _ in }
        },
        ConformanceCheck("OPS-3", "Members that are not known are ignored") { conformance in
            try await conformance.playAll { request in
                request["x-unknown"] = ["a": [1, "b", .null], "caseID": "x"]
            }
        },
        ConformanceCheck("OPS-4", "What is no JSON is invalid, and the connector goes on") {
            conformance in
            let probe = try Probe(conformance)
            for operation in conformance.manifest.operations {
                for text in ["", "{", "nonsense", "[]", "{\"a\":\"", "\u{0}"] {
                    let ended = try await probe.call(operation, Array(text.utf8))
                    try require(
                        ended.status == .invalid,
                        "\(operation.rawValue) of '\(text)' ends with \(Probe.told(ended))"
                    )
                }
            }
            try await probe.expectAlive()
        },
        ConformanceCheck("OPS-5", "Any text is taken: Unicode, NUL, 1 MB") { conformance in
            for text in ["ä☃😀\u{301}\u{202E}", "a\u{0}b", String(repeating: "é", count: 500_000)] {
                let probe = try Probe(conformance, "open")
                let ended = try await probe.call(.mapStatus, ["status": .text(text)])
                try require(ended.status == .ok, "map_status ends with \(Probe.told(ended))")
                _ = try await probe.call(.fetchUpdates, ["cursor": .text(text)])
                if conformance.declares(.openCase) {
                    guard case .object(var draft) = try conformance.scene("open").calls[0].request
                    else { continue }
                    draft["body"] = .text(text)
                    let opened = try await probe.call(.openCase, .object(draft))
                    try require(opened.status == .ok, "open_case ends with \(Probe.told(opened))")
                }
                try await probe.expectAlive()
            }
        },
        ConformanceCheck("OPS-6", "The same key twice is one case and one comment") {
            conformance in
            let pairs = [(ConnectorOperation.openCase, "open"), (.addComment, "comment")]
            if !pairs.contains(where: { conformance.declares($0.0) }) {
                throw CheckSkip("It opens no cases and adds no comments")
            }
            for (operation, name) in pairs where conformance.declares(operation) {
                let first = try Probe(conformance, name)
                let made = try await first.play(name)
                let second = try Probe(conformance, name + "_again")
                let found = try await second.play(name + "_again")
                let key = operation == .openCase ? "caseID" : "commentID"
                try require(
                    second.vendor.writes.isEmpty,
                    "\(operation.rawValue) with the same key writes again"
                )
                try require(
                    made.last?.json?[key] == found.last?.json?[key],
                    "\(operation.rawValue) with the same key gives another \(key)"
                )
                await first.link.close()
                await second.link.close()
            }
        },
        ConformanceCheck("OPS-11", "The status map is total and equal to map_status") {
            conformance in
            let map = conformance.manifest.statusMap
            for status in try await conformance.seenStatuses() where map[status] == nil {
                throw CheckFailure("Status '\(status)' is not in the statusMap of the manifest")
            }
            let probe = try Probe(conformance)
            for (status, state) in map.sorted(by: { $0.key < $1.key }) {
                let ended = try await probe.call(.mapStatus, ["status": .text(status)])
                try require(
                    ended.json?["state"]?.text == state.rawValue,
                    "map_status of '\(status)' is \(Probe.told(ended)), the manifest says \(state)"
                )
            }
            await probe.link.close()
        },
        ConformanceCheck("OPS-12", "A status that nobody knows is unknown") { conformance in
            let probe = try Probe(conformance)
            for status in ["no such status ☃", "", "__proto__", "%s%n"] {
                let ended = try await probe.call(.mapStatus, ["status": .text(status)])
                try require(
                    ended.json?["state"]?.text == "unknown",
                    "map_status of '\(status)' ends with \(Probe.told(ended))"
                )
            }
            try await probe.expectAlive()
        },
        ConformanceCheck("OPS-13", "Times are RFC 3339 in UTC, ids are strings") { conformance in
            for name in conformance.played {
                let probe = try Probe(conformance, name)
                for call in try conformance.scene(name).calls {
                    let ended = try await probe.call(call.operation, call.request)
                    if let wrong = Self.wrongForm(ended.json ?? .null) {
                        throw CheckFailure("\(call.operation.rawValue) replies \(wrong)")
                    }
                }
                await probe.link.close()
            }
        },
    ]

    /// A request that is valid for every operation.
    private static let valid: JSONValue = [
        "intent": ["idempotencyKey": "MS-1", "marker": "[MS-1]"], "caseID": "1", "title": "x",
        "body": "x", "fields": [:], "reason": "x", "cursor": "", "status": "x", "name": "x",
        "mediaType": "text/plain", "size": 0, "attachment": "a1",
        "sha256": .text(String(repeating: "0", count: 64)),
    ]

    /// A time or an id that has not the form of one.
    private static func wrongForm(_ value: JSONValue) -> String? {
        for (key, member) in (value.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            if key == "at" || key == "changedAt", member != .null {
                let text = member.text ?? ""
                let isTime = text.hasSuffix("Z") && text.contains("T") && Instant(text) != nil
                if !isTime { return "'\(key)' as \(member.json), expected 2026-03-01T09:30:00Z" }
            }
            if key.hasSuffix("ID") || key == "replacedBy", member != .null, member.text == nil {
                return "'\(key)' as \(member.json), expected a string"
            }
            if let wrong = wrongForm(member) { return wrong }
        }
        return (value.list ?? []).lazy.compactMap(wrongForm).first
    }
}

extension Probe {
    /// Fails unless the process still serves.
    func expectAlive() async throws {
        let before = await link.process
        let ended = try await call(.mapStatus, ["status": "x"])
        try require(ended.status == .ok, "Afterwards map_status ends with \(Probe.told(ended))")
        let after = await link.process
        try require(before == after, "The process ended in between")
        await link.close()
    }
}

extension ConnectorConformance {
    /// Plays all scenes, each before a fresh process, with requests that are changed first.
    @discardableResult
    func playAll(
        isExamined: Bool = false,
        _ change: (inout [String: JSONValue]) -> Void
    ) async throws -> [Probe] {
        var probes: [Probe] = []
        for name in played {
            let probe = try Probe(self, name, isExamined: isExamined)
            probes.append(probe)
            try await probe.play(name) { request in
                guard case .object(var members) = request else { return request }
                change(&members)
                return .object(members)
            }
            await probe.link.close()
        }
        return probes
    }

    /// The vendor's words for states that come up in the replay, in order.
    func seenStatuses() async throws -> [String] {
        var statuses: Set<String> = []
        for name in played {
            let probe = try Probe(self, name)
            for ended in try await probe.play(name) {
                let updates = ended.json?["updates"]?.list ?? []
                statuses.formUnion(
                    (updates + [ended.json ?? .null]).compactMap { $0["status"]?.text }
                )
            }
            await probe.link.close()
        }
        return statuses.sorted()
    }
}
