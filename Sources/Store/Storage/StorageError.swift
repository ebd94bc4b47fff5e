import MainstayCore

/// A rule of the store that something stored, or somebody who asks, does not keep.
package struct StorageError: ExplainedError, Hashable {
    /// What is wrong, for callers that branch on it.
    package enum Code: String, Sendable, Hashable {
        /// A newer version of Mainstay made the tables.
        case tooNew = "too-new"
        /// The database is not one of ours, or of an edited version.
        case foreign
        /// The database has no tables yet.
        case empty
        /// Tables of an older level stand in the database.
        case outdated
        /// The same key stands for another request.
        case keyReused = "key-reused"
        /// Somebody else changed the thing meanwhile.
        case changedMeanwhile = "changed-meanwhile"
        /// There is no such chain, or no such row.
        case missing
        /// Something stored does not agree with the rest: a proof fails.
        case broken
        /// A text is too long.
        case tooLong = "too-long"
        /// A dump that cannot be read, or a database that is not empty.
        case badDump = "bad-dump"
        /// The lease of a job was lost.
        case leaseLost = "lease-lost"
        /// The disk is full, or a file or folder cannot be used.
        case disk
        /// All numbers of nodes are taken.
        case noNode = "no-node"
    }

    /// What is wrong.
    package let code: Code
    /// One sentence for people.
    package let message: String
    /// What mends it.
    package let hint: String?

    /// Creates an error.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func tooNew(level: Int, name: String) -> StorageError {
        StorageError(
            .tooNew,
            "The database has tables of level \(level), made by migration \(name); "
                + "this version knows levels up to \(Migration.programLevel + 1)",
            hint: "Use the version of Mainstay that made them, or a newer one"
        )
    }

    static func foreign(migration: String) -> StorageError {
        StorageError(
            .foreign,
            "Migration \(migration) of the database has another text than in this version",
            hint: "Use the version of Mainstay that made the tables"
        )
    }
}
