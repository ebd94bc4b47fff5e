import BackportAnalysis
import MainstayCore

/// The commits that were met, numbered in the order in which they were, and their parents.
struct CommitNodes: Sendable {
    /// Where a parent is: a node, a row of an older index, absent, or not looked for yet.
    struct Link: Equatable {
        private let code: Int32

        static let unresolved = Link(code: -1)
        static let absent = Link(code: -2)
        static func node(_ node: Int) -> Link { Link(code: Int32(node)) }
        static func row(_ row: CommitRow) -> Link { Link(code: Int32(row) &- .max) }

        var node: Int? { code >= 0 ? Int(code) : nil }
        var row: CommitRow? { code < Self.absent.code ? Int(code &+ .max) : nil }
    }

    private struct Place {
        var stage: Int32
        var entry: Int32
        var links: Range<Int32>
    }

    private var stages: [CommitStage]
    private var ids: [CommitID] = []
    private var places: [Place] = []
    /// The parents of all nodes, in runs.
    var links: [Link]
    /// Number + 1 of the node, or 0, at the place that the start of its id tells or behind it.
    private var slots: [UInt32]

    /// Takes over the commits of `prescanned`.
    init(_ prescanned: [CommitStage]) {
        let count = prescanned.reduce(0) { $0 + $1.entries.count }
        // The last stage takes what is read later.
        stages = prescanned + [CommitStage()]
        slots = Array(repeating: 0, count: max(1024, count * 2 + 1))
        links = Array(
            repeating: .unresolved,
            count: prescanned.reduce(0) { $0 + $1.parentIDs.count }
        )
        ids.reserveCapacity(count)
        places.reserveCapacity(count)
        var link: Int32 = 0
        for (number, stage) in prescanned.enumerated() {
            for (place, entry) in stage.entries.enumerated() {
                insert(
                    entry.id,
                    stage: number,
                    entry: place,
                    links: link..<(link + entry.parentCount)
                )
                link += entry.parentCount
            }
        }
    }

    /// How many there are.
    var count: Int { ids.count }

    func id(_ node: Int) -> CommitID { ids[node] }

    func links(of node: Int) -> Range<Int> {
        Int(places[node].links.lowerBound)..<Int(places[node].links.upperBound)
    }

    /// The id behind `link`, one of the links of `node`.
    func parentID(_ node: Int, _ link: Int) -> CommitID {
        let place = places[node]
        let stage = stages[Int(place.stage)]
        let first = stage.entries[Int(place.entry)].parents.lowerBound
        return stage.parentIDs[Int(first) + link - Int(place.links.lowerBound)]
    }

    /// What was read of `node`.
    func commit(_ node: Int) -> ScannedCommit {
        stages[Int(places[node].stage)].entries[Int(places[node].entry)].commit
    }

    /// Calls `body` with what was read of `node`, the text of its spans, and its records.
    func withTexts(
        of node: Int,
        _ body: (ScannedCommit, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) {
        stages[Int(places[node].stage)].withTexts(of: Int(places[node].entry), body)
    }

    /// The node of the commit `id`, if it was met.
    func find(_ id: CommitID) -> Int? {
        var slot = Int(id.high.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[slot] != 0 {
            let node = Int(slots[slot]) - 1
            if ids[node] == id { return node }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        return nil
    }

    /// Adds the commit in `raw` as the last node; `false` if the bytes are no commit.
    mutating func add(_ id: CommitID, raw: UnsafeRawBufferPointer) -> Bool {
        let last = stages.count - 1
        guard stages[last].add(id, raw: raw) else { return false }
        let entry = stages[last].entries.count - 1
        let first = Int32(links.count)
        let parents = stages[last].entries[entry].parentCount
        links += repeatElement(.unresolved, count: Int(parents))
        insert(id, stage: last, entry: entry, links: first..<(first + parents))
        return true
    }

    private mutating func insert(_ id: CommitID, stage: Int, entry: Int, links: Range<Int32>) {
        ids.append(id)
        places.append(Place(stage: Int32(stage), entry: Int32(entry), links: links))
        if ids.count * 3 > slots.count * 2 {
            slots = Array(repeating: 0, count: slots.count * 2)
            for node in ids.indices { fillSlot(of: node) }
        } else {
            fillSlot(of: ids.count - 1)
        }
    }

    private mutating func fillSlot(of node: Int) {
        var slot = Int(ids[node].high.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[slot] != 0 { slot = slot + 1 == slots.count ? 0 : slot + 1 }
        slots[slot] = UInt32(node + 1)
    }
}
