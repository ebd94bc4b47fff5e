package import MainstayCore

/// How a repository is to be read.
package struct RepositoryRequest: Sendable {
    /// Any folder of the repository, absolute or relative to the working folder.
    package var path: String
    /// Folder for index files; `nil` keeps everything in memory.
    package var cacheFolder: String?
    /// The user's home folder, for the system's and user's Git settings; `nil` where unknown.
    package var homeFolder: String?
    /// Whether matches by content are left out.
    package var isQuick = false
    /// Whether conventions that name an origin commit are ignored.
    package var withoutTrailers = false
    /// Matches below this confidence are not listed.
    package var minimumConfidence = 0.9
    /// Whether fixes born on a line are listed too.
    package var allRoots = false
    /// Whether packs are scanned ahead of the walk.
    package var usesPrescan = true
    /// How many threads read objects; at least 1.
    package var threads = 2
    /// The day against which lifecycle phases are judged: seconds since 1970, UTC.
    package var now: Int64
    /// Told about long work.
    package var progress: any ProgressSink

    /// Creates a request with full evidence.
    package init(
        path: String,
        cacheFolder: String?,
        homeFolder: String?,
        now: Int64,
        progress: any ProgressSink
    ) {
        self.path = path
        self.cacheFolder = cacheFolder
        self.homeFolder = homeFolder
        self.now = now
        self.progress = progress
    }
}

/// Questions about one repository that need no instance.
///
/// Every method throws ``ExplainedError`` values: a folder that is no repository, a history that
/// cannot be read, a name that is unknown or ambiguous.
package struct CodeQueries: Sendable {
    let request: RepositoryRequest

    /// Prepares questions about the repository that `request` names; reads nothing yet.
    package init(_ request: RepositoryRequest) {
        self.request = request
    }
}
