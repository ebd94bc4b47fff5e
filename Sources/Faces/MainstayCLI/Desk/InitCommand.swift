package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import SQLDatabase

/// `mainstay init`.
package struct InitCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Set up an installation of the support desk.",
        discussion: """
            Makes the folder .mainstay here (or the one of --data) with an SQLite database in it, or \
            the tables in an empty PostgreSQL database, and an account for you, the first \
            administrator: whoever works as your operating-system user acts as it.

            Examples:
              mainstay init
              mainstay init --data /srv/mainstay
              mainstay init --data /srv/mainstay --database postgres://desk@db.example/mainstay
            """
    )

    @Option(help: ArgumentHelp("Your name, for others to read.", valueName: "name"))
    var name: String?

    @OptionGroup var instance: InstanceOptions
    @OptionGroup var output: FormatOptions<ReportFormat>

    /// Creates the command.
    package init() {}

    /// Makes folder, tables and account.
    package func run() async throws {
        let environment = Environment.current()
        let folder = try absolutePath(
            instance.data ?? environment["MAINSTAY_DATA"] ?? ".mainstay"
        )
        let location = DataLocation(
            folder: folder,
            database: instance.database ?? environment["MAINSTAY_DATABASE"]
        )
        try makeFolder(folder)
        let user = try InstanceSession.osUser()
        let engine = try await InstanceSession.opener(location.database, location.file)
        let answer: SetUpAnswer
        do {
            answer = try await Instance.setUp(
                on: engine,
                first: FirstAccount(osUser: user, name: name ?? user),
                identity: randomIdentity()
            )
        } catch {
            await engine.close()
            throw error
        }
        await engine.close()
        try report(answer, location)
    }

    private func report(_ answer: SetUpAnswer, _ location: DataLocation) throws {
        let file = OutputFile(descriptor: STDOUT_FILENO)
        var buffer = TextBuffer(to: file)
        switch output.chosen {
        case .json:
            let result: JSONValue = [
                "instance": .text(answer.instance), "login": .text(answer.login),
                "folder": .text(location.folder),
                "engine": .text(location.database == nil ? "sqlite" : "postgres"),
            ]
            buffer.line(JSONValue.object(["kind": "init", "results": [result]]).json)
        case .table:
            buffer.line("Set up in \(makeSafe(location.folder)); you are '\(answer.login)'.")
            buffer.line("Next: mainstay product new MST --name \"My product\"")
            buffer.line("      mainstay customer new acme --name \"Acme Ltd\"")
            buffer.line("      mainstay ticket new \"It does not start\" --product MST")
        }
        buffer.flush()
        try file.check()
    }

    private func makeFolder(_ folder: String) throws {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        throw FaceError(
            "Folder \(makeSafe(folder)) cannot be made: \(String(cString: strerror(errno)))",
            hint: "Make the folder above it, or name another with --data"
        )
    }

    private func randomIdentity() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4)
            .map { _ in
                let digits = String(UInt32.random(in: 0...UInt32.max, using: &random), radix: 16)
                return String(repeating: "0", count: 8 - digits.count) + digits
            }
            .joined()
    }
}
