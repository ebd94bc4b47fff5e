import MainstayCore

/// The lines of a message behind the first.
extension MessageScanner {
    /// Reads what one line says.
    mutating func scanLine(_ line: Range<Int>, records: inout [UInt8]) {
        var cursor = TextCursor(text, line)
        let first = foldCase(cursor.next)
        if first == UInt8(ascii: "(") || first == UInt8(ascii: "[") {
            cursor.offset += 1
            cursor.skipBlanks()
        }
        switch foldCase(cursor.next) {
        case UInt8(ascii: "c"): scanC(cursor, isFramed: cursor.offset > line.lowerBound, &records)
        case UInt8(ascii: "b"): scanB(cursor, &records)
        case UInt8(ascii: "u"):
            if cursor.skip("upstream commit "), let id = cursor.readID(40...40) {
                add(.origin(id), flag: .namesOrigin, to: &records)
            }
        case UInt8(ascii: "r"): scanR(cursor, &records)
        case UInt8(ascii: "t"), UInt8(ascii: "s"): scanTS(cursor, &records)
        case UInt8(ascii: "f"): scanF(cursor, &records)
        case UInt8(ascii: "g"), UInt8(ascii: "p"): scanRequest(cursor, &records)
        case UInt8(ascii: "*"), UInt8(ascii: "-"): scanBullet(cursor, line, &records)
        case UInt8(ascii: "j"): if cursor.skip("jira ") { pending.hasVendorKey = true }
        case UInt8(ascii: "{"): scanTickets(line, &records)
        default: break
        }
    }

    /// Reads the id behind `cherry` in `cherry picked from commit <id>` and its spellings.
    func cherryPickOrigin(_ cursor: inout TextCursor) -> CommitPrefix? {
        guard cursor.skip(" ") || cursor.skip("-") || cursor.skip("pick") else { return nil }
        _ = cursor.skip("picked") || cursor.skip("pick") || cursor.skip("ed")
        cursor.skipBlanks()
        guard cursor.skip("from") || cursor.skip("of") else { return nil }
        return idAfterFiller(&cursor)
    }

    /// Reads an id behind `commit`, `upstream commit`, a colon, or a branch name and one of them.
    private func idAfterFiller(_ cursor: inout TextCursor) -> CommitPrefix? {
        for _ in 0..<4 {
            _ = cursor.skip(byte: UInt8(ascii: ":"))
            cursor.skipBlanks()
            if let id = cursor.readID(7...40) { return id }
            guard
                cursor.skip("commit") || cursor.skip("upstream") || cursor.skip("master")
                    || cursor.skip("main") || cursor.skip("sha") || cursor.skip("devel")
                    || cursor.skip("trunk")
            else { return nil }
        }
        return nil
    }

    private mutating func scanC(_ start: TextCursor, isFramed: Bool, _ records: inout [UInt8]) {
        var cursor = start
        if cursor.skip("cherry") {
            if let id = cherryPickOrigin(&cursor) {
                add(.origin(id), flag: .namesOrigin, to: &records)
            }
        } else if cursor.skip("change-id: i"), let id = cursor.readID(40...40) {
            add(.changeID(id.padded), flag: .hasChangeID, to: &records)
        } else if cursor.skip("commit ") {
            guard let id = cursor.readID(40...40) else { return }
            cursor.skipBlanks()
            if cursor.skip("upstream") {
                if pending.bodyLine == 1 { add(.origin(id), flag: .namesOrigin, to: &records) }
            } else if cursor.isAtEnd, !isFramed {
                pending.vendorOrigin = pending.vendorOrigin ?? id
            }
        } else if cursor.skip("cve ") || cursor.skip("cve: ") || cursor.skip("cve-") {
            if start.text[start.offset + 3] == 32 { pending.hasVendorKey = true }
            scanTickets(start.offset..<start.end, &records)
        } else if cursor.skip("close") {
            scanTickets(start.offset..<start.end, &records)
        }
    }

    private mutating func scanB(_ start: TextCursor, _ records: inout [UInt8]) {
        var cursor = start
        if cursor.skip("backport") {
            _ = cursor.skip("ed")
            _ = cursor.skip("-") || cursor.skip(" ")
            guard cursor.skip("of") || cursor.skip("from") else { return }
            if let id = idAfterFiller(&cursor) {
                add(.origin(id), flag: .namesOrigin, to: &records)
            }
        } else if cursor.skip("bz #") || cursor.skip("bug") {
            scanTickets(start.offset..<start.end, &records)
        } else if cursor.skip("break-fix: ") {
            if let id = cursor.readID(7...40) {
                add(.introducer(id), flag: .namesIntroducer, to: &records)
            }
        }
    }

