import LTSReleases
package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay defect link`.
package struct DefectLink: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Tie a defect to the commits that fix it or brought it in.",
        discussion: """
            Backports need not be named: a commit counts wherever it or an equal one lands. Each \
            --fix is a part that is needed; A+B are two parts, A,B alternatives of one. \
            --introduced 0 means since the beginning.

            Examples:
              mainstay defect link MST-D7 --fix 1a2b3c4 --introduced 5d6e7f8
              mainstay defect link MST-D7 --fix 99aa77b --line 1.2      another fix for one line
              mainstay defect link MST-D7 --fix 99aa77b --part 1        an alternative of part 1
            """
    )

    @OptionGroup var defect: DefectOptions
    @Option(help: ArgumentHelp("A commit that fixes it (can be repeated).", valueName: "sha"))
    var fix: [String] = []
    @Option(help: ArgumentHelp("A commit that brought it in, or 0.", valueName: "sha"))
    var introduced: [String] = []
    @Option(help: ArgumentHelp("A commit that the fix needs.", valueName: "sha"))
    var prerequisite: [String] = []
    @Option(help: ArgumentHelp("The commits count on this line only.", valueName: "line"))
    var line: String?
    @Option(help: ArgumentHelp("The fix is an alternative of this part.", valueName: "n"))
    var part: Int64?
    @Flag(name: .customLong("merge"), help: "Merges are tied with all that they bring in.")
    var allowsMerges = false
    @Option(help: .hidden) var source = LinkSource.person
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Asks for commits.
    package func validate() throws {
        if fix.isEmpty, introduced.isEmpty, prerequisite.isEmpty {
            throw ValidationError("Give --fix, --introduced or --prerequisite")
        }
        if let part, part < 1 { throw ValidationError("--part is \(part), expected 1 or more") }
    }

    /// Ties them.
    package func run() async throws {
        var links = NewLinks()
        links.fixes = fix
        links.introducers = introduced
        links.prerequisites = prerequisite
        links.line = line
        links.part = part
        links.allowsMerges = allowsMerges
        links.source = source
        links.words = try words.words()
        let new = links
        try await defect.act { desk, tools in _ = try await desk.link(defect.ref, new, tools) }
    }
}

/// `mainstay defect unlink`.
package struct DefectUnlink: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "unlink",
        abstract: "Untie a commit from a defect."
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "The commit, or 0.") var commit: String

    /// Creates the command.
    package init() {}

    /// Unties it.
    package func run() async throws {
        try await defect.act { desk, _ in try await desk.unlink(defect.ref, commit: commit) }
    }
}

/// A commit and what is said of it.
package struct JudgedCommit: ParsableArguments {
    @OptionGroup var defect: DefectOptions
    @Argument(help: "The commit, or 0.") var commit: String
    @OptionGroup var words: TextInput

    /// Creates the defaults.
    package init() {}

    /// Judges it and shows the defect.
    func judge(isRight: Bool) async throws {
        let said = try words.words()
        try await defect.act { desk, tools in
            _ = try await desk.judge(
                defect.ref,
                commit: commit,
                isRight: isRight,
                words: said,
                tools
            )
        }
    }
}

/// `mainstay defect confirm`.
package struct DefectConfirm: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Confirm a commit: that it is tied rightly, or carries the fix on its line."
    )

    @OptionGroup var commit: JudgedCommit

    /// Creates the command.
    package init() {}

    /// Confirms it.
    package func run() async throws { try await commit.judge(isRight: true) }
}

/// `mainstay defect deny`.
package struct DefectDeny: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Deny a commit: that it is tied rightly, or carries the fix on its line."
    )

    @OptionGroup var commit: JudgedCommit

    /// Creates the command.
    package init() {}

    /// Denies it.
    package func run() async throws { try await commit.judge(isRight: false) }
}
