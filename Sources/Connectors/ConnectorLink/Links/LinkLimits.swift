/// How far a connector may go before it is stopped.
package struct LinkLimits: Sendable, Hashable {
    /// How long the process may take to load the plugin.
    package var hello = Duration.seconds(5)
    /// How long the plugin may take to make the connector.
    package var create = Duration.seconds(5)
    /// How long one call may take, the time that Mainstay's services take left out.
    package var call = Duration.seconds(30)
    /// How long one call may take with all of it.
    package var wholeCall = Duration.seconds(180)
    /// How long a call may go on once its answer is no longer wanted.
    package var cancelled = Duration.seconds(2)
    /// How long a process without a call is kept.
    package var idle = Duration.seconds(20)
    /// How long a process may take to end when asked to.
    package var ending = Duration.seconds(1)
    /// How many calls one process serves.
    package var callsPerLife = 500
    /// How many requests one call may make.
    package var requestsPerCall = 64
    /// How many bytes of log one call may write.
    package var logPerCall = 64 << 10
    /// How many bytes of log one process may write.
    package var logPerLife = 1 << 20

    /// Creates the usual limits.
    package init() {}
}
