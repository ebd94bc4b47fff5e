package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import Storage

/// `mainstay ticket file`.
package struct TicketFile: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "file",
        abstract: "Give back a file that came with an event.",
        discussion: """
            A text too long for a field came as a file too, message.txt. The bytes are proved against \
            their SHA-256. 'ticket show' lists the files.

            Examples:
              mainstay ticket file MST-7 3 --to message.txt
              mainstay ticket file MST-7 3 | less
            """
    )

    @Argument(help: ArgumentHelp("The ticket, such as MST-7.", valueName: "ticket"))
    var ref: String

    @Argument(help: ArgumentHelp("The event that brought it.", valueName: "number"))
    var event: Int64

    @Option(help: ArgumentHelp("Which one, where the event brought several.", valueName: "file"))
    var name: String?

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("A new file for the bytes; without: the output.", valueName: "file")
    )
    var target: String?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Refuses to mix the bytes with an answer.
    package func validate() throws {
        if target == nil, instance.output.chosen == .json {
            throw ValidationError("--json needs --to: the output is for the bytes")
        }
    }

    /// Gives the bytes.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            guard let target else {
                let output = OutputFile(descriptor: STDOUT_FILENO)
                _ = try await session.desk.readFile(of: ref, event: event, name: name) {
                    output.write($0)
                }
                return try output.check()
            }
            try await write(to: try absolutePath(target), session)
        }
    }

    private func write(to path: String, _ session: InstanceSession) async throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw FaceError(
                "File \(makeSafe(path)) cannot be made: \(String(cString: strerror(errno)))",
                hint: errno == EEXIST ? "Name a file that does not exist yet" : nil
            )
        }
        defer { close(descriptor) }
        do {
            let output = OutputFile(descriptor: descriptor)
            var size = 0
            let file = try await session.desk.readFile(of: ref, event: event, name: name) {
                output.write($0)
                size += $0.count
            }
            try output.check()
            let json: JSONValue = [
                "file": .text(path), "name": .text(file.name), "bytes": .int(Int64(size)),
                "sha256": .text(file.blobSHA),
            ]
            try session.tell("file", json, "Wrote \(size) bytes to \(path).")
        } catch {
            unlink(path)
            throw error
        }
    }
}
