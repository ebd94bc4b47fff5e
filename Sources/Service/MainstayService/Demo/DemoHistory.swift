import MainstayCore

/// A replacement in one file; an empty `old` makes the file.
struct DemoEdit {
    let path: String
    let old: String
    let new: String

    /// Creates the replacement of `old` by `new` in `path`.
    init(_ path: String, _ old: String, _ new: String) {
        self.path = path
        self.old = old
        self.new = new
    }
}

/// People of the made-up project.
enum DemoPerson: String {
    case mara = "Mara Lindqvist <mara@quayd.example>"
    case tomas = "Tomas Okafor <tomas@quayd.example>"
    case ines = "Ines Varga <ines@quayd.example>"
}

/// What the author of a commit changes.
struct DemoChange {
    var title: String
    var body = ""
    var author = DemoPerson.mara
    var edits: [DemoEdit]
}

/// How a pick differs from the original.
struct DemoPick {
    /// Whether the message names the original.
    var trailer = true
    /// Another title.
    var title: String?
    /// Other replacements, where the original ones do not fit.
    var edits: [DemoEdit]?
    /// Whether the author date is that of the pick, not of the original.
    var hasNewDate = false
    /// Who wrote it, if not the author of the original.
    var author: DemoPerson?
}

/// The growing history: the files of every branch and the commits made so far, by name.
struct DemoHistory {
    private struct Branch {
        var files: [String: String]
        var tipMark: Int
    }

    private struct Made {
        var id: CommitID
        var change: DemoChange
        var time: Int64
    }

    /// Name of the mainline branch.
    static let mainline = "main"

    private let stream: GitImport
    private var branches: [String: Branch] = [:]
    private var made: [String: Made] = [:]
    private var clock: Int64

    /// Starts at `time`, seconds since 1970, UTC.
    init(into stream: GitImport, time: Int64) {
        self.stream = stream
        clock = time
    }

    /// The id of the commit that was given the name `key`.
    func id(_ key: String) throws -> CommitID {
        try commit(key).id
    }

    /// Lets `days` pass.
    mutating func wait(days: Int64) {
        clock += days * 86_400
    }

    /// Starts branch `name` at the tip of the mainline.
    mutating func branch(_ name: String) throws {
        branches[name] = try branch(named: Self.mainline)
        stream.send("reset refs/heads/\(name)\nfrom :\(try branch(named: name).tipMark)\n\n")
    }

    /// Tags the tip of `branch` with an annotated tag.
    mutating func tag(_ name: String, on branch: String) throws {
        clock += 3_600
        stream.send("tag \(name)\nfrom :\(try self.branch(named: branch).tipMark)\n")
        stream.send("tagger \(DemoPerson.ines.rawValue) \(clock) +0000\n")
        stream.send(data: "quayd \(name.dropFirst())\n")
    }

    /// Commits `change` on `branch`, the mainline by default, and names the commit `key`.
    mutating func make(_ key: String, _ change: DemoChange, on branch: String? = nil) throws {
        let name = branch ?? Self.mainline
        clock += 26 * 3_600
        let message = change.title + (change.body.isEmpty ? "" : "\n\n" + change.body)
        let id = try write(name, message, change.author, authored: clock, edits: change.edits)
        made[key] = Made(id: id, change: change, time: clock)
    }

    /// Picks the commit `key` onto `branch`; the copy is named `key@branch`.
    mutating func pick(_ key: String, onto branch: String, _ how: DemoPick = DemoPick()) throws {
        let original = try commit(key)
        clock += 7_200
        var message = how.title ?? original.change.title
        if !original.change.body.isEmpty { message += "\n\n" + original.change.body }
        if how.trailer { message += "\n\n(cherry picked from commit \(original.id.hex))" }
        let id = try write(
            branch,
            message,
            how.author ?? original.change.author,
            authored: how.hasNewDate ? clock : original.time,
            edits: how.edits ?? original.change.edits
        )
        let edits = how.edits ?? original.change.edits
        let change = DemoChange(title: how.title ?? original.change.title, edits: edits)
        made["\(key)@\(branch)"] = Made(id: id, change: change, time: clock)
    }

    /// Reverts the commit `key` on `branch`, or only its part in `path`; the revert is named.
    mutating func revert(
        _ key: String,
        on branch: String,
        named name: String,
        reason: String,
        only path: String? = nil
    ) throws {
        let original = try commit(key)
        clock += 90_000
        let undone = original.change.edits.reversed()
            .filter { path == nil || $0.path == path }
            .map { DemoEdit($0.path, $0.new, $0.old) }
        let title = "Revert \"\(original.change.title)\""
        let message = "\(title)\n\nThis reverts commit \(original.id.hex).\n\n\(reason)"
        let id = try write(branch, message, .ines, authored: clock, edits: undone)
        made[name] = Made(id: id, change: DemoChange(title: title, edits: undone), time: clock)
    }

    private func commit(_ key: String) throws -> Made {
        guard let found = made[key] else {
            throw DemoError(message: "The demonstration has no commit '\(key)'", hint: nil)
        }
        return found
    }

    private func branch(named name: String) throws -> Branch {
        guard let found = branches[name] else {
            throw DemoError(message: "The demonstration has no branch '\(name)'", hint: nil)
        }
        return found
    }

    /// Writes one commit at the clock's time and moves `branch` to it.
    private mutating func write(
        _ branch: String,
        _ message: String,
        _ author: DemoPerson,
        authored: Int64,
        edits: [DemoEdit]
    ) throws -> CommitID {
        let parent = branches[branch]
        var files = parent?.files ?? [:]
        for edit in edits { files[edit.path] = try apply(edit, to: files[edit.path]) }
        let mark = stream.nextMark()
        stream.send("commit refs/heads/\(branch)\nmark :\(mark)\n")
        stream.send("author \(author.rawValue) \(authored) +0000\n")
        stream.send("committer \(DemoPerson.ines.rawValue) \(clock) +0000\n")
        stream.send(data: message + "\n")
        if let parent { stream.send("from :\(parent.tipMark)\n") }
        for path in Set(edits.map(\.path)).sorted() {
            stream.send("M 100644 inline \(path)\n")
            stream.send(data: files[path] ?? "")
        }
        stream.send("\n")
        let id = try stream.id(ofMark: mark)
        branches[branch] = Branch(files: files, tipMark: mark)
        return id
    }

    private func apply(_ edit: DemoEdit, to text: String?) throws -> String {
        guard !edit.old.isEmpty else { return edit.new }
        let parts = (text ?? "").split(separator: edit.old, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw DemoError(
                message: "The demonstration expects '\(edit.old)' once in \(edit.path)",
                hint: nil
            )
        }
        return parts[0] + edit.new + parts[1]
    }
}
