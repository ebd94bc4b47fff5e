import BackportAnalysis
import GitAccess
import LTSReleases
import MainstayCore

/// What the messages of commits say about defects.
struct CommitMessages {
    private let history: RepositoryHistory
    private let objects: GitTreeSource
    private let trees: PickObjects

    init(_ history: RepositoryHistory) throws {
        self.history = history
        objects = GitTreeSource(try Repository(history.folder))
        trees = PickObjects(source: objects)
    }

    /// A commit whose message names defects.
    struct Mention {
        let row: CommitRow
        let mentions: DefectMentions
    }

    /// Reads the commits of lines that are no ancestors of `known`, oldest first, and returns those
    /// whose message names something which `isKnown` knows.
    ///
    /// Commits that change announcements alone are left out.
    func mentions(
        since known: some Collection<CommitID>,
        _ patterns: [CommitPattern],
        isKnown: (String) -> Bool
    ) -> [Mention] {
        let rows = newRows(since: known)
        var found: [Mention] = []
        for (place, row) in rows.enumerated() {
            if place % 512 == 0 {
                history.request.progress.report("Reading messages", done: place, total: rows.count)
            }
            guard let message = message(of: row) else { continue }
            let mentions = DefectMentions(message, patterns)
            if mentions.identifiers.contains(where: isKnown), !onlyAnnounces(row) {
                found.append(Mention(row: row, mentions: mentions))
            }
        }
        return found
    }

    /// Whether a commit changes texts that tell of fixes, and nothing else.
    ///
    /// One whose trees are absent is taken for a fix, as one that changes nothing is.
    private func onlyAnnounces(_ row: CommitRow) -> Bool {
        guard let (tree, parent) = try? trees.commit(history.index.id(row)),
            let before = try? parent.map({ try trees.commit($0).tree }),
            let changes = try? trees.changes(from: before, to: tree), !changes.isEmpty
        else { return false }
        return changes.allSatisfy { AnnouncementPath.matches($0.path.text) }
    }

    /// The commit as git stores it; `nil` where it is absent.
    func bytes(of row: CommitRow) -> [UInt8]? {
        try? objects.readObject(history.index.id(row), kind: .commit)
    }

    /// The message of a commit; `nil` where it is absent.
    func message(of row: CommitRow) -> [UInt8]? {
        guard let bytes = bytes(of: row) else { return nil }
        var place = 0
        while place + 1 < bytes.count {
            if bytes[place] == 10, bytes[place + 1] == 10 { return Array(bytes[(place + 2)...]) }
            place += 1
        }
        return []
    }

    /// The commits that some line holds and `known` do not reach, oldest first; no merges.
    private func newRows(since known: some Collection<CommitID>) -> [CommitRow] {
        let index = history.index
        var isOld = [Bool](repeating: false, count: index.count)
        for id in known { if let row = index.row(of: id) { isOld[row] = true } }
        for row in stride(from: index.count - 1, through: 0, by: -1) where isOld[row] {
            for parent in index.parents(of: row) where parent >= 0 { isOld[parent] = true }
        }
        return (0..<index.count)
            .filter { row in
                !isOld[row] && !index.isMerge(row) && !history.containment.lanes(of: row).isEmpty
            }
    }
}
