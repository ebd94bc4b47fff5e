import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting

/// What an index says, by id, so that indexes with other row numbers can be compared.
struct IndexContent: Equatable {
    struct Commit: Equatable {
        var parents: [CommitID]
        var gap: Int32
        var isMerge: Bool
        var authorTime: Int64
        var commitTime: Int64
        var author: String
        var subject: String
        var flags: CommitFlags
        var records: [CommitRecord]
    }

    var commits: [CommitID: Commit] = [:]
    /// Id and target of each ref.
    var refs: [String: String] = [:]

    /// Everything in `index`, or with `isReached` only what its refs reach.
    init(_ index: CommitIndex, isReached: Bool = false) {
        var reached = [Bool](repeating: !isReached, count: index.count)
        for ref in index.refs {
            if let row = ref.row { reached[row] = true }
            let id = ref.row.map { index.id($0).hex } ?? "-"
            refs[ref.name] = "\(id) \(ref.target ?? "")"
        }
        for row in stride(from: index.count - 1, through: 0, by: -1) where reached[row] {
            index.forEachParent(of: row) { reached[$0] = true }
            commits[index.id(row)] = Commit(
                parents: index.parents(of: row).map { index.id($0) },
                gap: index.gap(at: row),
                isMerge: index.isMerge(row),
                authorTime: index.authorTime(row),
                commitTime: index.commitTime(row),
                author: String(
                    decoding: index.authorEmail(Int(index.authors[row])),
                    as: UTF8.self
                ),
                subject: index.subject(row),
                flags: index.flags(row),
                records: index.records(row)
            )
        }
    }

    /// What differs first from `other`; `nil` if nothing does.
    func difference(from other: IndexContent) -> String? {
        for (id, commit) in commits where other.commits[id] != commit {
            let seen = other.commits[id].map { "\($0)" } ?? "absent"
            return "\(id): \(commit) against \(seen)"
        }
        for id in other.commits.keys where commits[id] == nil { return "\(id): absent" }
        for (name, ref) in refs where other.refs[name] != ref {
            return "\(name): \(ref) against \(other.refs[name] ?? "absent")"
        }
        for name in other.refs.keys where refs[name] == nil { return "\(name): absent" }
        return nil
    }
}

/// The history as the git command tells it.
struct GitHistory {
    private let path: String

    init(_ path: String) { self.path = path }

    /// All commits that branches, tags, remote branches and HEAD reach, with what git shows.
    func commits(hasHead: Bool = true) throws -> [CommitID: [String]] {
        let format = "--format=%H%x00%P%x00%at%x00%ct%x00%ae%x00%B%x01"
        let told = try GitCommand.output(
            ["--no-replace-objects", "log", "--branches", "--tags", "--remotes"]
                + (hasHead ? ["HEAD"] : []) + ["--encoding=none", format],
            in: path
        )
        var commits: [CommitID: [String]] = [:]
        for record in told.split(separator: "\u{1}\n", omittingEmptySubsequences: true) {
            var fields =
                record.split(
                    separator: "\0",
                    maxSplits: 5,
                    omittingEmptySubsequences: false
                )
                .map(String.init)
            guard fields.count == 6, let id = CommitID(hex: fields[0]) else { continue }
            if fields[5].hasSuffix("\u{1}") { fields[5].removeLast() }
            fields[5] = Self.subject(fields[5])
            commits[id] = Array(fields.dropFirst())
        }
        return commits
    }

    /// The first line that is not blank, without blanks around it.
    private static func subject(_ body: String) -> String {
        let lines = body.utf8.split { $0 == 10 }
            .map { line in
                var line = line
                while let first = line.first, first == 32 || first == 9 { line.removeFirst() }
                while let last = line.last, last <= 32 { line.removeLast() }
                return line
            }
        let first = lines.first { !$0.isEmpty } ?? []
        return String(decoding: first.prefix(65_535), as: UTF8.self)
    }
}

/// Loads of a test's repository.
enum Load {
    static func folder(_ path: String, home: String? = nil) throws(GitError) -> RepositoryFolder {
        try RepositoryFolder(containing: path, homeFolder: home)
    }

    /// Why the repository at `path` cannot be loaded; `nil` if it can.
    static func failure(_ path: String, home: String? = nil) -> GitError? {
        do {
            _ = try IndexStore(folder(path, home: home), cacheFolder: nil, options: .init())
                .load(progress: SilentProgress())
            return nil
        } catch { return error }
    }

    /// The index of the repository at `path`, kept in `cache` if that can be done.
    static func index(
        _ path: String,
        cache: String? = nil,
        usesPrescan: Bool = true,
        threads: Int = 2,
        progress: any ProgressSink = SilentProgress()
    ) throws(GitError) -> IndexStore.Loaded {
        let options = IndexStore.Options(usesPrescan: usesPrescan, threads: threads)
        var loaded = try IndexStore(folder(path), cacheFolder: cache, options: options)
            .load(progress: progress)
        if let failure = loaded.keeping?.result() { loaded.notes.append(failure) }
        return loaded
    }

    /// Compares a load with and one without prescan and the git command; says what differs.
    static func difference(_ path: String, hasHead: Bool = true) throws -> String? {
        let content = IndexContent(try index(path).index, isReached: true)
        let plain = IndexContent(try index(path, usesPrescan: false).index)
        if let found = content.difference(from: plain) { return "prescan: \(found)" }
        let told = try GitHistory(path).commits(hasHead: hasHead)
        for (id, fields) in told {
            guard let own = plain.commits[id] else { return "\(id) is missing" }
            let shown = [
                own.parents.map(\.hex).joined(separator: " "), "\(own.authorTime)",
                "\(own.commitTime)", own.author, own.subject,
            ]
            if shown != fields { return "\(id): \(shown) against \(fields)" }
        }
        for id in plain.commits.keys where told[id] == nil { return "\(id) is too much" }
        return told.isEmpty ? "there are no commits" : nil
    }
}
