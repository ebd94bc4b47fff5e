import BackportAnalysis
import GitAccess
import Glibc

/// Commits of the lines that match nothing, in a partial clone: each may be the copy of a fix,
/// where what one of the two changes cannot be read.
struct AbsentContent {
    private let history: RepositoryHistory
    private let reader: ChangeReader
    private let unmatched: [CommitRow]
    private let unread: [CommitRow]

    /// Looks at the commits that `made` leaves unmatched.
    init(_ history: RepositoryHistory, _ made: MatchSet, _ reader: ChangeReader) {
        self.history = history
        self.reader = reader
        unmatched = history.unmatchedLineCommits(made.matches)
        unread = unmatched.filter { !reader.isReadable($0) }
    }

    /// The possible copies of the root of each class, where it has any.
    func doubts(of made: MatchSet) -> [CommitRow: [CommitRow]] {
        let classes = FixClasses(made.matches, containment: history.containment)
        var doubts: [CommitRow: [CommitRow]] = [:]
        for key in classes.keys {
            let root = classes.root(of: key)
            let copies = possibleCopies(of: root)
            if !copies.isEmpty { doubts[root] = copies }
        }
        return doubts
    }

    /// The commits that may repeat `fix` for all that can be read, ascending.
    func possibleCopies(of fix: CommitRow) -> [CommitRow] {
        let doubtful = reader.isReadable(fix) ? unread : unmatched
        guard !doubtful.isEmpty else { return [] }
        guard let paths = reader.paths(of: fix) else { return doubtful.sorted() }
        return
            doubtful.filter { row in
                guard let own = reader.paths(of: row) else { return true }
                return !Set(own).isDisjoint(with: paths)
            }
            .sorted()
    }
}

extension RepositoryFolder {
    /// A number that changes with the packs of a partial clone; `nil` for a whole repository.
    ///
    /// A pack that came from a promisor has a file `.promisor` beside it.
    var partialCloneState: UInt64? {
        guard let folder = opendir(commonFolder + "/objects/pack") else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        guard names.contains(where: { $0.hasSuffix(".promisor") }) else { return nil }
        let text = names.sorted().joined(separator: "/")
        return text.utf8.reduce(1) { mix($0 ^ UInt64($1)) }
    }
}