    private mutating func scanR(_ start: TextCursor, _ records: inout [UInt8]) {
        var cursor = start
        if cursor.skip("rebased-from: "), let id = cursor.readID(7...40) {
            add(.origin(id), flag: .namesOrigin, to: &records)
        } else if cursor.skip("reverts commit ") || cursor.skip("revert commit ") {
            addRevert(cursor, &records)
        } else if cursor.skip("resolves") || cursor.skip("related-bug") {
            scanTickets(start.offset..<start.end, &records)
        }
    }

    private mutating func scanTS(_ start: TextCursor, _ records: inout [UInt8]) {
        var cursor = start
        if cursor.skip("this reverts commit ") || cursor.skip("this reverts ")
            || cursor.skip("this commit reverts ")
        {
            addRevert(cursor, &records)
        } else if cursor.skip("stable-dep-of: "), let id = cursor.readID(6...40) {
            add(.prerequisiteOf(id), to: &records)
        }
    }

    private mutating func addRevert(_ start: TextCursor, _ records: inout [UInt8]) {
        var cursor = start
        _ = cursor.skip("commit ")
        if let id = cursor.readID(7...40) {
            add(.reverts(id), flag: .reverts, to: &records)
        }
    }

    private mutating func scanF(_ start: TextCursor, _ records: inout [UInt8]) {
        var cursor = start
        guard cursor.skip("fix") else { return }
        _ = cursor.skip("es") || cursor.skip("ed")
        _ = cursor.skip(":")
        cursor.skipBlanks()
        _ = cursor.skip("commit ")
        // Short numbers, and those behind a '#', are a ticket; a longer one may be either.
        let word = cursor.offset
        if cursor.next != UInt8(ascii: "#"), let id = cursor.readID(6...40),
            isID(word..<cursor.offset)
        {
            add(.introducer(id), flag: .namesIntroducer, to: &records)
            guard id.digits < 12, (word..<cursor.offset).allSatisfy({ isDigit(text[$0]) }) else {
                return
            }
        }
        scanTickets(start.offset..<start.end, &records)
    }

    /// Whether hex digits are an id and no number or word: those of fewer than 8 need both.
    private func isID(_ span: Range<Int>) -> Bool {
        span.count >= 8
            || span.contains { isDigit(text[$0]) } && span.contains { !isDigit(text[$0]) }
    }

    /// `PR-URL:`, `Github-Pull:`, `Pull-Request:`: the last number of the line.
    private mutating func scanRequest(_ start: TextCursor, _ records: inout [UInt8]) {
        var cursor = start
        guard cursor.skip("pr-url:") || cursor.skip("github-pull:") || cursor.skip("pull-request:")
        else { return }
        var number: UInt32?
        while !cursor.isAtEnd {
            if let found = cursor.readNumber() { number = found } else { cursor.offset += 1 }
        }
        if let number { add(.request(number), to: &records) }
    }

    private mutating func scanBullet(
        _ start: TextCursor,
        _ line: Range<Int>,
        _ records: inout [UInt8]
    ) {
        var cursor = start
        // Change logs list files in the same shape; the titles of requests end in their number.
        guard text[line.upperBound - 1] == UInt8(ascii: ")"), pending.parts < 24,
            cursor.skip("* ") || cursor.skip("- "),
            line.suffix(16).contains(where: { text[$0] == UInt8(ascii: "#") })
        else { return }
        pending.parts += 1
        addPart(cursor.offset..<line.upperBound, to: &records)
    }

    private mutating func addPart(_ line: Range<Int>, to records: inout [UInt8]) {
        // A longer line is no title.
        guard line.count <= 1024 else { return }
        let title = UnsafeRawBufferPointer(rebasing: text[line])
        if let hash = TitleText.hash(title) { add(.part(hash), to: &records) }
    }

    private mutating func scanTickets(_ line: Range<Int>, _ records: inout [UInt8]) {
        TitleText.forEachTicket(text, line) { add(.ticket($0), to: &records) }
    }
}
