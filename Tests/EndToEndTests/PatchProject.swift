import MainstayCore
import MainstayTesting

/// A server with two living lines and a defect of every kind that a patch release meets.
///
/// ```
/// main  start - parser - frames - cache - copy - lengths - depth - quotes - waits
/// 1.0      \ quoted                                          (v1.0.0 at start)
/// 2.0               \ frames' lengths' waits' revert           (v2.0.0 at parser, v2.0.1 at the tip)
/// ```
///
/// `frames` names CVE-2026-1001 and is missing on 1.0, where it picks cleanly; `copy` mends what `cache`
/// brought in, on main alone; `lengths` and `depth` are two parts of one fix, of which 2.0 has the first,
/// and need `parser` on 1.0; `quotes` conflicts with `quoted` on 1.0; `waits` was taken back on 2.0.
final class PatchProject {
    let repo: FixtureRepository
    private(set) var ids: [String: CommitID] = [:]

    init() throws {
        repo = try FixtureRepository()
        try begin()
        try tellFixes()
        try tellLines()
    }

    /// The commits as variables of a shell script, and `repo`, the path.
    var variables: String {
        ids.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.hex)\n" }.joined()
            + "repo='\(repo.path)'\n"
    }

    private func make(_ key: String, _ title: String, _ files: [String: FixtureChange]) throws {
        ids[key] = try repo.commit(title, files: files)
    }

    private func begin() throws {
        let names = ["alpha", "bravo", "charlie", "delta", "echo"]
        try make(
            "start",
            "Import the sources",
            Dictionary(uniqueKeysWithValues: names.map { ("\($0).c", source($0)) })
        )
        let start = try repo.commit(at: "main")
        try repo.branch("release/1.0", at: start)
        try repo.tag("v1.0.0", at: start)
        try make("parser", "Add a parser for options", ["parser.c": source("parser")])
        let parser = try repo.commit(at: "main")
        try repo.branch("release/2.0", at: parser)
        try repo.tag("v2.0.0", at: parser)
    }

    private func tellFixes() throws {
        try make(
            "frames",
            "Reject frames above the limit\n\nCVE-2026-1001",
            ["alpha.c": source("alpha", [3: "reject_long_frames(frame, limit);"])]
        )
        try make(
            "cache",
            "Cache the result of name lookups",
            ["echo.c": source("echo", [4: "cache_lookup(&names, result);"])]
        )
        let cache = try repo.commit(at: "main")
        try make(
            "copy",
            "Copy results before they are cached\n\nFixes: \(cache.short) (\"Cache the result\")",
            ["echo.c": source("echo", [4: "cache_lookup(&names, copy(result));"])]
        )
        let lengths = [3: "check_length(token);"]
        try make("lengths", "Check the length of tokens", ["parser.c": source("parser", lengths)])
        let depth = lengths.merging([8: "check_depth(nesting);"]) { $1 }
        try make("depth", "Check the depth of nesting", ["parser.c": source("parser", depth)])
        try make(
            "quotes",
            "Escape quotes in logged names",
            ["bravo.c": source("bravo", [5: "log_name(escape_quotes(name));"])]
        )
        try make(
            "waits",
            "Wait longer between two tries",
            ["delta.c": source("delta", [2: "wait_longer_between(tries, 10);"])]
        )
    }

    private func tellLines() throws {
        for key in ["frames", "lengths", "waits"] {
            if let id = ids[key] { ids[key + "20"] = try repo.cherryPick(id, onto: "release/2.0") }
        }
        if let waits = ids["waits20"] { try repo.revert(waits, on: "release/2.0") }
        try repo.tag("v2.0.1", at: repo.commit(at: "release/2.0"))
        try repo.commit(
            "Quote logged names",
            files: ["bravo.c": source("bravo", [5: "log_name(quoted(name));"])],
            on: "release/1.0"
        )
    }
}
