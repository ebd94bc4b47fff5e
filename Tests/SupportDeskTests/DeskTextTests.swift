import SupportDesk
import Testing

@Suite("DeskText")
struct DeskTextTests {
    private func message(_ act: () throws -> String) -> String? {
        #expect(throws: DeskError.self) { try act() }?.message
    }

    @Test("a title is one line of 1 to 300 code points, without the space around it")
    func titles() throws {
        #expect(
            try DeskText.title("\u{3000} Größe \u{1F469}\u{200D}\u{1F4BB}\r\n")
                == "Größe \u{1F469}\u{200D}\u{1F4BB}"
        )
        #expect(try DeskText.title(String(repeating: "ä", count: 300)).count == 300)
        #expect(
            message { try DeskText.title(String(repeating: "ä", count: 301)) }
                == "Title has 301 code points, expected 1 to 300"
        )
        #expect(
            message { try DeskText.title(" \t") } == "Title has 0 code points, expected 1 to 300"
        )
        for (text, code, position) in [
            ("a\u{7}b", "0007", 2), ("ab\r\nc", "000D", 3), ("a\u{2028}b", "2028", 2),
            ("\u{0}", "0000", 1), ("é\u{9F}", "009F", 2),
        ] {
            #expect(
                message { try DeskText.title(text) }
                    == "Title has the control character U+\(code) at position \(position)"
            )
        }
    }

    @Test("a name with space at an end is refused, not trimmed")
    func names() throws {
        #expect(try DeskText.name("steps to reproduce") == "steps to reproduce")
        for text in [" a", "a ", "a\u{A0}"] {
            #expect(
                message { try DeskText.name(text) }
                    == "Name '\(text)' has white space at its start or end"
            )
        }
        #expect(message { try DeskText.name("") } == "Name has 0 code points, expected 1 to 100")
        #expect(
            message { try DeskText.name("a\tb") }
                == "Name has the control character U+0009 at position 2"
        )
    }

    @Test("a body keeps its words, and shows control characters by their pictures")
    func bodies() {
        #expect(DeskText.body("a\r\nb\rc\n\n\td") == "a\nb\nc\n\n\td")
        #expect(DeskText.body("\r\r\n\n") == "\n\n\n")
        #expect(
            DeskText.body("\u{1B}[31m\u{0}\u{7F}\u{85}") == "\u{241B}[31m\u{2400}\u{2421}\u{FFFD}"
        )
    }

    @Test("any text becomes a body without control characters, and stays it")
    func randomBodies() {
        let seed: UInt64 = 31
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<random.pick(0...20) {
                text.append(Unicode.Scalar(random.pick(UInt8.min...UInt8.max)))
            }
            let body = DeskText.body(String(text))
            let rest = body.unicodeScalars.filter { $0.properties.generalCategory == .control }
            #expect(rest.allSatisfy { $0 == "\n" || $0 == "\t" }, "seed \(seed)")
            #expect(DeskText.body(body) == body, "seed \(seed)")
        }
    }

    @Test("labels are names without commas, suggestions are shown by what is wanted most")
    func labels() throws {
        func label(_ id: Int64, _ name: String) throws -> Label {
            try Label(id: id, productID: nil, name: name, isSuggestion: true)
        }
        let counts = try [
            SuggestionCount(label(1, "dark mode"), tickets: 2),
            SuggestionCount(label(2, "export"), tickets: 9),
            SuggestionCount(label(3, "api"), tickets: 2),
        ]
        #expect(counts.sorted().map(\.label.id) == [2, 3, 1])
        #expect(refusal { _ = try label(1, "a, b") } == .text)
        #expect(refusal { _ = try label(1, "a ") } == .text)
    }
}
