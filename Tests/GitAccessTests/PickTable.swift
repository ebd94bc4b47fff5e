import BackportAnalysis

/// The picks of ``PickTableTests``.
enum PickTable {
    static let all = entries + kinds + names + lineMoves + fixMoves + folderMoves

    private static let old = numbered(20)
    private static let changed = numbered(20, [4: "fixed"])
    private static let elsewhere = numbered(20, [15: "line"])
    private static let both = numbered(20, [4: "fixed", 15: "line"])
    private static let clashing = numbered(20, [4: "line"])

    private static func make(
        _ name: String,
        _ base: Leaves,
        _ line: Leaves,
        _ fix: Leaves,
        _ verdict: PickVerdict,
        _ paths: [String: (PathResult, String?)] = [:]
    ) -> PickCase {
        // A file that all sides share keeps empty trees out of the way.
        func with(_ leaves: Leaves) -> Leaves { leaves.merging(["keep": .text("k\n")]) { $1 } }
        return PickCase(
            name: name,
            base: with(base),
            line: with(line),
            fix: with(fix),
            verdict: verdict,
            paths: paths
        )
    }

    private static let entries: [PickCase] = [
        make(
            "modify, line unchanged",
            ["a": .text(old)],
            ["a": .text(old)],
            ["a": .text(changed)],
            .clean,
            ["a": (.clean, nil)]
        ),
        make(
            "modify, line has it",
            ["a": .text(old)],
            ["a": .text(changed)],
            ["a": .text(changed)],
            .alreadyThere,
            ["a": (.alreadyThere, nil)]
        ),
        make(
            "modify, line changed elsewhere",
            ["a": .text(old)],
            ["a": .text(elsewhere)],
            ["a": .text(changed)],
            .clean,
            ["a": (.clean, nil)]
        ),
        make(
            "modify, line has it and more",
            ["a": .text(old)],
            ["a": .text(both)],
            ["a": .text(changed)],
            .alreadyThere,
            ["a": (.alreadyThere, nil)]
        ),
        make(
            "modify, same lines",
            ["a": .text(old)],
            ["a": .text(clashing)],
            ["a": .text(changed)],
            .conflict,
            ["a": (.conflict(.content), nil)]
        ),
        make(
            "modify, line lacks it",
            ["a": .text(old)],
            [:],
            ["a": .text(changed)],
            .conflict,
            ["a": (.conflict(.missing), nil)]
        ),
        make(
            "add, line has nothing",
            [:],
            [:],
            ["d/e/a": .text(old)],
            .clean,
            ["d/e/a": (.clean, nil)]
        ),
        make(
            "add, line has the same",
            [:],
            ["a": .text(old)],
            ["a": .text(old)],
            .alreadyThere,
            ["a": (.alreadyThere, nil)]
        ),
        make(
            "add, line has another",
            [:],
            ["a": .text(old)],
            ["a": .text(changed)],
            .conflict,
            ["a": (.conflict(.added), nil)]
        ),
        make(
            "add a file where the line has a folder",
            [:],
            ["a/b": .text(old)],
            ["a": .text(old)],
            .conflict,
            ["a": (.conflict(.folder), nil)]
        ),
        make(
            "add a folder where the line has a file",
            [:],
            ["a": .text(old)],
            ["a/b": .text(changed)],
            .conflict,
            ["a/b": (.conflict(.folder), nil)]
        ),
        make(
            "delete, line unchanged",
            ["d/a": .text(old)],
            ["d/a": .text(old)],
            [:],
            .clean,
            ["d/a": (.clean, nil)]
        ),
        make(
            "delete, line lacks it",
            ["a": .text(old)],
            [:],
            [:],
            .alreadyThere,
            ["a": (.alreadyThere, nil)]
        ),
        make(
            "delete, line changed it",
            ["a": .text(old)],
            ["a": .text(elsewhere)],
            [:],
            .conflict,
            ["a": (.conflict(.deleted), nil)]
        ),
        make(
            "file becomes folder",
            ["a": .text(old)],
            ["a": .text(old)],
            ["a/b": .text(changed)],
            .clean
        ),
        make(
            "folder becomes file",
            ["a/b": .text(old)],
            ["a/b": .text(old)],
            ["a": .text("other\n")],
            .clean
        ),
    ]

