package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay defect bisect`.
package struct DefectBisect: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "bisect",
        abstract: "Find the commit that brought a defect in by running a command.",
        discussion: """
            The command runs in a temporary work tree of the mirror. It leaves with 0 where the \
            defect is absent, with 1 to 127 where it is there, and with 125 where a commit cannot \
            be judged, as for 'git bisect run'. What is found is a proposal: confirm or deny it.

            Examples:
              mainstay defect bisect MST-D7 --good 2.0.1 --bad 2.0.3 -- sh -c "make && ./repro"
            """
    )

    @OptionGroup var defect: DefectOptions
    @Option(help: ArgumentHelp("A release or commit without it.", valueName: "version"))
    var good: String
    @Option(help: ArgumentHelp("A release or commit with it.", valueName: "version"))
    var bad: String
    @Argument(parsing: .postTerminator, help: "The command, after '--'.")
    var command: [String] = []

    /// Creates the command.
    package init() {}

    /// Asks for a command.
    package func validate() throws {
        if command.isEmpty { throw ValidationError("Give the command to run after '--'") }
    }

    /// Searches.
    package func run() async throws {
        try await InstanceSession.run(defect.instance) { session in
            let report = try await session.desk.bisect(
                defect.ref,
                good: good,
                bad: bad,
                command: command,
                try session.tools()
            )
            session.progress.finish()
            let result: JSONValue = [
                "defect": .text(defect.ref), "found": .texts(report.found.map(\.hex)),
                "tries": .int(Int64(report.tries)),
            ]
            try session.write("defect bisect", [result]) { buffer in
                for (commit, title) in zip(report.found, report.titles) {
                    buffer.add(commit.hex, .yellow, on: session.screen)
                    buffer.line("  \(makeSafe(title))")
                }
                let first = report.found.first?.short ?? ""
                let tries = count(report.tries, "try", "tries")
                buffer.line(
                    report.found.count == 1
                        ? "It brought the defect in, by \(tries)." : "One of them did, by \(tries)."
                )
                buffer.line("Confirm it: mainstay defect confirm \(defect.ref) \(first)")
            }
        }
    }
}
