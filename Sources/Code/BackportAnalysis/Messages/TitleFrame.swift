import Glibc

/// Finds the part of a title that is left when the marks of picking are dropped.
enum TitleFrame {
    static func strip(_ title: UnsafeRawBufferPointer) -> Range<Int> {
        var span = 0..<title.count
        for _ in 0..<8 {
            let before = span
            span = trim(title, span)
            span = withoutTrailingGroup(title, span)
            span = withoutLeadingGroup(title, span)
            span = withoutPhrase(title, span)
            span = withoutLineName(title, span)
            if span == before { break }
        }
        return span
    }

    private static func trim(_ title: UnsafeRawBufferPointer, _ span: Range<Int>) -> Range<Int> {
        var span = span
        while let first = span.first, title[first] <= 32 { span.removeFirst() }
        while let last = span.last, title[last] <= 32 { span.removeLast() }
        // A full stop behind a group hides it.
        if span.count > 2, title[span.upperBound - 1] == UInt8(ascii: "."),
            closesGroup(title[span.upperBound - 2])
        {
            span.removeLast()
        }
        return span
    }

    private static func closesGroup(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]")
    }

    // MARK: - Groups

    /// Drops `[...]` or `(...)` in front if it is a mark of picking.
    private static func withoutLeadingGroup(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Range<Int> {
        guard let first = span.first, let close = closing(title[first]) else { return span }
        let limit = min(span.upperBound, span.lowerBound + 72)
        guard let end = ((first + 1)..<limit).first(where: { title[$0] == close }) else {
            return span
        }
        let inner = (first + 1)..<end
        guard isMark(title, inner) else { return span }
        var rest = end + 1
        while rest < span.upperBound, title[rest] <= 32 || title[rest] == UInt8(ascii: ":") {
            rest += 1
        }
        // A title that is nothing but marks keeps the last one.
        return rest < span.upperBound ? rest..<span.upperBound : span
    }

    /// Drops a group or an open `(cherry ...` at the end if it is a mark of picking.
    private static func withoutTrailingGroup(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Range<Int> {
        guard let last = span.last else { return span }
        var start: Int?
        if title[last] == UInt8(ascii: ")") || title[last] == UInt8(ascii: "]") {
            let open = title[last] == UInt8(ascii: ")") ? UInt8(ascii: "(") : UInt8(ascii: "[")
            start = span.reversed().first { title[$0] == open }
            if let found = start, !isMark(title, (found + 1)..<last) { start = nil }
        }
        if start == nil { start = openCherry(title, span) }
        guard let start, start > span.lowerBound else { return span }
        return trim(title, span.lowerBound..<start)
    }

    /// Where `(cherry`, `(backport` or the like starts and is not closed before the end.
    private static func openCherry(_ title: UnsafeRawBufferPointer, _ span: Range<Int>) -> Int? {
        guard let base = title.baseAddress, memchr(base + span.lowerBound, 40, span.count) != nil
        else { return nil }
        var cursor = TextCursor(title, span)
        var close = span.lowerBound
        while cursor.find("(cherry") {
            let start = cursor.offset - 7
            // Never looked for twice in one place: a title may be long and full of them.
            close = max(close, cursor.offset)
            while close < span.upperBound, title[close] != UInt8(ascii: ")") { close += 1 }
            if close >= span.upperBound - 1 { return start }
        }
        return nil
    }

    private static func closing(_ open: UInt8) -> UInt8? {
        switch open {
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "("): UInt8(ascii: ")")
        default: nil
        }
    }

    /// Whether the text of a group names requests, a line, or the act of picking.
    private static func isMark(_ title: UnsafeRawBufferPointer, _ span: Range<Int>) -> Bool {
        guard !span.isEmpty else { return true }
        if isRequestList(title, span) || isLineName(title, span) { return true }
        let words: [StaticString] = [
            "backport", "cherry", "stable", "patch", "rfc", "lts", "maint", "release", "bp ",
            "bp-", "pr #", "pr#", "pr-", "branch", "for ", "v2", "v3", "v4", "merge",
        ]
        var cursor = TextCursor(title, span)
        for word in words where cursor.skip(word) { return true }
        return ((cursor.find("backport") || cursor.find("cherry")) && span.count <= 60)
            || endsInLineName(title, span)
    }

    /// `#12`, `GH-12`, `!12`, `PR 12`, several of them, with blanks, commas and `and`.
    private static func isRequestList(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Bool {
        var cursor = TextCursor(title, span)
        var count = 0
        while !cursor.isAtEnd {
            cursor.skipBlanks()
            _ = cursor.skip("pr ") || cursor.skip("pr") || cursor.skip("mr ")
            guard
                cursor.skip("#") || cursor.skip("gh-") || cursor.skip("gh #") || cursor.skip("!")
                    || cursor.skip("bug ") || cursor.skip("bsc#") || cursor.skip("boo#"),
                cursor.readNumber() != nil
            else { return false }
            count += 1
            _ = cursor.skip(",") || cursor.skip(" and") || cursor.skip(" &")
        }
        return count > 0
    }

    // MARK: - Names of lines

    /// `3.12`, `v1.x`, `release-1.2`, `stable/2.0`, `7.17.x`, `branch-3.1`: one word with a
    /// version of at least one dot.
    private static func isLineName(_ title: UnsafeRawBufferPointer, _ span: Range<Int>) -> Bool {
        guard span.count <= 32 else { return false }
        var start = span.lowerBound
        while start < span.upperBound, !isDigit(title[start]) {
            let byte = title[start]
            let isNamePart =
                isWordByte(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
            guard isNamePart else { return false }
            start += 1
        }
        // A word in front must be joined by a separator, or be a lone `v`.
        if start > span.lowerBound {
            let before = title[start - 1]
            let isJoined =
                before == UInt8(ascii: "-") || before == UInt8(ascii: "/")
                || before == UInt8(ascii: "_")
                || (foldCase(before) == UInt8(ascii: "v")
                    && (start - 1 == span.lowerBound || !isWordByte(title[start - 2])))
            guard isJoined else { return false }
        }
        return isVersion(title, start..<span.upperBound)
    }

    /// Digits with at least one dot, parts may be `x`; a suffix such as `/master` may follow.
    private static func isVersion(_ title: UnsafeRawBufferPointer, _ span: Range<Int>) -> Bool {
        var dots = 0
        var index = span.lowerBound
        guard index < span.upperBound, isDigit(title[index]) else { return false }
        while index < span.upperBound {
            let byte = title[index]
            if byte == UInt8(ascii: ".") {
                dots += 1
            } else if !isDigit(byte), foldCase(byte) != UInt8(ascii: "x") {
                break
            }
            index += 1
        }
        guard dots > 0 else { return false }
        guard index < span.upperBound else { return true }
        let separator = title[index]
        guard separator == UInt8(ascii: "/") || separator == UInt8(ascii: "-") else { return false }
        return ((index + 1)..<span.upperBound).allSatisfy { isWordByte(title[$0]) }
    }

    /// `on branch v1.2.x`, `to 7.x`, `for 3.2`: few words of which the last is a line's name.
    private static func endsInLineName(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Bool {
        guard let blank = span.reversed().first(where: { title[$0] == 32 }) else { return false }
        var cursor = TextCursor(title, span)
        guard cursor.skip("to ") || cursor.skip("on ") || cursor.skip("into ") else { return false }
        return isLineName(title, (blank + 1)..<span.upperBound)
    }

    /// Drops `3.12: `, `v2.x - ` or `release-1.2: ` in front.
    private static func withoutLineName(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Range<Int> {
        guard let end = span.first(where: { title[$0] <= 32 || title[$0] == UInt8(ascii: ":") })
        else { return span }
        var rest = end
        if title[end] == UInt8(ascii: ":") {
            rest = end + 1
        } else if end + 2 < span.upperBound, title[end + 1] == UInt8(ascii: "-"),
            title[end + 2] == 32
        {
            rest = end + 3
        } else {
            return span
        }
        guard rest < span.upperBound, isLineName(title, span.lowerBound..<end) else { return span }
        return rest..<span.upperBound
    }

    // MARK: - Phrases

    /// Drops `Backport PR #12 on branch 1.x: `, `Automated cherry pick of #12: ` and the like.
    private static func withoutPhrase(
        _ title: UnsafeRawBufferPointer,
        _ span: Range<Int>
    ) -> Range<Int> {
        var cursor = TextCursor(title, span)
        for _ in 0..<2 {
            _ =
                cursor.skip("automated ") || cursor.skip("manual ") || cursor.skip("partial ")
                || cursor.skip("partially ")
        }
        let isPick =
            cursor.skip("backport") || cursor.skip("back-port") || cursor.skip("cherry-pick")
            || cursor.skip("cherry pick") || cursor.skip("cherrypick") || cursor.skip("bp:")
        guard isPick else { return span }
        _ = cursor.skip("ed") || cursor.skip("s") || cursor.skip("ing")
        let limit = min(span.upperBound, cursor.offset + 64)
        guard cursor.offset < limit else { return span }
        if let rest = behindColon(title, cursor, limit, span) { return rest }
        if let inner = inParentheses(title, cursor, span) { return inner }
        // A bare word in front: `Backport fix of ...`, `Backport "..."`.
        cursor.skipBlanks()
        _ = cursor.skip("of ")
        _ = cursor.skip("#") && cursor.readNumber() != nil
        cursor.skipBlanks()
        return span.upperBound - cursor.offset >= TitleText.shortest
            ? cursor.offset..<span.upperBound : span
    }

    /// What follows the first colon, if what stands before it is of the phrase: numbers, names
    /// of lines, small words.
    private static func behindColon(
        _ title: UnsafeRawBufferPointer,
        _ start: TextCursor,
        _ limit: Int,
        _ span: Range<Int>
    ) -> Range<Int>? {
        guard
            let colon = (start.offset..<limit).first(where: { title[$0] == UInt8(ascii: ":") }),
            span.upperBound - colon > TitleText.shortest
        else { return nil }
        let words = (start.offset..<colon).split { title[$0] <= 32 || title[$0] == 44 }
        let small: [StaticString] = [
            "of", "pr", "prs", "mr", "on", "to", "branch", "from", "the", "for", "into", "and",
            "commit", "pull", "request", "main", "master", "devel",
        ]
        for word in words {
            let range = word.startIndex..<word.endIndex
            let isSmall = small.contains { candidate in
                var cursor = TextCursor(title, range)
                return cursor.skip(candidate) && cursor.isAtEnd
            }
            let hasDigit = word.contains { isDigit(title[$0]) }
            guard isSmall || hasDigit || range.count <= 1 else { return nil }
        }
        return (colon + 1)..<span.upperBound
    }

    /// The text in parentheses that ends the title: `Backport PR #12 on branch v1.x (Title)`.
    private static func inParentheses(
        _ title: UnsafeRawBufferPointer,
        _ start: TextCursor,
        _ span: Range<Int>
    ) -> Range<Int>? {
        guard let last = span.last, title[last] == UInt8(ascii: ")"),
            let open = (start.offset..<last).first(where: { title[$0] == UInt8(ascii: "(") }),
            last - open > TitleText.shortest, open - start.offset <= 64,
            (start.offset..<open).contains(where: { isDigit(title[$0]) })
        else { return nil }
        return (open + 1)..<last
    }
}
