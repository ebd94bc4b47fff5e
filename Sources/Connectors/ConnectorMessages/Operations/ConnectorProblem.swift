package import MainstayCore

/// How a call or a request ended: `mst_status` of the contract.
public enum ConnectorStatus: UInt16, Sendable, CaseIterable {
    /// Done.
    case ok = 0
    /// The vendor or the connector failed; trying again may help.
    case failed = 1
    /// The request or the options are wrong; trying again will not help.
    case invalid = 2
    /// Not allowed: address, credential, permission.
    case denied = 3
    /// Mainstay no longer wanted the answer.
    case cancelled = 4
    /// The connector, or the vendor, cannot do that.
    case unsupported = 5
    /// The vendor asks for patience.
    case rateLimited = 6

    /// The status with a number; one that the contract does not list counts as failed.
    public init(number: UInt16) {
        self = Self(rawValue: number) ?? .failed
    }
}

/// What a connector says when it does not do what it was asked.
package struct ConnectorProblem: ConnectorMessage {
    /// What kind of problem it is.
    package enum Code: String, Sendable, CaseIterable {
        case connection, timeout, private_ = "private", unsupported, rejected, option, cursor
        case notFound = "not_found"
        case badID = "bad_id"
        case badItem = "bad_item"
        case badVersion = "bad_version"
        /// Any other word.
        case unknown
    }

    /// What kind of problem it is.
    package var code: Code
    /// What to do about it, for the engineer who owns the case.
    package var message: String
    /// When the vendor wants to be asked again, in seconds from now.
    package var retryAfterSeconds: Int64?

    /// Creates one.
    package init(_ code: Code, _ message: String, retryAfterSeconds: Int64? = nil) {
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        code = Code(rawValue: try members.text("code")) ?? .unknown
        message = try members.text("message")
        retryAfterSeconds = try members.optionalInt("retryAfterSeconds")
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "code": .text(code.rawValue),
            "message": .text(message),
            "retryAfterSeconds": retryAfterSeconds.map { .int($0) },
        ])
    }
}
