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

    @Option(
        help: ArgumentHelp(
            "What the names of cases at vendors begin with; your own, where a vendor serves other "
                + "installations too.",
            valueName: "prefix"
        )
    )
    var casePrefix = "MS"

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes folder, tables and account.
    package func run() async throws {
        var place = instance.place
        if place.data != "" {
            place.data = try absolutePath(
                place.data ?? Environment.current()["MAINSTAY_DATA"] ?? ".mainstay"
            )
        }
        let user = try InstanceSession.osUser()
        let first = FirstAccount(osUser: user, name: name ?? user)
        try await EngineSession.run(place, as: instance.output.chosen, making: true) { session in
            let answer = try await Instance.setUp(
                on: session.engine,
                at: session.location,
                first: first,
                identity: Self.randomIdentity(),
                casePrefix: casePrefix
            )
            let location = session.location
            let json: JSONValue = [
                "instance": .text(answer.instance), "login": .text(answer.login),
                "folder": .text(location.folder),
                "engine": .text(session.engine.dialect.rawValue),
            ]
            try session.write("init", [json]) { buffer in
                buffer.line("Set up in \(makeSafe(location.folder)); you are '\(answer.login)'.")
                buffer.line("Next: mainstay product new MST --name \"My product\"")
                buffer.line("      mainstay customer new acme --name \"Acme Ltd\"")
                buffer.line("      mainstay ticket new \"It does not start\" --product MST")
            }
        }
    }

    /// A number for a new installation.
    static func randomIdentity() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4)
            .map { _ in
                let digits = String(UInt32.random(in: 0...UInt32.max, using: &random), radix: 16)
                return String(repeating: "0", count: 8 - digits.count) + digits
            }
            .joined()
    }
}
