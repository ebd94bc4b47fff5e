import BackportAnalysis
import MainstayCore

/// A history made of values: commits are added parents first and named by their row.
struct HistoryFixture {
    private var builder = CommitIndexBuilder()
    private(set) var ids: [CommitID] = []

    /// The id that the commit added as number `row` gets; the same in every fixture.
    static func id(_ row: Int) -> CommitID {
        CommitID(
            high: mix(UInt64(row) &+ 1),
            middle: mix(UInt64(row) &+ 0x1_0000_0001),
            low: UInt32(truncatingIfNeeded: mix(UInt64(row) &+ 7))
        )
    }

    /// Adds a commit and returns its row.
    ///
    /// Times default to one hour per row.
    @discardableResult
    mutating func commit(
        _ message: String,
        parents: [Int] = [],
        author: String = "author@example.org",
        authorTime: Int64? = nil,
        commitTime: Int64? = nil
    ) -> Int {
        let row = builder.count
        let time = 1_600_000_000 + Int64(row) * 3600
        var text = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
        for parent in parents where parent >= 0 { text += "parent \(ids[parent].hex)\n" }
        text += "author A <\(author)> \(authorTime ?? time) +0000\n"
        text += "committer C <c@example.org> \(commitTime ?? time) +0000\n\n\(message)\n"
        let id = Self.id(row)
        var bytes = Array(text.utf8)
        bytes.withUnsafeMutableBytes { buffer in
            let raw = UnsafeRawBufferPointer(buffer)
            var records: [UInt8] = []
            guard let scanned = ScannedCommit(raw, records: &records) else { return }
            parents.map { Int32($0) }
                .withUnsafeBufferPointer { parents in
                    records.withUnsafeBytes { records in
                        _ = builder.add(
                            id,
                            parents: parents,
                            commit: scanned,
                            text: raw,
                            records: records
                        )
                    }
                }
        }
        ids.append(id)
        return row
    }

    /// The index of all commits so far, with refs given by full name.
    func index(refs: [String: Int] = [:], symbolic: [String: String] = [:]) throws -> CommitIndex {
        var list = refs.map { IndexedRef(name: $0.key, row: $0.value) }
        list += symbolic.map { IndexedRef(name: $0.key, row: nil, target: $0.value) }
        list.sort { $0.name < $1.name }
        let bytes = builder.finish(identity: 1, refs: list, fingerprint: [])
        guard let index = bytes.index else { throw UnsoundIndex() }
        return index
    }

    struct UnsoundIndex: Error {}
}
