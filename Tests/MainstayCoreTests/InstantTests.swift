import MainstayCore
import Testing

@Suite("Instant")
struct InstantTests {
    @Test(
        "a moment is shown and read in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_772_357_400_250, "2026-03-01T09:30:00.250Z"),
            (951_782_399_000, "2000-02-28T23:59:59Z"), (951_868_800_000, "2000-03-01T00:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func both(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).description == text)
        #expect(Instant(text)?.milliseconds == milliseconds)
    }

    @Test("people see the minute")
    func minute() {
        #expect(Instant("2026-11-30T12:05:59+02:00")?.minute == "2026-11-30 10:05")
        #expect(Instant(milliseconds: -1).minute == "1969-12-31 23:59")
    }

    @Test("an offset is taken off and decimals count by their place")
    func offsets() {
        #expect(Instant("2026-03-01T09:30:00+02:00") == Instant("2026-03-01T07:30:00Z"))
        #expect(Instant("2026-03-01T09:30:00-05:30") == Instant("2026-03-01T15:00:00Z"))
        #expect(Instant("2026-03-01T09:30:00.5Z") == Instant("2026-03-01T09:30:00.500Z"))
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "2026-03-01", "2026-03-01T09:30:00", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z",
            "2026-03-01T09:60:00Z", "2026-03-01T09:30:00.Z", "2026-03-01T09:30:00.1234Z",
            "2026-03-01T09:30:00+0200", "2026-03-01 09:30:00Z", "0001-01-01T00:00:00+00:01",
            "2026-03-01T09:30:00ZZ", "2026-03-01T09:30:00é",
        ]
    )
    func refused(text: String) {
        #expect(Instant(text) == nil)
    }
}
