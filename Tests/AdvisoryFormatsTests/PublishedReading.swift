import Foundation
import MainstayTesting
import Testing

/// Commits, tags and who contains whom, as the git command tells it.
struct GitHistory {
    /// What each commit contains, itself among it, by full id.
    private(set) var histories: [String: Set<String>] = [:]
    /// The commit of each tag.
    private(set) var tags: [String: String] = [:]

    init(_ repo: FixtureRepository) throws {
        let log = try repo.git(
            "log",
            "--branches",
            "--tags",
            "--topo-order",
            "--reverse",
            "--format=%H %P"
        )
        for line in log.split(separator: "\n") {
            let ids = line.split(separator: " ").map(String.init)
            histories[ids[0]] = ids.dropFirst()
                .reduce(into: [ids[0]]) { $0.formUnion(histories[$1] ?? []) }
        }
        for line in try repo.git("show-ref", "--tags").split(separator: "\n") {
            tags[String(line.dropFirst(41 + "refs/tags/".count))] = String(line.prefix(40))
        }
    }
}

/// An OSV record as its specification says to read it.
struct OSVReading {
    private struct Event {
        var commit: String
        var introduces: Bool
    }

    let record: [String: Any]
    private let versions: Set<String>
    private let ranges: [[Event]]

    init(_ bytes: [UInt8]) throws {
        let value = try JSONSerialization.jsonObject(with: Data(bytes))
        record = try #require(value as? [String: Any])
        let affected = try #require(record["affected"] as? [[String: Any]])
        versions = Set(affected.flatMap { $0["versions"] as? [String] ?? [] })
        ranges = affected.flatMap { $0["ranges"] as? [[String: Any]] ?? [] }
            .map { range in
                (range["events"] as? [[String: String]] ?? [])
                    .flatMap { event in
                        event.map { Event(commit: $1, introduces: $0 == "introduced") }
                    }
            }
    }

    /// What the record names beside what it knows.
    var unknownVersions: Set<String> {
        let affected = record["affected"] as? [[String: Any]] ?? []
        let own = affected.compactMap { $0["database_specific"] as? [String: Any] }
        return Set(own.flatMap { $0["unknown_versions"] as? [String] ?? [] })
    }

    func isAffected(
        version: String,
        commit: String,
        _ history: GitHistory,
        _ random: inout SeededGenerator
    ) -> Bool {
        versions.contains(version) || isInRange(commit, history, &random)
    }

    /// Whether the ranges alone say so, the events in a random order in which ancestors come first.
    func isInRange(
        _ commit: String,
        _ history: GitHistory,
        _ random: inout SeededGenerator
    ) -> Bool {
        ranges.contains { events in
            var isVulnerable = false
            for event in Self.sorted(events, history, &random)
            where event.commit == "0" || history.histories[commit]?.contains(event.commit) == true {
                isVulnerable = event.introduces
            }
            return isVulnerable
        }
    }

    private static func sorted(
        _ events: [Event],
        _ history: GitHistory,
        _ random: inout SeededGenerator
    ) -> [Event] {
        var waiting = events.shuffled(using: &random)
        var result: [Event] = []
        while !waiting.isEmpty {
            let next = waiting.firstIndex { event in
                event.commit == "0"
                    || !waiting.contains { other in
                        other.commit == "0"
                            || other.commit != event.commit
                                && history.histories[event.commit]?.contains(other.commit) == true
                    }
            }
            result.append(waiting.remove(at: next ?? 0))
        }
        return result
    }

    /// What is wrong with the record by the rules that no schema tells.
    var faults: [String] {
        var faults: [String] = []
        let hex = Set("0123456789abcdef")
        if record["modified"] as? String == nil { faults.append("no modified") }
        for events in ranges {
            let commits = events.map(\.commit)
            if Set(commits).count < commits.count { faults.append("an event twice") }
            if !events.contains(where: \.introduces) { faults.append("nothing introduced") }
            for commit in commits
            where commit != "0" && !(commit.count == 40 && commit.allSatisfy(hex.contains)) {
                faults.append("the event \(commit)")
            }
        }
        for entry in record["affected"] as? [[String: Any]] ?? [] {
            for range in entry["ranges"] as? [[String: Any]] ?? [] {
                let repo = (range["repo"] as? String).flatMap { URL(string: $0) }
                if repo?.scheme == nil || repo?.host == nil { faults.append("no URL") }
            }
        }
        return faults
    }
}

/// A CSAF document as its specification says to read it.
struct CSAFReading {
    private let document: [String: Any]

    init(_ bytes: [UInt8]) throws {
        let value = try JSONSerialization.jsonObject(with: Data(bytes))
        document = try #require(value as? [String: Any])
    }

    private var vulnerability: [String: Any] {
        (document["vulnerabilities"] as? [[String: Any]])?.first ?? [:]
    }

    /// By tag: the status groups that name its product.
    var groups: [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        let status = vulnerability["product_status"] as? [String: [String]] ?? [:]
        for (group, products) in status {
            for product in products { found[Self.tag(product), default: []].insert(group) }
        }
        return found
    }

    /// By tag: the categories of what is done about it.
    var remedies: [String: [String]] {
        var found: [String: [String]] = [:]
        for remedy in vulnerability["remediations"] as? [[String: Any]] ?? [] {
            for product in remedy["product_ids"] as? [String] ?? [] {
                found[Self.tag(product), default: []].append(remedy["category"] as? String ?? "")
            }
        }
        return found
    }

    /// By tag: why it is not affected.
    var flags: [String: [String]] {
        var found: [String: [String]] = [:]
        for flag in vulnerability["flags"] as? [[String: Any]] ?? [] {
            for product in flag["product_ids"] as? [String] ?? [] {
                found[Self.tag(product), default: []].append(flag["label"] as? String ?? "")
            }
        }
        return found
    }

    private static func tag(_ product: String) -> String {
        String(product[product.index(after: product.firstIndex(of: "#") ?? product.startIndex)...])
    }
}
