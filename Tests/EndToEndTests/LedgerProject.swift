import MainstayCore
import MainstayTesting

/// A project with two lines, whose commit messages name what they fix in every usual way.
///
/// ```
/// main  start - parser - frames - rest - quotes - journal - names - tries - size - depth
/// 1.0      \ v1.0.0                                                  own
/// 2.0           \ v2.0.0  frames' - v2.0.1 - rest' - quotes'
/// ```
final class LedgerProject {
    let repo: FixtureRepository
    private(set) var ids: [String: CommitID] = [:]

    init() throws {
        repo = try FixtureRepository()
        let names = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"]
        let files = names.map { ("\($0).c", source($0)) }
        try commit("start", "Import the sources", Dictionary(uniqueKeysWithValues: files))
        try repo.branch("release/1.0", at: id("start"))
        try repo.tag("v1.0.0", at: id("start"))
        try commit("parser", "Add a parser for options", ["parser.c": source("parser")])
        try repo.branch("release/2.0", at: id("parser"))
        try repo.tag("v2.0.0", at: id("parser"))
        try tellFixes()
        try tellOthers()
    }

    private func tellFixes() throws {
        let parser = id("parser").hex.prefix(12)
        try commit(
            "frames",
            "Reject frames above the limit\n\n[BZ #12]\n"
                + "Fixes: \(parser) (\"Add a parser for options\")",
            ["alpha.c": source("alpha", [3: "reject_long_frames(frame, limit);"])]
        )
        try pick("frames", onto: "2.0")
        try repo.tag("v2.0.1", at: repo.commit(at: "release/2.0"))
        try commit(
            "rest",
            "Count the rest of long frames\n\n[BZ #12]",
            ["bravo.c": source("bravo", [7: "count_rest(frame);"])]
        )
        try pick("rest", onto: "2.0")
        try commit(
            "quotes",
            "Escape quotes in logged names\n\nThis is CVE-2026-0001.",
            ["charlie.c": source("charlie", [5: "log_name(escape_quotes(name));"])]
        )
        try pick("quotes", onto: "2.0", trailer: false)
    }

    private func tellOthers() throws {
        try commit(
            "journal",
            "Flush the journal before it is renamed\n\nCloses: #77",
            ["delta.c": source("delta", [9: "flush_journal(before_rename);"])]
        )
        try commit(
            "names",
            "Cache the result of name lookups\n\nMST-2 told of it.",
            ["echo.c": source("echo", [4: "cache_lookup(&names, result);"])]
        )
        try commit(
            "tries",
            "Wait longer between two tries\n\nFor MST-D5.",
            ["foxtrot.c": source("foxtrot", [2: "wait_longer_between(tries, 10);"])]
        )
        try commit(
            "size",
            "Count bytes in size_t\n\nRefs: #77\nsee also [BZ #12]\n> [BZ #12]",
            ["golf.c": source("golf", [1: "size_t golf_messages_total;"])]
        )
        try commit(
            "depth",
            "Check the depth of nesting",
            ["hotel.c": source("hotel", [8: "check_depth(nesting);"])]
        )
        try commit(
            "own",
            "Refuse options in old configurations",
            ["alpha.c": source("alpha", [10: "refuse_options(old);"])],
            on: "release/1.0"
        )
    }

    /// The id of the commit that was given the name `key`.
    func id(_ key: String) -> CommitID { ids[key] ?? .zero }

    /// Commits and keeps the id under a name.
    func commit(
        _ key: String,
        _ message: String,
        _ files: [String: FixtureChange],
        on branch: String? = nil
    ) throws {
        ids[key] = try repo.commit(message, files: files, on: branch)
    }

    /// Picks a commit onto a line and keeps the id under `key@line`.
    func pick(_ key: String, onto line: String, trailer: Bool = true) throws {
        let onto = "release/" + line
        ids["\(key)@\(line)"] = try repo.cherryPick(id(key), onto: onto, trailer: trailer)
    }

    /// Variables of the shell: the repository and every commit, `frames_2_0` for `frames@2.0`.
    var variables: String {
        let commits = ids.map { key, id in
            "\(key.replacing("@", with: "_").replacing(".", with: "_"))=\(id.hex)\n"
        }
        return "REPO='\(repo.path)'\n" + commits.sorted().joined()
    }

    /// What makes an installation with the product, ready to be scanned.
    var setUp: String {
        variables + """
            m init >/dev/null
            m product new MST --name Server >/dev/null
            mainstay product repository MST "$REPO" >/dev/null

            """
    }
}

extension DeskPlace {
    /// What is different each time made the same; the folder of the repository too.
    func steady(_ text: String, of project: LedgerProject) -> String {
        steady(
            text.replacing(project.repo.path, with: "REPO")
                .replacing(/mirrors\/\d+/, with: "mirrors/NUMBER")
                .replacing(/"[a-z_]*id":\d{10,}/, with: "ID")
                .replacing(/"[a-z_]*_at":\d{10,}/, with: "TIME")
                .replacing(/"row":"[0-9a-f]{16}"/, with: "ROW")
        )
    }
}
