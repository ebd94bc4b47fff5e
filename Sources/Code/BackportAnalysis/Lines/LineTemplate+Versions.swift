// Templates in which the version comes first or alone.

extension LineTemplate {
    static let versionThenWord = LineTemplate(
        "version-word",
        pattern: "(P[-_])?V-(stable, maint, lts), V also with dashes",
        explanation: "The version first, then what is done with it.",
        examples: [
            "v3-lts": "3", "v255-stable": "255", "7-1-stable": "7.1", "v4-18-stable": "4.18",
            "OpenSSL_1_1_1-stable": "1.1.1", "v9.0-maint": "9.0",
        ],
        counterexamples: ["v18.x-staging", "stable", "v3-lts-fix", "v4.9-rhel", "pr-12-stable"]
    ) { reader in
        let start = reader.place
        if let letters = reader.letters() {
            let word = reader.text(letters).lowercased()
            if reader.take(anyOf: "-_") {
                if workWords.contains(word) { return nil }
            } else {
                reader.place = start
            }
        }
        guard let numbers = reader.version(dashes: true), reader.take(45) else { return nil }
        var line = LineName(numbers: numbers)
        if reader.take("lts") {
            line.isLongTerm = true
        } else if !reader.take("stable"), !reader.take("maint") {
            return nil
        }
        return line
    }

    static let stableSuffix = LineTemplate(
        "upper-case-stable",
        pattern: "P_?N(_N)*_STABLE, P in upper case",
        explanation: "A naming inherited from CVS, which allowed no dots.",
        examples: [
            "REL_17_STABLE": "17", "REL9_6_STABLE": "9.6", "MOODLE_401_STABLE": "401",
        ],
        counterexamples: ["REL_17_STABLE_fix", "REL_STABLE", "rel_17_stable"]
    ) { reader in
        let start = reader.place
        guard let letters = reader.letters(),
            reader.bytes[letters].allSatisfy({ $0 < 97 }), reader.place > start
        else { return nil }
        _ = reader.take(95)
        guard let numbers = reader.version(), reader.take("_STABLE") else { return nil }
        return LineName(numbers: numbers)
    }

    static let openVersion = LineTemplate(
        "open-version",
        pattern: "V.x",
        explanation: "The place of the number that goes on counting is kept by an x.",
        examples: ["8.4.x": "8.4.x", "v18.x": "18.x", "7.x": "7.x"],
        counterexamples: ["8.4.x-fix", "x", "v3.5.x.x", "foo/8.4.x", "8.4.xy"]
    ) { reader in
        guard let line = openableVersion(&reader), line.isOpen else { return nil }
        return line
    }

    static let bareVersion = LineTemplate(
        "version",
        pattern: "V with a dot",
        explanation: "A single number is as often a ticket or a date, so a dot is asked for.",
        examples: ["3.12": "3.12", "v4.9": "4.9", "10.11": "10.11"],
        counterexamples: ["3", "20250224", "3.12-fix", "1.2.3.4.5", "3.12rc1"]
    ) { reader in
        guard let numbers = reader.version(), numbers.count > 1 else { return nil }
        return LineName(numbers: numbers)
    }

    static let projectVersion = LineTemplate(
        "project-version",
        pattern: "P-V or P_V, V with a dot, also V.x and V.y",
        explanation: """
            The project's name before the version. One such branch alone is too weak a sign, \
            and words for work in progress do not name a project.
            """,
        examples: [
            "server-3.2": "3.2", "PHP-8.3": "8.3", "ruby_3_2": "3.2", "linux-6.6.y": "6.6.x",
        ],
        counterexamples: [
            "server-3", "name-patch-1", "rabbitmq-3.12.9-test-release", "fix-1.2", "bump-3.4",
        ],
        minimumMembers: 2
    ) { reader in
        guard let letters = reader.letters() else { return nil }
        let project = reader.text(letters)
        guard reader.take(anyOf: "-_"), var line = openableVersion(&reader),
            (line.numbers?.count ?? 0) > 1, !workWords.contains(project.lowercased())
        else { return nil }
        line.project = project
        return line
    }

    /// Words that start the names of work in progress, never of a line.
    static let workWords: Set<String> = [
        "backport", "bug", "bugfix", "build", "bump", "ci", "dev", "doc", "docs", "feature",
        "fix", "gh", "hotfix", "issue", "merge", "patch", "pr", "prep", "prepare", "revert",
        "temp", "test", "tests", "tmp", "topic", "update", "upgrade", "wip",
    ]

    /// `V`, then `.x` or `.y` if it is there.
    static func openableVersion(_ reader: inout NameReader) -> LineName? {
        guard let numbers = reader.version() else { return nil }
        var line = LineName(numbers: numbers)
        let start = reader.place
        if reader.take(anyOf: "._"), reader.take(anyOf: "xyX"), isWordEnd(reader) {
            line.isOpen = true
        } else {
            reader.place = start
        }
        return line
    }

    private static func isWordEnd(_ reader: NameReader) -> Bool {
        reader.isAtEnd || !NameReader.isLetter(reader.bytes[reader.place])
    }

    /// `V` or a lower-case word.
    static func versionOrWord(_ reader: inout NameReader) -> LineName? {
        if let numbers = reader.version() { return LineName(numbers: numbers) }
        guard let word = reader.letters(lowerCaseOnly: true) else { return nil }
        return LineName(word: reader.text(word))
    }
}
