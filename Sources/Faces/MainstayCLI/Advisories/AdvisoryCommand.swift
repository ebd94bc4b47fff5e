import AdvisoryFormats
package import ArgumentParser
import LTSReleases
import MainstayCore
import MainstayService
import Storage

/// `mainstay advisory`.
package struct AdvisoryCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "advisory",
        abstract: "Write, export and publish advisories on security defects.",
        discussion: """
            What an advisory says of each release is computed from Git. Until it is published only \
            those with the role security see it and its defects.

            Examples:
              mainstay advisory publisher --name "Acme Ltd" --namespace https://acme.example \
            --url https://acme.example/security
              mainstay advisory new MST --defect MST-D7 --embargo-until 2026-12-01
              mainstay advisory export MST-SA-1 --osv
              mainstay advisory publish MST-SA-1
              mainstay publish --to /srv/www/security
            """,
        subcommands: [
            AdvisoryNew.self, AdvisoryList.self, AdvisoryShow.self, AdvisoryEdit.self,
            AdvisoryExport.self, AdvisoryPublish.self, AdvisoryWithdraw.self,
            AdvisoryPublisherCommand.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// What an advisory says.
package struct AdvisoryWordsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A defect it covers (can be repeated).", valueName: "defect"))
    var defect: [String] = []
    @Option(help: "Its title; without: that of the defect.") var title: String?
    @Option(help: ArgumentHelp("Its CVE id.", valueName: "id")) var cve: String?
    @Option(help: ArgumentHelp("Under embargo until then.", valueName: "time"))
    var embargoUntil: Instant?
    @OptionGroup var words: TextInput

    /// Creates the defaults.
    package init() {}

    /// The words.
    func read() throws -> AdvisoryWords {
        var words = AdvisoryWords()
        words.defects = defect.isEmpty ? nil : defect
        words.title = title
        words.cve = cve
        words.body = try self.words.words()
        words.embargoUntil = embargoUntil
        return words
    }
}

/// An advisory, and how to tell of it.
package struct AdvisoryOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The advisory, by its name or CVE id.", valueName: "advisory"))
    var ref: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts on the advisory and shows it.
    func act(_ act: @escaping (Desk, CodeTools) async throws -> Void) async throws {
        try await InstanceSession.run(instance) { session in
            let tools = try session.tools()
            try await act(session.desk, tools)
            let view = try await session.desk.advisory(ref, tools)
            session.progress.finish()
            try session.write("advisory", [view.json]) { buffer in
                view.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay advisory new`.
package struct AdvisoryNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Draft an advisory on defects of a product."
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @OptionGroup var words: AdvisoryWordsOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for a defect.
    package func validate() throws {
        if words.defect.isEmpty { throw ValidationError("Name the defect: --defect") }
    }

    /// Drafts it.
    package func run() async throws {
        let said = try words.read()
        try await InstanceSession.run(instance) { session in
            let ref = try await session.desk.makeAdvisory(of: product, said)
            try session.tell("advisory", ["ref": .text(ref)], ref)
        }
    }
}

/// `mainstay advisory list`.
package struct AdvisoryList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the advisories."
    )

    @Argument(help: ArgumentHelp("Of this product only.", valueName: "prefix"))
    var product: String?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let found = try await session.desk.advisories(of: product)
            try session.write("advisories", found.map(\.json)) { buffer in
                if found.isEmpty { return buffer.line("No advisories.") }
                var table = GridTable(["ADVISORY", "CVE", "STATE", "EMBARGO UNTIL", "TITLE"])
                for advisory in found {
                    table.add([
                        advisory.ref, advisory.cveID ?? "-", advisory.state.rawValue,
                        advisory.embargoUntil.map { "\($0)" } ?? "-", advisory.title,
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay advisory show`.
package struct AdvisoryShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an advisory with what it says of every line."
    )

    @OptionGroup var advisory: AdvisoryOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws { try await advisory.act { _, _ in } }
}

/// `mainstay advisory edit`.
package struct AdvisoryEdit: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change an advisory; publish it again to tell the world."
    )

    @OptionGroup var advisory: AdvisoryOptions
    @OptionGroup var words: AdvisoryWordsOptions
    @Option(
        help: ArgumentHelp("Refuse unless this is still its version.", valueName: "version")
    )
    var expect: Int64?

    /// Creates the command.
    package init() {}

    /// Asks for something that changes.
    package func validate() throws {
        let isNothing =
            words.defect.isEmpty && words.title == nil && words.cve == nil
            && words.embargoUntil == nil && words.words.text == nil && words.words.file == nil
        if isNothing {
            throw ValidationError(
                "Say what changes: --title, --cve, --defect, --embargo-until or words"
            )
        }
    }

    /// Changes it.
    package func run() async throws {
        let said = try words.read()
        try await advisory.act { desk, _ in
            try await desk.edit(advisory: advisory.ref, said, expecting: expect)
        }
    }
}

/// `mainstay advisory export`.
package struct AdvisoryExport: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write an advisory as OSV or CSAF VEX, as it would be published now."
    )

    @Argument(help: ArgumentHelp("The advisory.", valueName: "advisory")) var ref: String
    @Flag(help: "As OSV 1.7.") var osv = false
    @Flag(help: "As CSAF 2.0, profile VEX.") var csaf = false
    @Flag(help: "Also with releases of which nobody can say whether they are affected.")
    var allowUnknown = false
    @OptionGroup var place: DataOptions

    /// Creates the command.
    package init() {}

    /// Asks for one format.
    package func validate() throws {
        if osv == csaf { throw ValidationError("Give --osv or --csaf") }
    }

    /// Writes it.
    package func run() async throws {
        try await InstanceSession.run(place, as: .table) { session in
            let text = try await session.desk.export(
                ref,
                as: osv ? .osv : .csaf,
                allowsUnknown: allowUnknown,
                try session.tools()
            )
            session.progress.finish()
            try session.print(text)
        }
    }
}