    private static let kinds: [PickCase] = [
        make(
            "mode and content on different sides",
            ["a": .text(old)],
            ["a": .executable(Array(old.utf8))],
            ["a": .text(changed)],
            .clean
        ),
        make(
            "mode by the fix, content by the line",
            ["a": .text(old)],
            ["a": .text(elsewhere)],
            ["a": .executable(Array(changed.utf8))],
            .clean
        ),
        make(
            "added with different modes",
            [:],
            ["a": .text(old)],
            ["a": .executable(Array(old.utf8))],
            .conflict,
            ["a": (.conflict(.mode), nil)]
        ),
        make(
            "link changed by the fix",
            ["a": .link("x")],
            ["a": .link("x")],
            ["a": .link("y")],
            .clean
        ),
        make(
            "link changed by both",
            ["a": .link("x")],
            ["a": .link("z")],
            ["a": .link("y")],
            .conflict,
            ["a": (.conflict(.link), nil)]
        ),
        make(
            "file made a link, line changed it",
            ["a": .text(old)],
            ["a": .text(elsewhere)],
            ["a": .link("y")],
            .conflict,
            ["a": (.conflict(.kind), nil)]
        ),
        make(
            "binary changed by both",
            ["a": .file([0, 1])],
            ["a": .file([0, 2])],
            ["a": .file([0, 3])],
            .conflict,
            ["a": (.conflict(.binary), nil)]
        ),
        make(
            "binary changed by the fix",
            ["a": .file([0, 1])],
            ["a": .file([0, 1])],
            ["a": .file([0, 3])],
            .clean
        ),
        make(
            "submodule changed by the fix",
            ["a": .submodule(id("1"))],
            ["a": .submodule(id("1"))],
            ["a": .submodule(id("2"))],
            .clean
        ),
        make(
            "submodule changed by both",
            ["a": .submodule(id("1"))],
            ["a": .submodule(id("3"))],
            ["a": .submodule(id("2"))],
            .conflict,
            ["a": (.conflict(.submodule), nil)]
        ),
        make(
            "CRLF lines",
            ["a": .text(numbered(20, ending: "\r\n"))],
            ["a": .text(numbered(20, [15: "line"], ending: "\r\n"))],
            ["a": .text(numbered(20, [4: "fixed"], ending: "\r\n"))],
            .clean
        ),
        make(
            "line ends changed by the line",
            ["a": .text(old)],
            ["a": .text(numbered(20, ending: "\r\n"))],
            ["a": .text(changed)],
            .conflict
        ),
        make(
            "no line feed at the end",
            ["a": .text(String(old.dropLast()))],
            ["a": .text(String(elsewhere.dropLast()))],
            ["a": .text(String(changed.dropLast()))],
            .clean
        ),
        make(
            "line feed added at the end",
            ["a": .text(String(old.dropLast()))],
            ["a": .text(old)],
            ["a": .text(String(changed.dropLast()))],
            .clean
        ),
        make(
            "emptied by the fix",
            ["a": .text(old)],
            ["a": .text(elsewhere)],
            ["a": .text("")],
            .conflict
        ),
        make(
            "empty before",
            ["a": .text("")],
            ["a": .text("")],
            ["a": .text(old)],
            .clean
        ),
    ]

    private static func id(_ digit: Character) -> String { String(repeating: digit, count: 40) }

    private static let names: [PickCase] = [
        " ", "a b", "\u{e4}\u{f6}", "quo\"te", "li\nne", "back\\slash", "tab\there", "-dash",
        "d/e/f/g/h/i/j/k/l/m/n/o/p", "a-b", "a.b", "\u{1F600}",
    ]
    .map { path in
        make(
            "path '\(path.debugDescription)'",
            [path: .text(old), "a/x": .text("x\n")],
            [path: .text(elsewhere), "a/x": .text("x\n")],
            [path: .text(changed), "a/x": .text("x\n")],
            .clean,
            [path: (.clean, nil)]
        )
    }

