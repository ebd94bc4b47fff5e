import LTSReleases
package import ArgumentParser
import MainstayCore
import MainstayService

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
