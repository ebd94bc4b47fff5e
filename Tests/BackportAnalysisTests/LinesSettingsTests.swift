import BackportAnalysis
import MainstayCore
import Testing

@Suite("LineSettings")
struct LinesSettingsTests {
    static func fixture() -> LinesFixture {
        var fixture = LinesFixture()
        fixture.branch("8.4.x", after: 5)
        fixture.branch("9.0.x", after: 6)
        fixture.branch("customer-a", after: 4)
        fixture.branch("support/experimental", after: 4)
        return fixture
    }

    static func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    /// The error that detection with `settings` throws.
    static func error(_ settings: LineSettings) -> LineError? {
        do {
            _ = try fixture().detect(settings)
            return nil
        } catch {
            return error as? LineError
        }
    }

    @Test("configured lines stand beside those found, or replace them")
    func lines() throws {
        let settings = LineSettings(
            lines: [
                .init(name: "8.4 LTS", ref: "8.4.x", kind: .longTerm),
                .init(name: "A", ref: "refs/heads/customer-a"),
                .init(name: "9.0.x", kind: .longTerm),
            ],
            ignore: ["support/experimental*"]
        )
        let found = try Self.fixture().detect(settings)
        #expect(found.lines.map(\.name) == ["9.0.x", "8.4 LTS", "A"])
        #expect(found.lines.map(\.kind) == [.longTerm, .longTerm, .regular])
        #expect(
            found.passedOver.map(\.reason) == [
                "ignored by 'support/experimental*' in .mainstay.yml"
            ]
        )
    }

    @Test("the configured order comes first")
    func order() throws {
        let found = try Self.fixture().detect(LineSettings(order: ["8.4.x", "experimental"]))
        #expect(found.lines.map(\.name) == ["8.4.x", "experimental", "9.0.x"])
    }

    @Test(
        "dated phases are judged on the given day",
        arguments: [
            ("2025-05-31", LifecyclePhase.development), ("2025-06-01", .active),
            ("2026-02-28", .maintenance), ("2026-03-01", .security), ("2026-12-31", .eol),
        ]
    )
    func phases(day: String, phase: LifecyclePhase) throws {
        let line = LineSettings.Line(
            name: "8.4",
            ref: "8.4.x",
            phases: [
                .active: try Self.day("2025-06-01"), .maintenance: try Self.day("2025-12-01"),
                .security: try Self.day("2026-03-01"), .eol: try Self.day("2026-12-31"),
            ]
        )
        let found = try Self.fixture().detect(LineSettings(lines: [line]), day: day)
        let configured = try found.line(named: "8.4")
        #expect(configured.phase == phase)
        #expect(!configured.phaseInferred)
    }

    @Test("the configured mainline wins")
    func mainline() throws {
        let found = try Self.fixture().detect(LineSettings(mainline: "9.0.x"))
        #expect(found.mainline.ref == "refs/heads/9.0.x")
        #expect(found.lines.map(\.name) == ["experimental", "8.4.x"] || found.lines.count == 2)
    }

    @Test("settings that name what is not there are errors")
    func errors() {
        #expect(
            Self.error(LineSettings(mainline: "mian"))?.description == """
                Setting 'mainline' in .mainstay.yml names 'mian', which is no branch or tag here
                Hint: Did you mean 'main'?
                """
        )
        #expect(
            Self.error(LineSettings(lines: [.init(name: "8", ref: "8.5.x")]))?.description == """
                Setting 'lines' in .mainstay.yml names '8.5.x', which is no branch or tag here
                Hint: Did you mean '8.4.x'?
                """
        )
        #expect(
            Self.error(LineSettings(order: ["9.1.x"]))?.description == """
                Setting 'order' in .mainstay.yml names '9.1.x', which is no line here
                Hint: Did you mean '9.0.x'?
                """
        )
        #expect(
            Self.error(LineSettings(releasePattern: "v("))?.description == #"""
                Setting 'tags.release' in .mainstay.yml is no regular expression: 'v('
                Hint: Write one group for the version, for example '^v(\d+\.\d+\.\d+)$'
                """#
        )
        #expect(
            Self.error(LineSettings(lines: [.init(name: "x", ref: "refs/remotes/o/x")]))?.code
                == .unknownRef
        )
    }
}

@Suite("ReleaseLines")
struct LinesLookupTests {
    static func found() throws -> ReleaseLines {
        var fixture = LinesFixture()
        fixture.branch("release/2.38/master", after: 5)
        fixture.branch("release/2.39/master", after: 6)
        fixture.tag("v2.39", at: 6)
        fixture.tag("v2.39.1-rc1", at: 7)
        return try fixture.detect()
    }

    @Test(
        "a line is found by name, ref and version",
        arguments: [
            "2.39", "v2.39", "2.39.0", "2.39.x", "release/2.39/master",
            "refs/heads/release/2.39/master",
        ]
    )
    func lookup(name: String) throws {
        #expect(try Self.found().line(named: name).name == "2.39")
    }

    @Test("the mainline is found too")
    func mainline() throws {
        #expect(try Self.found().line(named: "main").isMainline)
    }

    @Test("an unknown line is an error that names those there are")
    func unknown() throws {
        let found = try Self.found()
        #expect(throws: LineError.self) { try found.line(named: "2.37") }
        do {
            _ = try found.line(named: "release/2.39/mastre")
        } catch {
            #expect(
                error.description == """
                    No line is called 'release/2.39/mastre', lines here: 'main', '2.39', '2.38'
                    Hint: Did you mean 'release/2.39/master'?
                    """
            )
        }
    }

    @Test("releases are found by tag and by version")
    func releases() throws {
        let found = try Self.found()
        #expect(found.releases(named: "v2.39") == [0])
        #expect(found.releases(named: "2.39.0") == [0])
        #expect(found.releases(named: "2.39.1rc1") == [1])
        #expect(found.releases(named: "2.40") == [])
    }

    @Test("a caller that needs lines says how to name them")
    func noLines() {
        #expect(
            LineError.noLines(namesSeen: ["foo"]).description == """
                No branch or tag is named like a release line, names seen: 'foo'
                Hint: Name the lines in .mainstay.yml at the top of the repository:
                lines:
                  - name: "1.0"
                    ref: "foo"
                """
        )
    }
}
