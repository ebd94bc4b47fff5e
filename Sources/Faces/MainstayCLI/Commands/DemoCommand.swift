package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import SQLDatabase

/// `mainstay demo`.
package struct DemoCommand: AsyncParsableCommand {
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
              mainstay demo --desk --keep support

            With --desk the folder gets the repository and an installation of the support desk with \
            people, a contract, articles and fifteen requests, each solved at its level. Where \
            MAINSTAY_DATABASE names an empty PostgreSQL database, that is filled.
            """
    )

    @Option(
        help: ArgumentHelp("Make the repository in this new folder and keep it.", valueName: "dir")
    )
    var keep: String?

    @Flag(help: "Make a support desk for the project too; needs --keep.")
    var desk = false

    @OptionGroup var output: FormatOptions<ReportFormat>
    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// Creates the command.
    package init() {}

    /// Refuses a desk that would go at once.
    package func validate() throws {
        if desk, keep == nil {
            throw ValidationError("--desk needs --keep and a folder for the desk")
        }
    }

    /// Makes, asks and shows.
    package func run() async throws {
        if desk { try await showDesk() } else { try showMatrix() }
    }

    private func showMatrix() throws {
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

    private func showDesk() async throws {
        let folder = try DemoFolder(keeping: keep, temporary: "/tmp").path
        let options = try DataOptions.parse(["--data", folder + "/.mainstay"])
        let user = try InstanceSession.osUser()
        try await EngineSession.run(options, as: output.chosen, making: true) { session in
            let first = FirstAccount(osUser: user, name: user)
            _ = try await Instance.setUp(
                on: session.engine,
                at: session.location,
                first: first,
                identity: InitCommand.randomIdentity()
            )
        }
        let quayd = folder + "/quayd"
        guard mkdir(quayd, 0o777) == 0 else {
            let reason = String(cString: strerror(errno))
            throw FaceError("Folder \(makeSafe(quayd)) cannot be made: \(reason)")
        }
        let repository = try DemoRepository.make(in: quayd)
        try await InstanceSession.run(options, as: output.chosen) { session in
            let requests = try await DemoDesk.fill(session.desk, from: repository, session.tools())
            let report = DemoDeskReport(requests, in: folder)
            try session.write("demo", report.json) { report.write(to: &$0, on: session.screen) }
        }
    }
}
