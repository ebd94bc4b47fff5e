package import ArgumentParser
import LTSReleases
import MainstayCore
import MainstayService

extension LineKind: ExpressibleByArgument {}

/// `mainstay line`.
package struct LineCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "line",
        abstract: "Keep the release lines of a product and their lifecycle.",
        discussion: """
            The first scan of a repository takes up the lines that branch and tag names tell of; \
            later ones only propose.

            Examples:
              mainstay line list GLIBC
              mainstay line show GLIBC 2.38                        what there is to do
              mainstay line phase GLIBC 2.38 security=2026-02-01 eol=2028-02-01 --preview
              mainstay line new GLIBC 2.43 --ref release/2.43/master --kind long_term \
            --phase active=2026-02-01
            """,
        subcommands: [LineList.self, LineShow.self, LineNew.self, LinePhase.self]
    )

    /// Creates the command.
    package init() {}
}

/// Reads `security=2026-02-01` and `extended=off`.
func phaseChange(_ text: String) throws -> PhaseChange {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let phase = LifecyclePhase(rawValue: String(parts[0])),
        parts[1] == "off" || CalendarDay(parts[1]) != nil
    else {
        let phases = LifecyclePhase.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
            "'\(makeSafe(text))' is no phase with a day, expected such as security=2026-02-01 or "
                + "extended=off; phases are \(phases)"
        )
    }
    return PhaseChange(phase, from: CalendarDay(parts[1]))
}

/// `mainstay line list`.
package struct LineList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the lines of a product with their phases and releases."
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await Self.show(product, session)
        }
    }

    static func show(
        _ product: String,
        _ session: InstanceSession
    ) async throws {
        let day = try session.tools().day
        let lines = try await session.desk.lines(of: product, on: day)
        try session.write("lines", lines.map(\.json)) { buffer in
            if lines.isEmpty {
                return buffer.line("No lines yet: mainstay product scan \(product)")
            }
            var table = GridTable(["LINE", "KIND", "PHASE", "NEXT PHASE", "PLANNED", "REF"])
            for view in lines {
                let next = view.lifecycle.next(after: day)
                let planned = view.releases.filter(\.state.isOpen).map(\.name)
                table.add([
                    view.line.name, view.line.kind.rawValue, view.phase.rawValue,
                    next.map { "\($0.phase.rawValue) from \($0.from)" } ?? "-",
                    planned.isEmpty ? "-" : planned.joined(separator: ", "), view.ref,
                ])
            }
            table.write(to: &buffer, on: session.screen)
        }
    }
}

/// `mainstay line show`.
package struct LineShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a line: its life, and what there is to pick, to release and to decide."
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: "The line.") var name: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let tools = try session.tools()
            let found = try await session.desk.overview(of: name, of: product, tools)
            session.progress.finish()
            try session.write("line", [found.json]) { buffer in
                found.write(to: &buffer, on: session.screen)
            }
            warn(found.warnings)
        }
    }
}

extension LineOverview {
    private var groups: [(title: String, key: String, rows: [LedgerRow])] {
        [
            ("To pick", "toPick", toPick),
            ("To pick once newer lines have it", "toPickLater", toPickLater),
            ("On the branch, in no release", "unreleased", unreleased),
            ("Without a fix", "unfixed", unfixed), ("To find out", "undecided", undecided),
            ("Fixed on an older line, missing here", "lostByUpgrade", lostByUpgrade),
        ]
    }

    /// Writes the life of the line and its work.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(makeSafe(line.line.name), .bold, on: screen)
        buffer.line("  \(line.line.kind.rawValue), \(line.phase.rawValue), \(makeSafe(line.ref))")
        let stages = line.lifecycle.stages.map { "\($0.phase.rawValue) from \($0.from)" }
        if !stages.isEmpty { buffer.line("  " + stages.joined(separator: ", ")) }
        let planned = line.releases.filter(\.state.isOpen).map(\.name)
        if !planned.isEmpty {
            buffer.line("  planned: \(makeSafe(planned.joined(separator: ", ")))")
        }
        for group in groups where !group.rows.isEmpty {
            buffer.add("\n\(group.title)\n", .bold, on: screen)
            for row in group.rows {
                let defect = row.file.defect
                buffer.line(
                    "  \(defect.ref)  severity \(defect.severity.words)  \(makeSafe(defect.title))"
                )
            }
        }
        if groups.allSatisfy(\.rows.isEmpty) { buffer.line("\nNothing remains to be done.") }
    }

    /// The line with stable keys.
    var json: JSONValue {
        var json = line.json.members ?? [:]
        for group in groups { json[group.key] = .texts(group.rows.map(\.file.defect.ref)) }
        return .object(json)
    }
}

