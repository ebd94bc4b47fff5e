package import BackportAnalysis
import CGit2
package import MainstayCore

/// Reads what commits change, each once.
///
/// A worker thread has a reader of its own.
package final class ChangeReader: ChangeSource {
    private let repository: Repository
    private let index: CommitIndex
    private let threads: Int
    private let progress: any ProgressSink
    private var files: [CommitRow: [ChangedFile]?] = [:]
    /// What was read, and what earlier runs read; kept between runs.
    package private(set) var changes: ChangeTable
    /// Hash of the path set by row, as far as it was asked for; kept between runs.
    package var pathSets: PathSetTable

    /// Reads the commits of `index` from the repository in `folder`.
    ///
    /// `pathSets` and `changes` are those known from earlier runs.
    /// - Throws: ``GitError`` if the repository cannot be opened.
    package init(
        _ folder: RepositoryFolder,
        index: CommitIndex,
        pathSets: PathSetTable,
        changes: ChangeTable = ChangeTable(),
        threads: Int,
        progress: any ProgressSink
    ) throws(GitError) {
        repository = try Repository(folder)
        self.index = index
        self.pathSets = pathSets
        self.changes = changes
        self.threads = threads
        self.progress = progress
    }

    // MARK: - Paths

    package func paths(of row: CommitRow) -> [UInt64]? {
        if let known = changes.paths[row] { return known }
        let paths = changedFiles(of: row)?.map(\.path).sorted()
        changes.setPaths(of: row, paths)
        return paths
    }

    package func pathSets(of rows: [CommitRow]) -> [UInt64] {
        let missing = rows.filter { pathSets[$0] == nil }
        if missing.count > 512, threads > 1 {
            readPathSets(missing)
        } else {
            for (number, row) in missing.enumerated() {
                if number & 127 == 0 {
                    progress.report("Reading changed paths", done: number, total: missing.count)
                }
                pathSets[row] = Self.pathSet(readFiles(of: row))
            }
        }
        return rows.map { pathSets[$0] ?? 0 }
    }

    /// Reads the path sets of `rows` on several threads; every thread takes a run of its own.
    private func readPathSets(_ rows: [CommitRow]) {
        let work = PathSetWork(rows: rows)
        let folder = repository.folder
        let index = index
        let progress = progress
        runWorkers(threads) { _ in
            guard let repository = try? Repository(folder) else { return }
            while let run = work.take() {
                let sets = rows[run]
                    .map { row in
                        Self.pathSet(Self.readFiles(of: row, index, repository))
                    }
                work.finish(run, sets)
                progress.report(
                    "Reading changed paths",
                    done: run.upperBound,
                    total: rows.count
                )
            }
        }
        for (number, row) in rows.enumerated() { pathSets[row] = work.results[number] }
    }

    private static func pathSet(_ files: [ChangedFile]?) -> UInt64 {
        pathSetHash(files?.map(\.path).sorted() ?? [])
    }

    private func changedFiles(of row: CommitRow) -> [ChangedFile]? {
        if let known = files[row] { return known }
        let read = readFiles(of: row)
        files[row] = .some(read)
        return read
    }

    private func readFiles(of row: CommitRow) -> [ChangedFile]? {
        Self.readFiles(of: row, index, repository)
    }

    /// The files that the commit changes against its first parent; `nil` where objects are absent.
    private static func readFiles(
        of row: CommitRow,
        _ index: CommitIndex,
        _ repository: Repository
    ) -> [ChangedFile]? {
        guard let tree = repository.tree(of: index.id(row)) else { return nil }
        var parentTree: CommitID?
        if let parent = index.firstParent(of: row) {
            guard let found = repository.tree(of: index.id(parent)) else { return nil }
            parentTree = found
        } else if index.gap(at: row) != CommitIndexImage.ParentMark.none {
            return nil
        }
        var diff = TreeDiff(repository)
        diff.compare(parentTree, tree)
        return diff.isIncomplete ? nil : diff.files
    }

    /// Whether every object that the commit changes is there; reads trees alone.
    package func isReadable(_ row: CommitRow) -> Bool {
        guard let files = changedFiles(of: row) else { return false }
        return files.allSatisfy { file in
            file.isSubmodule
                || [file.old, file.new].allSatisfy { $0.map(repository.hasObject) ?? true }
        }
    }

    // MARK: - Lines

    package func lines(of row: CommitRow) -> ChangedLines? {
        if let known = changes.lines[row] { return known }
        let lines = readLines(of: row)
        changes.setLines(of: row, lines)
        return lines
    }

    /// Commits that touch more files than this are not compared line by line.
    private static let mostFiles = 300

    private func readLines(of row: CommitRow) -> ChangedLines? {
        guard let files = changedFiles(of: row), files.count <= Self.mostFiles else { return nil }
        var added: [UInt64] = []
        var removed: [UInt64] = []
        for file in files where !file.isSubmodule {
            let isRead = LineHashes.read(file.old, file.new, repository) { old, new in
                LineHashes.difference(old, new, added: &added, removed: &removed)
            }
            guard isRead else { return nil }
        }
        added.sort()
        removed.sort()
        return ChangedLines(added: added, removed: removed)
    }

    // MARK: - Patch-ids and messages

    package func patchID(of row: CommitRow) -> CommitID? {
        if let known = changes.patchIDs[row] { return known }
        // Without its first parent a commit would seem to add every file there is.
        guard index.firstParents[row] >= CommitIndexImage.ParentMark.none else { return nil }
        let id = PatchID.read(
            commit: index.id(row),
            parent: index.firstParent(of: row).map { index.id($0) },
            repository
        )
        changes.setPatchID(of: row, id)
        return id
    }

    package var similarTitles: SimilarTitles? {
        get { changes.similar }
        set { changes.setSimilar(newValue) }
    }

    package func remembered(_ question: UInt64, _ replay: () -> Bool) -> Bool {
        if let known = changes.replays[question] { return known }
        let answer = replay()
        changes.setReplay(question, answer)
        return answer
    }

    package func records(ofCommitOutside id: CommitID) -> [CommitRecord]? {
        let records = try? repository.withObject(id) { type, bytes -> [CommitRecord]? in
            var written: [UInt8] = []
            guard type == GIT_OBJECT_COMMIT, ScannedCommit(bytes, records: &written) != nil else {
                return nil
            }
            return CommitRecord.readAll(written)
        }
        return records ?? nil
    }

    package var trees: any TreeSource { GitTreeSource(repository) }

    package func authorKeys() -> [UInt32] {
        AuthorKeys.read(index, repository)
    }
}

extension Repository {
    /// Whether the object `id` is there.
    ///
    /// The corresponding libgit2 function is `git_odb_exists`.
    func hasObject(_ id: CommitID) -> Bool {
        var oid = git_oid(id)
        return git_odb_exists(odb, &oid) == 1
    }

    /// The tree of the commit `id`; `nil` if it is absent or no commit.
    func tree(of id: CommitID) -> CommitID? {
        let tree = try? withObject(id) { type, bytes -> CommitID? in
            guard type == GIT_OBJECT_COMMIT, bytes.count > 45, let start = bytes.baseAddress else {
                return nil
            }
            return CommitID(hexDigits: (start + 5).assumingMemoryBound(to: UInt8.self))
        }
        return tree ?? nil
    }
}
