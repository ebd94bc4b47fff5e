import Foundation
import MainstayTesting
import Testing

/// A real server of a vendor, as `Scripts/test` starts it, and what its engineer does there.
enum RealVendor: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case requestTracker, redmine

    var testDescription: String { rawValue }

    private static let settings = ProcessInfo.processInfo.environment

    /// Whether the servers and the packed connectors are there.
    static var areThere: Bool {
        settings["MAINSTAY_TEST_CONNECTORS"] != nil && allCases.allSatisfy { $0.url != nil }
    }

    private var prefix: String {
        self == .requestTracker ? "MAINSTAY_TEST_RT_" : "MAINSTAY_TEST_REDMINE_"
    }

    /// Where the server is.
    var url: String? { Self.settings[prefix + "URL"] }

    /// The shell's way to do what the vendor's engineer does: `reply`, `work`, `offer` with the
    /// number of a case; and where the connector and its options are.
    var shell: String {
        let settings = Self.settings
        return """
            URL='\(url ?? "")' KEY='\(settings[prefix + "KEY"] ?? "")'
            VENDOR_KEY='\(settings[prefix + "VENDOR_KEY"] ?? "")'
            ARCHIVE=$(echo '\(settings["MAINSTAY_TEST_CONNECTORS"] ?? "")'/\(library)-*.connector.tar)
            LIBRARY=\(library)
            there() { curl -fsS -H "$HEADER" -H 'Content-Type: application/json' "$@"; }

            """ + acts
    }

    private var library: String { "org.mainstay.\(rawValue.lowercased())" }

    private var acts: String {
        switch self {
        case .requestTracker:
            """
            HEADER="Authorization: token $VENDOR_KEY"
            link() { "$@" --option "queue=Vendor Support" --option account=connector; }
            reply() { there -o /dev/null -d "{\\"Content\\":\\"$2\\",\\"ContentType\\":\\"text/plain\\"}" \\
              "$URL/ticket/$1/correspond"; }
            set_status() { there -o /dev/null -X PUT -d "{\\"Status\\":\\"$2\\"}" "$URL/ticket/$1"; }
            work() { set_status "$1" open; }
            ask() { set_status "$1" stalled; }
            offer() { set_status "$1" resolved; }
            files() { there "$URL/ticket/$1/attachments?fields=Filename" \\
              | grep -o '"Filename":"[^"]*"' | sort -u; }

            """
        case .redmine:
            """
            HEADER="X-Redmine-API-Key: $VENDOR_KEY"
            link() { "$@" --option project=vendor-support; }
            change() { there -o /dev/null -X PUT -d "{\\"issue\\":{$2}}" "$URL/issues/$1.json"; }
            reply() { change "$1" "\\"notes\\":\\"$2\\""; }
            work() { change "$1" '"status_id":2'; }
            ask() { change "$1" '"status_id":4'; }
            offer() { change "$1" '"status_id":3'; }
            files() { there "$URL/issues/$1.json?include=attachments" \\
              | grep -o '"filename":"[^"]*"' | sort -u; }

            """
        }
    }
}

/// Level 4 at a vendor's real system, by the program alone.
@Suite(
    "Cases at vendors, followed by connectors",
    .enabled(if: RealVendor.areThere, "Scripts/test starts the vendors' servers")
)
struct EscalationStoryTests {
    private static let setUp =
        """
        init() { quiet init --case-prefix $CASES; }

        """ + caseSetUp + """
            quiet vendor new works --share product --repository MST
            echo "-- the link to the vendor"
            m connector install "$ARCHIVE"
            printf %s "$KEY" | link m connector add works-desk $LIBRARY --vendor works --url "$URL" \\
              --plain-http --secret -
            m connector list

            """

    private static let escalated = """
        as carl
        echo "20:14 nas01.acme.example: transport endpoint reset" > controller.log
        quiet ticket new "Import stops at night" --product MST --release v2.0.1 --kind incident \\
          --body "Since Monday nas01.acme.example stops; Carl Berger saw it" --attach controller.log
        m case agree MST-1 --vendor works --scope text --scope files --words "Go ahead"
        me
        quiet ticket prioritise MST-1 --impact 2 --urgency 2
        quiet ticket escalate MST-1 --because skill
        quiet ticket escalate MST-1 --because defect
        quiet defect new --ticket MST-1
        as eve
        m case open "Import stops at night" "nas01.acme.example stops; Carl Berger saw it" \\
          --vendor works --ticket MST-1 --defect MST-D1 --connector works-desk
        m case preview $CASES-1
        quiet case preview $CASES-1 --approve $(digest $CASES-1)
        m case sync
        remote=$(mainstay case show $CASES-1 --json | grep -o '"remoteID":"[0-9]*"' | cut -d'"' -f4)
        m case comment $CASES-1 --share-file MST-1#1:controller.log
        m case preview $CASES-1
        quiet case preview $CASES-1 --approve $(digest $CASES-1)
        m case sync
        files $remote

        """

