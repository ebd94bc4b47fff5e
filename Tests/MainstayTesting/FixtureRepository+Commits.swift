import Glibc
package import MainstayCore

/// What a fixture's commit says beside its files; every part has a default.
package struct FixtureDetails: Sendable {
    /// Author; that of the repository where absent, of the original in picks.
    package var author: FixturePerson?
    /// Author time in seconds; the commit time where absent, that of the original in picks.
    package var authorTime: Int64?
    /// Commit time in seconds; the repository's clock where absent.
    package var time: Int64?
    /// The message as raw bytes, in place of the text.
    package var rawMessage: [UInt8]?

    /// Creates details.
    package init(
        author: FixturePerson? = nil,
        authorTime: Int64? = nil,
        time: Int64? = nil,
        rawMessage: [UInt8]? = nil
    ) {
        self.author = author
        self.authorTime = authorTime
        self.time = time
        self.rawMessage = rawMessage
    }
}

extension FixtureRepository {
    /// Commits `files` on top of branch `branch`, the mainline by default.
    ///
    /// A branch that does not exist starts without a parent. `parents` replaces the tip as parent:
    /// the first gives the tree that `files` change, the others make a merge.
    ///
    /// - Throws: ``FixtureError`` when `git` refuses the commit.
    @discardableResult
    package func commit(
        _ message: String,
        files: [String: FixtureChange] = [:],
        on branch: String? = nil,
        parents: [CommitID]? = nil,
        details: FixtureDetails = FixtureDetails()
    ) throws -> CommitID {
        let ref = "refs/heads/" + (branch ?? mainline)
        let tip = try parents == nil ? commitIfAny(ref) : nil
        var stream = FixtureStream()
        let time = nextTime(details.time)
        stream.line("commit \(ref)")
        stream.line("mark :1")
        let writer = details.author ?? author
        stream.person("author", writer, time: details.authorTime ?? time)
        stream.person("committer", committer, time: time)
        stream.data(details.rawMessage ?? Array((message + "\n").utf8))
        for (index, parent) in (parents ?? tip.map { [$0] } ?? []).enumerated() {
            stream.line((index == 0 ? "from " : "merge ") + parent.hex)
        }
        for path in files.keys.sorted() {
            if let change = files[path] { stream.change(path, change) }
        }
        stream.line("")
        stream.line("get-mark :1")
        return try parse(String(importStream(stream.bytes).prefix(40)))
    }

    /// Picks `original` onto `branch` as `git cherry-pick` does: a three-way merge of the change.
    ///
    /// The author and the author time are kept unless `details` says otherwise. `message` replaces
    /// the original's message; `trailer` adds `(cherry picked from commit ...)`; `files` are laid
    /// over the result, and make up for a change that does not apply.
    ///
    /// - Throws: ``FixtureError`` when the change does not apply and `files` is empty.
    @discardableResult
    package func cherryPick(
        _ original: CommitID,
        onto branch: String,
        trailer: Bool = true,
        message: String? = nil,
        files: [String: FixtureChange] = [:],
        details: FixtureDetails = FixtureDetails()
    ) throws -> CommitID {
        let tip = try commit(at: branch)
        let tree = try apply(original, to: tip, reversed: false, over: files)
        var text = try message ?? git("log", "-1", "--format=%B", original.hex)
        while text.hasSuffix("\n") { text.removeLast() }
        if trailer { text += "\n\n(cherry picked from commit \(original.hex))" }
        let seen = try git("log", "-1", "--format=%an%n%ae%n%at", original.hex)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var kept = details
        kept.author = details.author ?? FixturePerson(name: seen[0], email: seen[1])
        kept.authorTime = details.authorTime ?? Int64(seen[2])
        return try commit(tree, text, parents: [tip], branch: branch, details: kept)
    }

    /// Reverts `original` on `branch` with the message that `git revert` writes.
    ///
    /// - Throws: ``FixtureError`` when the change cannot be taken back and `files` is empty.
    @discardableResult
    package func revert(
        _ original: CommitID,
        on branch: String? = nil,
        message: String? = nil,
        files: [String: FixtureChange] = [:],
        details: FixtureDetails = FixtureDetails()
    ) throws -> CommitID {
        let name = branch ?? mainline
        let tip = try commit(at: name)
        let tree = try apply(original, to: tip, reversed: true, over: files)
        let subject = try git("log", "-1", "--format=%s", original.hex)
        let text = message ?? "Revert \"\(subject)\"\n\nThis reverts commit \(original.hex)."
        return try commit(tree, text, parents: [tip], branch: name, details: details)
    }

