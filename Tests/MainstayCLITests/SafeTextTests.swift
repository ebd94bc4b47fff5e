import MainstayCLI
import Testing

@Suite("Text from outside")
struct SafeTextTests {
    @Test(
        "nothing that steers a terminal comes through",
        arguments: [
            ("plain", "plain"),
            ("a\tb\nc\r", "a b c "),
            ("red \u{1B}[31mtext\u{07}", "red \u{FFFD}[31mtext\u{FFFD}"),
            ("c1 \u{9B}31m\u{85}", "c1 \u{FFFD}31m\u{FFFD}"),
            ("bidi \u{202E}gpj.exe\u{2066}x\u{2069}", "bidi \u{FFFD}gpj.exe\u{FFFD}x\u{FFFD}"),
            ("join\u{200B}ed\u{FEFF}\u{2028}", "join\u{FFFD}ed\u{FFFD} "),
            ("tag \u{E0041}", "tag \u{FFFD}"),
            ("naïve 日本 🐟", "naïve 日本 🐟"),
        ]
    )
    func makesSafe(text: String, expected: String) {
        #expect(makeSafe(text) == expected)
    }

    @Test("bytes that are no UTF-8 become U+FFFD")
    func invalidBytes() {
        let title = String(decoding: [0x66, 0xFF, 0xC0, 0x80, 0x1B] as [UInt8], as: UTF8.self)
        #expect(makeSafe(title).unicodeScalars.allSatisfy { $0 == "f" || $0 == "\u{FFFD}" })
    }

    @Test("clipping counts columns and marks the cut")
    func clips() {
        #expect(clip("short", to: 10).text == "short")
        #expect(clip("exactly ten", to: 11).text == "exactly ten")
        #expect(clip("exactly ten", to: 10).text == "exactly t…")
        #expect(clip("日本語", to: 6).text == "日本語")
        #expect(clip("日本語", to: 5).text == "日本…")
        #expect(clip("日本語", to: 4).text == "日…")
        #expect(clip("abc", to: 1).text == "…")
        #expect(clip("abc", to: 0).text == "")
        #expect(clip("e\u{301}e\u{301}e", to: 2).width == 2)
    }

    @Test("a title of 10 MB costs no more than a short one")
    func longTitle() {
        let title = String(repeating: "x", count: 10_000_000)
        let marks = "e" + String(repeating: "\u{301}", count: 1_000_000)
        let clock = ContinuousClock()
        let spent = clock.measure {
            for _ in 0..<100 {
                #expect(clip(title, to: 40).text.count == 40)
                #expect(clip(marks, to: 40).width == 1)
            }
        }
        #expect(spent < .seconds(1))
    }

    @Test("a kibibyte of every scalar that is dangerous is gone")
    func sweep() {
        for value in UInt32(0)...0xFFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for shown in makeSafe(String(Character(scalar))).unicodeScalars {
                #expect(shown.properties.generalCategory != .control, "U+\(value)")
                #expect(!shown.properties.isBidiControl, "U+\(value)")
            }
        }
    }
}
