import Foundation
import MainstayTesting
import Testing

/// People beside the one who sets up: rita keeps releases and works on defects but has no right to what
/// is under embargo, carl is a customer, nina has no role.
///
/// `as NAME ...` runs a command as one of them.
let patchPeople = """
    as() { name=$1; shift; echo "[$name] $*"; \
      MAINSTAY_TOKEN=$(cat $name.token) mainstay "$@" 2>&1 || echo "status $?"; }
    quiet customer new acme --name Acme
    for name in rita nina; do quiet account new $name --name $name; done
    quiet account new carl --name Carl --customer acme
    quiet account grant rita release_manager
    quiet account grant rita engineer
    quiet account grant carl customer --customer acme
    for name in rita nina carl; do mainstay token new test --account $name | tail -1 > $name.token; done

    """

@Suite("Who sees what of releases and advisories")
struct PatchSightTests {
    /// A security defect in a planned release and in an advisory, nothing of it told to anybody.
    private static let secret = """
        quiet product scan MST
        quiet ticket new "Frames leak" --product MST --customer acme --kind security
        quiet ticket new "It is slow" --product MST --customer acme
        quiet defect tie MST-D1 MST-1
        quiet defect tie MST-D1 MST-2
        quiet release plan MST 1.0 --empty
        quiet release add MST 1.0.1 MST-D1 "the long frames"
        quiet release add MST 1.0.1 MST-D5
        quiet release decide MST-D1 next --line 1.0 --because security
        quiet advisory new MST --defect MST-D1 "long frames" --embargo-until 2999-01-01
        quiet advisory publisher --name "Example Works" --namespace https://example.org \
          --url https://example.org/security

        """

    @Test("nothing of a defect under embargo reaches who has no right to it")
    func embargo() async throws {
        let project = try PatchProject()
        try await DeskPlace.with(.sqlite) { place in
            let looks = """
                looks() {
                  for form in table json; do
                    as $1 release list MST --format $form
                    as $1 release show MST 1.0.1 --format $form
                    as $1 release notes MST 1.0.1 --format $form
                    as $1 release apply MST 1.0.1 --dry-run --allow-gap x --format $form
                    as $1 affected v1.0.0 --product MST --format $form
                    as $1 verify MST --format $form
                    as $1 verify MST --as-of 2999-01-01 --format $form
                    as $1 advisory list --format $form
                    as $1 advisory show MST-SA-2 --format $form
                    as $1 ticket show MST-2 --format $form
                    as $1 line list MST --format $form
                    as $1 line phase MST 1.0 security=2026-03-01 --preview --format $form
                    as $1 task list --format $form
                    as $1 product scan MST --format $form
                    as $1 ticket search frames --format $form
                  done
                  as $1 defect list MST --format json --all
                  as $1 publish --to www-$1
                  ls www-$1 2>/dev/null
                }
                looks rita
                looks carl
                git clone -q --branch release/1.0 "$repo" work 2>/dev/null
                git -C work cherry-pick -x $frames >/dev/null
                git -C work push -q origin HEAD:release/1.0
                as rita product scan MST

                """
            let guesses = """
                guess() {
                  as $1 defect show $2
                  as $1 release add MST 1.0.1 $2
                  as $1 release drop MST 1.0.1 $2
                  as $1 release decide $2 next --line 1.0 --because severity
                  as $1 advisory new MST --defect $2
                  as $1 defect bisect $2 --good v1.0.0 --bad main -- true
                }
                guess rita $3
                for name in rita carl nina; do
                  as $name advisory show $1
                  as $name advisory export $1 --osv
                  as $name advisory publish $1
                  as $name advisory edit $1 --title x
                  as $name advisory withdraw $1 x
                done

                """
            let asked = try place.tell(patchBeginning(project) + patchPeople + Self.secret + looks)
            for word in [
                "MST-D1", "Frames", "rames leak", "CVE-2026", "MST-SA-1", "MST-1\"", "MST-1 ",
            ] {
                #expect(!asked.output.contains(word), "'\(word)' in \(asked.output)")
            }
            #expect(asked.output.contains("1.0.1    1.0   planned  1 "), "\(asked.output)")
            #expect(asked.output.contains("4 defects judged, 0 statuses changed"))
            let known = try place.tell(patchAgain + "set -- MST-SA-1 - MST-D1\n" + guesses)
            let madeUp = try place.tell(patchAgain + "set -- MST-SA-7 - MST-D9\n" + guesses)
            let same = known.output.replacing("MST-SA-1", with: "MST-SA-7")
                .replacing("MST-D1", with: "MST-D9")
            #expect(same == madeUp.output)
            #expect(known.output.contains("There is no advisory 'MST-SA-1'"), "\(known.output)")
            let branches = try place.tell(
                patchAgain + """
                    mainstay release apply MST 1.0.1 --allow-gap x --clean-only >/dev/null
                    git -C .mainstay/mirrors/*.git for-each-ref refs/heads/mainstay
                    as rita release notes MST 1.0.1
                    """
            )
            #expect(branches.output.contains("refs/heads/mainstay/1.0/1.0.1"))
            #expect(!branches.output.contains("CVE"), "\(branches.output)")
        }
    }

