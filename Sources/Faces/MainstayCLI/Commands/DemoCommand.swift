package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay demo`.
package struct DemoCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make a small project with release lines and explain its matrix.",
        discussion: """
            The project is made up. It has a mainline, four release lines and fourteen fixes that \
            went to the lines in all the ways that real projects know. Needs the git command.

            Examples:
              mainstay demo
              mainstay demo --keep quayd      keep the repository, to play with
            """
    )

    @Option(
        help: ArgumentHelp("Make the repository in this new folder and keep it.", valueName: "dir")
    )
    var keep: String?

    @OptionGroup var output: FormatOptions<ReportFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Makes, asks and shows.
    package func run() throws {
        let session = Session()
        let temporary = session.environment["TMPDIR"] ?? "/tmp"
        let folder = try DemoFolder(keeping: keep, temporary: temporary)
        defer { folder.remove() }
        let demo = try DemoRepository.make(in: folder.path)
        var request = try session.request(folder.path, reading)
        if !folder.isKept { request.cacheFolder = nil }
        try session.answer {
            try CodeQueries(request).matrix(fixes: demo.fixes.map(\.hex), since: nil)
        } write: { answer, buffer in
            switch output.chosen {
            case .table:
                let report = DemoReport(demo, isKept: folder.isKept, on: session.screen)
                report.write(answer.results, to: &buffer)
            case .json:
                JSONWriter.document("demo", answer, to: &buffer) { json in
                    json.rows(answer.results.fixes, lines: answer.results.lines)
                }
            }
        }
    }
}
