import BackportAnalysis
import MainstayCore

/// Commits as they were met, before they have rows: parents are ids still.
struct CommitStage {
    /// One commit; spans are into `text` and `records`.
    struct Entry {
        var id: CommitID
        var parents: Range<Int32>
        var records: Range<Int32>
        var commit: ScannedCommit

        var parentCount: Int32 { parents.upperBound - parents.lowerBound }
    }

    private(set) var entries: [Entry] = []
    /// Ids of all parents, in runs.
    private(set) var parentIDs: [CommitID] = []
    /// E-mails and subjects.
    private(set) var text: [UInt8] = []
    /// Records of all messages, in runs.
    private(set) var records: [UInt8] = []

    /// Makes room for `count` commits.
    mutating func reserve(_ count: Int) {
        entries.reserveCapacity(count)
        parentIDs.reserveCapacity(count + count / 4)
        text.reserveCapacity(count * 80)
    }

    /// Adds the commit in `raw`; `false` if the bytes are no commit.
    @discardableResult
    mutating func add(_ id: CommitID, raw: UnsafeRawBufferPointer) -> Bool {
        let recordsStart = Int32(records.count)
        guard var commit = ScannedCommit(raw, records: &records) else {
            records.removeLast(records.count - Int(recordsStart))
            return false
        }
        let parentsStart = Int32(parentIDs.count)
        commit.forEachParent(in: raw) { parentIDs.append($0) }
        commit.author = keep(raw, commit.author)
        commit.subject = keep(raw, commit.subject)
        entries.append(
            Entry(
                id: id,
                parents: parentsStart..<Int32(parentIDs.count),
                records: recordsStart..<Int32(records.count),
                commit: commit
            )
        )
        return true
    }

    /// Calls `body` with commit number `number`, the text that its spans are into, and its records.
    func withTexts(
        of number: Int,
        _ body: (ScannedCommit, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) {
        let entry = entries[number]
        text.withUnsafeBytes { text in
            records.withUnsafeBytes { records in
                let span = Int(entry.records.lowerBound)..<Int(entry.records.upperBound)
                body(entry.commit, text, UnsafeRawBufferPointer(rebasing: records[span]))
            }
        }
    }

    private mutating func keep(_ raw: UnsafeRawBufferPointer, _ span: Range<Int>) -> Range<Int> {
        let start = text.count
        text.append(contentsOf: UnsafeRawBufferPointer(rebasing: raw[span]))
        return start..<text.count
    }
}
