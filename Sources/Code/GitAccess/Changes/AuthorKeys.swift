import BackportAnalysis
import CGit2
import MainstayCore

/// Which author addresses belong to one person.
enum AuthorKeys {
    /// A key for each author number of `index`: equal where the addresses differ in case alone or
    /// the repository's mailmap says they are one person's.
    ///
    /// The corresponding libgit2 functions are `git_mailmap_from_repository` and
    /// `git_mailmap_resolve`.
    static func read(_ index: CommitIndex, _ repository: Repository) -> [UInt32] {
        var mailmap: OpaquePointer?
        if git_mailmap_from_repository(&mailmap, repository.pointer) != 0 { mailmap = nil }
        defer { git_mailmap_free(mailmap) }
        var keys: [String: UInt32] = [:]
        return (0..<index.authorCount)
            .map { author in
                let raw = String(decoding: index.authorEmail(author), as: UTF8.self)
                let email = resolve(raw, mailmap).lowercased()
                if let key = keys[email] { return key }
                let key = UInt32(keys.count)
                keys[email] = key
                return key
            }
    }

    private static func resolve(_ email: String, _ mailmap: OpaquePointer?) -> String {
        guard let mailmap else { return email }
        var name: UnsafePointer<CChar>?
        var mapped: UnsafePointer<CChar>?
        return email.withCString { text in
            guard git_mailmap_resolve(&name, &mapped, mailmap, "", text) == 0, let mapped else {
                return email
            }
            return String(cString: mapped)
        }
    }
}
