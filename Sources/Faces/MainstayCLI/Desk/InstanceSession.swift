import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import SQLDatabase
import SupportDesk
import Synchronization

/// Which installation a command works on.
package struct DataOptions: ParsableArguments {
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
        guard data != "", database != "" else {
            throw FaceError("--data or --database is empty", status: 64)
        }
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
            database: database ?? environment["MAINSTAY_DATABASE"],
            name: environment["MAINSTAY_DEPLOYMENT"]
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

/// Which installation a command works on, and whether it answers in words or in JSON.
///
/// A command with more forms than these has ``DataOptions`` and a choice of its own.
package struct InstanceOptions: ParsableArguments {
    @OptionGroup var place: DataOptions
    @OptionGroup var output: FormatOptions<ReportFormat>

    /// Creates the defaults.
    package init() {}
}

/// One thing of the desk that a command shows, as words or as JSON.
protocol Shown {
    /// What it is called in JSON.
    static var name: String { get }
    /// It with stable keys.
    var json: JSONValue { get }
    /// Writes it for people.
    func write(to buffer: inout TextBuffer, on screen: Screen)
}

extension InstanceOptions {
    /// Asks the desk for something, or acts and then asks, and shows it.
    func show(_ ask: (Desk) async throws -> some Shown) async throws {
        try await InstanceSession.run(self) { try $0.show(try await ask($0.desk)) }
    }
}

extension InstanceSession {
    /// Shows one thing of the desk.
    func show<Answer: Shown>(_ answer: Answer) throws {
        try write(Answer.name, [answer.json]) { answer.write(to: &$0, on: screen) }
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

/// One run of a command on a database that need not be set up.
struct EngineSession {
    /// Where the data is.
    let location: DataLocation
    /// The database, open.
    let engine: any SQLEngine
    /// The form of the answer.
    let format: ReportFormat
    /// Shown while the work goes on.
    let progress = ProgressBar()

    /// Opens the database, does the work, and closes it whatever happens.
    static func run(
        _ place: DataOptions,
        as format: ReportFormat,
        making isMaking: Bool = false,
        _ work: (EngineSession) async throws -> Void
    ) async throws {
        let location = try place.location(Environment.current())
        if isMaking { try makeFolder(location.folder) } else { try requireDatabase(location) }
        let engine = try await InstanceSession.open(location)
        do {
            try await work(EngineSession(location: location, engine: engine, format: format))
        } catch {
            await engine.close()
            throw error
        }
        await engine.close()
    }

    /// Writes an answer: as JSON where that was asked for, else for people.
    func write(
        _ command: String,
        _ results: @autoclosure () -> [JSONValue],
        _ show: (inout TextBuffer) -> Void
    ) throws {
        let file = OutputFile(descriptor: STDOUT_FILENO)
        var buffer = TextBuffer(to: file)
        switch format {
        case .table: show(&buffer)
        case .json:
            let document: JSONValue = [
                "schema": 1, "command": .text(command), "results": .list(results()), "warnings": [],
            ]
            buffer.add(document.json)
            buffer.endLine()
        }
        buffer.flush()
        try file.check()
    }

    /// Writes one line on what was done: JSON, or words.
    func tell(
        _ command: String,
        _ result: JSONValue,
        _ words: String
    ) throws {
        try write(command, [result]) { $0.line(makeSafe(words)) }
    }
}

/// Makes the folder of an installation unless it is there.
func makeFolder(_ folder: String) throws {
    guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
    throw FaceError(
        "Folder \(makeSafe(folder)) cannot be made: \(String(cString: strerror(errno)))",
        hint: "Make the folder above it, or name another with --data"
    )
}

/// Refuses a folder without a database, which opening would make.
private func requireDatabase(_ location: DataLocation) throws {
    guard location.database == nil, access(location.file, F_OK) != 0 else { return }
    guard [ENOENT, ENOTDIR].contains(errno) else {
        throw FaceError(
            "Database \(makeSafe(location.file)) cannot be reached: \(String(cString: strerror(errno)))",
            hint: "Run Mainstay as the user whose folder that is"
        )
    }
    throw FaceError(
        "There is no database \(makeSafe(location.file))",
        hint: "Set one up with 'mainstay init'; for a PostgreSQL database give --database"
    )
}

/// One run of a command on an installation.
struct InstanceSession {
    /// Opens databases; set by the entry point before any command runs.
    static let opener = Mutex<EngineOpener?>(nil)

    /// The desk, as the person who runs the command.
    let desk: Desk
    /// The open database.
    let opened: EngineSession
    /// How text may look.
    let screen = Screen.standardOutput(Environment.current())

    /// Opens the installation, does the work, and closes it whatever happens.
    static func run(
        _ options: InstanceOptions,
        _ work: (InstanceSession) async throws -> Void
    ) async throws {
        try await run(options.place, as: options.output.chosen, work)
    }

    /// Does so for a command that chooses its form by itself; `format` is that of short answers.
    static func run(
        _ place: DataOptions,
        as format: ReportFormat,
        _ work: (InstanceSession) async throws -> Void
    ) async throws {
        try await EngineSession.run(place, as: format) { opened in
            let environment = Environment.current()
            let instance = try await Instance(
                opened.location,
                on: opened.engine,
                process: processName()
            ) { .now }
            let desk = Desk(
                instance,
                as: try credential(environment),
                zones: TimeZones(folder: environment["TZDIR"] ?? TimeZones.usualFolder)
            )
            do {
                try await work(InstanceSession(desk: desk, opened: opened))
            } catch {
                await instance.leave()
                throw error
            }
            await instance.leave()
        }
    }

    /// Opens the database of a location.
    static func open(_ location: DataLocation) async throws -> any SQLEngine {
        guard let open = opener.withLock({ $0 }) else {
            throw FaceError("This program opens no databases, not even \(location.file)")
        }
        return try await open(location.database, location.file)
    }

    /// What reaching code needs; phases are judged for today.
    ///
    /// - Throws: ``FaceError`` when the pinned clock cannot be read.
    func tools() throws -> CodeTools {
        Interrupt.beginCatching()
        return CodeTools(
            environment: Environment.all(),
            day: CalendarDay(secondsSince1970: try Environment.current().now()),
            progress: progress,
            isCancelled: { Interrupt.wasAsked }
        )
    }

    /// Shown while long work goes on.
    var progress: ProgressBar { opened.progress }

    /// Writes a text as it is to standard output.
    func print(_ text: String) throws {
        let file = OutputFile(descriptor: STDOUT_FILENO)
        var buffer = TextBuffer(to: file)
        buffer.add(text)
        buffer.flush()
        try file.check()
    }

    /// Writes an answer: as JSON where that was asked for, else for people.
    func write(
        _ command: String,
        _ results: @autoclosure () -> [JSONValue],
        _ show: (inout TextBuffer) -> Void
    ) throws {
        try opened.write(command, results(), show)
    }

    /// Writes one line on what was done: JSON, or words.
    func tell(
        _ command: String,
        _ result: JSONValue,
        _ words: String
    ) throws {
        try opened.tell(command, result, words)
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

    private static func processName() -> String { "\(DataLocation.host):\(getpid())" }
}
