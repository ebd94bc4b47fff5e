package import ArgumentParser
import MainstayCore
import MainstayService
import SQLDatabase
import Storage

/// `mainstay db`.
package struct DatabaseCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look after the database: back up, prove, move, mend.",
        discussion: """
            Examples:
              mainstay db doctor
              mainstay db verify
              mainstay db backup /var/backups/mainstay-2026-03-01
              mainstay db dump all.jsonl && mainstay db load all.jsonl --data /srv/new
            """,
        subcommands: [
            DatabaseDoctor.self, DatabaseVerify.self, DatabaseBackup.self, DatabaseDump.self,
            DatabaseLoad.self, DatabaseMigrate.self, DatabaseAnchor.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay db doctor`.
package struct DatabaseDoctor: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Tell how the database is, and what to do about it.",
        discussion: """
            Ends with 1 when something is broken.

            An installation is known by its host and folder, or by MAINSTAY_DEPLOYMENT. A copy of its \
            data elsewhere, such as a restored backup, sends no notices and asks no vendor until \
            --adopt makes it the one that does.
            """
    )

    @Flag(help: "Make this installation the one that sends: the data were moved here.")
    var adopt = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        var isBroken = false
        try await InstanceSession.run(instance) { session in
            if adopt { try await session.desk.adopt() }
            let (findings, engine) = try await session.desk.findings()
            isBroken = findings.contains { $0.severity == .fault }
            let json = findings.map(\.json) + engine.map { Finding.json(engine: $0) }
            try session.write("doctor", json) { buffer in
                for finding in findings {
                    finding.write(to: &buffer, on: session.screen)
                }
                for (name, value) in engine {
                    buffer.line("         \(makeSafe(name)): \(makeSafe(value))")
                }
            }
        }
        if isBroken { throw ExitCode(1) }
    }
}

/// `mainstay db verify`.
package struct DatabaseVerify: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove all that is stored: chains, anchors, links, acts against their events.",
        discussion: "Each fault is named by table, row and event. Ends with 1 when there is one."
    )

    @Flag(help: "First make anew what is only a cache: words for the search, clocks.")
    var rebuild = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Proves and shows.
    package func run() async throws {
        var faults: [Fault] = []
        try await InstanceSession.run(instance) { session in
            let progress = session.progress
            defer { progress.finish() }
            faults = try await session.desk.verify(rebuilding: rebuild, progress)
            progress.finish()
            try session.write("verify", faults.map(\.json)) { buffer in
                if faults.isEmpty { return buffer.line("Everything holds.") }
                for fault in faults { buffer.line(makeSafe(fault.description)) }
                buffer.line("\(faults.count) faults.")
            }
        }
        if !faults.isEmpty { throw ExitCode(1) }
    }
}

/// `mainstay db backup`.
package struct DatabaseBackup: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy database, blobs and redactions into a new folder.",
        discussion: """
            An SQLite copy is put back by copying mainstay.db and blobs into the data folder; a \
            PostgreSQL one by pg_restore, and blobs. Leave blobs/redactions.jsonl of the data folder \
            in its place: by it the next command takes words out again that were redacted since. \
            Without it they are back.
            """
    )

    @Argument(help: ArgumentHelp("A folder that does not exist yet.", valueName: "dir"))
    var folder: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Copies.
    package func run() async throws {
        let path = try absolutePath(folder)
        try await InstanceSession.run(instance) { session in
            let progress = session.progress
            defer { progress.finish() }
            let manifest = try await session.desk.backup(to: path, progress)
            progress.finish()
            try session.tell("backup", manifest, "Backed up to \(path).")
        }
    }
}

/// `mainstay db dump`.
package struct DatabaseDump: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Write the whole store as text, the same on every engine."
    )

    @Argument(help: ArgumentHelp("The file, JSON Lines.", valueName: "file"))
    var file: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Writes.
    package func run() async throws {
        let path = try absolutePath(file)
        try await InstanceSession.run(instance) { session in
            let progress = session.progress
            defer { progress.finish() }
            let rows = try await session.desk.writeDump(to: path, progress)
            progress.finish()
            let json: JSONValue = ["file": .text(path), "rows": .int(Int64(rows))]
            try session.tell("dump", json, "Wrote \(rows) rows to \(path).")
        }
    }
}

/// `mainstay db load`.
package struct DatabaseLoad: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Fill an empty database from a dump: wholly, or not at all."
    )

    @Argument(help: ArgumentHelp("The file that 'db dump' wrote.", valueName: "file"))
    var file: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Fills.
    package func run() async throws {
        let path = try absolutePath(file)
        try await EngineSession.run(instance.place, as: instance.output.chosen, making: true) {
            session in
            defer { session.progress.finish() }
            try await Instance.load(
                path,
                into: session.engine,
                at: session.location,
                session.progress
            )
            session.progress.finish()
            try session.tell(
                "load",
                ["file": .text(path)],
                "Loaded \(path) into \(session.location.folder)."
            )
        }
    }
}

/// `mainstay db migrate`.
package struct DatabaseMigrate: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the tables to the form that this version needs."
    )

    @Flag(help: "Only print the statements.")
    var plan = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Migrates or plans.
    package func run() async throws {
        try await EngineSession.run(instance.place, as: instance.output.chosen) { session in
            let steps = try await Instance.migrate(session.engine, isPlanOnly: plan)
            let json = steps.map { step -> JSONValue in
                ["name": .text(step.name), "statements": .texts(step.statements)]
            }
            try session.write("migrate", json) { buffer in
                if steps.isEmpty { return buffer.line("Nothing to do.") }
                for step in steps {
                    buffer.line(plan ? "-- \(step.name)" : "Ran \(step.name).")
                    for line in step.statements.flatMap({ ($0 + ";").split(separator: "\n") }) {
                        buffer.line(makeSafe(String(line)))
                    }
                }
            }
        }
    }
}

/// `mainstay db anchor`.
package struct DatabaseAnchor: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Vouch for all that changed: print a root to be kept elsewhere.",
        discussion: """
            Whoever keeps the last root outside the database can prove later that nothing before it \
            was rewritten.
            """
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Anchors and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let roots = try await session.desk.anchor()
            let json = roots.map { root -> JSONValue in ["root": .text(root)] }
            try session.write("anchor", json) { buffer in
                if roots.isEmpty { return buffer.line("Nothing changed since the last anchor.") }
                for root in roots { buffer.line(root) }
            }
        }
    }
}

extension Finding {
    /// Writes the finding with its hint.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        switch severity {
        case .good: buffer.add("good     ", .green, on: screen)
        case .warning: buffer.add("warning  ", .yellow, on: screen)
        case .fault: buffer.add("fault    ", .red, on: screen)
        }
        buffer.line(makeSafe(message))
        if let hint { buffer.line("           " + makeSafe(hint)) }
    }

    /// The finding with stable keys.
    var json: JSONValue {
        [
            "name": .text(name), "severity": .text("\(severity)"), "message": .text(message),
            "hint": .text(hint),
        ]
    }

    /// What the engine says of itself, in the form of a finding.
    static func json(engine: (name: String, value: String)) -> JSONValue {
        [
            "name": .text("engine"), "severity": "good",
            "message": .text("\(engine.name): \(engine.value)"),
        ]
    }
}

extension Fault {
    /// The fault with stable keys.
    var json: JSONValue {
        [
            "table": .text(table), "id": .text(id), "seq": seq.map { .int($0) } ?? .null,
            "what": .text(what),
        ]
    }
}
