import BackportAnalysis
import GitAccess
import Glibc

/// Commits of the lines that match nothing, in a partial clone: each may be the copy of a fix,
/// where what one of the two changes cannot be read.
struct AbsentContent {
    private let reader: ChangeReader
    private var rowsByPath: [UInt64: [CommitRow]] = [:]
    /// Commits whose paths cannot be read.
    private var rowsWithoutPaths: [CommitRow] = []

    /// Looks at the paths of `unmatched`, the commits of lines that repeat no other.
    init(unmatched: [CommitRow], reader: ChangeReader) {
        self.reader = reader
        for row in unmatched {
            guard let paths = reader.paths(of: row) else {
                rowsWithoutPaths.append(row)
                continue
            }
            for path in paths { rowsByPath[path, default: []].append(row) }
        }
    }

    /// The commits that may repeat `fix` for all that can be read, ascending.
    func possibleCopies(of fix: CommitRow) -> [CommitRow] {
        guard let paths = reader.paths(of: fix) else {
            return Set(rowsByPath.values.joined()).union(rowsWithoutPaths).sorted()
        }
        let isReadable = reader.lines(of: fix) != nil
        let near = Set(paths.flatMap { rowsByPath[$0] ?? [] })
            .filter { !isReadable || reader.lines(of: $0) == nil }
        return near.union(rowsWithoutPaths).sorted()
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
