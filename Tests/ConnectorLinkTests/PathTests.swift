import ConnectorLink
import MainstayTesting
import Testing

/// Paths below a vendor's address, against an oracle that reads them as lenient servers do.
@Suite("Paths of a vendor")
struct PathTests {
    @Test("a path that is accepted means the same to every server, and is not changed on the way")
    func random() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "/", "/", "/", "a", "b", "tickets", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", ";",
            "%3b", "%25", "%252e", "%252f", " ", "%20", "ä", "%c3%a4", "%c0%ae", "．", "／",
            "%00", "%", "*", "..;x", "~", "é", "%2", "\u{2025}", "\n", "@", ":",
        ]
        var (accepted, plain) = (0, 0)
        for _ in 0..<40_000 {
            let count = 1 + generator.below(8)
            let chosen = (0..<count).map { _ in pieces[generator.below(pieces.count)] }
            let path = "/" + chosen.joined()
            let isPlain = path.utf8.allSatisfy { byte in
                (97...122).contains(byte) || byte == UInt8(ascii: "/")
            }
            guard let read = try? PathSegments(path) else {
                let mayBe = isPlain && !path.contains("//")
                #expect(!mayBe, "\(path.debugDescription) is refused, seed \(seed)")
                continue
            }
            accepted += 1
            plain += isPlain ? 1 : 0
            for reading in Oracle.readings(of: read.path) {
                #expect(reading == read.texts, "\(path.debugDescription), seed \(seed)")
            }
            #expect(read.path.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "seed \(seed)")
            #expect(try PathSegments(read.path) == read, "\(path.debugDescription), seed \(seed)")
        }
        #expect(accepted > 2_000 && plain > 200, "\(accepted) of which \(plain), seed \(seed)")
    }

    @Test("an absolute URL counts where it lies below the address, and nowhere else")
    func absolute() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let address = try VendorAddress("https://vendor.example:8443/api/v1")
        let schemes = ["https://", "http://", "HTTPS://", "//", "https:/", "ftp://", ""]
        let places = [
            "vendor.example:8443", "Vendor.Example:8443", "vendor.example", "vendor.example:443",
            "x@vendor.example:8443", "vendor.example:8443@evil.example", "evil.example",
            "vendor.example:8443.evil.example", "vendor.example:8443\\evil",
        ]
        let paths = [
            "/api/v1/a", "/api/v1", "/api/v1/", "/api/v10/a", "/api/a", "/API/v1/a", "/api/v1/../a",
            "/api/v1?b=c", "/api//v1/a", "", "/api/v1/a#b", "/api/v1/a?b=/../c",
        ]
        let fine = [
            "/api/v1/a": "/a", "/api/v1": "/", "/api/v1/": "/", "/api/v1?b=c": "/?b=c",
            "/api/v1/a?b=/../c": "/a?b=/../c",
        ]
        for _ in 0..<5_000 {
            let scheme = schemes[generator.below(schemes.count)]
            let place = places[generator.below(places.count)]
            let path = paths[generator.below(paths.count)]
            let isBelow =
                scheme.lowercased() == "https://"
                && place.lowercased() == "vendor.example:8443"
            let target = try? address.target(scheme + place + path, query: [:])
            let expected = isBelow ? fine[path].map { address.origin + "/api/v1" + $0 } : nil
            #expect(target?.url == expected, "\(scheme + place + path), seed \(seed)")
        }
    }

    @Test(
        "patterns match whole segments",
        arguments: [
            ("/tickets", ["/tickets"], ["/", "/tickets/", "/tickets/1", "/Tickets", "/tickets1"]),
            (
                "/tickets/**", ["/tickets/1", "/tickets/1/a", "/tickets/"],
                ["/tickets", "/ticketsx/1"]
            ),
            ("/a/*/b", ["/a/x/b", "/a/%2A/b"], ["/a/b", "/a//b", "/a/x/y/b", "/a/x/c"]),
            ("/**", ["/", "/a", "/a/b"], []),
        ]
    )
    func patterns(_ text: String, _ matching: [String], _ others: [String]) throws {
        let pattern = try PathPattern(text)
        for path in matching { #expect(try pattern.matches(PathSegments(path)), "\(path)") }
        for path in others {
            guard let read = try? PathSegments(path) else { continue }
            #expect(!pattern.matches(read), "\(path)")
        }
    }

    @Test(
        "patterns that are none",
        arguments: ["tickets", "/a*", "/**/a", "/a//b", "/../a", "/***"]
    )
    func badPatterns(_ text: String) {
        #expect(throws: PathFault.self) { try PathPattern(text) }
    }
}

/// What servers of different makes read in a path.
private enum Oracle {
    /// The segments by every mix of habits.
    static func readings(of path: String) -> [[String]] {
        (0..<32)
            .map { habits in
                var text = path
                for _ in 0..<(habits & 1 == 0 ? 1 : 3) { text = unescaped(text) }
                if habits & 2 != 0 { text = text.replacing("\\", with: "/") }
                if habits & 4 != 0 {
                    text = text.replacing("．", with: ".").replacing("／", with: "/")
                        .replacing("\u{2025}", with: "..")
                }
                // The first one is empty: the path begins with a slash.
                var segments = text.split(separator: "/", omittingEmptySubsequences: false)
                    .dropFirst().map(String.init)
                if habits & 8 != 0 {
                    let stripped = segments.map { String($0.prefix { $0 != ";" }) }
                    let isDotted = stripped.contains { [".", ".."].contains($0) }
                    if isDotted { segments = stripped }
                }
                if habits & 16 != 0 {
                    segments = segments.map { segment in
                        let end = segment.last { $0 != " " } == "." ? " ." : ""
                        let kept = segment.trimmed(of: end)
                        return [".", "..", ""].contains(kept) && !segment.isEmpty ? ".." : segment
                    }
                }
                return resolved(segments)
            }
    }

    /// Bytes after one round of escapes; what is no escape stays, what is no UTF-8 is repaired.
    private static func unescaped(_ text: String) -> String {
        var (bytes, rest): ([UInt8], Substring) = ([], text[...])
        while let first = rest.first {
            let digits = rest.dropFirst().prefix(2)
            // A sign is no digit, though `UInt8` takes one.
            if first == "%", digits.count == 2, digits.allSatisfy(\.isHexDigit),
                let byte = UInt8(digits, radix: 16)
            {
                bytes.append(byte)
                rest = rest.dropFirst(3)
            } else {
                bytes += String(first).utf8
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
    }

    private static func resolved(_ segments: [String]) -> [String] {
        var result: [String] = []
        for (position, segment) in segments.enumerated() {
            let isLast = position == segments.count - 1
            if segment == ".." { _ = result.popLast() }
            if [".", ".."].contains(segment) || segment.isEmpty && !isLast { continue }
            result.append(segment)
        }
        return result
    }
}

extension String {
    /// Without what stands at its end of the characters named.
    fileprivate func trimmed(of characters: String) -> String {
        var text = self
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return text
    }
}
