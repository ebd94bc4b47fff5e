package import ArgumentParser
import ConnectorKit
import ConnectorLink
import ConnectorMessages
import Glibc
import MainstayCore
import Storage

/// `mainstay connector new`.
package struct ConnectorNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin a connector: a package that builds and passes its checks as it comes.",
        discussion: """
            It speaks with a small invented vendor, in Swift or in plain C; its author puts his own \
            in its place, and goes by 'mainstay connector check'.
            """
    )

    @Argument(help: "What it is called: lower-case letters, digits and '-', such as acme.")
    var name: String

    @Flag(name: .customLong("c"), help: "In plain C against nothing but the header.")
    var isC = false

    @Option(
        help: ArgumentHelp(
            "Mainstay's own package: the folder of a clone, or its URL; without: the clone that "
                + "this program was built in.",
            valueName: "place"
        )
    )
    var sdk: String?

    @Option(help: ArgumentHelp("The folder to make; without: the name.", valueName: "folder"))
    var into: String?

    /// Creates the command.
    package init() {}

    /// Writes the package.
    package func run() async throws {
        let place = try sdk ?? ownClone()
        let isURL = place.contains("://")
        let kit: ConnectorTemplate.Kit =
            isURL
            ? .repository(url: place, from: MainstayVersion.current)
            : .folder(try absolutePath(place))
        let header = "\(place)/Sources/Connectors/CMainstayConnector/include/mainstay_connector.h"
        let language: ConnectorTemplate.Language =
            isC ? .c(header: try readText(header)) : .swift
        let folder = try absolutePath(into ?? name)
        try ConnectorTemplate(name: name, language: language, kit: kit).write(to: folder)
        sayResult(
            """
            Made \(folder)

            Try next
              mainstay connector check \(folder)
              mainstay connector pack \(folder)

            """
        )
    }

    /// The clone in whose build folder this program lies.
    private func ownClone() throws -> String {
        var folder = try ConnectorHostProgram.path()[...]
        while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            folder = folder[..<slash]
            let sign = "\(folder)/Sources/Connectors/MainstayConnectorSDK"
            if access(sign, F_OK) == 0 { return String(folder) }
        }
        throw FaceError(
            "Where Mainstay's own package is, is not known",
            hint: "Name a clone or its URL with --sdk",
            status: 64
        )
    }
}

/// `mainstay connector pack`.
package struct ConnectorPack: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Build a connector's release, complete its manifest, make one archive of them."
    )

    @Argument(help: "The folder of the connector.")
    var folder: String

    @Option(help: ArgumentHelp("The folder for the archive; without: here.", valueName: "folder"))
    var into = "."

    /// Creates the command.
    package init() {}

    /// Packs it and says where the archive is.
    package func run() async throws {
        let source = try ConnectorSource(folder)
        sayResult(try source.pack(into: try absolutePath(into)) + "\n")
    }
}

