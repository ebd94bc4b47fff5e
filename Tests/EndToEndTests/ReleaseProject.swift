import MainstayCore
import MainstayTesting

/// A project with two living lines and every way in which a fix can reach one, or not.
///
/// ```
/// main   start - parser - trailer - hidden - retitled - undone - again - gone - half - one - two
/// 1.0       \              pick                                    |     pick          pick  pick
/// 2.0                 \    pick      pick     pick      pick+revert ...
/// ```
final class ReleaseProject {
    let repo: FixtureRepository
    private(set) var ids: [String: CommitID] = [:]

    init(bare: Bool = true) throws {
        repo = try FixtureRepository(bare: bare)
        try begin()
        try tellPicks()
        try tellReverts()
        try tellSteps()
        try repo.tag("v2.0.1", at: repo.commit(at: "release/2.0"))
        try repo.tag("v1.0.1", at: repo.commit(at: "release/1.0"))
        try tellLate()
    }

    var path: String { repo.path }

    /// The full id of the commit that was given the name `key`.
    func id(_ key: String) -> String { ids[key]?.hex ?? "no commit '\(key)'" }

    private func keep(_ key: String, _ id: CommitID) -> CommitID {
        ids[key] = id
        return id
    }

    private func fix(_ key: String, _ title: String, _ changes: [String: FixtureChange]) throws {
        _ = keep(key, try repo.commit(title, files: changes))
    }

    private func pick(
        _ key: String,
        onto line: String,
        trailer: Bool = true,
        message: String? = nil
    ) throws {
        guard let original = ids[key] else { return }
        let id = try repo.cherryPick(
            original,
            onto: "release/" + line,
            trailer: trailer,
            message: message
        )
        _ = keep("\(key)@\(line)", id)
    }

    private func revert(_ key: String, on branch: String, as name: String) throws {
        guard let target = ids[key] else { return }
        _ = keep(name, try repo.revert(target, on: branch))
    }

    private func begin() throws {
        let names = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"]
        let files = names.map { ("\($0).c", source($0)) }
        let start = try repo.commit(
            "Import the sources",
            files: Dictionary(uniqueKeysWithValues: files)
        )
        _ = keep("start", start)
        try repo.branch("release/1.0", at: start)
        try repo.tag("v1.0.0", at: start)
        let parser = try repo.commit(
            "Add a parser for options",
            files: ["parser.c": source("parser")]
        )
        _ = keep("parser", parser)
        try repo.branch("release/2.0", at: parser)
        try repo.tag("v2.0.0", at: parser)
    }

    private func tellPicks() throws {
        try fix(
            "trailer",
            "Reject frames above the limit",
            [
                "alpha.c": source("alpha", [3: "reject_long_frames(frame, limit);"])
            ]
        )
        try pick("trailer", onto: "2.0")
        try pick("trailer", onto: "1.0")
        try fix(
            "hidden",
            "Escape quotes in logged names",
            [
                "bravo.c": source("bravo", [5: "log_name(escape_quotes(name));"])
            ]
        )
        try pick("hidden", onto: "2.0", trailer: false)
        try fix(
            "retitled",
            "Close the socket when shaking hands fails",
            [
                "charlie.c": source("charlie", [7: "close_after_handshake(socket);"])
            ]
        )
        try pick("retitled", onto: "2.0", trailer: false, message: "Do not leak file descriptors")
    }

    private func tellReverts() throws {
        try fix(
            "undone",
            "Wait longer between two tries",
            [
                "delta.c": source("delta", [2: "wait_longer_between(tries, 10);"])
            ]
        )
        try pick("undone", onto: "2.0")
        try revert("undone@2.0", on: "release/2.0", as: "undoing@2.0")
        try fix(
            "again",
            "Cache the result of name lookups",
            [
                "echo.c": source("echo", [4: "cache_lookup(&names, result);"])
            ]
        )
        try pick("again", onto: "2.0")
        try revert("again@2.0", on: "release/2.0", as: "away@2.0")
        try revert("away@2.0", on: "release/2.0", as: "back@2.0")
        try fix(
            "gone",
            "Trust addresses of the proxy",
            [
                "foxtrot.c": source("foxtrot", [6: "trust_proxy(address, true);"])
            ]
        )
        try pick("gone", onto: "2.0")
        try revert("gone", on: "main", as: "going")
        try fix(
            "half",
            "Count messages and bytes in size_t",
            [
                "golf.c": source("golf", [1: "size_t golf_messages_total;"]),
                "hotel.c": source("hotel", [9: "size_t hotel_bytes_total;"]),
            ]
        )
        try pick("half", onto: "2.0")
        let kept: FixtureChange = source("golf")
        guard let half = ids["half@2.0"] else { return }
        let text =
            "Revert \"Count messages and bytes in size_t\"\n\n"
            + "This reverts commit \(half.hex).\n\nOnly the messages."
        _ = keep("halving@2.0", try repo.commit(text, files: ["golf.c": kept], on: "release/2.0"))
    }

    private func tellSteps() throws {
        try fix(
            "one",
            "Check the length of tokens",
            [
                "parser.c": source("parser", [3: "check_length(token);"])
            ]
        )
        try fix(
            "two",
            "Check the depth of nesting",
            [
                "parser.c": source(
                    "parser",
                    [3: "check_length(token);", 8: "check_depth(nesting);"]
                )
            ]
        )
        try pick("one", onto: "2.0")
        let own = try repo.commit(
            "Refuse options in old configurations",
            files: [
                "alpha.c": source(
                    "alpha",
                    [
                        3: "reject_long_frames(frame, limit);", 10: "refuse_options(old);",
                    ]
                )
            ],
            on: "release/1.0"
        )
        _ = keep("own", own)
    }

    private func tellLate() throws {
        try fix(
            "late",
            "Flush the journal before it is renamed",
            [
                "bravo.c": source(
                    "bravo",
                    [
                        5: "log_name(escape_quotes(name));", 9: "flush_journal(before_rename);",
                    ]
                )
            ]
        )
        try pick("late", onto: "2.0")
    }
}
