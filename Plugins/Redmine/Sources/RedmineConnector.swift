public import MainstayConnectorSDK

/// Speaks with Redmine.
public struct RedmineConnector: VendorConnector {
    /// Who it is.
    public static let descriptor = ConnectorDescriptor(
        id: "org.mainstay.redmine",
        version: "1.0.0",
        displayName: "Redmine"
    )

    /// Takes its options.
    public init(options: ConnectorOptions, host: ConnectorHost) async throws {}

    /// What changed.
    public func fetchUpdates(since cursor: String) async throws -> UpdatePage {
        UpdatePage(updates: [], nextCursor: "", hasMore: false)
    }

    /// What a status means.
    public func state(of status: String) -> CaseState { .unknown }
}
