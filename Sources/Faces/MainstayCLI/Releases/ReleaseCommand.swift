import LTSReleases
package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay release`.
package struct ReleaseCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Plan, pick, note and publish patch releases of a line.",
        discussion: """
            Examples:
              mainstay release decide MST-D7 --line 2.0 next --because severity
              mainstay release plan MST 2.0                     open the next release of line 2.0
              mainstay release show MST 2.0.4                   contents, what is missing, risk
              mainstay release apply MST 2.0.4                  make the picks on a new branch
              mainstay release publish MST 2.0.4                once its tag is there
            """,
        subcommands: [
            ReleaseDecide.self, ReleasePlan.self, ReleaseList.self, ReleaseShow.self,
            ReleaseAdd.self, ReleaseApprove.self, ReleaseDrop.self, ReleaseApply.self,
            ReleaseNotesCommand.self, ReleasePublish.self, ReleaseFreeze.self, ReleaseReopen.self,
            ReleaseCancel.self, ReleaseWithdraw.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// A release, and how to tell of it.
package struct ReleaseOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: ArgumentHelp("The release, by its name.", valueName: "release"))
    var name: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the release and shows it.
    func act(_ act: @escaping (Desk, CodeTools) async throws -> Void) async throws {
        try await InstanceSession.run(instance) { session in
            try await act(session.desk, try session.tools())
            try await Self.show(name, of: product, session)
        }
    }

    static func show(
        _ name: String,
        of product: String,
        _ session: InstanceSession
    ) async throws {
        let view = try await session.desk.release(name, of: product, try session.tools())
        session.progress.finish()
        try session.write("release", [view.json]) { buffer in
            ReleaseReport(view, on: session.screen).write(to: &buffer)
        }
        warn(view.warnings)
    }
}

/// `mainstay release decide`.
package struct ReleaseDecide: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decide whether a release is made for a defect on a line.",
        discussion: """
            'new' opens a planned release with the defect in it, 'next' adds it to the line's \
            planned one or the next that is opened, 'none' takes it out of that. What Git says of \
            the line stays as it is.

            Examples:
              mainstay release decide MST-D7 new --line 2.0 --because security
              mainstay release decide MST-D7 none --line 1.2 --because workaround "See MST-7"
            """
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "What is decided.") var choice: ReleaseChoice
    @Option(help: "The line.") var line: String
    @Option(help: "Why.") var because: ReleaseCause
    @Option(help: ArgumentHelp("The name of a new release.", valueName: "name"))
    var name: String?
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Decides.
    package func run() async throws {
        var new = NewReleaseDecision(choice, on: line, because: because)
        new.name = name
        new.words = try words.words()
        let decision = new
        try await defect.act { desk, tools in
            _ = try await desk.decideRelease(defect.ref, decision, tools)
        }
    }
}

/// `mainstay release plan`.
package struct ReleasePlan: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Open the next release of a line with all that remains to be shipped there."
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: "The line.") var line: String
    @Option(help: ArgumentHelp("Its name; without: the next number.", valueName: "name"))
    var name: String?
    @Option(help: ArgumentHelp("When it shall be out.", valueName: "day")) var day: CalendarDay?
    @Flag(help: "Put in only what was decided for the next release.") var empty = false
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Opens it and shows it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let opened = try await session.desk.planRelease(
                of: product,
                on: line,
                name: name,
                day: day,
                isEmpty: empty,
                try session.tools()
            )
            try await ReleaseOptions.show(opened, of: product, session)
        }
    }
}

/// `mainstay release list`.
package struct ReleaseList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the releases of a product."
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let found = try await session.desk.releases(of: product)
            let rows = found.map { release, line, wanted -> JSONValue in
                [
                    "release": .text(release.name), "line": .text(line.name),
                    "state": .text(release.state.rawValue), "defects": .int(Int64(wanted)),
                    "planned": .text(release.plannedDay?.description),
                    "published": .time(release.publishedAt),
                ]
            }
            try session.write("releases", rows) { buffer in
                if found.isEmpty { return buffer.line("No releases.") }
                var table = GridTable(["RELEASE", "LINE", "STATE", "DEFECTS", "DAY"])
                for (release, line, wanted) in found {
                    let day = release.publishedAt?.day ?? release.plannedDay
                    table.add([
                        release.name, line.name, release.state.rawValue, "\(wanted)",
                        day.map { "\($0)" } ?? "-",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay release show`.
