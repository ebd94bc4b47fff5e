package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// What is set for a link.
package struct ConnectorWordsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The vendor's address, such as https://support.acme.example/api.",
            valueName: "url"
        )
    )
    var url: String?

    @Flag(inversion: .prefixedNo, help: "Whether the address may be without TLS.")
    var plainHttp: Bool?

    @Option(
        help: ArgumentHelp(
            "What shows the vendor who we are, from a file; '-' for standard input.",
            valueName: "file"
        )
    )
    var secret: String?

    @Option(
        help: ArgumentHelp(
            "How it is shown, such as 'bearer' or 'header X-Api-Key'; else the manifest's first.",
            valueName: "way"
        )
    )
    var authentication: String?

    @Option(
        help: ArgumentHelp(
            "An option of the manifest (can be repeated); 'key=' takes it away.",
            valueName: "key=value"
        )
    )
    var option: [String] = []

    @Option(
        help: ArgumentHelp(
            "What a status of the vendor means (can be repeated); 'word=' takes it away.",
            valueName: "word=state"
        )
    )
    var status: [String] = []

    @Option(
        help: ArgumentHelp("How often it is asked for news, in seconds.", valueName: "seconds")
    )
    var poll: Int64?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether its process may run on a kernel without landlock."
    )
    var weakSandbox: Bool?

    /// Creates the defaults.
    package init() {}

    /// What shall be different.
    func words() throws -> ConnectorWords {
        var words = ConnectorWords()
        words.url = url
        words.allowsPlain = plainHttp
        words.authentication = authentication
        words.secret = try secret.map { file in
            let text = try readText(file)
            return String(text.prefix { !$0.isNewline })
        }
        words.options = try option.map { try Self.pair($0, "option") }
        for (word, state) in try status.map({ try Self.pair($0, "status") }) {
            words.states[word] = .some(state.isEmpty ? nil : try Self.state(state))
        }
        words.pollSeconds = poll
        words.allowsWeakSandbox = weakSandbox
        return words
    }

    private static func pair(_ text: String, _ name: String) throws -> (key: String, value: String)
    {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw ValidationError("--\(name) '\(text)' has no '=', expected one as key=value")
        }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    private static func state(_ text: String) throws -> CaseState {
        if let state = CaseState(rawValue: text) { return state }
        let known = CaseState.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(text)' is no state of a case, expected one of \(known)")
    }
}

/// `mainstay connector add`.
package struct ConnectorAdd: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Link a vendor's system through an installed connector.",
        aliases: ["new"]
    )

    @Argument(help: "The short name that people type, such as acme-support.")
    var name: String

    @Argument(help: "The installed connector, such as com.example.acme.")
    var id: String

    @Option(help: "Whose system it is.")
    var vendor: String

    @OptionGroup var words: ConnectorWordsOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes and shows it.
    package func run() async throws {
        var new = NewConnector(name, library: id, vendor: vendor)
        new.words = try words.words()
        try await instance.show { [new] desk in
            try await desk.add(new)
            return try await desk.connector(name)
        }
    }
}

/// `mainstay connector set`.
package struct ConnectorSet: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a link; what is not said stays."
    )

    @OptionGroup var connector: ConnectorOptions
    @OptionGroup var words: ConnectorWordsOptions

    /// Creates the command.
    package init() {}

    /// Changes and shows it.
    package func run() async throws {
        let words = try words.words()
        try await connector.show { try await $0.set(connector: connector.name, words) }
    }
}
