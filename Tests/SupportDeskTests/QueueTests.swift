import MainstayCore
import SupportDesk
import Testing

@Suite("Queue")
struct QueueTests {
    /// What the key is made of, each part from few values so that many are equal.
    private struct Entry {
        let priority: Int64
        let due: Int64?
        let urgency: Int64?
        let opened: Int64
        let id: Int64

        init(_ random: inout SeededRandom, id: Int64) {
            priority = random.pick(1...2)
            due = random.pick([nil, -1, 0, 1])
            urgency = random.pick([nil, 1, 4])
            opened = random.pick(0...2)
            self.id = id
        }

        func key() throws -> QueueKey {
            let ticket = try DeskFixture.ticket(
                .incident,
                [
                    "id": .int(id), "priority": .int(priority), "opened_at": .int(opened),
                    "customer_urgency": urgency.map(JSONValue.int) ?? .null,
                ]
            )
            return QueueKey(ticket, due: due.map(Instant.init(milliseconds:)))
        }

        /// The design's order, rule by rule.
        func isBefore(_ other: Entry) -> Bool {
            if priority != other.priority { return priority < other.priority }
            if due != other.due {
                guard let due else { return false }
                return other.due.map { due < $0 } ?? true
            }
            if urgency != other.urgency {
                guard let urgency else { return false }
                return other.urgency.map { urgency < $0 } ?? true
            }
            return opened != other.opened ? opened < other.opened : id < other.id
        }
    }

    @Test("the order is total and that of the design")
    func order() throws {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        let entries = (0..<120).map { Entry(&random, id: $0) }
        let keys = try entries.map { try $0.key() }
        for (left, first) in zip(keys, entries) {
            for (right, second) in zip(keys, entries) {
                let isSame = first.id == second.id
                try #require((left < right) == first.isBefore(second), "seed \(seed)")
                try #require([left < right, right < left, isSame].filter { $0 }.count == 1)
            }
        }
        let sorted = zip(keys, entries).shuffled(using: &random).sorted { $0.0 < $1.0 }
        for (index, (_, entry)) in sorted.enumerated() {
            for (_, later) in sorted[(index + 1)...] { try #require(entry.isBefore(later)) }
        }
    }

    @Test("the numbers of a key are the columns that a query sorts by")
    func numbers() throws {
        let ticket = try DeskFixture.ticket(.incident, ["opened_at": 5, "priority": 2])
        #expect(QueueKey(ticket, due: nil).numbers == [2, Int64.max, 5, 5, 1])
    }
}
