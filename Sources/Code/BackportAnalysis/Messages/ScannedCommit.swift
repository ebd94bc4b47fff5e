package import MainstayCore

/// One commit object, read from its raw text without copying it.
package struct ScannedCommit: Sendable {
    /// Where the `parent` lines start; each is 48 bytes long.
    package var parentsStart: Int
    /// How many parents there are.
    package var parentCount: Int
    /// Span of the author's e-mail.
    package var author: Range<Int>
    /// Seconds since 1970, UTC.
    package var authorTime: Int64
    /// Seconds since 1970, UTC.
    package var commitTime: Int64
    /// Span of the stored part of the message's first line; see ``CommitFlags``.
    package var subject: Range<Int>
    /// Where the message starts.
    package var messageStart: Int
    /// What was seen.
    package var flags: CommitFlags

    /// Reads the commit in `text` and appends what its message says to `records`; `nil` if the
    /// text is no commit object. Cost: one pass over the text.
    package init?(_ text: UnsafeRawBufferPointer, records: inout [UInt8]) {
        var reader = HeaderReader(text)
        guard reader.skip("tree "), reader.skipDigits(40), reader.skip("\n") else { return nil }
        parentsStart = reader.offset
        parentCount = 0
        while reader.skip("parent ") {
            guard reader.skipDigits(40), reader.skip("\n") else { return nil }
            parentCount += 1
        }
        guard reader.skip("author "), let author = reader.readPerson() else { return nil }
        self.author = author.email
        authorTime = author.time
        guard reader.skip("committer "), let committer = reader.readPerson() else { return nil }
        commitTime = committer.time
        reader.skipToMessage()
        messageStart = reader.offset
        var scanner = MessageScanner(text, start: reader.offset)
        scanner.scan(records: &records)
        subject = scanner.subject
        flags = scanner.flags
    }

    /// Calls `body` with the id of each parent, in order.
    package func forEachParent(in text: UnsafeRawBufferPointer, _ body: (CommitID) -> Void) {
        guard let base = text.baseAddress else { return }
        for index in 0..<parentCount {
            let digits = (base + parentsStart + index * 48 + 7).assumingMemoryBound(to: UInt8.self)
            if let id = CommitID(hexDigits: digits) { body(id) }
        }
    }
}

/// Walks over the header lines of a commit object.
private struct HeaderReader {
    let text: UnsafeRawBufferPointer
    var offset = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    mutating func skip(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard offset + length <= text.count else { return false }
        for index in 0..<length where text[offset + index] != word.utf8Start[index] {
            return false
        }
        offset += length
        return true
    }

    mutating func skipDigits(_ count: Int) -> Bool {
        guard offset + count <= text.count else { return false }
        for index in offset..<(offset + count) where hexDigitValue(text[index]) > 15 {
            return false
        }
        offset += count
        return true
    }

    /// Reads `Name <email> seconds zone` to the end of the line.
    mutating func readPerson() -> (email: Range<Int>, time: Int64)? {
        let start = offset
        while offset < text.count, text[offset] != 10 { offset += 1 }
        let end = offset
        if offset < text.count { offset += 1 }
        var close = end
        while close > start, text[close - 1] != UInt8(ascii: ">") { close -= 1 }
        guard close > start else { return (start..<start, 0) }
        var open = close - 1
        while open > start, text[open - 1] != UInt8(ascii: "<") { open -= 1 }
        var time: Int64 = 0
        var index = close
        while index < end, text[index] == 32 { index += 1 }
        let isNegative = index < end && text[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        while index < end, (48...57).contains(text[index]) {
            time = min(time &* 10 &+ Int64(text[index] - 48), Int64.max / 100)
            index += 1
        }
        return (open..<(close - 1), isNegative ? -time : time)
    }

    /// Moves behind the empty line that ends the header, or to the end.
    mutating func skipToMessage() {
        while offset < text.count {
            if text[offset] == 10 {
                offset += 1
                return
            }
            while offset < text.count, text[offset] != 10 { offset += 1 }
            if offset < text.count { offset += 1 }
        }
    }
}
