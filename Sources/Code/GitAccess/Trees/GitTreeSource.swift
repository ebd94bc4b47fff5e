package import BackportAnalysis
internal import CGit2
package import MainstayCore

/// Objects of one repository, read through libgit2 and never written.
///
/// Used by the thread of its repository.
package final class GitTreeSource: TreeSource {
    private let repository: Repository
    private var odb: OpaquePointer { repository.odb }

    /// Reads the objects of `repository`.
    package init(_ repository: Repository) {
        self.repository = repository
    }

    /// Returns the raw bytes of an object.
    ///
    /// The corresponding libgit2 function is `git_odb_read`.
    package func readObject(
        _ id: CommitID,
        kind: ObjectKind
    ) throws(ObjectFault) -> [UInt8] {
        var oid = git_oid(id)
        var object: OpaquePointer?
        let status = git_odb_read(&object, odb, &oid)
        guard status == 0, let object else { throw Self.fault(id, kind, status) }
        defer { git_odb_object_free(object) }
        let found = git_odb_object_type(object)
        guard found == kind.objectType else {
            let name = String(cString: git_object_type2string(found))
            throw ObjectFault(id, kind: kind, reason: .unusable("it is a \(name)"))
        }
        let size = git_odb_object_size(object)
        guard size > 0, let data = git_odb_object_data(object) else { return [] }
        return Array(UnsafeRawBufferPointer(start: data, count: size))
    }

    /// Returns the size of a blob.
    ///
    /// The corresponding libgit2 function is `git_odb_read_header`.
    package func blobSize(_ id: CommitID) throws(ObjectFault) -> Int {
        var oid = git_oid(id)
        var size = 0
        var found = GIT_OBJECT_INVALID
        let status = git_odb_read_header(&size, &found, odb, &oid)
        guard status == 0 else { throw Self.fault(id, .blob, status) }
        return size
    }

    /// Returns the id of an object with these bytes.
    ///
    /// The corresponding libgit2 function is
    /// `git_odb_hash`.
    package func objectID(
        of bytes: [UInt8],
        kind: ObjectKind
    ) throws(ObjectFault) -> CommitID {
        var oid = git_oid()
        let status = bytes.withUnsafeBytes { buffer in
            git_odb_hash(&oid, buffer.baseAddress, buffer.count, kind.objectType)
        }
        guard status == 0 else { throw Self.fault(CommitID(oid), kind, status) }
        return CommitID(oid)
    }

    private static func fault(_ id: CommitID, _ kind: ObjectKind, _ status: Int32) -> ObjectFault {
        guard status != GIT_ENOTFOUND.rawValue else {
            return ObjectFault(id, kind: kind, reason: .absent)
        }
        let text = git_error_last().map { String(cString: $0.pointee.message) }
        return ObjectFault(
            id,
            kind: kind,
            reason: .unusable(text ?? "libgit2 answered \(status)")
        )
    }
}

extension ObjectKind {
    var objectType: git_object_t {
        switch self {
        case .commit: GIT_OBJECT_COMMIT
        case .tree: GIT_OBJECT_TREE
        case .blob: GIT_OBJECT_BLOB
        }
    }
}
