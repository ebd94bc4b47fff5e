/// Files that tell of fixes and hold none: news, change logs, texts of advisories.
///
/// A commit that changes nothing else names a defect because it writes about it.
package enum AnnouncementPath {
    private static let names = ["news", "changes", "changelog", "history", "releasenotes"]
    private static let folders = [
        "advisories", "changelog.d", "changelogs", "newsfragments", "releasenotes",
    ]

    /// Whether the file at this path, such as `advisories/GLIBC-SA-2024-0001`, is one.
    package static func matches(_ path: String) -> Bool {
        let parts = path.lowercased().split(separator: "/")
        guard let name = parts.last else { return false }
        let stem = name.prefix { $0 != "." && $0 != "-" }.replacing("_", with: "")
        return names.contains(String(stem))
            || parts.dropLast().contains { folders.contains(String($0)) }
    }
}