/// `mainstay advisory publish`.
package struct AdvisoryPublish: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish an advisory, or what changed about it."
    )

    @OptionGroup var advisory: AdvisoryOptions
    @Option(help: ArgumentHelp("What changed, in one line.", valueName: "words"))
    var summary: String?
    @Flag(help: "End its embargo now.") var endEmbargo = false
    @Flag(help: "Also with releases of which nobody can say whether they are affected.")
    var allowUnknown = false

    /// Creates the command.
    package init() {}

    /// Publishes it.
    package func run() async throws {
        try await advisory.act { desk, tools in
            try await desk.publish(
                advisory: advisory.ref,
                summary: summary,
                allowsUnknown: allowUnknown,
                endsEmbargo: endEmbargo,
                tools
            )
        }
    }
}

/// `mainstay advisory withdraw`.
package struct AdvisoryWithdraw: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take an advisory back; it stays readable, marked so."
    )

    @OptionGroup var advisory: AdvisoryOptions
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Takes it back.
    package func run() async throws {
        let said = try words.requiredWords()
        try await advisory.act { desk, tools in
            try await desk.withdraw(advisory: advisory.ref, words: said, tools)
        }
    }
}

/// `mainstay advisory publisher`.
package struct AdvisoryPublisherCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "publisher",
        abstract: "Say who publishes advisories, and where the folder is read."
    )

    @Option(help: "The name.") var name: String
    @Option(help: ArgumentHelp("A URL that is the publisher's own.", valueName: "url"))
    var namespace: String
    @Option(help: ArgumentHelp("Where the folder is read.", valueName: "url")) var url: String
    @Option(help: ArgumentHelp("How to reach the publisher.", valueName: "words"))
    var contact: String?
    @Option(help: ArgumentHelp("The prefix registered with OSV.", valueName: "prefix"))
    var prefix: String?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Says it.
    package func run() async throws {
        let folder = url.hasSuffix("/") ? String(url.dropLast()) : url
        let publisher = AdvisoryPublisher(
            name: name,
            namespace: namespace,
            contact: contact,
            folderURL: folder,
            registeredPrefix: prefix
        )
        try await InstanceSession.run(instance) { session in
            try await session.desk.setPublisher(publisher)
            let result: JSONValue = ["name": .text(name), "url": .text(folder)]
            try session.tell("advisory publisher", result, "\(name), \(folder)")
        }
    }
}

extension Advisory {
    /// The advisory with stable keys.
    var json: JSONValue {
        [
            "ref": .text(ref), "cve": .text(cveID), "state": .text(state.rawValue),
            "embargoUntil": .time(embargoUntil), "title": .text(title), "body": .text(body),
        ]
    }
}

extension AdvisoryView {
    /// Writes the advisory and the rows of its defects.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(advisory.ref, .bold, on: screen)
        buffer.add("  ")
        buffer.add(makeSafe(advisory.title), .bold, on: screen)
        buffer.endLine()
        let until = advisory.embargoUntil.map { " until \($0)" } ?? ""
        buffer.line("  state       \(advisory.state.rawValue)\(until)")
        buffer.line("  version     \(version)")
        if let cve = advisory.cveID { buffer.line("  cve         \(makeSafe(cve))") }
        for publication in publications {
            let taken = publication.withdrawnAt.map { ", taken back \($0)" } ?? ""
            let kind = publication.kind.rawValue
            buffer.line(
                "  \(kind)\(String(repeating: " ", count: 12 - kind.count))revision "
                    + "\(publication.revision), \(publication.publishedAt)\(taken)"
            )
        }
        for line in advisory.body.split(separator: "\n", omittingEmptySubsequences: false)
        where !advisory.body.isEmpty {
            buffer.line("    " + makeSafe(String(line)))
        }
        for row in rows {
            buffer.line("\n\(row.file.defect.ref)  \(makeSafe(row.file.defect.title))")
            let said = row.cells.map { (name: makeSafe($0.line.name), words: Self.words(of: $0)) }
            let runs = LineRun.gather(said)
            let width = runs.reduce(0) { max($0, columnCount(of: $1.name)) }
            for run in runs {
                buffer.add("  \(run.name)", .bold, on: screen)
                buffer.add(spaces: width - columnCount(of: run.name) + 2)
                let status = run.words.status
                buffer.add("\(status.symbol) \(status.rawValue)", status.ink, on: screen)
                if let release = run.words.release { buffer.add("  since \(makeSafe(release))") }
                if let decision = run.words.decision { buffer.add("  \(decision.rawValue)") }
                buffer.endLine()
            }
        }
    }

    /// What an advisory says of one line.
    private struct LineWords: Equatable {
        let status: LineStatus
        let release: String?
        let decision: DecisionKind?
    }

    private static func words(of cell: LedgerCell) -> LineWords {
        LineWords(
            status: cell.facts.status,
            release: cell.facts.release,
            decision: cell.decision?.kind
        )
    }

    /// The advisory with stable keys.
    var json: JSONValue {
        var json = advisory.json.members ?? [:]
        json["version"] = .int(version)
        json["defects"] = .list(rows.map { .object($0.fields) })
        json["publications"] = .list(
            publications.map { publication in
                [
                    "kind": .text(publication.kind.rawValue),
                    "revision": .int(publication.revision), "sha256": .text(publication.bodySHA),
                    "at": .time(publication.publishedAt),
                    "withdrawnAt": .time(publication.withdrawnAt),
                ]
            }
        )
        return .object(json)
    }
}
