import Foundation
import MainstayCore
import MainstayTesting
import Testing

/// Level 4 by hand: two vendors, a department, a contract of ours with its own clocks.
///
/// The clock of the stories stands where `at` puts it.
@Suite("Cases at vendors, kept by hand")
struct CaseStoryTests {
    private static let setUp =
        """
        mainstay() { "$MAINSTAY_AT" "$@"; }
        at() { export MAINSTAY_NOW=$1; echo "== $1"; }
        at 2026-03-02T08:00:00Z
        init() { quiet init; }

        """ + caseSetUp + """
            quiet calendar new always --template 24x7 --from 2026-01-01
            m vendor new nas-works --contact "support@nas.example" --share product --share release
            quiet vendor new development --kind department --repository MST
            m contract new NAS-1 --vendor nas-works --model fixed_price --from 2026-01-01 \\
              --to 2026-12-31 --calendar always --target P2:acknowledge=4h --target P2:update=24h \\
              --target P2:fix=72h
            as carl
            quiet ticket new "Volume is read-only on nas01.acme.example" --product MST --release 2.0.1 \\
              --kind incident --body "Since the reboot at 10.1.2.3 Carl Berger cannot write"
            me
            quiet ticket prioritise MST-1 --impact 2 --urgency 2
            quiet ticket assign MST-1 --to bob
            quiet ticket escalate MST-1 --because skill

            """

    private static let opened = """
        as bob
        m case open "Read-only after a reboot" "Carl Berger of Acme: nas01.acme.example" \\
          --vendor nas-works --ticket MST-1
        m case open "Read-only after a reboot" "Carl Berger of Acme: nas01.acme.example" \\
          --vendor nas-works --ticket MST-1 --check 2026-03-05
        as carl
        m case agree MST-1 --vendor nas-works --scope text --words "Go ahead"
        as bob
        m case open "Read-only after a reboot" "Carl Berger of Acme: nas01.acme.example" \\
          --vendor nas-works --ticket MST-1 --check 2026-03-05
        m ticket escalate MST-1 --down --because returned
        m case set MS-1 working
        m case preview MS-1 --approve 00000000
        m case preview MS-1
        m case preview MS-1 --approve $(digest MS-1)
        at 2026-03-02T09:00:00Z
        m case preview MS-1 --sent --remote 4711
        m ticket show MST-1
        as carl
        m ticket show MST-1
        m case show MS-1
        m task list
        """

    private static let followed = """

        as bob
        at 2026-03-02T11:00:00Z
        m case comment MS-1 --from-vendor "Does PERSON-1 use HOST-1 alone?" --at 2026-03-02T10:00:00Z
        m case set MS-1 needs_us --at 2026-03-02T10:00:00Z
        at 2026-03-02T20:00:00Z
        m case comment MS-1 --share-message MST-1#1
        m case preview MS-1
        m case preview MS-1 --approve $(digest MS-1)
        m case comment MS-1 --share "He does; since 2.0.1" | grep -E "^  held"
        m case preview MS-1 --approve $(digest MS-1) --message MS-1.2
        me
        id=$(mainstay case agree MST-1 --list --json | grep -o '"id":[0-9]*' | cut -d: -f2)
        quiet case agree --withdraw $id
        as bob
        m case preview MS-1 --message MS-1.1 --sent
        m case preview MS-1 --approve $(digest MS-1) --message MS-1.1
        m case preview MS-1 --message MS-1.2 --sent | grep -vE "^  (update|fix|ack)"
        me
        quiet case agree MST-1 --scope text --scope names
        as bob
        m case preview MS-1 --message MS-1.1 --take-back
        m case set MS-1 working
        me
        at 2026-03-05T00:00:00Z
        quiet notice send
        quiet notice send
        m task list --all
        id=$(mainstay task list --all --json | grep -o '"id":[0-9]*' | cut -d: -f2)
        m task done $id
        as bob
        m case set MS-1 --check 2026-03-09
        m case set MS-1 fix_offered --fix-version 7.1 --note "Firmware 7.1"
        m ticket show MST-1 | grep -E "task|case|status|level  "
        m case set MS-1 working --note "It comes back after a day"
        m ticket show MST-1 | grep -E "task|case|status|level  "
        at 2026-03-06T12:00:00Z
        m case set MS-1 fix_released --fix-version 7.1.1
        id=$(mainstay task list --all --json | grep -o '"id":[0-9]*' | cut -d: -f2)
        quiet task done $id
        m ticket show MST-1
        m case show MS-1
        m case close MS-1 "It holds"
        m case list
        m case list --all
        me
        m case agree MST-1 --list
        m vendor show nas-works
        m db verify
        """

    @Test(
        "a customer agrees, a vendor is told what was approved, and his fix is verified",
        arguments: TestEngine.allCases
    )
    func vendor(_ engine: TestEngine) async throws {
        try await tell(Self.setUp + Self.opened + Self.followed, on: engine, "case-story.txt")
    }

