/// Why a connector does not do what it was asked.
public struct ConnectorError: Error, Sendable, Hashable {
    /// Whether trying again can help.
    public var status: ConnectorStatus
    /// One of `connection timeout not_found private bad_id bad_item bad_version unsupported
    /// rejected option cursor unknown`.
    public var code: String
    /// What happened and what mends it, for the engineer who owns the case.
    public var message: String
    /// When the vendor wants to be asked again, in seconds from now.
    public var retryAfterSeconds: Int?

    /// Creates an error.
    public init(
        _ status: ConnectorStatus,
        code: String,
        _ message: String,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The vendor turned it down, or says that he took it and does not show it.
    public static func rejected(_ why: String) -> Self { Self(.failed, code: "rejected", why) }

    static func unsupported(_ what: String) -> Self {
        Self(.unsupported, code: "unsupported", "This connector does not \(what)")
    }

    /// The reply that says it.
    var json: JSONValue {
        var members: [String: JSONValue] = ["code": .text(code), "message": .text(message)]
        if let retryAfterSeconds { members["retryAfterSeconds"] = .int(Int64(retryAfterSeconds)) }
        return .object(members)
    }
}
