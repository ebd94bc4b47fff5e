import MainstayTesting
import Testing

@Suite("What a ticket gives back")
struct DeskShowTests {
    /// Two texts too long for a field: the second is for the staff alone.
    private static let longTexts = """
        yes "for everybody é" | head -n 70000 >open.txt
        yes "for the staff" | head -n 90000 >inner.txt
        m ticket new Ours --product MST --customer acme >/dev/null
        m ticket comment MST-1 --file open.txt >/dev/null
        m ticket comment MST-1 --file inner.txt --internal >/dev/null
        m ticket new Theirs --product MST --body-file open.txt >/dev/null

        """

    @Test(
        "a text too long for a field comes back to who sees its event",
        arguments: TestEngine.allCases
    )
    func files(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                deskPeople + Self.longTexts + """
                    as carl ticket file MST-1 2 --to mine.txt
                    cmp mine.txt open.txt && echo "comment back"
                    as carl ticket file MST-1 3
                    as carl ticket file MST-2 1
                    as anna ticket file MST-1 3 --to inner2.txt --json
                    cmp inner2.txt inner.txt && echo "note back"
                    m ticket file MST-1 1
                    m ticket file MST-1 9
                    m ticket file MST-1 2 --name other.txt
                    m ticket file MST-1 2 --name message.txt --to mine.txt
                    m ticket file MST-1 2 --json
                    """
            )
            #expect(run.output.contains("Wrote 1190000 bytes to "), "\(run.output)")
            #expect(run.output.contains("\ncomment back\n"), "\(run.output)")
            #expect(run.output.contains("\nnote back\n"), "\(run.output)")
            #expect(run.output.contains("MST-1 3\nError: There is no event of MST-1 '3'"))
            #expect(run.output.contains("MST-2 1\nError: There is no ticket 'MST-2'"))
            #expect(run.output.contains("Event 1 of MST-1 brought no file"))
            #expect(run.output.contains("There is no event of MST-1 '9'"))
            #expect(run.output.contains("brought no file 'other.txt'"))
            #expect(run.output.contains("Hint: Name a file that does not exist yet"))
            #expect(run.output.contains("--json needs --to"), "\(run.output)")
        }
    }

    @Test(
        "attached files come back as they are, and what is no file is refused",
        arguments: TestEngine.allCases
    )
    func attachments(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                deskPeople + """
                    mkdir logs
                    printf 'a\\000b' >core.bin
                    echo night >logs/night.log
                    for n in $(seq -w 18); do echo $n >n$n; done
                    as carl ticket new Ours --product MST --attach core.bin >/dev/null
                    as anna ticket comment MST-1 "Two of them" --internal --attach logs/night.log \\
                      --attach core.bin >/dev/null
                    many=$(for n in n??; do echo --attach $n; done)
                    as carl ticket comment MST-1 "Many" $many >/dev/null
                    as carl ticket show MST-1
                    m ticket file MST-1 1 --to back.bin
                    m ticket file MST-1 2 --name night.log
                    m ticket file MST-1 3 --name n18
                    cmp back.bin core.bin && echo "the same"
                    as carl ticket file MST-1 2 --name night.log
                    m ticket comment MST-1 "Twice" --attach core.bin --attach core.bin
                    m ticket comment MST-1 "None" --attach logs
                    m ticket comment MST-1 "None" --attach absent.log
                    m ticket show MST-1 | head -1
                    m db verify
                    """
            )
            #expect(run.output.contains("file core.bin, sha256 "), "\(run.output)")
            #expect(run.output.contains("file n18, sha256 "), "\(run.output)")
            #expect(!run.output.contains("file night.log"), "\(run.output)")
            #expect(run.output.contains("\nnight\n"), "\(run.output)")
            #expect(run.output.contains("\n18\n"), "\(run.output)")
            #expect(run.output.contains("\nthe same\n"), "\(run.output)")
            #expect(run.output.contains("MST-1 2 --name night.log\nError: There is no event"))
            #expect(run.output.contains("Two attachments of one message are called 'core.bin'"))
            #expect(run.output.contains("File logs cannot be read: Is a directory"))
            #expect(run.output.contains("File absent.log cannot be read: No such file"))
            #expect(run.output.contains("Everything holds."), "\(run.output)")
        }
    }

    @Test("cases have a prefix of their own, which no product takes")
    func casePrefix() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init --case-prefix "a b"
                m init --case-prefix DESK
                mainstay init --case-prefix ACME >/dev/null
                m product new ACME --name Server
                mainstay product new MS --name Server >/dev/null
                mainstay vendor new works >/dev/null
                m case open "It stops" --vendor works --check 2999-01-01
                """
            )
            #expect(run.output.contains("Error: 'a b' is no prefix"), "\(run.output)")
            #expect(run.output.contains("There is a case prefix 'DESK' already"), "\(run.output)")
            #expect(run.output.contains("There is a product 'ACME' already"), "\(run.output)")
            #expect(run.output.contains("ACME-1  It stops"), "\(run.output)")
        }
    }

    @Test("bytes that are not those that came, or were redacted, leave no file")
    func damage() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + Self.longTexts + """
                    for blob in .mainstay/blobs/*/*; do printf x >>$blob; done
                    m ticket file MST-1 2 --to damaged.txt
                    ls damaged.txt 2>&1 | grep -c "No such file"
                    m ticket redact MST-1 --event 3 --ground erasure >/dev/null
                    m ticket file MST-1 3 --to gone.txt
                    ls gone.txt 2>&1 | grep -c "No such file"
                    """
            )
            #expect(run.output.contains("holds other bytes"), "\(run.output)")
            #expect(run.output.contains("Event 3 of MST-1 brought no file, or it was redacted"))
            #expect(run.output.split(separator: "\n").filter { $0 == "1" }.count == 2)
        }
    }

    @Test("a step whose day is over is shown as late until it is settled")
    func lateSteps() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + """
                    m ticket new x --product MST --kind problem >/dev/null
                    m ticket step MST-1 Look --owner anna --due 2020-02-29 >/dev/null
                    m ticket step MST-1 Think --owner anna --due 2999-12-31 >/dev/null
                    m ticket show MST-1
                    m ticket show MST-1 --json | grep -o '"isLate":[a-z]*'
                    m ticket step MST-1 --done 1 >/dev/null
                    m ticket show MST-1
                    """
            )
            #expect(run.output.contains("Look (anna, late, due 2020-02-29)"), "\(run.output)")
            #expect(run.output.contains("Think (anna, due 2999-12-31)"), "\(run.output)")
            #expect(run.output.contains(#""isLate":true"# + "\n" + #""isLate":false"#))
            #expect(run.output.contains("Look (anna, done)"), "\(run.output)")
        }
    }
}
