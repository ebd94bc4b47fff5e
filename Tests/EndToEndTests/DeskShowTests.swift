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
