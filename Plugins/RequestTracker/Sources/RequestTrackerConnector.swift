public import MainstayConnectorSDK

/// Speaks with RequestTracker.
public struct RequestTrackerConnector: VendorConnector {
    /// Who it is.
    public static let descriptor = ConnectorDescriptor(
        id: "org.mainstay.requesttracker",
        version: "1.0.0",
        displayName: "RequestTracker"
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
