package import MainstayCore

/// A failure to read a Git repository.
package struct GitError: ExplainedError {
    /// What went wrong, for callers that branch on it.
    package enum Code: Sendable, Hashable {
        /// Nothing stands at the path.
        case noSuchPath
        /// The folder, or one above it, may not be read. Carries what the system says.
        case unreadable(String)
        /// Neither the folder nor one above it is a repository.
        case notARepository
        /// The Git folder belongs to somebody else. Carries the owner's number.
        case foreignOwner(UInt32)
        /// The repository uses a format that cannot be read. Carries setting and value.
        case unsupportedFormat(setting: String, value: String)
        /// There is no commit yet.
        case empty
        /// The object is absent.
        case objectNotFound(CommitID)
        /// The object is not of the type that was expected. Carries the type.
        case unexpectedType(CommitID, expected: String)
        /// libgit2 refused; carries its error class and return code.
        case library(errorClass: Int32, returnCode: Int32)
    }

    /// What went wrong.
    package let code: Code
    /// The repository's path, as it was opened.
    package let repository: String
    /// libgit2's own words (`git_error_last`), where it gave some.
    package let underlying: String?

    /// Creates an error about the repository at `repository`.
    package init(_ code: Code, repository: String, underlying: String? = nil) {
        self.code = code
        self.repository = repository
        self.underlying = underlying
    }

    /// The failure in one sentence.
    package var message: String {
        switch code {
        case .noSuchPath: "No such file or folder: '\(repository)'"
        case .unreadable(let cause): "Cannot read '\(repository)': \(cause)"
        case .notARepository:
            "'\(repository)' is not a Git repository, nor is any folder above it"
        case .foreignOwner(let owner):
            "The repository '\(repository)' belongs to user \(owner), not to the user who runs this"
        case .unsupportedFormat(let setting, let value):
            "The repository '\(repository)' uses \(setting) = \(value), which cannot be read yet"
        case .empty: "The repository '\(repository)' has no commits yet"
        case .objectNotFound(let id): "Object \(id) is absent from \(repository)"
        case .unexpectedType(let id, let expected):
            "Object \(id) in \(repository) is no \(expected)"
        case .library(_, let returnCode):
            "libgit2 failed on \(repository): \(underlying ?? "return code \(returnCode)")"
        }
    }

    /// What mends it, where that is known.
    package var hint: String? {
        switch code {
        case .noSuchPath, .notARepository:
            "Give the folder of a Git repository, or run the command inside one"
        case .unreadable: "Make the folder readable for the user who runs this"
        case .foreignOwner:
            "If you trust it: git config --global --add safe.directory '\(repository)'"
        case .unsupportedFormat:
            "Only repositories with SHA-1 ids and refs in files can be read; a mirror made with "
                + "'git clone --mirror --ref-format=files' can be, if its ids are SHA-1"
        case .empty: "Make a first commit, or fetch the history"
        case .objectNotFound: "Fetch the missing objects: git fetch --refetch"
        case .unexpectedType, .library: nil
        }
    }
}
