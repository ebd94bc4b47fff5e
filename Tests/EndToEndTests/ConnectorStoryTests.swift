import MainstayTesting
import Testing

/// What an administrator does with connectors, and what a partner does before.
@Suite("Connectors, from a new package to a link")
struct ConnectorStoryTests {
    private static let made = """
        export CC=clang
        mainstay init >/dev/null
        m connector new acme --c
        m connector new acme --c
        mainstay connector check acme --allow-weak-sandbox --only-failed | grep -v seed
        m connector pack acme
        m connector install com.example.acme-1.0.0-x86_64.connector.tar
        mainstay vendor new works >/dev/null
        echo "token-1" > token

        """

    private static let linked = """
        add() { m connector add desk com.example.acme --vendor works --url http://127.0.0.1:9/ \\
          --weak-sandbox --secret token "$@"; }
        add
        add --plain-http
        add --plain-http
        m connector add other com.example.none --vendor works --url https://a.example
        m connector list
        m connector set desk --poll 5
        m connector set desk --poll 60 --status "WIP=working" --status "ASK=needs_us"
        m connector set desk --url ftp://a.example
        m connector set desk --option nokey=1
        m connector set desk --status "WIP=nonsense"
        m connector set desk --authentication "header X-Key"
        m connector show desk

        """

    private static let called = """
        intent='"intent":{"idempotencyKey":"MS-1","marker":"[MS-1]"}'
        m connector call desk map_status '{"status":"x"}'
        m connector call desk map_status '{"status":'
        m connector call desk fetch_updates '{"cursor":""}'
        m connector call desk open_case "{$intent,\\"title\\":\\"T\\",\\"body\\":\\"B\\"}" --write
        m case sync
        m connector pause desk
        m connector pause desk
        m case sync
        m case sync --connector desk
        m connector resume desk

        """

    private static let broken = """
        library=$(find .mainstay/connectors -name libacme.so)
        chmod u+w $library
        printf x >> $library
        m connector call desk map_status '{"status":"x"}'
        m connector install com.example.acme-1.0.0-x86_64.connector.tar
        m connector call desk map_status '{"status":"x"}'
        echo nothing > none.tar
        head -c 3000 com.example.acme-1.0.0-x86_64.connector.tar > half.tar
        m connector install none.tar
        m connector install absent.tar
        m connector install half.tar
        m db verify

        """

    @Test("a package is made, checked, packed, installed and linked; what is wrong is named")
    func story() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(Self.made + Self.linked + Self.called + Self.broken)
            #expect(run.errors == "")
            let said = place.steady(run.output)
                .replacing(/\b[0-9a-f]{64}\b/, with: "DIGEST")
                .replacing(/ready: seccomp.*/, with: "ready: SANDBOX")
                // Whether it is told before the command ends is chance.
                .replacing("* ended: As it was asked to\n", with: "")
                .replacing(/after \d+ ms/, with: "after N ms")
            #expect(try Snapshot.difference(said, "connector-story.txt") == nil)
        }
    }
}
