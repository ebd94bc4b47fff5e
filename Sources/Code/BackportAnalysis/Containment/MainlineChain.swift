/// The first-parent chain of the mainline, and where each row entered it.
final class MainlineChain: @unchecked Sendable {
    // Sound: the columns are written in `init` alone.
    /// Rows of the chain, oldest first.
    let rows: [CommitRow]
    /// Place of the oldest chain commit that contains each row; -1 where none does.
    let entries: UnsafePointer<Int32>
    /// Place of each row on the chain; -1 off it.
    let places: UnsafePointer<Int32>
    private let storage: UnsafeMutablePointer<Int32>

    init(_ index: CommitIndex, tip: CommitRow) {
        let count = max(1, index.count)
        storage = .allocate(capacity: count * 2)
        storage.initialize(repeating: -1, count: count * 2)
        entries = UnsafePointer(storage)
        places = UnsafePointer(storage + count)
        rows = Self.chain(index, tip: tip)
        for place in rows.indices { storage[count + rows[place]] = Int32(place) }
        Self.enter(index, rows: rows, entries: storage)
    }

    deinit { storage.deallocate() }

    private static func chain(_ index: CommitIndex, tip: CommitRow) -> [CommitRow] {
        var length = 0
        var row = tip
        while row >= 0 {
            length += 1
            row = Int(index.firstParents[row])
        }
        return Array(unsafeUninitializedCapacity: length) { buffer, used in
            var row = tip
            for place in stride(from: length - 1, through: 0, by: -1) {
                buffer.initializeElement(at: place, to: row)
                row = Int(index.firstParents[row])
            }
            used = length
        }
    }

    /// From the oldest chain commit to the newest, marks what it is the first to contain.
    private static func enter(
        _ index: CommitIndex,
        rows: [CommitRow],
        entries: UnsafeMutablePointer<Int32>
    ) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, index.count)) { stack in
            for place in rows.indices {
                let mark = Int32(place)
                entries[rows[place]] = mark
                guard index.moreParents[rows[place]] != 0 else { continue }
                stack[0] = Int32(rows[place])
                var depth = 1
                while depth > 0 {
                    depth -= 1
                    index.forEachParent(of: Int(stack[depth])) { parent in
                        guard entries[parent] < 0 else { return }
                        entries[parent] = mark
                        stack[depth] = Int32(parent)
                        depth += 1
                    }
                }
            }
        }
    }

    /// The newest place on the chain that `contains` says is contained; -1 if none.
    ///
    /// What contains one chain commit contains all older ones, so a search by halves finds it.
    func newestPlace(where contains: (CommitRow) -> Bool) -> Int {
        var low = -1
        var high = rows.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if contains(rows[middle]) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