/// `mainstay line new`.
package struct LineNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Add a line, newer than all others but the mainline."
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: "Its name.") var name: String
    @Option(help: ArgumentHelp("The branch or tag in which it ends.", valueName: "name"))
    var ref: String
    @Option(help: "Whether it is kept for long.") var kind = LineKind.regular
    @Option(help: ArgumentHelp("A phase with its first day.", valueName: "phase=day"))
    var phase: [String] = []
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Reads the phases.
    package func validate() throws { _ = try phase.map(phaseChange) }

    /// Adds it.
    package func run() async throws {
        let phases = try phase.map(phaseChange)
        try await InstanceSession.run(instance) { session in
            try await session.desk.makeLine(
                name,
                of: product,
                ending: ref,
                kind: kind,
                phases: phases
            )
            try await LineList.show(product, session)
        }
    }
}

/// `mainstay line phase`.
package struct LinePhase: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "phase",
        abstract: "Announce the phases of a line, or preview what they would do.",
        discussion: """
            Examples:
              mainstay line phase GLIBC 2.38 security=2026-02-01 eol=2028-02-01
              mainstay line phase GLIBC 2.38 extended=off
              mainstay line phase GLIBC 2.38 security=2026-02-01 --preview
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: "The line.") var name: String
    @Argument(help: ArgumentHelp("Phases with their first day.", valueName: "phase=day"))
    var phases: [String]
    @Flag(help: "Show which work changes, announce nothing.") var preview = false
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Reads the phases.
    package func validate() throws { _ = try phases.map(phaseChange) }

    /// Announces or previews.
    package func run() async throws {
        let changes = try phases.map(phaseChange)
        try await InstanceSession.run(instance) { session in
            if preview { return try await show(changes, session) }
            try await session.desk.setPhases(of: name, of: product, changes)
            try await LineList.show(product, session)
        }
    }

    private func show(_ changes: [PhaseChange], _ session: InstanceSession) async throws {
        let tools = try session.tools()
        let found = try await session.desk.previewPhases(of: name, of: product, changes, tools)
        session.progress.finish()
        let rows = found.changes.map { change -> JSONValue in
            [
                "defect": .text(change.defect), "title": .text(change.title),
                "before": .text(change.before.word), "after": .text(change.after.word),
            ]
        }
        let result: JSONValue = [
            "line": .text(found.line), "day": .text(found.day.description),
            "before": .text(found.phases.before.rawValue),
            "after": .text(found.phases.after.rawValue), "defects": .list(rows),
        ]
        try session.write("line phase", [result]) { buffer in
            buffer.line(
                "\(makeSafe(found.line)) on \(found.day): \(found.phases.before.rawValue) > "
                    + found.phases.after.rawValue
            )
            if rows.isEmpty { return buffer.line("No open defect has other work by it.") }
            var table = GridTable(["DEFECT", "BEFORE", "AFTER", "TITLE"])
            for change in found.changes {
                let words = [change.before.words, change.after.words]
                table.add([change.defect] + words + [change.title])
            }
            table.write(to: &buffer, on: session.screen)
        }
    }
}

extension LineView {
    /// The line with stable keys.
    var json: JSONValue {
        [
            "line": .text(line.name), "kind": .text(line.kind.rawValue),
            "phase": .text(phase.rawValue), "ref": .text(ref),
            "phases": .list(
                lifecycle.stages.map { stage in
                    [
                        "phase": .text(stage.phase.rawValue),
                        "from": .text(stage.from.description),
                        "until": .text(stage.until?.description),
                    ]
                }
            ),
            "releases": .list(
                releases.map { release in
                    ["release": .text(release.name), "state": .text(release.state.rawValue)]
                }
            ),
        ]
    }
}