    @Test("a customer learns of what was told, and of the defects of the own tickets")
    func customers() async throws {
        let project = try PatchProject()
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                patchBeginning(project) + patchPeople + Self.secret + """
                    quiet ticket new "Nesting" --product MST --customer acme
                    quiet defect tie MST-D3 MST-3
                    as carl affected v2.0.0 --product MST
                    as carl release list MST
                    as carl release show MST 1.0.1
                    as carl verify MST
                    as carl advisory list
                    quiet advisory publish MST-SA-1 --end-embargo
                    quiet advisory edit MST-SA-1 "words of tomorrow"
                    as carl affected v2.0.0 --product MST
                    as carl advisory show MST-SA-1
                    as carl advisory export MST-SA-1 --osv
                    as rita affected v2.0.0 --product MST
                    as rita defect show MST-D1
                    """
            )
            let parts = run.output.components(separatedBy: "[carl] affected")
            let before = try #require(parts.count == 3 ? parts[1] : nil, "\(run.output)")
            #expect(before.contains("MST-D3") && !before.contains("MST-D1"))
            #expect(!before.contains("MST-D4") && !before.contains("MST-D5"))
            #expect(before.contains("Account 'carl' is a customer's and may not see releases"))
            #expect(before.contains("Account 'carl' is a customer's and may not see claims"))
            let own = parts[2].components(separatedBy: "[rita]")
            #expect(own[0].contains("MST-D1, CVE-2026-1001") && own[0].contains("MST-D3"))
            #expect(!own[0].contains("MST-D4") && !own[0].contains("tomorrow"), "\(own[0])")
            #expect(own[1].contains("MST-D1") && own[1].contains("MST-D4"))
            #expect(own[2].contains("Frames above the limit overflow"))
        }
    }

    @Test("whoever may not act on releases and advisories is refused before anything is written")
    func roles() async throws {
        let project = try PatchProject()
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                patchBeginning(project) + patchPeople + """
                    quiet account new ed --name Ed
                    quiet account grant ed engineer
                    quiet account new rob --name Rob
                    quiet account grant rob reader
                    for name in ed rob; do
                      mainstay token new test --account $name | tail -1 > $name.token
                    done
                    quiet product scan MST
                    quiet release plan MST 2.0
                    as rob release apply MST 2.0.2
                    as rob release publish MST 2.0.2
                    as rob release add MST 2.0.2 MST-D4
                    as rob release approve MST 2.0.2 MST-D4
                    as rob release decide MST-D4 next --line 2.0 --because severity
                    as rob release plan MST 1.0
                    as ed release decide MST-D4 new --line 2.0 --because severity
                    as ed release decide MST-D4 next --line 2.0 --because severity
                    as ed release approve MST 2.0.2 MST-D4
                    as rita advisory publisher --name x --namespace https://x.org --url https://x.org
                    git -C .mainstay/mirrors/*.git for-each-ref refs/heads/mainstay
                    echo '{"active": {"kinds": ["bug"], "severity": 5, "approver": "security"}}' > p.json
                    quiet product policy MST --set p.json
                    as rita release approve MST 2.0.2 MST-D4
                    m release approve MST 2.0.2 MST-D4
                    m db verify
                    """
            )
            #expect(run.output.contains("Account 'rob' may not work on defects"), "\(run.output)")
            let count = run.output.components(separatedBy: "may not keep releases").count - 1
            #expect(count == 6, "\(run.output)")
            #expect(run.output.contains("Account 'rita' may not keep advisories"))
            #expect(!run.output.contains("refs/heads/mainstay"))
            #expect(
                run.output.contains("Account 'rita' may not approve what security must approve")
            )
            #expect(run.output.contains("pick clean  approved"))
            #expect(run.output.contains("Everything holds."))
        }
    }
}

/// The functions of ``patchBeginning(_:)`` and ``patchPeople`` for a later script in the same place.
let patchAgain = """
    as() { name=$1; shift; echo "[$name] $*"; \
      MAINSTAY_TOKEN=$(cat $name.token) mainstay "$@" 2>&1 || echo "status $?"; }
    quiet() { mainstay "$@" >/dev/null || echo "status $?: $*"; }
    export GIT_COMMITTER_NAME=Rita GIT_COMMITTER_EMAIL=rita@example.org

    """
