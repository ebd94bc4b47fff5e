package import ConnectorMessages
import MainstayCore

/// Why a connector did not do what it was asked.
package struct LinkFault: ExplainedError, Hashable {
    /// The kinds of failure.
    package enum Code: String, Sendable, Hashable {
        /// The library cannot be read.
        case file
        /// The library is not the one that was installed.
        case checksum
        /// The program that loads plugins does not start.
        case host
        /// The process says why it does not take the plugin.
        case refused
        /// The plugin says of itself what its manifest does not.
        case descriptor
        /// The connector cannot be made with its options.
        case options
        /// The process ended by itself.
        case crashed
        /// It took longer than it may, and was stopped.
        case overdue
        /// What it sent is not the protocol, and it was stopped.
        case violation
        /// Its answer is not what the operation must answer.
        case badReply = "bad-reply"
        /// It answered that it does not do it.
        case problem
        /// The caller's audit held a request to the vendor.
        case held
        /// The file may not be sent as it is.
        case attachment
        /// The manifest cannot be read.
        case manifest
        /// The vendor's address or credential cannot be used.
        case settings
        /// The caller no longer wanted the answer.
        case cancelled
        /// It failed to start a moment ago.
        case resting
        /// It crashed too often; a person has to look.
        case quarantined
        /// The link was closed.
        case closed
    }

    /// What kind of failure it is.
    package let code: Code
    /// What failed.
    package let message: String
    /// What mends it.
    package let hint: String?
    /// How the connector said that the call ended, for ``Code/problem`` and ``Code/options``.
    package var status: ConnectorStatus?
    /// What the connector said, for ``Code/problem`` and ``Code/options``.
    package var problem: ConnectorProblem?
    /// The word of the host for why it does not take the plugin, for ``Code/refused``.
    var refusal: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

/// What a link did, for those who look after the connector.
package struct LinkRecord: Sendable, Hashable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        /// A process is ready; the text tells of its sandbox.
        case ready
        /// A process ended as it was asked to: by itself, or it had to be killed.
        case ended(bySelf: Bool)
        /// A process, or its start, failed.
        case failed(LinkFault.Code)
        /// Nothing is started any more until a person lifts it.
        case quarantined
        /// The connector's log, by its level.
        case log(level: UInt16)
        /// What the connector wrote to its outputs.
        case output
    }

    /// What happened.
    package let event: Event
    /// More about it, in words.
    package let text: String
}
