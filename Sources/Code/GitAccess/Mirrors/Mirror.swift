import Glibc
package import MainstayCore

/// A bare repository of our own that follows another one: its branches and tags.
///
/// Everything that needs the network or a work tree is done here, by the git command. Branches
/// below `refs/heads/mainstay/` are ours: a fetch neither brings nor removes them.
///
/// Two fetches of one mirror at a time are safe: git locks each ref; the later one may fail.
package struct Mirror: Sendable {
    /// Where the history comes from.
    package let url: MirrorURL
    /// The bare repository; need not be there yet.
    package let folder: String
    let git: GitProgram

    /// Names a mirror; touches nothing.
    package init(of url: MirrorURL, in folder: String, git: GitProgram) {
        self.url = url
        self.folder = folder
        self.git = git
    }

    /// What a fetch did to one ref.
    package struct RefChange: Sendable, Hashable {
        /// Full name, for example `refs/heads/main`.
        package let name: String
        /// What it named before, a commit or an annotated tag; `nil` where it is new.
        package let old: CommitID?
        /// What it names now; `nil` where it is gone.
        package let new: CommitID?

        /// Creates a change.
        package init(name: String, old: CommitID?, new: CommitID?) {
            self.name = name
            self.old = old
            self.new = new
        }
    }

    /// Makes the mirror if it is not there, and brings it up to date.
    ///
    /// Returns the refs that changed, by name. Refs that are gone on the other side go here too,
    /// and `HEAD` follows the other side's. What was fetched before an interruption is kept.
    ///
    /// The corresponding commands are `git ls-remote --symref` and `git fetch --prune`.
    /// - Throws: ``MirrorError``: the other side cannot be reached, is no repository, wants
    ///   credentials; git is missing; no space; cancelled.
    package func fetch(progress: any ProgressSink) throws(MirrorError) -> [RefChange] {
        let head = try remoteHead()
        if !FilePath.exists(FilePath.join(folder, "HEAD")) {
            try git.output(["init", "--quiet", "--bare", "--template=", "--", folder], in: "/")
        }
        let before = try refs()
        let meter = FetchMeter(progress)
        let slow = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=300"]
        let command = ["fetch", "--prune", "--progress", "--no-write-fetch-head", "--no-tags"]
        let wanted = [
            "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "^refs/heads/mainstay/*",
        ]
        let outcome = try git.run(slow + command + ["--", url.text] + wanted, in: folder) {
            meter.read($0)
        }
        guard outcome.status == 0 else { throw .refused(url, talk: outcome.talk) }
        if let head { try git.output(["symbolic-ref", "HEAD", head], in: folder) }
        return Self.changes(from: before, to: try refs())
    }

    /// The branch that the other side's `HEAD` names; `nil` where that is no branch.
    private func remoteHead() throws(MirrorError) -> String? {
        let outcome = try git.run(["ls-remote", "--symref", "--", url.text, "HEAD"], in: "/")
        guard outcome.status == 0 else { throw .refused(url, talk: outcome.talk) }
        guard let line = outcome.text.split(separator: "\n").first, line.hasPrefix("ref: ") else {
            return nil
        }
        let name = line.dropFirst(5).prefix { $0 != "\t" }
        return name.hasPrefix("refs/heads/") ? String(name) : nil
    }

    private func refs() throws(MirrorError) -> [String: CommitID] {
        let told = try git.output(
            ["for-each-ref", "--format=%(objectname) %(refname)"],
            in: folder
        )
        var refs: [String: CommitID] = [:]
        for line in told.split(separator: "\n") {
            guard let id = CommitID(hex: line.prefix(40)) else { continue }
            refs[String(line.dropFirst(41))] = id
        }
        return refs
    }

    private static func changes(
        from before: [String: CommitID],
        to after: [String: CommitID]
    ) -> [RefChange] {
        Set(before.keys).union(after.keys).sorted()
            .filter { before[$0] != after[$0] }
            .map { RefChange(name: $0, old: before[$0], new: after[$0]) }
    }
}

/// Reads the progress that `git fetch --progress` writes, for example
/// `Receiving objects:  42% (123/292), 1.20 MiB | 2.40 MiB/s`.
struct FetchMeter {
    private let sink: any ProgressSink

    init(_ sink: any ProgressSink) {
        self.sink = sink
    }

    /// Passes on what one line says; lines without a count are left out.
    func read(_ line: Substring) {
        guard let colon = line.lastIndex(of: ":"), let open = line[colon...].firstIndex(of: "("),
            let close = line[open...].firstIndex(of: ")")
        else { return }
        let counts = line[line.index(after: open)..<close].split(separator: "/")
        guard counts.count == 2, let done = Int(counts[0]), let total = Int(counts[1]) else {
            return
        }
        var work = line[..<colon]
        if work.hasPrefix("remote: ") { work = work.dropFirst(8) }
        sink.report(String(work), done: done, total: total)
    }
}
