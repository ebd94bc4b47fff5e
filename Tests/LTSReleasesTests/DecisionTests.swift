import LTSReleases
import MainstayCore
import Testing

@Suite("Decisions") struct DecisionTests {
    private func decide(
        _ kind: DecisionKind,
        _ ground: Justification?,
        until: CalendarDay? = nil
    ) throws -> Decision {
        try Decision(
            kind,
            because: ground,
            on: (defect: 1, line: 2),
            waitingFor: (nil, until),
            by: (account: 3, at: Instant(milliseconds: 0), seq: 4)
        )
    }

    @Test("each kind takes the grounds that fit it, and no other", arguments: DecisionKind.allCases)
    func grounds(kind: DecisionKind) throws {
        let until = kind == .deferred ? CalendarDay("2026-12-01") : nil
        for ground in Justification.allCases.map(Optional.some) + [nil] {
            let fits =
                switch (kind, ground) {
                case (.notApplicable, let ground?): ground.isFlag
                case (.wontFix, let ground?): !ground.isFlag
                case (.notApplicable, nil), (.wontFix, nil): false
                default: ground == nil
                }
            let made = try? decide(kind, ground, until: until)
            #expect(
                (made != nil) == fits,
                "\(kind) because of \(ground.map(\.rawValue) ?? "nothing")"
            )
        }
    }

    @Test("a deferral waits for something, and nothing else does")
    func waits() throws {
        let day = try #require(CalendarDay("2026-12-01"))
        let idle = #expect(throws: ReleaseError.self) { try decide(.deferred, nil) }
        #expect(idle?.message == "A deferral waits for a release or a day, none is given")
        let waiting = #expect(throws: ReleaseError.self) {
            try decide(.wontFix, .risk, until: day)
        }
        #expect(waiting?.hint == "Leave --until out")
    }
}

@Suite("Releases") struct ReleaseStandingTests {
    @Test(
        "the next release of a line has the next number",
        arguments: [
            ("glibc-2.38", 2, "2.38.1"), ("2.38.1", 2, "2.38.2"), ("1.2.9", 2, "1.2.10"),
            ("3", 1, "3.1"), ("17.4", 1, "17.5"),
        ]
    )
    func nextName(newest: String, lineNumbers: Int, expected: String) throws {
        let digits = newest.drop { !$0.isNumber }
        let version = try #require(ReleaseVersion(digits))
        #expect(PlannedRelease.name(after: version, lineNumbers: lineNumbers) == expected)
    }

    @Test("what keeps a defect back is said word by word, and nothing once it is there")
    func obstacles() {
        func found(
            _ remaining: Remaining,
            _ item: ReleaseItemState,
            isDecided: Bool
        ) -> [Obstacle] {
            ReleasePolicy.usual.obstacles(
                remaining,
                in: .maintenance,
                item: item,
                decision: .wontFix,
                isDecided: isDecided
            )
        }
        #expect(found(.release, .wanted, isDecided: false).isEmpty)
        #expect(found(.nothing, .wanted, isDecided: false).isEmpty)
        #expect(found(.pick, .approved, isDecided: true).isEmpty)
        #expect(
            found(.pickAfter(lines: ["2.2"]), .wanted, isDecided: false)
                == [.newerLines(["2.2"]), .undecided, .unapproved(.releaseManager)]
        )
        #expect(found(.decided, .approved, isDecided: true) == [.decidedAgainst(.wontFix)])
        #expect(found(.fix, .approved, isDecided: true) == [.noFix])
    }
}
