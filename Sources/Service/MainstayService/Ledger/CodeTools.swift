package import GitAccess
package import MainstayCore

/// What reaching code needs beside the installation.
package struct CodeTools: Sendable {
    /// The git command, for fetching.
    package let git: GitProgram
    /// The day for which phases are judged.
    package let day: CalendarDay
    /// Told about long work.
    package let progress: any ProgressSink

    /// Creates the tools; `environment` is that of the process, from which git takes settings and
    /// credentials.
    ///
    /// `isCancelled` is asked ten times a second while git works, and ends it.
    package init(
        environment: [String: String],
        day: CalendarDay,
        progress: any ProgressSink,
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
    ) {
        git = GitProgram(environment: environment, isCancelled: isCancelled)
        self.day = day
        self.progress = progress
    }
}

extension DataLocation {
    /// The mirror of a repository.
    func mirror(of repository: Int64) -> String { "\(folder)/mirrors/\(repository).git" }

    /// Indexes and matches of mirrors; may be deleted at any time.
    var cache: String { folder + "/cache" }
}
