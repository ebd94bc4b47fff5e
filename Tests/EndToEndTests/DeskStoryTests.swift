import Foundation
import MainstayTesting
import Testing

/// Where the story is told: an installation in an empty folder, on one of the engines.
struct DeskPlace {
    let folder: TemporaryFolder
    let environment: [String: String]

    /// Runs a script in the folder; `m` shows a command and runs it.
    func tell(_ script: String) throws -> Mainstay.Run {
        let words = """
            m() { echo "\\$ $*"; mainstay "$@" 2>&1 || echo "status $?"; }
            \(script)
            """
        return try Mainstay.shell(words, environment: environment, in: folder.path)
    }

    /// Calls `body` with an empty place on an engine, which goes afterwards.
    static func with(_ engine: TestEngine, _ body: (DeskPlace) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        switch engine {
        case .sqlite: try await body(DeskPlace(folder: folder, environment: [:]))
        case .postgres:
            try await FreshPostgres.using { fresh in
                try await body(
                    DeskPlace(folder: folder, environment: ["MAINSTAY_DATABASE": fresh.url])
                )
            }
        }
    }

    /// What is different each time made the same: moments, folder, numbers of rows.
    func steady(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "TIME")
            .replacing(/matrix of \d{4}-\d\d/, with: "matrix of MONTH")
            .replacing(folder.path, with: "FOLDER")
            .replacing(NSUserName(), with: "ME")
    }
}

@Suite("The desk, from an empty folder")
struct DeskStoryTests {
    private static let story = """
        m init
        m product new MST --name "Mainstay Server"
        m product handover MST 3 --item "steps to reproduce" --item "what was tried"
        m customer new acme --name "Acme Ltd"
        m account new bob --name "Bob B."
        m account grant bob agent --product MST
        m account member bob --product MST --level 2
        m ticket new "Import crashes on umlauts" --body "It dies at once" --product MST \
          --customer acme --kind incident --channel phone --customer-urgency 1
        m ticket list
        m ticket resume MST-1
        m ticket prioritise MST-1 --impact 2 --urgency 3
        m ticket escalate MST-1 --because skill --item "what was tried=restart" --to bob
        m ticket escalate MST-1 --because defect
        m ticket escalate MST-1 --because defect --item "what was tried=restart" \
          --item "steps to reproduce=import ü.csv"
        m ticket escalate MST-1 --level 4 --because vendor
        m ticket escalate MST-1 --down --because returned --item "open questions=which locale?"
        m ticket comment MST-1 "de_DE" --from-customer --channel email
        m ticket comment MST-1 "we think it is the parser" --internal
        m ticket prioritise MST-1 --impact 1 --urgency 1
        m ticket wait MST-1 --for customer "Please try 1.2.1"
        m ticket resolve MST-1 "Fixed in 1.2.1"
        m ticket reopen MST-1 "It is back"
        m ticket close MST-1
        m ticket resolve MST-1
        m ticket close MST-1
        m ticket list
        m ticket search IMPORT umlau
        m ticket search parser
        m ticket show MST-1
        m db verify
        """

