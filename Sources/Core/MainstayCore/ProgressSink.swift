/// Told how far long work has come; shows it to people or drops it.
///
/// Called from any thread, at most some hundred times for one piece of work.
package protocol ProgressSink: Sendable {
    /// Reports that `done` of `total` units of `work` are done; `total` is 0 where unknown.
    ///
    /// `work` is a short phrase for people, for example `Reading commits`.
    func report(_ work: String, done: Int, total: Int)
}

/// Drops every report.
package struct SilentProgress: ProgressSink {
    /// Creates a sink that shows nothing.
    package init() {}

    /// Does nothing.
    package func report(_ work: String, done: Int, total: Int) {}
}
