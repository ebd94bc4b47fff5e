package import MainstayCore

/// Three blobs whose merge is known.
package struct MergeKey: Hashable, Sendable {
    /// Content before the fix; `nil` if there was none.
    package let base: CommitID?
    /// Content on the line.
    package let line: CommitID
    /// Content after the fix.
    package let fix: CommitID
}

/// How a merge of three blobs ends.
package enum MergeOutcome: Hashable, Sendable {
    /// In a blob with this id.
    case merged(CommitID)
    /// In a conflict.
    case conflict(ConflictCause)
}

/// Merges single entries, and remembers every merge of three blobs.
package final class EntryMerger {
    private let objects: PickObjects
    /// All merges so far; may be filled from an earlier run, since blobs never change.
    package var known: [MergeKey: MergeOutcome] = [:]

    /// Creates a merger that reads from `objects`.
    package init(objects: PickObjects) {
        self.objects = objects
    }

    /// What becomes of one entry.
    package enum Result: Hashable {
        /// The entry after the merge.
        case merged(TreeEntry)
        /// No entry can be chosen.
        case conflict(ConflictCause)
    }

    /// Merges an entry that both sides have; modes are merged apart from content.
    ///
    /// - Throws: ``ObjectFault`` if a blob that must be merged is absent.
    package func merge(
        base: TreeEntry?,
        line: TreeEntry,
        fix: TreeEntry
    ) throws(ObjectFault) -> Result {
        if line == fix || base == fix { return .merged(line) }
        if base == line { return .merged(fix) }
        guard line.mode.isSameKind(as: fix.mode) else { return .conflict(.kind) }
        var merged = line
        if line.mode == fix.mode || line.mode == base?.mode {
            merged.mode = fix.mode
        } else if fix.mode != base?.mode {
            return .conflict(.mode)
        }
        switch try mergeContent(base: base, line: line, fix: fix) {
        case .merged(let id): merged.id = id
        case .conflict(.content) where base == nil: return .conflict(.added)
        case .conflict(let cause): return .conflict(cause)
        }
        return .merged(merged)
    }

    private func mergeContent(
        base: TreeEntry?,
        line: TreeEntry,
        fix: TreeEntry
    ) throws(ObjectFault) -> MergeOutcome {
        if line.id == fix.id || line.id == base?.id { return .merged(fix.id) }
        if fix.id == base?.id { return .merged(line.id) }
        switch line.mode {
        case .link: return .conflict(.link)
        case .submodule, .folder: return .conflict(.submodule)
        case .file, .executable: break
        }
        let baseBlob = base.flatMap { $0.mode.isFile ? $0.id : nil }
        let key = MergeKey(base: baseBlob, line: line.id, fix: fix.id)
        if let outcome = known[key] { return outcome }
        let outcome: MergeOutcome
        switch try mergedBytes(key) {
        case .text(let bytes):
            let id = try objects.objectID(of: bytes, kind: .blob)
            objects.keepBlob(bytes, id: id)
            outcome = .merged(id)
        case .conflict(let cause):
            outcome = .conflict(cause)
        }
        known[key] = outcome
        return outcome
    }

    private enum Bytes {
        case text([UInt8])
        case conflict(ConflictCause)
    }

    private func mergedBytes(_ key: MergeKey) throws(ObjectFault) -> Bytes {
        let base: [UInt8] = if let id = key.base { try objects.blob(id) } else { [] }
        let (line, fix) = (try objects.blob(key.line), try objects.blob(key.fix))
        let hasBinary = [base, line, fix].contains { ContentFingerprint.isBinary($0) }
        if hasBinary { return .conflict(.binary) }
        switch TextMerge.merge(base: base, line: line, fix: fix) {
        case .merged(let bytes): return .text(bytes)
        case .conflict: return .conflict(.content)
        case .inapplicable: break
        }
        guard let merged = try objects.mergeTexts(base: base, line: line, fix: fix) else {
            return .conflict(.content)
        }
        return .text(merged)
    }

    /// Returns the content of the blob `id` that the merge of `key` made, merging again if need be.
    ///
    /// - Throws: ``ObjectFault`` if a blob that must be merged is absent.
    package func content(
        of key: MergeKey,
        id: CommitID
    ) throws(ObjectFault) -> [UInt8]? {
        if let kept = objects.keptBlob(id) { return kept }
        guard case .text(let bytes) = try mergedBytes(key) else { return nil }
        return bytes
    }
}
