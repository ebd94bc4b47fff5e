package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay publish`.
package struct PublishCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write a folder with all published advisories that any web server can hand out.",
        discussion: """
            The folder holds osv/, csaf/ with index.txt, changes.csv and provider-metadata.json, \
            and an Atom feed. It is written whole or not at all: beside the old one first, then \
            put in its place.

            Examples:
              mainstay publish --to /srv/www/security
            """
    )

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir")) var to: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Writes it.
    package func run() async throws {
        let target = try absolutePath(to)
        try await InstanceSession.run(instance) { session in
            let files = try await session.desk.published()
            try WholeFolder(target).write(files)
            let result: JSONValue = ["folder": .text(target), "files": .int(Int64(files.count))]
            let words = "\(count(files.count, "file", "files")) in \(target)"
            try session.tell("publish", result, words)
        }
    }
}
