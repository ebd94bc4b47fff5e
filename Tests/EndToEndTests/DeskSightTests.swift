import MainstayTesting
import Testing

@Suite("Who may see and do what at the desk")
struct DeskSightTests {
    @Test(
        "a ticket under embargo is not counted for who may not see it",
        arguments: TestEngine.allCases
    )
    func embargoCounts(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                deskPeople + """
                    m ticket labels --new wish --product MST --suggestion >/dev/null
                    m ticket new Hole --product MST --kind security >/dev/null
                    m ticket new Seen --product MST >/dev/null
                    m ticket label MST-1 --add wish >/dev/null
                    as anna product show MST
                    as anna product list
                    as anna ticket labels
                    m ticket labels
                    """
            )
            #expect(run.output.contains("open tickets  1"), "\(run.output)")
            #expect(run.output.contains("wish, tickets that ask for it: 0"), "\(run.output)")
            #expect(run.output.contains(#/\[anna\] ticket labels\nLABEL .*\nwish +0 /#))
            #expect(run.output.contains(#/\$ ticket labels\nLABEL .*\nwish +1 /#))
        }
    }

    @Test("whoever puts a ticket under embargo follows it and is not told that it is unknown")
    func embargoBegins() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + """
                    as carl ticket new "My hole" --product MST --kind security --body "It leaks"
                    as carl ticket show MST-1
                    as anna ticket show MST-1
                    m ticket new Plain --product MST >/dev/null
                    as anna ticket edit MST-2 --kind security
                    as anna ticket follow MST-2 --account carl
                    as anna ticket unfollow MST-2
                    as anna ticket show MST-2
                    m db verify
                    """
            )
            #expect(run.output.contains("MST-1  P3  level 1  new  version 2  My hole"))
            #expect(run.output.contains("It leaks"), "\(run.output)")
            #expect(run.output.contains("[anna] ticket show MST-1\nError: There is no ticket"))
            #expect(run.output.contains("MST-2  P3  level 1  new  version 3  Plain"))
            #expect(run.output.contains("has no role for it"))
            #expect(run.output.contains("MST-2  version 4, which you do not see any more"))
            #expect(run.output.contains("[anna] ticket show MST-2\nError: There is no ticket"))
            #expect(run.output.contains("Everything holds."))
        }
    }

    @Test("under embargo only the role security lets others follow")
    func embargoSharing() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + """
                    mainstay account new eve --name Eve >/dev/null
                    mainstay account grant eve engineer --product MST >/dev/null
                    mainstay token new test --account eve | tail -1 > eve.token
                    m ticket new Hole --product MST --kind security >/dev/null
                    m ticket assign MST-1 --to anna >/dev/null
                    as anna ticket follow MST-1 --account eve
                    as eve ticket follow MST-1
                    m ticket follow MST-1 --account eve
                    as eve ticket list
                    m ticket follow MST-1 --account eve
                    """
            )
            #expect(run.output.contains("cannot be shown to others without the role 'security'"))
            #expect(run.output.contains("[eve] ticket follow MST-1\nError: There is no ticket"))
            #expect(run.output.contains(#/\[eve\] ticket list\nTICKET.*\nMST-1/#), "\(run.output)")
            #expect(run.output.contains("is followed by that account already"))
        }
    }

    @Test("a customer learns no names of staff, of other customers or of labels")
    func customersGuess() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + """
                    m ticket labels --new difficult >/dev/null
                    m ticket new Ours --product MST --customer acme >/dev/null
                    m ticket label MST-1 --add difficult >/dev/null
                    as carl ticket list --customer hidden-c
                    as carl ticket list --customer hidden-co
                    as carl ticket list --assignee ann
                    as carl ticket new x --reporter anna
                    as carl ticket list --label difficult
                    as carl ticket labels
                    as carl ticket show MST-1
                    as carl task list
                    as carl priority show
                    as anna customer list
                    as anna priority show
                    """
            )
            #expect(!run.output.contains("Did you mean"), "\(run.output)")
            #expect(run.output.contains("There is no customer 'hidden-co'"))
            #expect(run.output.contains("There is no account 'anna'"))
            #expect(!run.output.contains("labels      difficult"))
            #expect(run.output.contains("is a customer's and may not see labels"))
            #expect(run.output.contains("is a customer's and may not see tasks"))
            #expect(run.output.contains(#/\[carl\] priority show\nVersion 1/#), "\(run.output)")
            #expect(run.output.contains(#/\[anna\] customer list\nCUSTOMER(.*\n)+hidden-co/#))
        }
    }

    @Test("a ticket goes to nobody who cannot work on it")
    func workers() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + """
                    m account new dan --name Dan >/dev/null
                    m account grant dan agent >/dev/null
                    m account disable dan >/dev/null
                    m ticket new x --product MST --kind problem >/dev/null
                    m ticket assign MST-1 --to dan
                    m ticket assign MST-1 --to carl
                    m ticket escalate MST-1 --because skill --to dan
                    m ticket step MST-1 Look --owner dan --due 2026-12-01
                    m ticket labels --new foreign --product OTH >/dev/null
                    m ticket label MST-1 --add foreign
                    m ticket labels --new own --product MST >/dev/null
                    m ticket label MST-1 --add own
                    m ticket label MST-1 --add own
                    """
            )
            let refused = "Account 'dan' cannot take ticket MST-1: it is disabled"
            #expect(run.output.split(separator: "\n").filter { $0.contains(refused) }.count == 3)
            #expect(run.output.contains("Account 'carl' cannot take ticket MST-1: it has no role"))
            #expect(run.output.contains("There is no label 'foreign'"), "\(run.output)")
            #expect(run.output.contains("Ticket MST-1 has the label 'own' already"))
        }
    }

    @Test("a promised call is a task with its due time", arguments: TestEngine.allCases)
    func callback(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                deskPeople + """
                    m ticket new x --product MST --customer acme >/dev/null
                    m ticket assign MST-1 --to anna >/dev/null
                    m ticket callback MST-1 "+49 30 1234" --window "after 14:00" --due 2999-01-02
                    m ticket callback MST-1 "+49 30 1234" --due 2000-01-02
                    as carl ticket callback MST-1 "me" --due 2999-01-02
                    m ticket show MST-1
                    as anna task list
                    as anna task done $(as anna task list --json | grep -o '"id":[0-9]*' | cut -d: -f2)
                    as anna task list
                    m db verify
                    """
            )
            #expect(run.output.contains("call back, for anna, due 2999-01-02T00:00:00Z"))
            #expect(run.output.contains("call promised by"), "\(run.output)")
            #expect(run.output.contains("    +49 30 1234\n    after 14:00\n"))
            #expect(run.output.contains("Call is due at 2000-01-02T00:00:00Z, expected later than"))
            #expect(run.output.contains("Account 'carl' may not work on this ticket"))
            #expect(run.output.contains(#/MST-1 +call back +anna +2999-01-02T00:00:00Z/#))
            #expect(run.output.contains("Nothing waits for you."))
            #expect(run.output.contains("Everything holds."))
        }
    }
}
