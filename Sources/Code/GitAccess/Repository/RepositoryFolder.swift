import CGit2
import Glibc

/// Where a repository keeps its things, found without opening it.
package struct RepositoryFolder: Sendable, Hashable {
    /// The folder as it is shown: absolute, without `.git` where there is a work tree.
    package let shown: String
    /// The Git folder of this work tree.
    package let gitFolder: String
    /// The folder that all work trees of the repository share; equal to `gitFolder` mostly.
    package let commonFolder: String
    /// The work tree; `nil` for a bare repository.
    package let workTree: String?

    /// Finds the repository that `path` is in, walking up from it.
    ///
    /// A folder with `HEAD`, `objects` and `refs` is a bare repository even without `config`.
    /// The owner of the Git folder must be the user who runs this, or be named by
    /// `safe.directory` in the settings of the system or of the user at `homeFolder`.
    /// - Throws: ``GitError``: nothing there, unreadable, no repository, foreign owner, or a
    ///   format that libgit2 cannot read.
    package init(containing path: String, homeFolder: String?) throws(GitError) {
        guard let start = FilePath.absolute(path) else {
            throw GitError(
                errno == EACCES ? .unreadable(FilePath.lastError) : .noSuchPath,
                repository: path
            )
        }
        guard let found = try Self.search(from: start) else {
            throw GitError(.notARepository, repository: path)
        }
        gitFolder = found.gitFolder
        workTree = found.workTree
        shown = found.workTree ?? found.gitFolder
        commonFolder = Self.commonFolder(of: found.gitFolder)
        guard access(gitFolder, R_OK | X_OK) == 0 else {
            throw GitError(.unreadable(FilePath.lastError), repository: gitFolder)
        }
        try checkOwner(homeFolder: homeFolder)
        try checkFormat()
    }

    private static func search(
        from start: String
    ) throws(GitError) -> (gitFolder: String, workTree: String?)? {
        var folder = FilePath.isFolder(start) ? start : FilePath.parent(of: start)
        while true {
            // A folder on the way up need not be listed, only passed.
            if access(folder, X_OK) != 0, errno == EACCES {
                throw GitError(.unreadable(FilePath.lastError), repository: folder)
            }
            let inner = FilePath.join(folder, ".git")
            if isGitFolder(inner) { return (inner, folder) }
            if let linked = linkedFolder(inner) { return (linked, folder) }
            if access(inner, X_OK) != 0, errno == EACCES, FilePath.isFolder(inner) {
                throw GitError(.unreadable(FilePath.lastError), repository: inner)
            }
            if isLink(inner) { throw GitError(.notARepository, repository: folder) }
            if isGitFolder(folder) {
                let isInner = FilePath.name(of: folder) == ".git"
                return (folder, isInner ? FilePath.parent(of: folder) : nil)
            }
            if folder == "/" { return nil }
            folder = FilePath.parent(of: folder)
        }
    }

    private static func isGitFolder(_ folder: String) -> Bool {
        let hasHead = FilePath.exists(FilePath.join(folder, "HEAD"))
        let common = commonFolder(of: folder)
        return hasHead && FilePath.isFolder(FilePath.join(common, "objects"))
            && FilePath.isFolder(FilePath.join(common, "refs"))
    }

    private static let linkMark = Array("gitdir: ".utf8)

    /// Whether `file` names a Git folder elsewhere; where that is gone, a folder further up is not
    /// the repository that was meant.
    private static func isLink(_ file: String) -> Bool {
        FilePath.read(file, limit: 8)?.starts(with: linkMark) ?? false
    }

    /// The folder that a `.git` file names (a linked work tree or a submodule).
    private static func linkedFolder(_ file: String) -> String? {
        guard !FilePath.isFolder(file), let text = FilePath.read(file, limit: 1 << 16),
            text.starts(with: linkMark)
        else { return nil }
        let name = String(decoding: text.dropFirst(8), as: UTF8.self).trimmed
        let path = name.hasPrefix("/") ? name : FilePath.join(FilePath.parent(of: file), name)
        return FilePath.absolute(path).flatMap { isGitFolder($0) ? $0 : nil }
    }

    private static func commonFolder(of gitFolder: String) -> String {
        guard let text = FilePath.read(FilePath.join(gitFolder, "commondir"), limit: 1 << 16) else {
            return gitFolder
        }
        let name = String(decoding: text, as: UTF8.self).trimmed
        let path = name.hasPrefix("/") ? name : FilePath.join(gitFolder, name)
        return FilePath.absolute(path) ?? gitFolder
    }

    // MARK: - Checks

    private func checkOwner(homeFolder: String?) throws(GitError) {
        var info = stat()
        guard stat(gitFolder, &info) == 0, info.st_uid != geteuid() else { return }
        var isSafe = false
        var files = ["/etc/gitconfig"]
        if let homeFolder {
            files.append(FilePath.join(homeFolder, ".gitconfig"))
            files.append(FilePath.join(homeFolder, ".config/git/config"))
        }
        for file in files {
            for value in ConfigFile(file)?.values(of: "safe.directory") ?? [] {
                // As git has it: an empty value takes back all that was said before.
                isSafe = !value.isEmpty && (isSafe || isNamed(by: value, homeFolder: homeFolder))
            }
        }
        if isSafe { return }
        throw GitError(.foreignOwner(info.st_uid), repository: shown)
    }

    /// Whether a value of `safe.directory` means this repository: `*`, its folder, or `/folder/*`
    /// for all that is below; `~/` is the home folder.
    private func isNamed(by value: String, homeFolder: String?) -> Bool {
        if value == "*" { return true }
        var path = value
        if value.hasPrefix("~/"), let homeFolder {
            path = FilePath.join(homeFolder, String(value.dropFirst(2)))
        }
        guard path.hasPrefix("/") else { return false }
        if path.hasSuffix("/*") {
            guard let above = FilePath.absolute(String(path.dropLast(2)) + "/") else {
                return false
            }
            return shown.hasPrefix(above == "/" ? above : above + "/")
        }
        guard let folder = FilePath.absolute(path) else { return false }
        return folder == shown || folder == gitFolder
    }

    private func mentionsExtensions(_ config: [UInt8]) -> Bool {
        String(decoding: config, as: UTF8.self).lowercased().contains("extensions")
    }

    private func checkFormat() throws(GitError) {
        let path = FilePath.join(commonFolder, "config")
        // Most repositories have no extensions, and waking libgit2 takes longer than a warm answer.
        guard let text = FilePath.read(path), mentionsExtensions(text),
            let config = ConfigFile(path)
        else { return }
        if let format = config.values(of: "extensions.objectformat").last, format != "sha1" {
            throw GitError(
                .unsupportedFormat(setting: "extensions.objectFormat", value: format),
                repository: shown
            )
        }
        if let storage = config.values(of: "extensions.refstorage").last, storage != "files" {
            throw GitError(
                .unsupportedFormat(setting: "extensions.refStorage", value: storage),
                repository: shown
            )
        }
    }

    /// Names what git uses and this program does not, for a note: replaced and grafted commits.
    package var ignoredFeatures: [String] {
        var features: [String] = []
        let replaced = FilePath.entries(of: FilePath.join(commonFolder, "refs/replace"))
        if !replaced.isEmpty || hasPackedReplacements { features.append("refs/replace") }
        if FilePath.exists(FilePath.join(commonFolder, "info/grafts")) {
            features.append("info/grafts")
        }
        return features
    }

    private var hasPackedReplacements: Bool {
        guard let file = MappedFile(FilePath.join(commonFolder, "packed-refs")) else {
            return false
        }
        guard var line = file.bytes.baseAddress else { return false }
        let end = line + file.bytes.count
        let name = " refs/replace/"
        // A line is an id, a blank and a name.
        while line + 40 + name.utf8.count < end {
            if memcmp(line + 40, name, name.utf8.count) == 0 { return true }
            guard let next = memchr(line, 10, end - line) else { return false }
            line = UnsafeRawPointer(next) + 1
        }
        return false
    }
}

/// One settings file of Git, read by libgit2.
private struct ConfigFile: ~Copyable {
    private let config: OpaquePointer

    /// Opens the file at `path`; `nil` if there is none or it cannot be read.
    init?(_ path: String) {
        LibGit2.prepare()
        var pointer: OpaquePointer?
        guard access(path, R_OK) == 0, git_config_open_ondisk(&pointer, path) == 0,
            let pointer
        else { return nil }
        config = pointer
    }

    deinit { git_config_free(config) }

    /// All values of `name`, in the order of the file.
    func values(of name: String) -> [String] {
        var iterator: OpaquePointer?
        guard git_config_multivar_iterator_new(&iterator, config, name, nil) == 0 else {
            return []
        }
        defer { git_config_iterator_free(iterator) }
        var values: [String] = []
        var entry: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&entry, iterator) == 0, let found = entry {
            values.append(found.pointee.value.map { String(cString: $0) } ?? "true")
        }
        return values
    }
}
