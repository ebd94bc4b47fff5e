/// Titles as they are compared: without the marks that picking adds, case and punctuation.
///
/// Dropped in front: bracketed marks that name a line or a backport (`[3.12]`,
/// `[PR #1/ab12 backport]`, `[stable-only]`), phrases of picking (`Backport PR #12:`,
/// `Automated cherry pick of #12:`) and a line's name before a colon (`3.12: `, `v2.x: `).
/// Dropped behind: request numbers (`(#12)`, `(GH-12)`), `(cherry picked ...)`, bracketed marks
/// and an ellipsis.
package enum TitleText {
    /// Titles that fold to fewer bytes say too little to be evidence.
    package static let shortest = 12

    /// Folds `title` into `folded`: lower-case words with single blanks between them.
    ///
    /// Bytes of multi-byte characters are kept. Empty where nothing is left.
    package static func fold(_ title: UnsafeRawBufferPointer, into folded: inout [UInt8]) {
        folded = withFolded(title) { Array($0) }
    }

    /// Calls `body` with the folded title, which lives only meanwhile.
    static func withFolded<Result>(
        _ title: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var span = TitleFrame.strip(title)
        if endsInEllipsis(title, span), title[span.upperBound - 1] == 0xA6 { span.removeLast(3) }
        while let last = span.last, title[last] == UInt8(ascii: ".") { span.removeLast() }
        return withUnsafeTemporaryAllocation(byteCount: span.count, alignment: 1) { folded in
            var count = 0
            var needsBlank = false
            for index in span {
                let byte = title[index]
                guard isWordByte(byte) else {
                    needsBlank = count > 0
                    continue
                }
                if needsBlank {
                    folded[count] = 32
                    count += 1
                    needsBlank = false
                }
                folded[count] = foldCase(byte)
                count += 1
            }
            return body(UnsafeRawBufferPointer(rebasing: folded[..<count]))
        }
    }

    /// Hash of the folded title; `nil` where it is too short to be evidence.
    package static func hash(_ title: UnsafeRawBufferPointer) -> UInt64? {
        withFolded(title) { hash(folded: $0) }
    }

    /// Hash of a folded title; `nil` where it is too short to be evidence.
    static func hash(folded: UnsafeRawBufferPointer) -> UInt64? {
        folded.count >= shortest ? hashBytes(folded) : nil
    }

    /// Whether the title, without the marks behind it, ends in an ellipsis: it was cut off.
    package static func isCut(_ title: UnsafeRawBufferPointer) -> Bool {
        endsInEllipsis(title, TitleFrame.strip(title))
    }

    private static func endsInEllipsis(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Bool {
        guard span.count > 3 else { return false }
        let end = span.upperBound
        let last = (title[end - 3], title[end - 2], title[end - 1])
        return last == (46, 46, 46) || last == (0xE2, 0x80, 0xA6)
    }

    /// Request numbers in a title: what follows `#`, `GH-`, `!`, `pr ` or `pr-`, in order.
    package static func requests(_ title: UnsafeRawBufferPointer) -> [UInt32] {
        var numbers: [UInt32] = []
        var cursor = TextCursor(title)
        while !cursor.isAtEnd {
            let isWordStart = cursor.offset == 0 || !isWordByte(title[cursor.offset - 1])
            let isMark =
                cursor.skip("#") || cursor.skip("gh-") || cursor.skip("(!")
                || isWordStart && (cursor.skip("pr ") || cursor.skip("pr-"))
            if isMark {
                if let number = cursor.readNumber(), number > 0 { numbers.append(number) }
            } else {
                cursor.offset += 1
            }
        }
        return numbers
    }

    /// Calls `body` with the hash of each ticket id in the line `span` of `text`.
    ///
    /// Known shapes: `CVE-2024-1234`, `BZ #12`, `bug 12`, `Bug: 12`, `gh-12`, `#12`,
    /// `Resolves: ABC-12`. The same ticket gives the same hash in each shape that has its number
    /// alone.
    static func forEachTicket(
        _ text: UnsafeRawBufferPointer,
        _ span: Range<Int>,
        _ body: (UInt64) -> Void
    ) {
        guard span.contains(where: { isDigit(text[$0]) }) else { return }
        var cursor = TextCursor(text, span)
        var isWordStart = true
        while !cursor.isAtEnd {
            let byte = foldCase(cursor.next)
            if byte == UInt8(ascii: "#") {
                cursor.offset += 1
                if let number = cursor.readNumber() { body(ticket(number)) }
            } else if isWordStart, byte == UInt8(ascii: "c"), cursor.skip("cve-") {
                if let year = cursor.readNumber(), cursor.skip("-"),
                    let number = cursor.readNumber()
                {
                    body(mix(UInt64(year) << 32 | UInt64(number)))
                }
            } else if isWordStart, startsTicketWord(byte), let number = numberAfterWord(&cursor) {
                body(ticket(number))
            } else {
                isWordStart = !isWordByte(byte)
                cursor.offset += 1
            }
        }
    }

    private static func startsTicketWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "b"), UInt8(ascii: "g"), UInt8(ascii: "c"), UInt8(ascii: "f"),
            UInt8(ascii: "r"):
            true
        default: false
        }
    }

    /// The number behind `bug`, `bz` or `gh-`.
    private static func numberAfterWord(_ cursor: inout TextCursor) -> UInt32? {
        var copy = cursor
        let isWord =
            copy.skip("bug") || copy.skip("bz") || copy.skip("gh-") || copy.skip("closes")
            || copy.skip("fixes") || copy.skip("resolves")
        guard isWord else { return nil }
        for _ in 0..<3 where !copy.isAtEnd && !isDigit(copy.next) {
            guard copy.skip(" ") || copy.skip(":") || copy.skip("#") || copy.skip("-") else {
                return nil
            }
        }
        guard let number = copy.readNumber(), number > 9 else { return nil }
        cursor = copy
        return number
    }

    private static func ticket(_ number: UInt32) -> UInt64 { mix(UInt64(number) | 1 << 63) }
}
