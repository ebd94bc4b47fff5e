package import MainstayCore

/// The mode of a tree entry, in the five forms that Git uses.
package enum FileMode: UInt32, Sendable, Hashable {
    /// A file.
    case file = 0o100644
    /// A file that can be run.
    case executable = 0o100755
    /// A symbolic link.
    case link = 0o120000
    /// A commit of another repository: a submodule.
    case submodule = 0o160000
    /// A folder.
    case folder = 0o040000

    /// Creates the mode that Git takes any stored mode for, old forms such as 100664 included.
    package init(stored: UInt32) {
        switch stored & 0o170000 {
        case 0o100000: self = stored & 0o100 != 0 ? .executable : .file
        case 0o120000: self = .link
        case 0o040000: self = .folder
        default: self = .submodule
        }
    }

    /// Whether the entry is a file, executable or not.
    package var isFile: Bool { self == .file || self == .executable }

    /// Whether the two modes stand for the same kind of thing.
    package func isSameKind(as other: FileMode) -> Bool {
        self == other || isFile && other.isFile
    }
}

/// What a tree holds under one name.
package struct TreeEntry: Hashable, Sendable {
    /// The mode.
    package var mode: FileMode
    /// The blob, tree or, for a submodule, commit.
    package var id: CommitID

    /// Creates an entry.
    package init(mode: FileMode, id: CommitID) {
        self.mode = mode
        self.id = id
    }
}
