package import MainstayCore

/// What a plugin says of itself when it is loaded.
public struct ConnectorDescriptor: ConnectorMessage {
    /// A reversed domain and a name, such as `com.example.acme`.
    public var id: String
    /// Of the connector.
    public var version: String
    /// For people.
    public var displayName: String
    /// What it asks Mainstay for, such as `mainstay.http/1`.
    public var services: [String]
    /// What it was made with.
    public var sdk: String?

    /// Creates one.
    public init(
        id: String,
        version: String,
        displayName: String,
        services: [String] = [],
        sdk: String? = nil
    ) {
        self.id = id
        self.version = version
        self.displayName = displayName
        self.services = services
        self.sdk = sdk
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        id = try members.text("id")
        version = try members.text("version")
        displayName = try members.text("displayName")
        services = try members.optionalTexts("services") ?? []
        sdk = try members.optionalText("sdk")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "id": .text(id),
            "version": .text(version),
            "displayName": .text(displayName),
            "services": .texts(services),
            "sdk": sdk.map { .text($0) },
        ])
    }
}
