import BackportAnalysis
import GitAccess
import Glibc

/// Commits of the lines that match nothing, in a partial clone: each may be the copy of a fix,
/// where what one of the two changes cannot be read.
///
/// Most partial clones lack little or nothing of what matters; then nothing is read here.
final class AbsentContent {
    private let history: RepositoryHistory
    private let made: MatchSet
    private let unread: Set<CommitRow>
    private lazy var unmatched = history.unmatchedLineCommits(made.matches)
    private lazy var reader = try? history.changeReader()
    private lazy var known = Set(made.matches.map(\.upstream))

    /// Looks after the matches `made` of `history`.
    init(_ history: RepositoryHistory, _ made: MatchSet) {
        self.history = history
        self.made = made
        unread = Set(made.unread)
    }

    /// The commits that may repeat `fix` for all that can be read, ascending.
    func possibleCopies(of fix: CommitRow) -> [CommitRow] {
        // A fix that something matches was looked at when the matches were made.
        let isKnown = known.contains(fix)
        if isKnown, unread.isEmpty { return [] }
        let isReadable = isKnown ? !unread.contains(fix) : reader?.isReadable(fix) ?? false
        let doubtful = isReadable ? unmatched.filter(unread.contains) : unmatched
        guard !doubtful.isEmpty, let reader else { return [] }
        guard let paths = reader.paths(of: fix) else { return doubtful.sorted() }
        return doubtful.filter { row in
            guard let own = reader.paths(of: row) else { return true }
            return !Set(own).isDisjoint(with: paths)
        }.sorted()
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
