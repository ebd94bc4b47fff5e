import MainstayCore
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    @Test("an object has one text, whatever the order it was made in")
    func oneText() throws {
        let made: JSONValue = ["b": 1, "a": ["x", .null], "é": .object([:])]
        #expect(made.json == #"{"a":["x",null],"b":1,"é":{}}"#)
        #expect(try JSONValue(json: #" { "é" : {}, "b":1 , "a":["x",null]} "#) == made)
    }

    @Test("only what must be escaped is escaped")
    func escapes() throws {
        let text = "q\" b\\ n\n r\r t\t \u{1} \u{1F} \u{7F} / \u{1F600}"
        let json = #""q\" b\\ n\n r\r t\t \u0001 \u001f "# + "\u{7F} / \u{1F600}\""
        #expect(JSONValue.text(text).json == json)
        #expect(try JSONValue(json: json) == .text(text))
        #expect(try JSONValue(json: #""\ud83d\ude00\/\b\f\u00E9""#) == "\u{1F600}/\u{8}\u{C}é")
    }

    @Test(
        "integers keep their 64 bits",
        arguments: [.min, -1, 0, 1, 9_007_199_254_740_993, .max] as [Int64]
    )
    func integers(_ number: Int64) throws {
        #expect(try JSONValue(json: JSONValue.int(number).json) == .int(number))
    }

    @Test(
        "what is no such value is refused with its place",
        arguments: [
            ("1.5", 1, "a fraction"), ("[1,]", 3, "the byte 93"), ("trve", 0, "the byte 116"),
            ("9223372036854775808", 0, "the number 9223372036854775808"),
            ("", 0, "the end of the text"),
            (#"{"a":1,"a":2}"#, 7, "the key 'a' for the second time"),
            ("1 2", 2, "text after the value"),
            (#""\ud800""#, 1, "half of a surrogate pair"), ("01", 0, "the number 01"),
            ("\"a\nb\"", 2, "a control character in a string"), ("[1", 2, "the end of the text"),
            (#""\u12g4""#, 3, "an escape without four hex digits"), ("-", 0, "the number -"),
        ] as [(String, Int, String)]
    )
    func faults(json: String, offset: Int, seen: String) {
        #expect(throws: JSONFault(offset: offset, seen: seen)) { try JSONValue(json: json) }
    }

    @Test("bytes that are not UTF-8 and texts too deep are refused")
    func hostile() {
        #expect(throws: JSONFault(offset: 0, seen: "a string that is not UTF-8")) {
            try JSONValue(json: [34, 0xFF, 34])
        }
        #expect(throws: JSONFault.self) {
            try JSONValue(json: String(repeating: "[", count: 100_000))
        }
    }

    @Test("what was written is read again")
    func roundTrip() throws {
        var random = SystemRandomNumberGenerator()
        func value(depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 3 ? 4 : 6), using: &random) {
            case 0: .null
            case 1: .int(Int64(bitPattern: random.next()))
            case 2: .text(text())
            case 3: .bool(Bool.random(using: &random))
            case 4:
                .list(
                    (0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth + 1) }
                )
            default:
                .object(
                    Dictionary(
                        (0..<Int.random(in: 0..<5, using: &random))
                            .map { _ in
                                (text(), value(depth: depth + 1))
                            },
                        uniquingKeysWith: { $1 }
                    )
                )
            }
        }
        func text() -> String {
            String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0..<9, using: &random))
                        .compactMap { _ in
                            Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &random))
                        }
                )
            )
        }
        for _ in 0..<200 {
            let made = value(depth: 0)
            #expect(try JSONValue(json: made.json) == made, "\(made.json)")
        }
    }
}

@Suite("JSON for people")
struct IndentedJSONTests {
    @Test("one member or element a line, keys sorted, nothing between empty brackets")
    func indented() throws {
        let value: JSONValue = ["b": [1, ["x": .fraction(9.8)]], "a": "t\n", "c": [], "d": [:]]
        let text = """
            {
              "a": "t\\n",
              "b": [
                1,
                {
                  "x": 9.8
                }
              ],
              "c": [],
              "d": {}
            }

            """
        #expect(value.indented == text)
        #expect(try JSONValue(json: JSONValue.list([value["a"] ?? .null]).indented).list == ["t\n"])
    }

    @Test(
        "fractions",
        arguments: [(0.0, "0.0"), (9.8, "9.8"), (10, "10.0"), (-0.5, "-0.5"), (1e-7, "1e-07")]
    )
    func fractions(_ number: Double, _ text: String) throws {
        #expect(JSONValue.fraction(number).json == text)
        #expect(try JSONValue(json: text.utf8, takesFractions: true) == .fraction(number))
        #expect(throws: JSONFault.self) { try JSONValue(json: text) }
    }

    @Test("what is no number is refused", arguments: ["1.", ".5", "01.5", "-.5", "1e", "1e+", "1e999"])
    func noNumbers(_ text: String) {
        #expect(throws: JSONFault.self) { try JSONValue(json: text.utf8, takesFractions: true) }
    }
}
