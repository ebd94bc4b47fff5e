package import MainstayCore

/// What a pick would do.
package enum PickVerdict: Sendable, Hashable {
    /// Every path merges.
    case clean
    /// At least one path conflicts.
    case conflict
    /// The line holds all of the change: the pick would be empty.
    case alreadyThere
    /// It depends on an object that cannot be read; the reason is one sentence.
    case unknown(reason: String)

    /// The word shown to people and written to every export.
    package var word: String {
        switch self {
        case .clean: "clean"
        case .conflict: "conflict"
        case .alreadyThere: "already-there"
        case .unknown: "unknown"
        }
    }
}

/// Why a path conflicts.
package enum ConflictCause: String, Sendable, Hashable, CaseIterable {
    /// Line and fix changed the same lines of a text.
    case content = "both changed the same lines"
    /// Line and fix changed a file that is not text.
    case binary = "both changed a binary file"
    /// Line and fix changed where a symbolic link points.
    case link = "both changed a symbolic link"
    /// Line and fix changed the commit of a submodule.
    case submodule = "both changed a submodule"
    /// One side made it a link, a file or a submodule, the other changed it.
    case kind = "one side changed what kind of entry it is"
    /// Line and fix gave it different modes.
    case mode = "both changed the mode"
    /// The fix changes a file that the line does not have.
    case missing = "the line lacks it"
    /// The fix deletes a file that the line changed.
    case deleted = "the fix deletes it, the line changed it"
    /// Both added it, with different content.
    case added = "both added it differently"
    /// One side needs a folder where the other has a file.
    case folder = "a file stands where a folder is needed"
    /// One side moved it, the other deleted it.
    case movedAndDeleted = "one side moved it, the other deleted it"
    /// Both moved it, to different paths.
    case movedApart = "both moved it, to different paths"
    /// It was moved to a path that the other side uses too.
    case movedOnto = "it was moved to a path that the other side uses"
    /// One side moved the folder to which the other adds it.
    case folderMoved = "its folder was moved by the other side"
}

/// What happens to one path.
package enum PathResult: Sendable, Hashable {
    /// It merges.
    case clean
    /// A person must decide.
    case conflict(ConflictCause)
    /// The line has it as the fix leaves it.
    case alreadyThere
    /// It depends on an object that cannot be read.
    case unknown(ObjectFault)
}

/// What a pick does to one path of the fix.
package struct PathPrediction: Sendable, Hashable {
    /// The path as the fix names it; after a move by the fix, the new one.
    package var path: TreePath
    /// What happens.
    package var result: PathResult
    /// The path on the line, where the line moved the file.
    package var renamedTo: TreePath?

    /// Creates the result of one path.
    package init(path: TreePath, result: PathResult, renamedTo: TreePath? = nil) {
        self.path = path
        self.result = result
        self.renamedTo = renamedTo
    }
}

/// What a pick of one fix onto one tree would do.
package struct PickPrediction: Sendable, Hashable {
    /// The whole answer.
    package var verdict: PickVerdict
    /// One item per path of the fix, in byte order.
    package var paths: [PathPrediction]
    /// Whole sentences about what the prediction leaves out, for example merge drivers.
    package var notes: [String]
    /// The tree that the pick makes; only when clean or already there, or for a draft.
    package var tree: CommitID?
    /// Trees and blobs of `tree` that did not exist before; empty unless asked for.
    package var made: [MadeObject]

    /// Creates a prediction.
    package init(
        verdict: PickVerdict,
        paths: [PathPrediction],
        notes: [String] = [],
        tree: CommitID? = nil,
        made: [MadeObject] = []
    ) {
        self.verdict = verdict
        self.paths = paths
        self.notes = notes
        self.tree = tree
        self.made = made
    }
}
