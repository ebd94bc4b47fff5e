import LTSReleases
import MainstayCore
import Testing

@Suite("Lifecycle") struct LifecycleTests {
    private func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    @Test("a phase holds from its first day to the day before the next one")
    func phases() throws {
        let lifecycle = try Lifecycle([
            PhaseChange(.security, from: try day("2027-03-01")),
            PhaseChange(.active, from: try day("2026-03-01")),
            PhaseChange(.eol, from: try day("2028-03-01")),
        ])
        #expect(lifecycle.phase(on: try day("2026-02-28")) == .development)
        #expect(lifecycle.phase(on: try day("2026-03-01")) == .active)
        #expect(lifecycle.phase(on: try day("2027-02-28")) == .active)
        #expect(lifecycle.phase(on: try day("2027-03-01")) == .security)
        #expect(lifecycle.phase(on: try day("2040-01-01")) == .eol)
        #expect(lifecycle.next(after: try day("2027-03-01"))?.phase == .eol)
    }

    @Test("a later word on a phase replaces an earlier one, and takes it out")
    func replaced() throws {
        let changes = [
            PhaseChange(.active, from: try day("2026-03-01")),
            PhaseChange(.eol, from: try day("2027-03-01")),
        ]
        let longer = try Lifecycle(changes + [PhaseChange(.eol, from: try day("2029-03-01"))])
        #expect(longer.start(of: .eol) == (try day("2029-03-01")))
        #expect(try Lifecycle(changes + [PhaseChange(.eol, from: nil)]).start(of: .eol) == nil)
    }

    @Test("an older phase cannot begin before a younger one")
    func contradiction() throws {
        let changes = [
            PhaseChange(.security, from: try day("2026-03-01")),
            PhaseChange(.maintenance, from: try day("2026-03-01")),
        ]
        let error = #expect(throws: ReleaseError.self) { try Lifecycle(changes) }
        #expect(error?.message.contains("not after 'maintenance' on 2026-03-01") == true)
    }
}

@Suite("Release policy") struct ReleasePolicyTests {
    @Test("what each phase takes, until a product says otherwise")
    func usual() {
        let policy = ReleasePolicy.usual
        for kind in DefectKind.allCases {
            for severity in Severity.allCases {
                func takes(_ phase: LifecyclePhase) -> Bool {
                    policy.refusal(of: kind, severity, in: phase) == nil
                }
                #expect(takes(.development) && takes(.active))
                #expect(takes(.maintenance) == (kind != .feature))
                #expect(takes(.security) == (kind == .security))
                #expect(takes(.extended) == (kind == .security && severity <= .high))
                #expect(!takes(.eol))
            }
        }
    }

    @Test("a policy survives its JSON")
    func json() throws {
        #expect(try ReleasePolicy(ReleasePolicy.usual.json) == .usual)
    }

    @Test(
        "a policy that is not one is refused with the place",
        arguments: [
            (#"{"secure": {"kinds": []}}"#, "unknown phase 'secure'"),
            (#"{"eol": {}}"#, "no list 'kinds'"),
            (#"{"eol": {"kinds": ["bugs"]}}"#, "unknown kind"),
            (#"{"eol": {"kinds": [], "severity": 6}}"#, "severity 6"),
            (#"{"eol": {"kinds": [], "approver": "boss"}}"#, "unknown approver 'boss'"),
            (#"{"eol": {"kinds": [], "aprover": "security"}}"#, "unknown key 'aprover'"),
        ]
    )
    func refused(json: String, words: String) throws {
        let value = try JSONValue(json: json)
        let error = #expect(throws: ReleaseError.self) { try ReleasePolicy(value) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test("newer lines come first, decisions and phases stop a pick")
    func remaining() {
        let demand = DefectDemand(kind: .bug, severity: .medium, hasFix: true)
        let lines = [
            LineOutlook(name: "main", status: .fixed, phase: .development),
            LineOutlook(name: "5", status: .missing, phase: .active),
            LineOutlook(name: "4", status: .fixedUnreleased, phase: .maintenance),
            LineOutlook(name: "3", status: .affected, phase: .maintenance),
            LineOutlook(
                name: "2",
                status: .affected,
                phase: .maintenance,
                decision: .notApplicable
            ),
            LineOutlook(name: "1", status: .affected, phase: .security),
        ]
        #expect(
            ReleasePolicy.usual.remaining(demand, on: lines) == [
                .nothing, .pick, .release, .pickAfter(lines: ["5"]), .decided,
                .refused("phase security takes only security"),
            ]
        )
    }
}