    private static let lineMoves: [PickCase] = [
        make(
            "line moved it, same content",
            ["a": .text(old)],
            ["d/b": .text(old)],
            ["a": .text(changed)],
            .clean,
            ["a": (.clean, "d/b")]
        ),
        make(
            "line moved and changed it",
            ["a": .text(old)],
            ["b": .text(elsewhere)],
            ["a": .text(changed)],
            .clean,
            ["a": (.clean, "b")]
        ),
        make(
            "line moved it and has the fix",
            ["a": .text(old)],
            ["b": .text(both)],
            ["a": .text(changed)],
            .alreadyThere,
            ["a": (.alreadyThere, "b")]
        ),
        make(
            "line moved it and changed the same lines",
            ["a": .text(old)],
            ["b": .text(clashing)],
            ["a": .text(changed)],
            .conflict,
            ["a": (.conflict(.content), "b")]
        ),
        make(
            "line moved what the fix deletes",
            ["a": .text(old)],
            ["b": .text(old)],
            [:],
            .conflict,
            ["a": (.conflict(.movedAndDeleted), "b")]
        ),
        make(
            "line has two likely places, the same basename wins",
            ["d/a": .text(old)],
            ["e/a": .text(elsewhere), "e/b": .text(clashing)],
            ["d/a": .text(changed)],
            .clean,
            ["d/a": (.clean, "e/a")]
        ),
        make(
            "line moved it to a path that the fix adds",
            ["a": .text(old)],
            ["b": .text(old)],
            ["a": .text(changed), "b": .text("new\n")],
            .conflict,
            ["a": (.conflict(.movedOnto), "b")]
        ),
    ]

    private static let fixMoves: [PickCase] = [
        make(
            "fix moves it, line unchanged",
            ["a": .text(old)],
            ["a": .text(old)],
            ["b": .text(changed)],
            .clean
        ),
        make(
            "fix moves it, line changed it",
            ["a": .text(old)],
            ["a": .text(elsewhere)],
            ["b": .text(changed)],
            .clean,
            ["b": (.clean, nil)]
        ),
        make(
            "fix moves it, line lacks it",
            ["a": .text(old)],
            [:],
            ["b": .text(changed)],
            .conflict,
            ["b": (.conflict(.movedAndDeleted), nil)]
        ),
        make(
            "both moved it to one place",
            ["a": .text(old)],
            ["b": .text(elsewhere)],
            ["b": .text(changed)],
            .clean,
            ["b": (.clean, nil)]
        ),
        make(
            "both moved it apart",
            ["a": .text(old)],
            ["b": .text(old)],
            ["c": .text(old)],
            .conflict,
            ["c": (.conflict(.movedApart), "b")]
        ),
    ]

    private static let folderMoves: [PickCase] = [
        make(
            "line moved the folder to which the fix adds a file",
            ["d/a": .text(old), "d/b": .text(clashing)],
            ["e/a": .text(old), "e/b": .text(clashing)],
            ["d/a": .text(old), "d/b": .text(clashing), "d/new": .text("n\n")],
            .conflict,
            ["d/new": (.conflict(.folderMoved), nil)]
        ),
        make(
            "line deleted the folder to which the fix adds a file",
            ["d/a": .text(old)],
            [:],
            ["d/a": .text(old), "d/new": .text("n\n")],
            .clean,
            ["d/new": (.clean, nil)]
        ),
        make(
            "fix moves the folder to which the line added a file",
            ["d/a": .text(old)],
            ["d/a": .text(old), "d/new": .text("n\n")],
            ["e/a": .text(old)],
            .conflict,
            ["d/new": (.conflict(.folderMoved), nil)]
        ),
        make(
            "line moved the whole folder, fix changes a file in it",
            ["d/s/a": .text(old), "d/s/b": .text("b\n")],
            ["e/s/a": .text(elsewhere), "e/s/b": .text("b\n")],
            ["d/s/a": .text(changed), "d/s/b": .text("b\n")],
            .clean,
            ["d/s/a": (.clean, "e/s/a")]
        ),
    ]
}
