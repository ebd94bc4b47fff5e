import BackportAnalysis
import GitAccess
import MainstayCore

extension RepositoryHistory {
    /// The commit that `text` names: an id, the unique start of one, a tag, a branch, a release
    /// by its version, or a line by its shown name.
    /// - Throws: ``QuestionError`` for an unknown or ambiguous name.
    func commit(named text: String) throws(QuestionError) -> CommitRow {
        try place(named: text).row
    }

    /// The same with the full name of the ref that `text` was taken for; no name for an id.
    func place(named text: String) throws(QuestionError) -> (row: CommitRow, ref: String?) {
        if let found = ref(named: text) { return found }
        if text.utf8.count >= 4, let prefix = CommitPrefix(hex: text.lowercased()) {
            let rows = index.rows(startingWith: prefix)
            if rows.count == 1 { return (rows[0], nil) }
            if rows.count > 1 {
                throw .ambiguousCommit(text, candidates: rows.map(index.id).sorted())
            }
        }
        if let rank = lines.releases(named: text).first {
            let release = lines.releases[rank]
            return (release.row, "refs/tags/\(release.tag)")
        }
        if let line = try? lines.line(named: text) { return (line.tip, line.ref) }
        throw .unknownCommit(text, in: folder.shown)
    }

    private func ref(named text: String) -> (row: CommitRow, ref: String?)? {
        let names = [
            text, "refs/tags/\(text)", "refs/heads/\(text)", "refs/remotes/\(text)",
            "refs/remotes/origin/\(text)", "refs/\(text)",
        ]
        let refs = index.refs
        for name in names {
            guard let ref = refs.first(where: { $0.name == name }) else { continue }
            if let row = ref.row { return (row, name) }
            if let target = ref.target, let found = refs.first(where: { $0.name == target })?.row {
                return (found, target)
            }
        }
        return nil
    }
}
