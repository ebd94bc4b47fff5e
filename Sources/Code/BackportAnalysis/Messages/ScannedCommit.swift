import Glibc
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
    /// Hash of the folded title; see ``CommitIndex/titleHash(_:)``.
    package var titleHash: UInt64
    /// What was seen.
    package var flags: CommitFlags

    /// Reads the commit in `text` and appends what its message says to `records`.
    ///
    /// `nil` if the text is no commit object. Cost: one pass over the text.
    package init?(_ text: UnsafeRawBufferPointer, records: inout [UInt8]) {
        var reader = HeaderReader(text)
        guard reader.skip("tree "), reader.skipID(), reader.skip("\n") else { return nil }
        parentsStart = reader.offset
        parentCount = 0
        while reader.skip("parent ") {
            guard reader.skipID(), reader.skip("\n") else { return nil }
            parentCount += 1
        }
        let (author, committer) = reader.readPeople()
        self.author = author.email
        authorTime = author.time
        commitTime = committer.time
        reader.skipToMessage()
        messageStart = reader.offset
        var scanner = MessageScanner(text, start: reader.offset)
        scanner.scan(records: &records)
        subject = scanner.subject
        titleHash = parentCount > 1 ? scanner.requestTitle : scanner.titleHash
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

    /// Moves over the 40 bytes of an id; none of them may be below the digits.
    mutating func skipID() -> Bool {
        guard offset + 40 <= text.count else { return false }
        var bad: UInt64 = 0
        for start in stride(from: offset, to: offset + 40, by: 8) {
            // The highest bit of a byte below 48: only there the difference borrows.
            let word = text.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            bad |= (word &- 0x3030_3030_3030_3030) & ~word & 0x8080_8080_8080_8080
        }
        guard bad == 0 else { return false }
        offset += 40
        return true
    }

    /// Who wrote and who committed, as git tells it: the last line of each kind counts, and one
    /// that is missing or odd is no reason to give the commit up.
    mutating func readPeople() -> (author: Person, committer: Person) {
        let start = offset
        if skip("author ") {
            let author = readPerson()
            if skip("committer ") { return (author, readPerson()) }
        }
        offset = start
        var people = (author: Person(), committer: Person())
        while offset < text.count, text[offset] != 10 {
            if skip("author ") {
                people.author = readPerson()
            } else if skip("committer ") {
                people.committer = readPerson()
            } else {
                skipLine()
            }
        }
        return people
    }

    /// Where the e-mail stands, and seconds since 1970, UTC.
    struct Person {
        var email = 0..<0
        var time: Int64 = 0
    }

    /// Reads `Name <email> seconds zone` to the end of the line.
    ///
    /// The e-mail ends at the first `>` behind the first `<`, the time follows the last `>`.
    private mutating func readPerson() -> Person {
        let start = offset
        skipLine()
        let end = offset > start && text[offset - 1] == 10 ? offset - 1 : offset
        var close = end
        while close > start, text[close - 1] != UInt8(ascii: ">") { close -= 1 }
        let open = find(UInt8(ascii: "<"), start..<close) + 1
        guard open <= close else { return Person(email: start..<start) }
        let emailEnd = find(UInt8(ascii: ">"), open..<close)
        var time: Int64 = 0
        var index = close
        while index < end, text[index] == 32 { index += 1 }
        let isNegative = index < end && text[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        while index < end, (48...57).contains(text[index]) {
            time = min(time &* 10 &+ Int64(text[index] - 48), Int64.max / 100)
            index += 1
        }
        return Person(email: open..<emailEnd, time: isNegative ? -time : time)
    }

    /// Moves behind the empty line that ends the header, or to the end.
    mutating func skipToMessage() {
        while offset < text.count {
            if text[offset] == 10 {
                offset += 1
                return
            }
            skipLine()
        }
    }

    private mutating func skipLine() {
        offset = min(find(10, offset..<text.count) + 1, text.count)
    }

    /// Where `byte` stands first in `span`, or the end of it.
    private func find(_ byte: UInt8, _ span: Range<Int>) -> Int {
        guard let base = text.baseAddress else { return span.upperBound }
        let found = memchr(base + span.lowerBound, Int32(byte), span.count)
        return found.map { UnsafeRawPointer($0) - base } ?? span.upperBound
    }
}
