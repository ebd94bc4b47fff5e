package import ArgumentParser
import Glibc
import LTSReleases
import MainstayCore
import MainstayService

/// `mainstay defect`.
package struct DefectCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "defect",
        abstract: "Tie defects to commits and see their state on every release line.",
        discussion: """
            A defect is the code record behind tickets. Name the commits that brought it in and \
            that fix it, or let 'product scan' find them in commit messages; its state on each \
            line is then computed from Git every time it is shown.

            Examples:
              mainstay defect new --ticket MST-7 --severity high
              mainstay defect link MST-D1 --fix 1a2b3c4 --introduced 5d6e7f8
              mainstay defect show MST-D1
              mainstay defect list MST --format html > defects.html
              mainstay defect decide MST-D1 wont-fix --line 1.2 --because risk "Too old"
            """,
        subcommands: [
            DefectNew.self, DefectList.self, DefectShow.self, DefectSet.self, DefectTie.self,
            DefectUntie.self, DefectLink.self, DefectUnlink.self, DefectConfirm.self,
            DefectDeny.self, DefectDecide.self, DefectReproduce.self, DefectCauseCommand.self,
            DefectIntervene.self, DefectStep.self, DefectBisect.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// A defect, and how to tell of it.
package struct DefectOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The defect: MST-D7, or another name of it.", valueName: "defect"))
    var ref: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the defect and shows it with its row of lines.
    func act(_ act: @escaping (Desk, CodeTools) async throws -> Void) async throws {
        try await InstanceSession.run(instance) { session in
            let tools = try session.tools()
            try await act(session.desk, tools)
            try await show(session, tools, isShort: true)
        }
    }

    /// Shows the defect.
    func show(_ session: InstanceSession, _ tools: CodeTools, isShort: Bool) async throws {
        let view = try await session.desk.defect(ref, predicting: !isShort, tools)
        session.progress.finish()
        try session.write("defect", [view.json]) { buffer in
            let report = DefectReport(view, on: session.screen)
            if isShort { report.writeShort(to: &buffer) } else { report.write(to: &buffer) }
        }
        warn(view.warnings + view.row.warnings)
    }
}

/// `mainstay defect new`.
package struct DefectNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Enter a defect, from a ticket or by itself.",
        discussion: """
            A ticket gives product, title, body and kind. A defect of kind security is under \
            embargo until an advisory on it is published.

            Examples:
              mainstay defect new --ticket MST-7 --severity 2
              mainstay defect new --product GLIBC --title "Overflow in syslog" --kind security \
            --severity high --alias CVE-2023-6246 --cvss CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H
            """
    )

    @Option(help: ArgumentHelp("The ticket that it explains.", valueName: "ref"))
    var ticket: String?

    @Option(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String?

    @Option(help: "What it is, in one line.")
    var title: String?

    @Option(help: "What it is to the lines.")
    var kind: DefectKind?

    @Option(help: "How bad it is; 1 is the worst.")
    var severity = Severity.medium

    @Option(help: ArgumentHelp("The component that has it.", valueName: "name"))
    var component: String?

    @Option(help: ArgumentHelp("The vector of its CVSS score.", valueName: "vector"))
    var cvss: String?

    @Option(help: ArgumentHelp("Another name of it (can be repeated).", valueName: "name"))
    var alias: [String] = []

    @OptionGroup var words: TextInput
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Enters it.
    package func run() async throws {
        var new = NewDefect()
        new.ticket = ticket
        new.product = product
        new.title = title
        new.body = try words.words()
        new.kind = kind
        new.severity = severity
        new.component = component
        new.cvssVector = cvss
        new.aliases = alias
        let entered = new
        try await InstanceSession.run(instance) { session in
            let ref = try await session.desk.makeDefect(entered)
            try session.tell("defect", ["ref": .text(ref)], ref)
        }
    }
}

/// `mainstay defect list`.
package struct DefectList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the defects of a product by its release lines.",
        discussion: """
            Examples:
              mainstay defect list MST
              mainstay defect list MST --line 2.38                 what remains there
              mainstay defect list MST --all --format html > defects.html
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String

    @Option(help: ArgumentHelp("Only with work on this line.", valueName: "line"))
    var line: String?

    @Option(help: "Only of this kind.")
    var kind: DefectKind?

    @Flag(help: "Also what is invalid, a duplicate or closed.")
    var all = false

    @OptionGroup var place: DataOptions
    @OptionGroup var output: FormatOptions<MatrixFormat>

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        var query = DefectQuery(product: product)
        query.statuses = all ? Set(DefectStatus.allCases) : nil
        query.kind = kind
        query.line = line
        let asked = query
        try await InstanceSession.run(place, as: .table) { session in
            let answer = try await session.desk.defects(asked, try session.tools())
            session.progress.finish()
            let file = OutputFile(descriptor: STDOUT_FILENO)
            var buffer = TextBuffer(to: file)
            switch output.chosen {
            case .table: MatrixTable(answer.matrix, on: session.screen).write(to: &buffer)
            case .tsv: MatrixTSV.write(answer.matrix, to: &buffer)
            case .html:
                let whole = Answer(
                    repository: product,
                    results: answer.matrix,
                    warnings: answer.warnings
                )
                MatrixPage(whole, now: try Environment.current().now()).write(to: &buffer)
            case .json:
                let document: JSONValue = [
                    "schema": 1, "command": "defects",
                    "results": .list(answer.rows.map { .object($0.fields) }),
                    "warnings": .texts(answer.warnings),
                ]
                buffer.add(document.json)
                buffer.endLine()
            }
            buffer.flush()
            warn(answer.warnings)
            try file.check()
        }
    }
}

/// `mainstay defect show`.
package struct DefectShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a defect: its row of lines with evidence, what picks would do, its log."
    )

    @OptionGroup var defect: DefectOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(defect.instance) { session in
            try await defect.show(session, try session.tools(), isShort: false)
        }
    }
}
