import CGit2
import MainstayCore

/// Who writes the commits of a plan, and when.
package struct Committer: Sendable, Hashable {
    /// Name, as git writes it.
    package let name: String
    /// Address without angle brackets.
    package let email: String
    /// Seconds since 1970, UTC.
    package let time: Int64

    /// Creates a committer; characters that would break a commit's header are left out.
    package init(name: String, email: String, time: Int64) {
        func plain(_ text: String) -> String {
            String(text.unicodeScalars.filter { $0.value >= 32 && $0 != "<" && $0 != ">" })
                .trimmed
        }
        self.name = plain(name)
        self.email = plain(email)
        self.time = time
    }

    /// The header line's value.
    var line: String { "\(name) <\(email)> \(time) +0000" }
}

extension Repository {
    /// The committer that Git's settings name: `committer.name` and `committer.email`, else
    /// `user.name` and `user.email`, of the repository, the user and the system.
    ///
    /// `name` and `email` win over the settings where they are given.
    /// The corresponding libgit2 function is `git_repository_config_snapshot`.
    /// - Throws: ``PlanError`` with ``PlanError/Code/noCommitter``.
    package func committer(
        name: String? = nil,
        email: String? = nil,
        time: Int64
    ) throws(PlanError) -> Committer {
        var config: OpaquePointer?
        guard git_repository_config_snapshot(&config, pointer) == 0, let config else {
            throw PlanError(
                .noCommitter,
                "Git's settings cannot be read: \(LibGit2.lastMessage ?? "no reason given")"
            )
        }
        defer { git_config_free(config) }
        func value(_ key: String) -> String? {
            var text: UnsafePointer<CChar>?
            for section in ["committer", "user"] {
                guard git_config_get_string(&text, config, "\(section).\(key)") == 0, let text
                else { continue }
                let value = String(cString: text)
                if !value.isEmpty { return value }
            }
            return nil
        }
        guard let name = name ?? value("name"), let email = email ?? value("email") else {
            throw PlanError(
                .noCommitter,
                "Git does not know who commits: user.name or user.email is not set",
                hint: "git config --global user.name 'Your Name', and user.email likewise"
            )
        }
        return Committer(name: name, email: email, time: time)
    }
}
