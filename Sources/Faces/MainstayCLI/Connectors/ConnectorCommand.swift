package import ArgumentParser
import ConnectorLink
import ConnectorMessages
import MainstayService
import Storage

/// `mainstay connector`.
package struct ConnectorCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "connector",
        abstract: "Write, check and install connectors; link vendors' systems through them.",
        discussion: """
            A connector is a library that speaks a vendor's dialect. It runs in a process of its own \
            that reaches no network and no file: what it asks its vendor for goes through Mainstay. \
            Its author begins with 'new' and goes by 'check'; an administrator installs what 'pack' \
            made, and adds a link with an address and a credential of ours.

            Examples:
              mainstay connector new acme
              mainstay connector install acme-1.0.0.tar
              mainstay connector add acme-support com.example.acme --vendor acme \\
                --url https://support.acme.example/api --secret - --option account=us
              mainstay connector call acme-support read_case '{"caseID":"17"}'
            """,
        subcommands: [
            ConnectorNew.self, ConnectorCheck.self, ConnectorDev.self, ConnectorPack.self,
            ConnectorInstall.self, ConnectorList.self, ConnectorAdd.self, ConnectorShow.self,
            ConnectorSet.self, ConnectorPause.self, ConnectorResume.self, ConnectorCall.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// A link to a vendor's system.
package struct ConnectorOptions: ParsableArguments {
    @Argument(help: "The link, by its name.")
    var name: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Acts, then shows the link.
    func show(after work: (Desk) async throws -> Void = { _ in }) async throws {
        try await instance.show { desk in
            try await work(desk)
            return try await desk.connector(name)
        }
    }
}

/// `mainstay connector install`.
package struct ConnectorInstall: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "install",
        abstract:
            "Install a connector, or a newer version of one; its file is pinned by its digest."
    )

    @Argument(help: "The archive that 'mainstay connector pack' made.")
    var archive: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Installs and shows it.
    package func run() async throws {
        let bytes = try readBytes(archive, most: ConnectorArchive.mostBytes)
        let package = try ConnectorPackage(bytes, archive)
        try await instance.show { desk in
            try await desk.install(package)
            let id = package.manifest.descriptor.id
            return try await desk.connectors().filter { $0.library.id == id }
        }
    }
}

/// `mainstay connector list`.
package struct ConnectorList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the installed connectors with their links; no code of theirs is run."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Lists them.
    package func run() async throws {
        try await instance.show { try await $0.connectors() }
    }
}

/// `mainstay connector show`.
package struct ConnectorShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a link: how it is reached, and what the vendor's words mean."
    )

    @OptionGroup var connector: ConnectorOptions

    /// Creates the command.
    package init() {}

    /// Shows it.
    package func run() async throws { try await connector.show() }
}

/// `mainstay connector pause`.
package struct ConnectorPause: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Ask a vendor's system for nothing more, and send nothing there."
    )

    @OptionGroup var connector: ConnectorOptions

    /// Creates the command.
    package init() {}

    /// Pauses and shows it.
    package func run() async throws {
        try await connector.show { try await $0.set(connector: connector.name, isPaused: true) }
    }
}

/// `mainstay connector resume`.
package struct ConnectorResume: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a link that was paused, or that crashed too often."
    )

    @OptionGroup var connector: ConnectorOptions

    /// Creates the command.
    package init() {}

    /// Resumes and shows it.
    package func run() async throws {
        try await connector.show { try await $0.set(connector: connector.name, isPaused: false) }
    }
}
