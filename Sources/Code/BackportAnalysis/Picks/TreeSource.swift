package import MainstayCore

/// Reads objects and computes ids and merges, without writing anything anywhere.
///
/// Used by one thread at a time. Nothing is cached here: ``PickPredictor`` keeps what it reads.
package protocol TreeSource: AnyObject {
    /// Returns the raw bytes of the object `id`, which must be of the given kind.
    ///
    /// - Throws: ``ObjectFault`` if the object is absent, of another kind or cannot be read.
    func readObject(_ id: CommitID, kind: ObjectKind) throws(ObjectFault) -> [UInt8]

    /// Returns the size in bytes of the blob `id` without reading its content.
    ///
    /// - Throws: ``ObjectFault`` if the object is absent or cannot be read.
    func blobSize(_ id: CommitID) throws(ObjectFault) -> Int

    /// Returns the id that an object with these bytes has, or would have.
    ///
    /// - Throws: ``ObjectFault`` if the bytes cannot be hashed.
    func objectID(of bytes: [UInt8], kind: ObjectKind) throws(ObjectFault) -> CommitID

    /// Merges three texts line by line, as `git merge` does; `nil` if they conflict.
    ///
    /// - Throws: ``ObjectFault`` if the merge itself fails, for example for want of memory.
    func mergeTexts(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8]
    ) throws(ObjectFault) -> [UInt8]?

    /// Merges three texts line by line; where they conflict both sides stand between markers.
    ///
    /// The labels name the sides at the markers.
    /// - Throws: ``ObjectFault`` if the merge itself fails, for example for want of memory.
    func markedText(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8],
        labels: (line: String, fix: String)
    ) throws(ObjectFault) -> [UInt8]
}

/// The kinds of object that a prediction reads.
package enum ObjectKind: String, Sendable, Hashable {
    /// A commit.
    case commit
    /// A folder.
    case tree
    /// The content of a file, or the target of a symbolic link.
    case blob
}

/// An object that could not be used.
package struct ObjectFault: ExplainedError, Hashable {
    /// What went wrong.
    package enum Reason: Sendable, Hashable {
        /// The repository does not hold it, as in a partial clone.
        case absent
        /// It is there but unusable; the text says why.
        case unusable(String)
    }

    /// The object.
    package let id: CommitID
    /// The kind that was expected.
    package let kind: ObjectKind
    /// What went wrong.
    package let reason: Reason

    /// Creates a fault of one object.
    package init(_ id: CommitID, kind: ObjectKind, reason: Reason) {
        self.id = id
        self.kind = kind
        self.reason = reason
    }

    /// One sentence that names the object by its full id.
    package var message: String {
        switch reason {
        case .absent: "Object \(id.hex) (\(kind.rawValue)) is absent"
        case .unusable(let text): "Object \(id.hex) (\(kind.rawValue)) cannot be used: \(text)"
        }
    }

    /// Where the object comes from, if it is only absent.
    package var hint: String? {
        reason == .absent ? "A partial clone gets it with 'git fetch --refetch'" : nil
    }
}