    private static let answered = """
        work $remote
        reply $remote "Does HOST-1 run 2.0? PERSON-1 may know"
        m case sync
        ask $remote
        m case sync
        m case show $CASES-1 | grep -vE "^(acknowledge|update|fix|CLOCK)"
        m case comment $CASES-1 --share "It does; nas01.acme.example runs 2.0.1" | grep held
        quiet case preview $CASES-1 --approve $(digest $CASES-1)
        m case sync
        reply $remote "Fixed by $(echo $rest | cut -c1-12), look at your branch for 2.0"
        offer $remote
        echo "$ case sync --keep-going, until Ctrl-C"
        "$MAINSTAY" case sync --keep-going &
        sync=$!
        for _ in $(seq 100); do
          mainstay case show $CASES-1 --json | grep -q '"state":"fix_offered"' && break
          sleep .5
        done
        kill -INT $sync
        wait $sync || echo "status $?"
        m case sync
        m task list
        m case set $CASES-1 --fix-commit $(echo $rest | cut -c1-12)
        m defect confirm MST-D1 $rest
        me
        quiet product scan MST
        m release plan MST 2.0 --name 2.0.2
        m release approve MST 2.0.2 MST-D1
        quiet ticket comment MST-1 "The vendor has fixed it; it comes with 2.0.2"
        quiet task done $(mainstay task list --json | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)
        as eve
        m case close $CASES-1 "It holds"
        quiet case preview $CASES-1 --approve $(digest $CASES-1)
        m case sync
        me
        m release show MST 2.0.2
        as carl
        m ticket show MST-1
        m case show $CASES-1
        me
        m case list --all
        m connector list
        m db verify
        cp -r .mainstay copy
        m case sync --data copy

        """

    @Test(
        "a ticket goes to level 4, a file follows, the vendor fixes it, the customer knows the release",
        arguments: RealVendor.allCases
    )
    func story(_ vendor: RealVendor) async throws {
        let project = try LedgerProject()
        // The servers are shared with other tests: our cases there need names of their own.
        let cases = String((0..<8).compactMap { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ".randomElement() })
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                vendor.shell + "CASES=\(cases)\nMAINSTAY='\(Mainstay.products)/mainstay'\n"
                    + project.variables + Self.setUp
                    + Self.escalated + Self.answered
            )
            #expect(run.errors == "")
            let said = Self.steady(place.steady(run.output, of: project))
                .replacing("\(cases)-", with: "MS-")
            let difference = try Snapshot.difference(said, "escalation-\(vendor.rawValue).txt")
            #expect(difference == nil)
        }
    }

    /// What differs from server to server and from day to day made the same.
    private static func steady(_ text: String) -> String {
        var steady = text
        for (pattern, word) in volatile { steady = steady.replacing(pattern, with: word) }
        return steady
    }

    private nonisolated(unsafe) static let volatile: [(Regex<Substring>, String)] = [
        (#/connector install \S*/org/#, "connector install ARCHIVES/org"),
        (#/http://127\.0\.0\.1:\d+/#, "SERVER"),
        (#/127\.0\.0\.1:\d+/#, "SERVER"),
        (#/\b\d{17,19}\b/#, "NUMBER"),
        (#/\b[0-9a-f]{16}\b/#, "DIGEST"),
        (#/sha256      [0-9a-f]{64}/#, "sha256      DIGEST"),
        (#/\d+ updates? read/#, "N updates read"),
        (#/there       \d+/#, "there       REMOTE"),
        (#/remote - > \d+/#, "remote - > REMOTE"),
        (#/ticket/\d+/#, "ticket/REMOTE"),
        (#/\?id=\d+/#, "?id=REMOTE"),
        (#/remote changed at \S+ > TIME, /#, ""),
        (#/, remote changed at \S+ > TIME/#, ""),
        (#/\d{4}-\d\d-\d\d \d\d:\d\d/#, "DAY AND TIME"),
        (#/'[^'\n]+:FOLDER/#, "'HOST:FOLDER"),
        (#/, \d+ bytes/#, ", N bytes"),
        (#/Content-Length: \d+/#, "Content-Length: N"),
    ]
}
