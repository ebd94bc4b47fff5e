import MainstayCore
import Testing

@Suite("ReleaseVersion")
struct ReleaseVersionTests {
    @Test(
        "versions are read in every spelling and shown in one",
        arguments: [
            ("2.39", "2.39"), ("17_2", "17.2"), ("1.2.3-rc.1", "1.2.3rc1"),
            ("1.2.3.Final", "1.2.3"),
            ("17.0.1+3", "17.0.1.post3"), ("3.7.4.post0", "3.7.4.post0"), ("1.0.0b8", "1.0.0b8"),
            ("9.1.0.dev0", "9.1.0.dev0"), ("2.0.3-1", "2.0.3.post1"), ("3.5-dev11", "3.5.dev11"),
            ("239-13.3", "239.post13.3"), ("2.3.2.0-0.5.rc5", "2.3.2.0rc5"),
            ("9_8_P1", "9.8.post1"),
            ("1.2.3-RELEASE", "1.2.3"), ("4.1.0.CR2", "4.1.0rc2"), ("1.0-beta", "1.0b0"),
            ("3.5.0b1.dev2", "3.5.0b1.dev2"), ("2.0~rc1", "2.0rc1"), ("1.0alpha3", "1.0a3"),
            ("5.0-M4", "5.0b4"), ("16.0.0.0b1", "16.0.0.0b1"),
        ]
    )
    func spellings(text: String, shown: String) {
        #expect(ReleaseVersion(text)?.description == shown)
    }

    @Test(
        "what is not understood is no version",
        arguments: [
            "", "v1", "1.", "1..2", "1.2-", "1.2-foo", "2023-01-01", "1.2.3_plus_git", "0v0.21.6",
            "1.2.3 ", "1-2-3", "999999999999999", "1.2.3.4.5.6.7.8.9",
        ]
    )
    func noVersions(text: String) {
        #expect(ReleaseVersion(text) == nil)
    }

    @Test("releases are ordered as they are made")
    func order() throws {
        let texts = [
            "1.2.dev3", "1.2a1.dev1", "1.2a1", "1.2a2", "1.2b1", "1.2rc1", "1.2rc2", "1.2",
            "1.2.post1", "1.2-2", "1.2.1", "1.3rc1", "1.10", "2",
        ]
        let versions = try texts.map { try #require(ReleaseVersion($0)) }
        for left in versions.indices {
            for right in versions.indices {
                #expect((versions[left] < versions[right]) == (left < right))
                #expect((versions[left] == versions[right]) == (left == right))
            }
        }
    }

    @Test(
        "equal versions have equal hashes",
        arguments: [
            ("1.2", "1.2.0"), ("1.2-rc1", "1.2.0.c1"), ("1", "1.0.0"), ("1.2.Final", "1.2"),
            ("1.0-pre2", "1.0rc2"), ("1.0a", "1.0-alpha0"),
        ]
    )
    func equality(left: String, right: String) throws {
        let first = try #require(ReleaseVersion(left))
        let second = try #require(ReleaseVersion(right))
        #expect(first == second)
        #expect(Set([first, second]).count == 1)
    }

    @Test("pre-releases and snapshots are told")
    func kinds() throws {
        func version(_ text: String) throws -> ReleaseVersion {
            try #require(ReleaseVersion(text))
        }
        for text in ["1.2rc1", "1.2.dev0", "1.2a1", "1.2-beta", "1.2.post1.dev3"] {
            #expect(try version(text).isPrerelease, "\(text)")
        }
        for text in ["1.2", "1.2.post1", "1.2-3", "1.2p1"] {
            #expect(try !version(text).isPrerelease, "\(text)")
        }
        #expect(try version("2.39.9000").isDevelopmentSnapshot)
        #expect(try !version("9000").isDevelopmentSnapshot)
        #expect(try !version("2.39.8999").isDevelopmentSnapshot)
        #expect(try !version("9001.1").isDevelopmentSnapshot)
    }

    @Test("letters at the end count patches where asked for")
    func patchLetters() {
        func read(_ text: String) -> ReleaseVersion? {
            Array(text.utf8)
                .withUnsafeBytes {
                    ReleaseVersion(bytes: $0, lettersArePatches: true)
                }
        }
        #expect(read("1.0.2u")?.description == "1.0.2.post21")
        #expect(read("1.0.2a")?.isPrerelease == false)
        #expect(read("1.0.2b1")?.isPrerelease == true)
        #expect(ReleaseVersion("1.0.2u") == nil)
    }
}

@Suite("CalendarDay")
struct CalendarDayTests {
    @Test("every day of eight centuries comes back as it was written")
    func roundTrip() throws {
        var last: CalendarDay?
        for days in stride(from: -140_000, through: 160_000, by: 17) {
            let day = CalendarDay(secondsSince1970: Int64(days) * 86_400)
            #expect(day.daysSince1970 == days)
            #expect(CalendarDay(day.description) == day)
            if let last { #expect(last < day) }
            last = day
        }
    }

    @Test(
        "known days",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (951_782_400, "2000-02-29"),
            (951_868_799, "2000-02-29"), (1_790_000_000, "2026-09-21"),
        ]
    )
    func known(seconds: Int64, text: String) {
        #expect(CalendarDay(secondsSince1970: seconds).description == text)
    }

    @Test(
        "days that no calendar has are refused",
        arguments: [
            "2026-02-30", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31",
            "2026-1-1", "2026-01-00", "0000-01-01", "2026/01/01", "2026-01-01 ", "",
        ]
    )
    func refused(text: String) {
        #expect(CalendarDay(text) == nil)
    }
}
