import MainstayTesting
import Testing

/// Two products, two customers, an agent and a customer: `as anna ticket list` runs a command as anna.
let deskPeople = """
    as() { name=$1; shift; echo "[$name] $*"; \
      MAINSTAY_TOKEN=$(cat $name.token) mainstay "$@" 2>&1 || echo "status $?"; }
    mainstay init >/dev/null
    mainstay product new MST --name Server >/dev/null
    mainstay product new OTH --name Other >/dev/null
    mainstay customer new acme --name Acme >/dev/null
    mainstay customer new hidden-co --name Hidden >/dev/null
    mainstay account new anna --name Anna >/dev/null
    mainstay account grant anna agent --product MST >/dev/null
    mainstay token new test --account anna | tail -1 > anna.token
    mainstay account new carl --name Carl --customer acme >/dev/null
    mainstay account grant carl customer --customer acme >/dev/null
    mainstay token new test --account carl | tail -1 > carl.token

    """

@Suite("Accounts, roles and tokens of the desk")
struct DeskAccountTests {
    @Test("two administrators who shut each other out leave one", arguments: TestEngine.allCases)
    func lastAdministrator(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                """
                me=$(id -un)
                mainstay init >/dev/null
                mainstay account new two --name Two >/dev/null
                mainstay account grant two admin >/dev/null
                token=$(mainstay token new test --account two | tail -1)
                two() { MAINSTAY_TOKEN=$token mainstay "$@" >/dev/null 2>&1; }
                for round in 1 2 3 4 5 6; do
                  mainstay account disable two >/dev/null 2>&1 &
                  two account grant $me admin --take-away &
                  wait
                  mainstay account enable two >/dev/null 2>&1 || two account grant $me admin ||
                    echo "locked out in round $round"
                done
                """
            )
            #expect(run.output.isEmpty, "\(run.output)")
        }
    }

    @Test("of many who take a name at once one gets it, and all others are told so")
    func names() async throws {
        // On SQLite commands take turns.
        try needEngine(.postgres)
        try await DeskPlace.with(.postgres) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                for n in 1 2 3 4 5 6 7 8; do
                  for who in a b c d; do
                    mainstay customer new house-$n --name House >>said 2>&1 &
                  done
                  wait
                done
                grep -c "is made" said
                grep -c "There is a customer 'house-.' already" said
                """
            )
            #expect(run.output == "8\n24\n", "\(run.output)")
        }
    }

    @Test("a token of few roles makes none of more")
    func tokenRoles() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                m account new su --name Su >/dev/null
                m account grant su admin >/dev/null
                m account grant su reader >/dev/null
                mainstay token new few --account su --role reader | tail -1 > few
                export MAINSTAY_TOKEN=$(cat few)
                m token new more --role admin
                mainstay token new same | tail -1 > same
                export MAINSTAY_TOKEN=$(cat same)
                m account new evil --name Evil
                m ticket list
                m token new old --expires 2000-01-01
                """
            )
            #expect(run.output.contains("Account 'su' does not have the role 'admin'"))
            #expect(run.output.contains("Account 'su' may not set up accounts"), "\(run.output)")
            #expect(run.output.contains("No tickets."))
            #expect(run.output.contains("A token cannot work until 2000-01-01T00:00:00Z"))
        }
    }

    @Test("a customer's account gets no role of the staff, and the staff none of customers")
    func roleKinds() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                deskPeople + """
                    m account grant carl reader
                    m account grant anna customer --customer acme
                    m account grant carl customer
                    m account new dora --name Dora --email "$(printf 'x\\033[31m')"
                    m account new dora --name Dora --os-user ""
                    m account new dora --name "$(printf '\\007')"
                    m account list
                    """
            )
            #expect(run.output.contains("Account 'carl' is a customer's, and the role 'reader'"))
            #expect(run.output.contains("the role 'customer' is not for those"))
            #expect(run.output.contains("Hint: Name it with --customer"), "\(run.output)")
            #expect(run.output.contains("Address has the control character U+001B at position 2"))
            #expect(run.output.contains("Operating-system user has 0 code points"))
            #expect(run.output.contains("Name has the control character U+0007"))
            #expect(!run.output.contains("dora  "))
        }
    }
}
