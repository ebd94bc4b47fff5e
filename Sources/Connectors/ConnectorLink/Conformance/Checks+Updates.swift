import ConnectorMessages
import MainstayCore

extension ConformanceCheck {
    /// What `fetch_updates` tells.
    static let updates = [
        ConformanceCheck("OPS-7", "The empty cursor starts at the beginning") { conformance in
            let scene = try conformance.scene("updates")
            try require(
                scene.calls.first?.request["cursor"]?.text == "",
                "Scene 'updates' must begin with the empty cursor"
            )
            let probe = try Probe(conformance, "updates")
            let first = try await probe.call(.fetchUpdates, ["cursor": ""])
            try require(first.status == .ok, "It ends with \(Probe.told(first))")
            let expected = scene.calls.first?.reply?["updates"]?.list?.first?["updateID"]
            let seen = first.json?["updates"]?.list?.first?["updateID"]
            try require(
                expected == nil || expected == seen,
                "It begins with update \(seen?.json ?? "none"), expected \(expected?.json ?? "")"
            )
            await probe.link.close()
        },
        ConformanceCheck("OPS-8", "The same cursor gives the same page") { conformance in
            let probe = try Probe(conformance, "updates")
            let call = try conformance.scene("updates").calls[0]
            let first = try await probe.call(.fetchUpdates, call.request)
            let second = try await probe.call(.fetchUpdates, call.request)
            try require(
                first.status == .ok && first.json == second.json,
                "The first time \(Probe.told(first)), then \(Probe.told(second))"
            )
            await probe.link.close()
        },
        ConformanceCheck("OPS-9", "Pages follow each other to the end, without gap or repeat") {
            conformance in
            let calls = try conformance.scene("updates").calls
            let expected = calls.flatMap { $0.reply?["updates"]?.list ?? [] }
                .compactMap { $0["updateID"]?.text }
            let seen = try await conformance.allUpdates()
            try require(Set(seen).count == seen.count, "An update comes twice: \(seen)")
            try require(
                expected.isEmpty || expected == seen,
                "The pages hold \(seen), expected \(expected)"
            )
        },
        ConformanceCheck("OPS-10", "A cursor that nobody gave is invalid") { conformance in
            let probe = try Probe(conformance, "updates")
            let cursor = "no cursor \u{1} of yours"
            let ended = try await probe.call(.fetchUpdates, ["cursor": .text(cursor)])
            try require(ended.status == .invalid, "It ends with \(Probe.told(ended))")
            try await probe.expectAlive()
        },
        ConformanceCheck("OPS-14", "An item that cannot be read is told, and the page goes on") {
            conformance in
            let probe = try Probe(conformance, "bad_item")
            let kinds = try await probe.play("bad_item")
                .flatMap { $0.json?["updates"]?.list ?? [] }.map { $0["kind"]?.text }
            try require(kinds.contains("unreadable"), "No update is 'unreadable': \(kinds)")
            try require(kinds.contains { $0 != "unreadable" }, "The other items are missing")
            await probe.link.close()
        },
    ]
}

extension ConnectorConformance {
    /// The ids of all updates, page by page from the beginning.
    fileprivate func allUpdates() async throws -> [String] {
        let probe = try Probe(self, "updates")
        var (ids, cursor, cursors): ([String], String, Set<String>) = ([], "", [])
        while cursors.insert(cursor).inserted {
            let ended = try await probe.call(.fetchUpdates, ["cursor": .text(cursor)])
            guard ended.status == .ok, let json = ended.json, let next = json["nextCursor"]?.text
            else {
                throw CheckFailure("The page from '\(cursor)' ends with \(Probe.told(ended))")
            }
            ids += (json["updates"]?.list ?? []).compactMap { $0["updateID"]?.text }
            cursor = next
            if json["hasMore"] == .bool(false) {
                await probe.link.close()
                return ids
            }
        }
        throw CheckFailure("The cursor '\(cursor)' comes again, and there is no end")
    }
}
