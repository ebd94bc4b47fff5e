import AdvisoryFormats
package import ArgumentParser
import MainstayCore
import MainstayService

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