    /// Merges `other` into `branch`; `files` are laid over the result and settle conflicts.
    ///
    /// - Throws: ``FixtureError`` on a conflict when `files` is empty.
    @discardableResult
    package func merge(
        _ other: CommitID,
        into branch: String? = nil,
        message: String? = nil,
        files: [String: FixtureChange] = [:],
        details: FixtureDetails = FixtureDetails()
    ) throws -> CommitID {
        let name = branch ?? mainline
        let tip = try commit(at: name)
        let text = message ?? "Merge commit '\(other.short)' into \(name)"
        guard files.isEmpty else {
            let own = try git("rev-parse", "\(tip.hex)^{tree}")
            let merged = (try? git("merge-tree", "--write-tree", tip.hex, other.hex)) ?? own
            let tree = try overlay(String(merged.prefix(40)), files)
            return try commit(tree, text, parents: [tip, other], branch: name, details: details)
        }
        let tree = try git("merge-tree", "--write-tree", tip.hex, other.hex)
        return try commit(tree, text, parents: [tip, other], branch: name, details: details)
    }

    private func commitIfAny(_ ref: String) throws -> CommitID? {
        let told = try git("for-each-ref", "--format=%(objectname)", ref)
        return told.isEmpty ? nil : try parse(told)
    }

    /// Returns the tree of `tip` with the change of `original` applied and `files` laid over it.
    private func apply(
        _ original: CommitID,
        to tip: CommitID,
        reversed: Bool,
        over files: [String: FixtureChange]
    ) throws -> String {
        let index = ["GIT_INDEX_FILE": scratch + "/.index"]
        defer { _ = remove(scratch + "/.index") }
        try git("read-tree", tip.hex, environment: index)
        let change = try process.run([
            "diff-tree", "-p", "--binary", "--full-index", "--root", "--no-commit-id", "-m",
            "--first-parent", original.hex,
        ])
        do {
            let direction = reversed ? ["-R"] : []
            let command = ["apply", "--cached", "--3way", "--allow-empty"] + direction
            _ = try process.run(command, input: change, environment: index)
        } catch  where !files.isEmpty {
            try git("read-tree", tip.hex, environment: index)
        }
        return try overlay(git("write-tree", environment: index), files)
    }

    /// Returns the tree `tree` with `files` laid over it.
    private func overlay(_ tree: String, _ files: [String: FixtureChange]) throws -> String {
        guard !files.isEmpty else { return tree }
        var stream = FixtureStream()
        let ref = "refs/fixture/overlay"
        stream.line("commit \(ref)")
        stream.person("committer", committer, time: 0)
        stream.data([])
        stream.line("M 040000 \(tree) ")
        for path in files.keys.sorted() {
            if let change = files[path] { stream.change(path, change) }
        }
        try importStream(stream.bytes)
        defer { _ = try? git("update-ref", "-d", ref) }
        return try git("rev-parse", "\(ref)^{tree}")
    }

    private func commit(
        _ tree: String,
        _ message: String,
        parents: [CommitID],
        branch: String,
        details: FixtureDetails
    ) throws -> CommitID {
        let time = nextTime(details.time)
        let writer = details.author ?? author
        let environment = [
            "GIT_AUTHOR_NAME": writer.name,
            "GIT_AUTHOR_EMAIL": writer.email,
            "GIT_AUTHOR_DATE": "\(details.authorTime ?? time) +0000",
            "GIT_COMMITTER_NAME": committer.name,
            "GIT_COMMITTER_EMAIL": committer.email,
            "GIT_COMMITTER_DATE": "\(time) +0000",
        ]
        let command = ["commit-tree", tree] + parents.flatMap { ["-p", $0.hex] }
        let text = details.rawMessage ?? Array((message + "\n").utf8)
        let told = try process.run(command, input: text, environment: environment)
        let id = try parse(String(decoding: told.prefix(40), as: UTF8.self))
        try self.branch(branch, at: id)
        return id
    }
}