package struct ReleaseShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a release: what it holds, what keeps it back, what it changes."
    )

    @OptionGroup var release: ReleaseOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws { try await release.act { _, _ in } }
}

/// `mainstay release apply`.
package struct ReleaseApply: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the picks of a release on a new branch of the mirror.",
        discussion: """
            Picks are made in memory, in the order of the mainline, with what they need first. If \
            one conflicts nothing is written, unless it is told to leave those out or to write \
            them as drafts. No branch is ever moved.

            Examples:
              mainstay release apply MST 2.0.4 --dry-run
              mainstay release apply MST 2.0.4 --clean-only --branch picks-2.0.4
            """
    )

    @OptionGroup var release: ReleaseOptions
    @Flag(help: "Only tell; write nothing.") var dryRun = false
    @Option(
        help: ArgumentHelp(
            "The branch, below mainstay/; without: <line>/<release>.",
            valueName: "name"
        )
    )
    var branch: String?
    @Flag(help: "Write the picks that are clean, leave out the others.") var cleanOnly = false
    @Flag(help: "As --clean-only, and the others with markers on a branch '...-draft'.")
    var draft = false
    @Option(
        help: ArgumentHelp(
            "Pick though newer lines lack the fix, for this reason.",
            valueName: "why"
        )
    )
    var allowGap: String?

    /// Creates the command.
    package init() {}

    /// Refuses options that contradict each other.
    package func validate() throws {
        if cleanOnly, draft { throw ValidationError("--clean-only contradicts --draft") }
        if dryRun, branch != nil || cleanOnly || draft {
            throw ValidationError("--dry-run writes nothing: leave the other options out")
        }
    }

    /// Plans, writes, shows; fails last, so that the plan is shown in any case.
    package func run() async throws {
        try await InstanceSession.run(release.instance) { session in
            let environment = Environment.all()
            var wish = ReleaseApplication()
            wish.gapReason = allowGap
            if !dryRun {
                var target = PickRequest.Branch()
                target.name = branch
                target.choice = draft ? .drafts : cleanOnly ? .clean : .all
                target.committerName = environment["GIT_COMMITTER_NAME"]
                target.committerEmail = environment["GIT_COMMITTER_EMAIL"]
                wish.branch = target
            }
            let (plan, mirror) = try await session.desk.apply(
                release: release.name,
                of: release.product,
                wish,
                try session.tools()
            )
            session.progress.finish()
            try session.write("release apply", [plan.json(mirror)]) { buffer in
                PickReport.table(plan, to: &buffer, on: session.screen)
                if let made = plan.branches.first {
                    let place = "\(makeSafe(mirror)) \(makeSafe(made.ref))"
                    buffer.line("\nFetch it: git fetch \(place)")
                }
            }
            if let refusal = plan.refusal { throw refusal }
        }
    }
}

/// `mainstay release notes`.
package struct ReleaseNotesCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "notes",
        abstract: "Write the notes of a release as Markdown."
    )

    @OptionGroup var release: ReleaseOptions

    /// Creates the command.
    package init() {}

    /// Writes them.
    package func run() async throws {
        try await InstanceSession.run(release.instance) { session in
            let tools = try session.tools()
            let text = try await session.desk.notes(of: release.name, of: release.product, tools)
            session.progress.finish()
            let result: JSONValue = ["release": .text(release.name), "markdown": .text(text)]
            try session.write("release notes", [result]) { buffer in
                for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                {
                    buffer.line(makeSafe(String(line)))
                }
            }
        }
    }
}

/// `mainstay release publish`.
package struct ReleasePublish: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Record that a release is out, once its tag is there; keep its notes."
    )

    @OptionGroup var release: ReleaseOptions
    @Option(help: ArgumentHelp("The tag; without: that of the version.", valueName: "tag"))
    var tag: String?

    /// Creates the command.
    package init() {}

    /// Publishes it.
    package func run() async throws {
        try await release.act { desk, tools in
            _ = try await desk.publish(
                release: release.name,
                of: release.product,
                tag: tag,
                tools
            )
        }
    }
}
