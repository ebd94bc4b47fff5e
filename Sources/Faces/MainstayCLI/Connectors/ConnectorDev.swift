package import ArgumentParser
import ConnectorKit
import ConnectorLink
import ConnectorMessages
import Glibc
import MainstayCore

/// `mainstay connector dev`.
package struct ConnectorDev: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Build and check a connector whenever its sources change, until Ctrl-C.",
        discussion: """
            It builds for development, without a sandbox, and shows the checks that do not hold \
            yet. What 'mainstay connector check' says of the release is what counts.
            """
    )

    @Argument(help: "The folder of the connector.")
    var folder = "."

    @Flag(help: "Build and check once.")
    var once = false

    @Option(
        name: .customLong("runtime-dir"),
        help: ArgumentHelp(
            "The libraries of Swift's runtime; without: those of the swift on the PATH.",
            valueName: "folder"
        )
    )
    var runtimeFolder: String?

    /// Creates the command.
    package init() {}

    /// Builds, checks, and waits for the next change.
    package func run() async throws {
        let folder = try absolutePath(folder)
        let source = try ConnectorSource(folder)
        Interrupt.beginCatching()
        var seen: Int?
        while !Interrupt.wasAsked {
            let now = SourceMark.newest(below: folder)
            if now != seen {
                seen = now
                await rebuild(source)
                if once { return }
                say("Waiting for a change below \(folder) ...")
            }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    private func rebuild(_ source: ConnectorSource) async {
        do {
            let stage = try ConnectorStage()
            defer { stage.remove() }
            let manifest = try source.assemble(.development, into: stage.path)
            let described = manifest.descriptor
            say("\(described.id) \(described.version), \(described.displayName)")
            var conformance = try ConnectorConformance(
                folder: stage.path,
                host: try ConnectorHostProgram.path()
            )
            conformance.sandbox = .none
            conformance.runtimeFolder = try runtimeFolder ?? source.runtimeFolder()
            let report = await conformance.run()
            say(report.text(onlyFailed: true) + report.summary)
        } catch let error as any ExplainedError {
            say(error.message + (error.hint.map { "\n  Hint: \($0)" } ?? ""))
        } catch {
            say("\(error)")
        }
    }

    private func say(_ text: String) {
        OutputFile(descriptor: STDOUT_FILENO).write(Array((text + "\n").utf8))
    }
}

/// When something below a folder was changed last.
private enum SourceMark {
    /// The newest moment, in nanoseconds, with the number of files: what is removed counts, too.
    static func newest(below folder: String) -> Int {
        var mark = 0
        guard let entries = opendir(folder) else { return mark }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Build folders and the files of editors are hidden.
            if name.hasPrefix(".") || name.hasSuffix(".so") || name.hasSuffix(".o") { continue }
            var found = stat()
            guard lstat("\(folder)/\(name)", &found) == 0 else { continue }
            if found.st_mode & S_IFMT == S_IFDIR {
                mark = max(mark, newest(below: "\(folder)/\(name)"))
            } else {
                let time = found.st_mtim
                mark = max(mark, time.tv_sec * 1_000_000_000 + time.tv_nsec) &+ 1
            }
        }
        return mark
    }
}
