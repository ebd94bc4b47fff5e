import Foundation
import MainstayTesting
import Testing

@Suite("The ledger of a product, from its repository")
struct LedgerStoryTests {
    /// Tells a script about the project and compares all that was said with a snapshot.
    private func expectSame(
        _ script: String,
        as snapshot: String,
        on engine: TestEngine
    ) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(project.setUp + script)
            let said = place.steady(run.output, of: project)
            #expect(try Snapshot.difference(said, snapshot) == nil)
        }
    }

    @Test(
        "a ticket becomes a defect, its commits tell its state on every line",
        arguments: TestEngine.allCases
    )
    func story(_ engine: TestEngine) async throws {
        try await expectSame(
            """
            m customer new acme --name Acme >/dev/null
            m ticket new "Long frames crash it" --body "at once" --product MST --customer acme
            m product scan MST
            m line list MST
            m defect new --ticket MST-1 --severity high
            m defect link MST-D1 --fix $frames --introduced $parser "Bisected"
            m product scan MST
            m defect show MST-D1
            m defect link MST-D1 --fix $rest
            m defect link MST-D1 --fix $own --line 1.0
            m defect new --product MST --title "Brought by a fix" >/dev/null
            m defect link MST-D2 --introduced $frames --fix $rest >/dev/null
            m defect show MST-D2 | sed -n '/introduces/,/^main/p'
            m defect set MST-D2 --status invalid >/dev/null
            m defect new --product MST --title "Names are slow" --kind feature --severity 5
            m defect link MST-D3 --fix $names,$tries --introduced 0
            m defect link MST-D3 --fix $size+$depth
            m defect cause MST-D3 design
            m defect new --product MST --title "Wrong setting" --severity 4
            m defect cause MST-D4 configuration
            m defect list MST
            m defect list MST --format tsv
            m defect list MST --line 2.0
            m defect list MST --kind feature
            m defect show MST-D4
            m defect set MST-D1 --status closed --title "Frames overflow" "Told by two"
            m defect list MST
            m defect list MST --all --format json
            m ticket show MST-1
            m product scan MST
            m db verify
            """,
            as: "ledger-story.txt",
            on: engine
        )
    }

    @Test("messages name what they fix in every usual way", arguments: TestEngine.allCases)
    func messages(_ engine: TestEngine) async throws {
        try await expectSame(
            """
            m ticket new "Zeroth" --product MST >/dev/null
            m ticket new "Lookups are slow" --product MST >/dev/null
            m defect new --product MST --title "Frames" --alias "bz  #12"
            m defect new --product MST --title "Quotes" --alias CVE-2026-0001
            m defect new --product MST --title "Journal" --alias "#77"
            m defect new --ticket MST-2
            m defect new --product MST --title "Tries"
            m product scan MST
            m product scan MST
            m defect show MST-D1
            for n in 2 3 4 5; do m defect show MST-D$n | grep -E "MST-D|fixes|introduces|^[0-9m]"; done
            m product patterns MST "Check the {depth of <n>}" "nesting {<n>"
            m product patterns MST "{nesting}"
            m product patterns MST "Count {bytes<n>}" "[{BZ #<n>}]"
            m product patterns MST --usual
            m db verify
            """,
            as: "ledger-messages.txt",
            on: engine
        )
    }

    @Test(
        "people's words on commits count more than what was found",
        arguments: TestEngine.allCases
    )
    func rulings(_ engine: TestEngine) async throws {
        try await expectSame(
            """
            m defect new --product MST --title "Frames" --alias "BZ #12"
            m product scan MST
            m defect deny MST-D1 $rest "Another story"
            m product scan MST
            m defect deny MST-D1 $frames_2_0 "It lacks the test"
            m defect confirm MST-D1 $own "The same by hand"
            m defect confirm MST-D1 $frames_2_0
            m defect deny MST-D1 $start
            m defect confirm MST-D1 $rest
            m defect unlink MST-D1 ${rest%??????????????????????????????}
            m product scan MST
            m defect link MST-D1 --fix $depth --part 2
            m defect unlink MST-D1 $depth
            m defect unlink MST-D1 $depth
            m defect show MST-D1 --json
            m db verify
            """,
            as: "ledger-rulings.txt",
            on: engine
        )
    }

    @Test("decisions of every kind lie over what git says", arguments: TestEngine.allCases)
    func decisions(_ engine: TestEngine) async throws {
        try await expectSame(
            """
            m product scan MST >/dev/null
            m defect new --product MST --title "Frames" >/dev/null
            m defect link MST-D1 --fix $frames --introduced 0 >/dev/null
            m defect decide MST-D1 affected --line 1.0 "Seen there"
            m defect decide MST-D1 under-investigation --line 1.0 "Looking"
            m defect decide MST-D1 not-applicable --line 1.0 --because component_not_present "No"
            m defect decide MST-D1 wont-fix --line 1.0 --because risk "Too old"
            m defect decide MST-D1 deferred --line 1.0 --until 2026-09-01 "Later"
            m defect list MST --line 1.0
            m defect decide MST-D1 withdrawn --line 1.0 "Not after all"
            m defect decide MST-D1 wont-fix --line 1.0 "No ground"
            m defect decide MST-D1 wont-fix --line 1.0 --because component_not_present "Flag"
            m defect decide MST-D1 not-applicable --because effort "No flag"
            m defect decide MST-D1 deferred --line 1.0 "Until when?"
            m defect decide MST-D1 deferred --line 1.0 --until 9.9 "No such release"
            m defect decide MST-D1 affected --line 1.0 --until 2026-09-01 "Waits for nothing"
            m defect decide MST-D1 affected --line 1.1 "Where?"
            m defect decide MST-D1 affected --line 1.0 ""
            m defect reproduce MST-D1 reproduced --on v1.0.0 "./crash"
            m defect reproduce MST-D1 not --on 2.0 "./crash"
            m defect reproduce MST-D1 not --on nowhere "./crash"
            m defect step MST-D1 "Write a test" --due 2026-03-01
            m defect step MST-D1 --done 1
            m defect step MST-D1 --done 1
            m defect show MST-D1
            m db verify
            """,
            as: "ledger-decisions.txt",
            on: engine
        )
    }

    @Test("another phase changes what remains, and makes a task", arguments: TestEngine.allCases)
    func phases(_ engine: TestEngine) async throws {
        try await expectSame(
            """
            m product scan MST >/dev/null
            m defect new --product MST --title "Frames" >/dev/null
            m defect link MST-D1 --fix $frames --introduced 0 >/dev/null
            m product scan MST
            m line phase MST 1.0 security=2026-02-01 eol=2027-02-01 --preview
            m line phase MST 1.0 security=2026-02-01 eol=2027-02-01
            m product scan MST
            export MAINSTAY_NOW=2026-03-01T00:00:00Z
            m product scan MST
            m product scan MST
            m task list | sed -E 's/^[0-9]+ +/TASK /'
            m defect show MST-D1 | sed -E 's/task +[0-9]+/task/'
            m task done $(mainstay task list --json | grep -o '"id":[0-9]*' | cut -d: -f2) \
              | sed -E 's/[0-9]+/N/'
            m task list
            m line phase MST 1.0 eol=2026-01-20
            m line phase MST 1.0 ended=2026-01-20
            m line phase MST 1.0 eol=2026-13-20
            m line phase MST 9.0 eol=2029-01-20
            m line phase MST 1.0 eol=off
            m line new MST 1.0 --ref release/1.0
            m line new MST 3.0 --ref release/3.0
            m line new MST old --ref v1.0.0 --kind long_term --phase security=2025-01-01
            m product policy MST
            echo '{"active": {"kinds": ["bug"]}, "security": {"kinds": ["bugs"]}}' > bad.json
            m product policy MST --set bad.json
            echo '{"active": {"kinds": ["bug"], "severity": 9}}' > bad.json
            m product policy MST --set bad.json
            echo '{"activ": {"kinds": ["bug"]}}' > bad.json
            m product policy MST --set bad.json
            echo '{"development": {"kinds": ["bug"]}, "security": {"kinds": ["bug"]}}' > good.json
            m product policy MST --set good.json
            m product scan MST
            m defect list MST
            m db verify
            """,
            as: "ledger-phases.txt",
            on: engine
        )
    }
}
