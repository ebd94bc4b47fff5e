/// One way in which projects name their release lines: the rule, its reason and its examples.
///
/// A name is a line if it matches one whole template; there are no partial matches, so that
/// `fedora/2.18/master` and `patchback/backports/3.14/pr-1` are none.
package struct LineTemplate: Sendable {
    /// The template's name, stable and unique.
    package let name: String
    /// The pattern in words: `V` is a version, `W` a lower-case word, `P` the project's own word.
    package let pattern: String
    /// Who writes names like this, and why the limits of the template are where they are.
    package let explanation: String
    /// Names that match, each with the name shown for it.
    package let examples: [Example]
    /// Names that look alike and must not match.
    package let counterexamples: [String]
    /// How many names must match (with the same `P`) before any of them is a line.
    package let minimumMembers: Int
    let read: @Sendable (inout NameReader) -> LineName?

    /// A name that a template matches.
    package struct Example: Sendable {
        /// The branch's or tag's short name.
        package let name: String
        /// The line's shown name.
        package let shown: String
    }

    init(
        _ name: String,
        pattern: String,
        explanation: String,
        examples: KeyValuePairs<String, String>,
        counterexamples: [String],
        minimumMembers: Int = 1,
        read: @escaping @Sendable (inout NameReader) -> LineName?
    ) {
        self.name = name
        self.pattern = pattern
        self.explanation = explanation
        self.examples = examples.map { Example(name: $0.key, shown: $0.value) }
        self.counterexamples = counterexamples
        self.minimumMembers = minimumMembers
        self.read = read
    }

    /// Reads a whole short name; `nil` if it does not match.
    func match(_ bytes: UnsafeRawBufferPointer) -> LineName? {
        var reader = NameReader(bytes)
        guard let name = read(&reader), reader.isAtEnd else { return nil }
        return name
    }

    /// Whether the whole of `name` matches, and the line's shown name if it does.
    package func shownName(for name: String) -> String? {
        var name = name
        return name.withUTF8 { match(UnsafeRawBufferPointer($0))?.shown }
    }
}

extension LineTemplate {
    /// The templates for branches, tried in this order; a name matches the first that fits.
    package static let branches: [LineTemplate] = [
        release, releaseBranch, stable, versionThenWord, stableSuffix, openVersion, bareVersion,
        projectVersion,
    ]

    /// The template for tags in which a line ends.
    package static let endTag = LineTemplate(
        "end-tag",
        pattern: "(V or W)-(eol, eom, em)",
        explanation: """
            A tag left where a branch was deleted: end of life, end of maintenance, extended \
            maintenance.
            """,
        examples: ["yoga-eol": "yoga", "2023.2-eol": "2023.2", "zed-eom": "zed"],
        counterexamples: ["yoga-eol-1", "Yoga-eol", "eol", "foo-bar-eol"]
    ) { reader in
        guard var line = versionOrWord(&reader), reader.take(45) else { return nil }
        if reader.take("eol") {
            line.phaseHint = .ended
        } else if reader.take("eom") || reader.take("em") {
            line.phaseHint = .extended
        } else {
            return nil
        }
        return line
    }

    static let release = LineTemplate(
        "release",
        pattern: "(release, releases, rel, releng)[/-_](P-)?V(.x)?(/master or /main)?",
        explanation: "The commonest form; some projects put their own name before the version.",
        examples: [
            "release/2.39/master": "2.39", "release-1.2": "1.2", "releases/v3.x": "3.x",
            "release/17.x": "17.x", "releases/gcc-13": "13", "release_5": "5", "rel-2.1": "2.1",
        ],
        counterexamples: [
            "release", "release/next", "release1.6.4", "release-1.2-notes", "release/2.39/fix",
            "fedora/release/2.39",
        ]
    ) { reader in
        guard reader.take(oneOf: ["release", "releases", "releng", "rel"]),
            reader.take(anyOf: "/-_")
        else { return nil }
        let start = reader.place
        if reader.letters() != nil, !reader.take(45) { reader.place = start }
        guard var line = openableVersion(&reader) else { return nil }
        line.isLongTerm = false
        if !reader.isAtEnd, !reader.take("/master"), !reader.take("/main") { return nil }
        return line
    }

    static let releaseBranch = LineTemplate(
        "release-branch",
        pattern: "(release-branch, branch, branches, series)[./-](P)?V(.x)?",
        explanation: "Written by projects that tell branches from tags by a word.",
        examples: [
            "release-branch.go1.21": "1.21", "branch-3.5": "3.5", "branches/4.0": "4.0",
            "series/0.23.x": "0.23.x",
        ],
        counterexamples: ["branch-fix", "branch", "my-branch-3.5", "branch-3.5-fix", "branch-1"]
    ) { reader in
        guard reader.take(oneOf: ["release-branch", "branches", "branch", "series"]),
            reader.take(anyOf: "./-")
        else { return nil }
        let start = reader.place
        if let letters = reader.letters(lowerCaseOnly: true), letters.count == 1 {
            reader.place = start
        }
        guard let line = openableVersion(&reader) else { return nil }
        return (line.numbers?.count ?? 0) > 1 || line.isOpen ? line : nil
    }

    static let stable = LineTemplate(
        "stable",
        pattern: "(stable, maint, maintenance, support, lts, unmaintained)[/-]V(.x)? or /W",
        explanation: """
            Lines named after what is done with them. A bare word counts after a slash alone: \
            after a dash it is nearly always the subject of somebody's work.
            """,
        examples: [
            "stable/2025.1": "2025.1", "stable-1.4": "1.4", "maint/v1.9": "1.9",
            "unmaintained/yoga": "yoga", "maintenance/1.5.x": "1.5.x", "lts-5.15": "5.15",
            "stable/4.2.x": "4.2.x",
        ],
        counterexamples: [
            "stable", "stable-2.0-network", "maintenance/fix-build", "stable-branch",
            "fedora/stable/2", "stable/2025.1/fix",
        ]
    ) { reader in
        let start = reader.place
        guard
            reader.take(oneOf: [
                "stable", "maintenance", "maint", "support", "lts", "unmaintained",
            ])
        else { return nil }
        let family = reader.text(start..<reader.place)
        let hasSlash = reader.take(47)
        guard hasSlash || reader.take(45) else { return nil }
        var line: LineName
        if let version = openableVersion(&reader) {
            line = version
        } else if hasSlash, let word = reader.letters(lowerCaseOnly: true) {
            line = LineName(word: reader.text(word))
        } else {
            return nil
        }
        line.isLongTerm = family == "lts"
        if family == "unmaintained" { line.phaseHint = .extended }
        return line
    }
}
