import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import SQLDatabase

/// Which installation a command works on.
package struct InstanceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Folder of the installation; MAINSTAY_DATA, else the nearest .mainstay.",
            valueName: "dir"
        )
    )
    var data: String?

    @Option(
        help: ArgumentHelp(
            "PostgreSQL database in place of SQLite in the folder; or MAINSTAY_DATABASE.",
            valueName: "postgres://..."
        )
    )
    var database: String?

    /// Creates the defaults.
    package init() {}

    /// Where the data is.
    ///
    /// - Throws: ``FaceError`` when no folder is named and none is near.
    func location(_ environment: Environment) throws -> DataLocation {
        let named = data ?? environment["MAINSTAY_DATA"]
        guard let folder = try named.map(absolutePath) ?? nearestFolder() else {
            throw FaceError(
                "There is no installation here: no folder .mainstay in \(try absolutePath(".")) "
                    + "or above it",
                hint: "Make one with 'mainstay init', or name one with --data"
            )
        }
        return DataLocation(
            folder: folder,
            database: database ?? environment["MAINSTAY_DATABASE"]
        )
    }

    private func nearestFolder() throws -> String? {
        var folder = try absolutePath(".")
        while true {
            let candidate = (folder == "/" ? "" : folder) + "/.mainstay"
            if access(candidate, F_OK) == 0 { return candidate }
            guard folder != "/", let slash = folder.lastIndex(of: "/") else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }
}

/// Returns a path from the root, without looking at links.
func absolutePath(_ path: String) throws -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else {
        throw FaceError("The current folder is gone: \(String(cString: strerror(errno)))")
    }
    defer { free(current) }
    let here = String(cString: current)
    return path == "." ? here : "\(here)/\(path)"
}

/// One run of a command on an installation.
struct InstanceSession {
    /// Opens databases; set by the entry point.
    @TaskLocal static var opener: EngineOpener = { _, file in
        throw FaceError("This program cannot open \(file)")
    }

    /// The surroundings and the screen.
    let session = Session()
    /// The desk, as the person who runs the command.
    let desk: Desk

    /// Opens the installation, does the work, and closes it whatever happens.
    static func run(
        _ options: InstanceOptions,
        _ work: (InstanceSession) async throws -> Void
    ) async throws {
        let environment = Environment.current()
        let location = try options.location(environment)
        guard location.database != nil || access(location.file, F_OK) == 0 else {
            throw FaceError(
                "There is no database \(makeSafe(location.file))",
                hint: "Set one up with 'mainstay init'; for a PostgreSQL database give --database"
            )
        }
        let engine = try await opener(location.database, location.file)
        let instance: Instance
        do {
            instance = try await Instance(location, on: engine, process: processName()) { .now }
        } catch {
            await engine.close()
            throw error
        }
        do {
            let desk = Desk(instance, as: try credential(environment))
            try await work(InstanceSession(desk: desk))
        } catch {
            await instance.close()
            throw error
        }
        await instance.close()
    }

    /// Writes an answer: as JSON where that was asked for, else for people.
    func write(
        _ kind: String,
        as format: FormatOptions<ReportFormat>,
        _ results: @autoclosure () -> [JSONValue],
        _ show: (inout TextBuffer) -> Void
    ) throws {
        let file = OutputFile(descriptor: STDOUT_FILENO)
        var buffer = TextBuffer(to: file)
        switch format.chosen {
        case .table: show(&buffer)
        case .json:
            let document: JSONValue = ["kind": .text(kind), "results": .list(results())]
            buffer.add(document.json)
            buffer.endLine()
        }
        buffer.flush()
        try file.check()
    }

    /// Writes one line on what was done: JSON, or words.
    func tell(
        _ kind: String,
        as format: FormatOptions<ReportFormat>,
        _ result: JSONValue,
        _ words: String
    ) throws {
        try write(kind, as: format, [result]) { $0.line(makeSafe(words)) }
    }

    /// Who runs the command: the token's account, else that of the operating-system user.
    static func credential(_ environment: Environment) throws -> Credential {
        if let secret = environment["MAINSTAY_TOKEN"] { return .token(secret) }
        return .osUser(try osUser())
    }

    /// The name of the operating-system user.
    static func osUser() throws -> String {
        guard let entry = getpwuid(getuid()) else { return "uid-\(getuid())" }
        return String(cString: entry.pointee.pw_name)
    }

    private static func processName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        let host = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: host, as: UTF8.self)):\(getpid())"
    }
}