    @Test(
        "a ticket goes its whole way, and both engines tell the same",
        arguments: TestEngine.allCases
    )
    func story(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(Self.story)
            #expect(try Snapshot.difference(place.steady(run.output), "desk-story.txt") == nil)
        }
    }

    @Test("a dump goes from one engine to the other and back unchanged")
    func dumpAndLoad() async throws {
        try needEngine(.postgres)
        let folder = try TemporaryFolder()
        let here = DeskPlace(folder: folder, environment: [:])
        _ = try here.tell(Self.story + "\nm db dump one.jsonl")
        try await FreshPostgres.using { fresh in
            let there = DeskPlace(
                folder: folder,
                environment: ["MAINSTAY_DATABASE": fresh.url, "MAINSTAY_DATA": folder.path + "/pg"]
            )
            let moved = try there.tell("m db load one.jsonl; m db verify; m db dump two.jsonl")
            #expect(moved.output.contains("Everything holds."), "\(moved.output)")
        }
        let back = DeskPlace(folder: folder, environment: ["MAINSTAY_DATA": folder.path + "/back"])
        let run = try back.tell("m db load two.jsonl; m db dump three.jsonl; m ticket search umlau")
        #expect(run.output.contains("MST-1"), "\(run.output)")
        let dumps = try ["one", "two", "three"]
            .map { name in
                try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name).jsonl"))
            }
        #expect(dumps[0].count > 5000)
        #expect(dumps[0] == dumps[1])
        #expect(dumps[1] == dumps[2])
    }

    @Test(
        "what cannot be done is refused by name, and nothing is lost",
        arguments: TestEngine.allCases
    )
    func refusals(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                """
                m ticket list
                m init
                m init
                m ticket new "x" --product NOPE
                m product new mst --name x
                m product new MST --name Server
                m product new MST --name Server
                m product level MST --keep 1 --keep "3=Kernel team"
                m ticket new "It fails" --product MST
                m ticket new "It fails" --product MTS
                m ticket new "$(printf 'bell\\007')" --product MST
                m ticket new "It fails" --product MST --at 2199-01-01
                m ticket new "It fails" --product MST --at 0001-01-01
                m ticket show MST-7
                m ticket escalate MST-1 --level 2 --because skill
                m ticket close MST-1
                m ticket wait MST-1 --for nobody
                m product show MST
                m customer new "Big Co" --name x
                m ticket relate MST-1 --to MST-9
                m ticket step MST-1 "Replace it" --owner ME --due 2026-02-30
                m ticket label MST-1 --add shiny
                m task done 12
                m priority new --cell 2x3=P9
                m ticket escalate MST-1 --because skil
                m ticket list --status dead
                m ticket prioritise MST-1 --impact 2 --urgency 9
                m ticket prioritise MST-1 --impact 2 --urgency 2 --priority P1
                m ticket comment MST-1 ""
                printf 'good \\377 bad' | m ticket comment MST-1 -
                m ticket comment MST-1 "one" --internal
                m ticket comment MST-1 "two" --internal --expect 1
                m ticket assign MST-1 --to bobb
                m account grant ME admin --take-away
                m ticket show MST-1
                m db verify
                """
                .replacing("grant ME", with: "grant \(NSUserName())")
            )
            #expect(try Snapshot.difference(place.steady(run.output), "desk-refusals.txt") == nil)
        }
    }

    @Test("a body of 10 MB is kept whole", arguments: TestEngine.allCases)
    func longBody(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let body = String(repeating: "0123456789abcdé\n", count: 10 << 16)
            try body.write(
                toFile: place.folder.path + "/long.txt",
                atomically: true,
                encoding: .utf8
            )
            let run = try place.tell(
                """
                m init >/dev/null
                m ticket new "Long" --body-file long.txt
                m ticket comment DESK-1 --file long.txt --internal
                cat .mainstay/blobs/*/* | cmp - long.txt && echo whole
                mainstay ticket file DESK-1 1 | cmp - long.txt && echo "body back"
                m ticket file desk-1 2 --to back.txt
                cmp back.txt long.txt && echo "comment back"
                m db verify
                """
            )
            #expect(run.output.contains("\nwhole\nbody back\n"), "\(run.output)")
            #expect(run.output.contains("\ncomment back\n"), "\(run.output)")
            #expect(run.output.contains("Everything holds."), "\(run.output)")
        }
    }

    @Test("a token acts within its roles, and not once it is revoked")
    func tokens() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                m product new MST --name Server >/dev/null
                m account new bob --name Bob >/dev/null
                m account grant bob agent --product MST >/dev/null
                m account grant bob reader >/dev/null
                mainstay token new import --account bob --role reader | tail -1 > secret
                export MAINSTAY_TOKEN=$(cat secret)
                m account show
                m ticket new "x" --product MST
                m ticket list
                unset MAINSTAY_TOKEN
                id=$(mainstay token list --json | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
                m token revoke $id | sed "s/$id/ID/"
                export MAINSTAY_TOKEN=$(cat secret)
                m ticket list
                """
            )
            #expect(!run.output.contains("mst_"))
            #expect(run.output.contains("Account 'bob' may not register requests"))
            #expect(run.output.contains("$ ticket list\nNo tickets."), "\(run.output)")
            #expect(run.output.contains("The token in MAINSTAY_TOKEN is unknown, revoked or over"))
        }
    }

    @Test("a customer sees the own tickets alone, and no words of the staff")
    func customer() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                m product new MST --name Server >/dev/null
                m customer new acme --name Acme >/dev/null
                m customer new other --name Other >/dev/null
                m account new carl --name Carl --customer acme >/dev/null
                m account grant carl customer --customer acme >/dev/null
                m ticket new "Ours" --product MST --customer acme >/dev/null
                m ticket new "Theirs" --product MST --customer other >/dev/null
                m ticket new "Hole" --product MST --customer acme --kind security >/dev/null
                m ticket comment MST-1 "secret thought" --internal >/dev/null
                export MAINSTAY_TOKEN=$(mainstay token new web --account carl | tail -1)
                m ticket list
                m ticket show MST-1
                m ticket show MST-2
                m ticket show MST-3
                m ticket search secret
                m ticket comment MST-1 "Any news?"
                m ticket escalate MST-1 --because complaint
                m db dump stolen.jsonl
                """
            )
            #expect(run.output.contains("Ours"))
            #expect(!run.output.contains("Theirs"), "\(run.output)")
            #expect(!run.output.contains("Hole"))
            #expect(!run.output.contains("secret thought"))
            #expect(run.output.contains("There is no ticket 'MST-2'"))
            #expect(run.output.contains("There is no ticket 'MST-3'"))
            #expect(run.output.contains("$ ticket search secret\nNo tickets."))
            #expect(run.output.contains("Account 'carl' may not work on this ticket"))
            #expect(run.output.contains("Account 'carl' may not keep the database"))
        }
    }

    @Test("two short commands at once take turns on the SQLite file")
    func turns() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                for n in 1 2 3 4 5 6; do mainstay ticket new "Number $n" >/dev/null & done
                wait
                mainstay ticket list --json | grep -o '"ref"' | wc -l
                m db verify
                """
            )
            #expect(run.output.contains("6\n"), "\(run.output) \(run.errors)")
            #expect(run.output.contains("Everything holds."))
        }
    }

    @Test("a damaged file, and one of a newer version, are refused by name")
    func damaged() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                cp -r .mainstay newer
                head -c 20000 /dev/urandom > .mainstay/mainstay.db
                rm -f .mainstay/mainstay.db-*
                m ticket list
                python3 -c "
                import sqlite3
                db = sqlite3.connect('newer/mainstay.db')
                db.execute('UPDATE schema_migration SET level = 9')
                db.commit()"
                m ticket list --data newer
                """
            )
            #expect(run.output.contains("mainstay.db"), "\(run.output)")
            #expect(run.output.contains("tables of level 9"), "\(run.output)")
            #expect(run.output.split(separator: "\n").filter { $0 == "status 1" }.count == 2)
        }
    }
}

/// Cancels the test, visibly, where the engine cannot be had.
func needEngine(_ engine: TestEngine) throws {
    guard let obstacle = engine.obstacle else { return }
    Issue.record("\(obstacle)", severity: .warning)
    try Test.cancel("\(obstacle)")
}
