import Foundation
import MainstayTesting
import Testing

/// What every story of patch releases begins with: a product with its repository scanned, lines with
/// phases, and defects as advisories and tickets give them.
///
/// `m` shows a command and runs it.
func patchBeginning(_ project: PatchProject) -> String {
    project.variables + """
        export GIT_COMMITTER_NAME=Rita GIT_COMMITTER_EMAIL=rita@example.org GIT_AUTHOR_NAME=Ada \
          GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_DATE="1768435200 +0000"
        quiet() { mainstay "$@" >/dev/null || echo "status $?: $*"; }
        quiet init
        quiet product new MST --name "Mainstay Server"
        quiet product repository MST "$repo" --public https://git.example.org/server.git
        quiet product scan MST
        quiet defect new --product MST --title "Frames above the limit overflow" --kind security \
          --severity high --alias CVE-2026-1001 --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
        quiet defect new --product MST --title "Results change while they are cached" --kind bug
        quiet defect new --product MST --title "Deep nesting is not refused" --kind bug
        quiet defect new --product MST --title "Quotes in names break the log" --kind bug
        quiet defect new --product MST --title "Tries follow too quickly" --kind bug
        quiet defect link MST-D2 --fix $copy --introduced $cache
        quiet defect link MST-D3 --fix $lengths+$depth
        quiet defect link MST-D4 --fix $quotes
        quiet defect link MST-D5 --fix $waits

        """
}

extension DeskPlace {
    /// What differs from run to run made the same, beside what ``steady(_:)`` does: ids of rows in paths,
    /// commits that were written just now, days.
    func steadyCode(_ text: String, _ project: PatchProject) -> String {
        steady(text).replacing(project.repo.path, with: "REPO")
            .replacing(/mirrors\/\d+\.git/, with: "mirrors/ID.git")
            .replacing(/now at [0-9a-f]{12}/, with: "now at COMMIT")
            .replacing(/\d{4}-\d\d-\d\d(?=\)|\n|  )/, with: "DAY")
    }
}

@Suite("Patch releases and advisories, from a repository to published files")
struct PatchStoryTests {
    private static let plan = """
        m product scan MST
        m defect list MST
        m defect show CVE-2026-1001
        m release decide MST-D4 none --line 2.0 --because workaround "Quote names by hand"
        m release decide MST-D2 next --line 2.0 --because promise
        m release plan MST 2.0 --day 2026-02-01
        m release drop MST 2.0.2 MST-D2 "Does not concern it"
        m release add MST 2.0.2 MST-D4 "It is harmless"
        m release approve MST 2.0.2 MST-D3
        m release approve MST 2.0.2 MST-D4
        m release approve MST 2.0.2 MST-D5
        m release notes MST 2.0.2
        m release plan MST 1.0
        m release notes MST 1.0.1
        m release apply MST 1.0.1 --dry-run
        m release apply MST 1.0.1 --allow-gap "1.0 ends soon"
        m release apply MST 1.0.1 --allow-gap "1.0 ends soon" --draft --branch try
        m release apply MST 1.0.1 --allow-gap "1.0 ends soon" --clean-only
        m release apply MST 2.0.2
        m release apply MST 2.0.2
        m release list MST

        """

    /// The picks become the line, tagged, in the product's repository, beside the same by the git command.
    private static let ship = """
        mirror=$(ls -d .mainstay/mirrors/*.git)
        git clone -q --branch release/2.0 "$repo" work 2>/dev/null
        cd work
        git cherry-pick -x $depth $quotes $waits >/dev/null
        git fetch -q ../$mirror refs/heads/mainstay/2.0/2.0.2:picks
        form="%T %an %ae %ai %B"
        test "$(git log --format="$form" origin/release/2.0..picks)" = \
          "$(git log --format="$form" origin/release/2.0..HEAD)" && echo "as git cherry-pick -x does"
        git fetch -q ../$mirror refs/heads/mainstay/try:try refs/heads/mainstay/try-draft:draft \
          refs/heads/mainstay/1.0/1.0.1:gap
        git log --format=%s origin/release/1.0..gap
        git diff --quiet try gap && echo "the draft stands beside the clean picks"
        git show draft:bravo.c | grep -c '^<<<<<<<'
        m release publish MST 2.0.2
        git push -q origin picks:release/2.0
        git tag v2.0.2 picks
        git push -q origin v2.0.2
        cd ..
        m release publish MST 2.0.2 --tag v2.0.2
        m product scan MST
        m release publish MST 2.0.2 --tag v1.0.0
        m release freeze MST 2.0.2
        m release publish MST 2.0.2
        m release notes MST 2.0.2
        git -C $mirror for-each-ref --format='%(refname)' refs/heads
        m defect show MST-D5
        m verify MST

        """

    private static let tell = """
        m advisory new MST --defect CVE-2026-1001 "Long frames overflow a buffer." \
          --embargo-until 2999-01-01
        m advisory export MST-SA-1 --osv
        m advisory publisher --name "Example Works" --namespace https://example.org \
          --url https://example.org/security
        m advisory export MST-SA-1 --osv
        m advisory export MST-SA-1 --csaf > draft.json
        m advisory publish MST-SA-1
        m publish --to www
        m advisory publish MST-SA-1 --end-embargo
        m publish --to www
        (cd www && find . -type f | sort)
        cat www/csaf/index.txt www/csaf/changes.csv
        m advisory show MST-SA-1
        m verify MST
        m verify MST --as-of 2000-01-01
        m verify MST --as-of 2999-01-01
        m affected v2.0.0 --product MST
        m affected 2.0.2 --product MST
        m db verify

        """

    @Test(
        "from lines and defects by plan, picks, notes and tag to advisories and a proof of all",
        arguments: TestEngine.allCases
    )
    func story(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try PatchProject()
        try await DeskPlace.with(engine) { place in
            let script = patchBeginning(project) + Self.plan + Self.ship + Self.tell
            let run = try place.tell(script)
            let told = place.steadyCode(run.output, project)
            #expect(try Snapshot.difference(told, "patch-story.txt") == nil)
            #expect(run.errors == "")
            try validate(place.folder.path + "/www")
        }
    }
}

/// Holds a published folder against the official validators, where they are installed.
func validate(_ folder: String, location: SourceLocation = #_sourceLocation) throws {
    let python = ProcessInfo.processInfo.environment["MAINSTAY_TEST_VALIDATORS"]
    guard let python else {
        Issue.record("Scripts/test installs the validators", severity: .warning)
        return
    }
    let scratch = try TemporaryFolder()
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let script = "/\(tests)/AdvisoryFormatsTests/validate_advisories.py"
    try FileManager.default.createDirectory(
        atPath: scratch.path + "/all",
        withIntermediateDirectories: false
    )
    try FileManager.default.copyItem(atPath: folder, toPath: scratch.path + "/all/www")
    try runProgram([python, script, scratch.path + "/all", scratch.path + "/report"])
    let report = String(decoding: try readFile(scratch.path + "/report"), as: UTF8.self)
    #expect(
        report.hasSuffix("faults 0\n") && !report.contains("osv 0"),
        "\(report)",
        sourceLocation: location
    )
}
