import CGit2
package import MainstayCore

// Single files of a repository: from the work tree, or from a commit.

extension RepositoryFolder {
    /// A text file at the top of the work tree and its path; `nil` if there is none.
    package func workTreeFile(named name: String) -> (text: String, path: String)? {
        guard let workTree else { return nil }
        let path = FilePath.join(workTree, name)
        guard let bytes = FilePath.read(path, limit: 1 << 20) else { return nil }
        return (String(decoding: bytes, as: UTF8.self), path)
    }
}

extension Repository {
    /// A text file at the top of the tree of `commit`; `nil` if there is none or it is absent.
    package func file(named name: String, in commit: CommitID) -> String? {
        guard let tree = tree(of: commit) else { return nil }
        let id = try? withObject(tree) { _, bytes -> CommitID? in
            var reader = TreeReader(bytes)
            while let entry = reader.entry {
                if entry.name.elementsEqual(name.utf8), !entry.isTree { return entry.id }
                reader.advance()
            }
            return nil
        }
        guard let id, let id else { return nil }
        let text = try? withObject(id) { _, bytes in String(decoding: bytes, as: UTF8.self) }
        return text ?? nil
    }
}