/// `mainstay connector check`.
package struct ConnectorCheck: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check whether a connector does what every connector must.",
        discussion: """
            Each check has a fresh, shut-in process and a vendor that plays replay.json. The guide, \
            Plugins/README.md, has a section for each, by its id. A folder with sources is built \
            first. The status is 0 where all passed, 1 where one failed or the connector does not \
            load.
            """
    )

    @Argument(help: "The folder of the connector, or an archive.")
    var path: String?

    @Flag(help: "List the checks and run none.")
    var list = false

    @Flag(help: "Show only what failed.")
    var onlyFailed = false

    @Flag(help: "Write the report in JSON.")
    var json = false

    @Option(
        help: ArgumentHelp("How long mutated requests are tried, such as 60s.", valueName: "time")
    )
    var fuzz: String?

    @Option(help: "What the mutations depend on, to repeat a run.")
    var seed: UInt64 = .random(in: 0 ... .max)

    @Option(help: ArgumentHelp("Another replay than the one beside it.", valueName: "file"))
    var replay: String?

    @Flag(help: "Allow a kernel without landlock.")
    var allowWeakSandbox = false

    /// Creates the command.
    package init() {}

    /// Asks for a connector, and a time that can be read.
    package func validate() throws {
        if path == nil, !list { throw ValidationError("Which connector? Name its folder") }
        if let fuzz, seconds(fuzz) == nil {
            throw ValidationError("--fuzz '\(fuzz)' is no time, expected one as 60s or 5m")
        }
    }

    /// Runs the checks and shows how they ended.
    package func run() async throws {
        if list { return listChecks() }
        let scratch = try ConnectorStage()
        defer { scratch.remove() }
        try stage(path ?? ".", in: scratch.path)
        var conformance = try ConnectorConformance(
            folder: scratch.path,
            replay: try replay.map(absolutePath),
            host: try ConnectorHostProgram.path(),
            seed: seed
        )
        if allowWeakSandbox { conformance.sandbox = .weak }
        conformance.fuzzSeconds = fuzz.flatMap(seconds) ?? 0
        let report = await conformance.run()
        let failed = report.failures.count
        if json {
            sayResult(report.json.indented + "\n")
        } else {
            sayResult(report.text(onlyFailed: onlyFailed) + "\n\(report.summary), seed \(seed)\n")
        }
        if failed > 0 { throw ExitCode(1) }
    }

    private func listChecks() {
        if json {
            let checks = ConformanceCheck.all.map { check -> JSONValue in
                ["id": .text(check.id), "reason": .text(check.reason)]
            }
            return sayResult(JSONValue.list(checks).indented + "\n")
        }
        let lines = ConformanceCheck.all.map { check in
            let pad = String(repeating: " ", count: max(1, 9 - check.id.count))
            return "\(check.id)\(pad)\(check.reason)\n"
        }
        sayResult(lines.joined())
    }

    /// Puts what is to be checked into a folder: an archive unpacked, sources built, a packed
    /// connector as it is.
    private func stage(_ path: String, in folder: String) throws {
        var found = stat()
        let path = try absolutePath(path)
        guard stat(path, &found) == 0 else {
            throw FaceError("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        if found.st_mode & S_IFMT != S_IFDIR {
            let bytes = try readBytes(path, most: ConnectorArchive.mostBytes)
            return try write(try ConnectorArchive.files(of: bytes, path), to: folder)
        }
        guard let library = try? ConnectorManifest(folder: path).library,
            access("\(path)/\(library)", F_OK) == 0
        else {
            try ConnectorSource(path).assemble(.release, into: folder)
            return
        }
        var files: [String: [UInt8]] = [:]
        for name in [ConnectorManifest.fileName, library, "replay.json"]
        where access("\(path)/\(name)", F_OK) == 0 {
            files[name] = try readBytes("\(path)/\(name)", most: ConnectorArchive.mostBytes)
        }
        try write(files, to: folder)
    }

    private func write(_ files: [String: [UInt8]], to folder: String) throws {
        for (name, bytes) in files {
            let descriptor = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            guard descriptor >= 0 else { throw FaceError("\(folder)/\(name) cannot be written") }
            let file = OutputFile(descriptor: descriptor)
            file.write(bytes)
            close(descriptor)
            try file.check()
        }
    }

    private func seconds(_ text: String) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast()), number > 0 else {
            return nil
        }
        return ["s": number, "m": number * 60][unit]
    }
}

/// A folder of one run, for what is checked.
struct ConnectorStage {
    let path: String

    init() throws {
        var name = Array("/tmp/mainstay-connector-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw FaceError("No folder in /tmp can be made") }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { ConnectorFolder(path).remove(path) }
}

extension ConnectorSource {
    /// Opens the folder of a connector's author.
    init(_ folder: String) throws {
        try self.init(
            folder: try absolutePath(folder),
            host: try ConnectorHostProgram.path(),
            environment: Environment.all().map { "\($0.key)=\($0.value)" }
        )
    }
}

/// Writes an answer to standard output.
private func sayResult(_ text: String) {
    OutputFile(descriptor: STDOUT_FILENO).write(Array(text.utf8))
}
