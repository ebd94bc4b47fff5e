import BackportAnalysis
import MainstayCore
import MainstayService
import Testing

@Suite("LineSettingsFile")
struct LineSettingsFileTests {
    @Test("every key is read")
    func everyKey() throws {
        let settings = try LineSettingsFile.read(
            #"""
            # The lines of the product.
            mainline: main
            lines:
              - name: 8.10
                ref: "8.10.x"
                kind: long_term
                phases: { active: 2025-06-01, maintenance: 2025-12-01, eol: 2026-12-31 }
              - name: "9.0"
            ignore: ["support/experimental-*"]
            order: ["9.0", 8.10]
            tags: { release: '^v(\d+\.\d+\.\d+)$', prerelease: true }
            tagLines: off
            """#
        )
        let expected = LineSettings(
            mainline: "main",
            lines: [
                .init(
                    name: "8.10",
                    ref: "8.10.x",
                    kind: .longTerm,
                    phases: [
                        .active: try #require(CalendarDay("2025-06-01")),
                        .maintenance: try #require(CalendarDay("2025-12-01")),
                        .eol: try #require(CalendarDay("2026-12-31")),
                    ]
                ),
                .init(name: "9.0"),
            ],
            ignore: ["support/experimental-*"],
            order: ["9.0", "8.10"],
            releasePattern: #"^v(\d+\.\d+\.\d+)$"#,
            countsPrereleases: true,
            findsTagLines: false
        )
        #expect(settings == expected)
    }

    @Test("an empty file changes nothing", arguments: ["", "# nothing\n", "~", "mainline:\n"])
    func empty(text: String) throws {
        #expect(try LineSettingsFile.read(text) == LineSettings())
    }

    @Test(
        "mistakes are told with file, key, value and what was expected",
        arguments: [
            (
                "mainlin: main",
                """
                Key 'mainlin' in .mainstay.yml, line 1, is unknown, expected 'mainline', 'lines', \
                'ignore', 'order', 'tags' or 'tagLines'
                Hint: Did you mean 'mainline'?
                """
            ),
            (
                "lines:\n  - name: a\n    phases: { maintainance: 2026-01-01 }",
                """
                Key 'lines[0].phases.maintainance' in .mainstay.yml, line 3, is unknown, expected \
                'development', 'active', 'maintenance', 'security', 'extended' or 'eol'
                Hint: Did you mean 'maintenance'?
                """
            ),
            (
                "lines:\n  - name: a\n    phases: { eol: 2026-02-30 }",
                """
                Key 'lines[0].phases.eol' in .mainstay.yml, line 3, is '2026-02-30', expected a day \
                of the calendar such as '2026-03-01'
                """
            ),
            (
                "lines:\n  - name: a\n    phases: { active: 2026-02-01, eol: 2026-01-01 }",
                """
                Key 'lines[0].phases.eol' in .mainstay.yml, line 3, is '2026-01-01', expected no day \
                before '2026-02-01', when 'active' begins
                """
            ),
            (
                "lines:\n  - name: a\n  - name: a",
                """
                Key 'lines[1].name' in .mainstay.yml, line 3, is 'a' for the second time, expected \
                each name once
                """
            ),
            (
                "lines:\n  - ref: a",
                """
                Key 'lines[0]' in .mainstay.yml, line 2, has no 'name', expected the name shown for \
                the line
                """
            ),
            (
                "lines:\n  - name: a\n    kind: long-term",
                """
                Key 'lines[0].kind' in .mainstay.yml, line 3, is 'long-term', expected 'regular' or \
                'long_term'
                Hint: Did you mean 'long_term'?
                """
            ),
            (
                "lines: main",
                "Key 'lines' in .mainstay.yml, line 1, is 'main', expected a list"
            ),
            (
                "mainline: [main]",
                "Key 'mainline' in .mainstay.yml, line 1, is a list, expected a text"
            ),
            (
                "tags: { prerelease: yes }",
                "Key 'tags.prerelease' in .mainstay.yml, line 1, is 'yes', expected true or false"
            ),
            (
                "tags: { release: 'v.*' }",
                """
                Key 'tags.release' in .mainstay.yml, line 1, is 'v.*', expected a regular expression \
                with one group, such as '^v(\\d+\\.\\d+)$'
                """
            ),
            (
                "order: [a, b, a]",
                """
                Key 'order[2]' in .mainstay.yml, line 1, is 'a' for the second time, expected each \
                name once
                """
            ),
            (
                "- main",
                ".mainstay.yml, line 1, is a list, expected a mapping"
            ),
            (
                "tagLines: on",
                "Key 'tagLines' in .mainstay.yml, line 1, is 'on', expected 'auto' or 'off'"
            ),
            (
                "mainline: a\nmainline: b",
                ".mainstay.yml, line 1 is no valid YAML: key 'mainline' is given twice"
            ),
        ]
    )
    func mistakes(text: String, expected: String) {
        do {
            _ = try LineSettingsFile.read(text)
            Issue.record("No error")
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test("text that is no YAML is told with its line")
    func notYAML() {
        do {
            _ = try LineSettingsFile.read("lines:\n  - name: [a\n")
            Issue.record("No error")
        } catch {
            #expect(error.message.hasPrefix(".mainstay.yml, line "))
            #expect(error.message.contains("is no valid YAML"))
        }
    }
}
