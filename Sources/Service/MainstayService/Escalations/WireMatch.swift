/// Compares a write as it is about to leave with the one that was approved.
enum WireMatch {
    /// What is different, in words with both; `nil` where both say the same to the same.
    ///
    /// The request line and the body count. The headers between them hold nothing of ours but what
    /// the connector needs to lose no change of others, such as the version of the case that it saw.
    static func difference(approved: [UInt8], now: [UInt8]) -> String? {
        let (before, after) = (parts(of: approved), parts(of: now))
        if before.line != after.line {
            return "Approved was '\(before.line)', about to leave is '\(after.line)'"
        }
        if before.body == after.body { return nil }
        let (old, new) = (lines(of: before.body), lines(of: after.body))
        let place = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let line = place ?? min(old.count, new.count)
        return
            "Line \(line + 1) of the body was approved as '\(shown(old, line))', about to leave is "
            + "'\(shown(new, line))'"
    }

    private static func parts(of bytes: [UInt8]) -> (line: String, body: ArraySlice<UInt8>) {
        let line = bytes.prefix { $0 != 13 && $0 != 10 }
        let end: [UInt8] = [13, 10, 13, 10]
        var place = 0
        while place + end.count <= bytes.count {
            if bytes[place..<place + end.count].elementsEqual(end) {
                return (String(decoding: line, as: UTF8.self), bytes[(place + end.count)...])
            }
            place += 1
        }
        return (String(decoding: line, as: UTF8.self), [])
    }

    private static func lines(of body: ArraySlice<UInt8>) -> [Substring] {
        String(decoding: body, as: UTF8.self)
            .split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
    }

    private static func shown(_ lines: [Substring], _ place: Int) -> String {
        lines.indices.contains(place) ? String(lines[place].prefix(200)) : ""
    }
}