    private static let files = """
        head -c 5242881 /dev/zero > large.bin
        head -c 5242880 /dev/zero > small.bin
        as carl
        quiet ticket comment MST-1 "Two of them" --attach large.bin --attach small.bin
        quiet case agree MST-1 --vendor nas-works --scope text
        me
        number=$(mainstay ticket show MST-1 --json | grep -o '"seq":[0-9]*' | tail -1 | cut -d: -f2)
        quiet case open "Read-only" --vendor nas-works --ticket MST-1 --check 2026-03-05
        m case comment MS-1 --share-file MST-1#$number:small.bin
        quiet case agree MST-1 --vendor nas-works --scope text --scope files
        m case comment MS-1 --share-file MST-1#$number:large.bin
        m case comment MS-1 --share-file MST-1#$number:other.bin
        quiet case comment MS-1 --share-file MST-1#$number:small.bin
        m case preview MS-1
        """

    @Test("a file leaves with the customer's word for files, and only when it fits")
    func sharedFiles() async throws {
        let project = try LedgerProject()
        try await DeskPlace.with(.sqlite) { place in
            let program = "MAINSTAY_AT='\(Mainstay.products)/MainstayAt'\n"
            let run = try place.tell(program + project.variables + Self.setUp + Self.files)
            #expect(run.errors == "")
            let refused = run.output.split(separator: "\n").filter { $0.hasPrefix("Error") }
            #expect(refused.count == 3, "\(run.output)")
            #expect(refused[0].contains("has not agreed"), "\(run.output)")
            #expect(refused[1].contains("has 5242881 bytes, expected up to 5242880"))
            #expect(refused[2].contains("brought no file 'other.bin'"), "\(run.output)")
            #expect(run.output.contains("small.bin"), "\(run.output)")
        }
    }

    private static let code = """
        quiet defect new "Frames are lost" --product MST --ticket MST-1
        as eve
        m case open "Frames are lost" "The parser drops long frames" --vendor development \\
          --defect MST-D1 --ticket MST-1 --check 2026-03-05
        me
        quiet release plan MST 2.0 --name 2.0.2
        quiet release decide MST-D1 --line 2.0 next --because regression
        m release show MST 2.0.2
        as eve
        m case preview MS-1 --approve $(digest MS-1)
        quiet case preview MS-1 --sent
        m case set MS-1 fix_released --fix-commit $FRAMES
        m case set MS-1 closed --note "Merged"
        m defect show MST-D1 | grep -vE "^[0-9]"
        m task list
        m defect confirm MST-D1 $FRAMES
        m task list
        m ticket show MST-1 | grep -E "task|case|status|level  "
        me
        m release show MST 2.0.2
        as eve
        m case open "Again" --vendor development --ticket MST-1 --check 2026-03-05
        m case set MS-2 closed
        m case preview MS-2 --all | grep withdrawn
        m case comment MS-2 --share "Hello?"
        me
        m db verify
        """

    @Test(
        "a department names its commit, which becomes a fix once it is confirmed",
        arguments: TestEngine.allCases
    )
    func department(_ engine: TestEngine) async throws {
        try await tell(Self.setUp + Self.code, on: engine, "case-department.txt")
    }

    private static let embargo = """
        quiet ticket new "Passwords in the log" --product MST --kind security
        m case open "A log tells too much" --vendor development --ticket MST-2 --check 2026-03-05
        quiet case comment MS-1 "Nobody else must know"
        as bob
        m case show MS-1
        m case list --all
        m case comment MS-1 "I guess"
        m ticket show MST-2
        m vendor show development
        m vendor edit nas-works --share release
        m case agree MST-2 --scope text
        as carl
        m vendor list
        m case list
        m case agree MST-1 --scope text --vendor nas-works
        m case agree --list
        me
        m case agree MST-2 --scope text
        m vendor edit nas-works --share release
        m vendor edit nas-works --share release
        m vendor edit nas-works --closed
        m case open "Again" --vendor nas-works --check 2026-03-05
        m case open "Again" --vendor nas-work --check 2026-03-05
        m case comment MS-1 --share-file MST-2#1
        m case link MS-1 --ticket MST-1 --beside
        m case link MS-1 --ticket MST-1
        m case link MS-1 --ticket MST-1
        m case link MS-1 --drop-ticket MST-2
        m case link MS-1 --drop-ticket MST-2
        as bob
        m case show MS-1
        me
        m case close MS-1 "Enough"
        m ticket show MST-1 | grep -E "task|case|status|level  "
        m db verify
        """

    @Test(
        "who may know of a case and keep it, and what is refused",
        arguments: TestEngine.allCases
    )
    func sight(_ engine: TestEngine) async throws {
        try await tell(Self.setUp + Self.embargo, on: engine, "case-sight.txt")
    }

    private func tell(_ script: String, on engine: TestEngine, _ snapshot: String) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        try await DeskPlace.with(engine) { place in
            let program =
                "MAINSTAY_AT='\(Mainstay.products)/MainstayAt'\n"
                + "FRAMES=\(project.id("frames").hex.prefix(12))\n"
            let run = try place.tell(program + project.variables + script)
            #expect(run.errors == "")
            let said = run.output.replacing(place.folder.path, with: "FOLDER")
                .replacing(NSUserName(), with: "ME")
                .replacing(/\b\d{17,19}\b/, with: "NUMBER")
            #expect(try Snapshot.difference(said, snapshot) == nil)
        }
    }
}
