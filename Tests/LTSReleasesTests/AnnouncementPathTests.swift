import LTSReleases
import Testing

@Suite("Files that only tell of fixes")
struct AnnouncementPathTests {
    @Test(
        "news, change logs and advisories in their usual places",
        arguments: [
            "NEWS", "NEWS.md", "CHANGES.rst", "ChangeLog", "ChangeLog-2024", "docs/changelog.txt",
            "advisories/GLIBC-SA-2024-0001", "changelog.d/12.fix", "releasenotes/notes/a.yaml",
            "RELEASE_NOTES", "HISTORY",
        ]
    )
    func announcements(_ path: String) {
        #expect(AnnouncementPath.matches(path))
    }

    @Test(
        "code, tests and documents are none",
        arguments: [
            "misc/syslog.c", "newsreader.c", "manual/syslog.texi", "README.md", "src/history/log.c",
            "changes_test.go", "",
        ]
    )
    func others(_ path: String) {
        #expect(!AnnouncementPath.matches(path))
    }
}
