import MainstayCore

/// The first line of a message.
extension MessageScanner {
    /// Reads what the first line says.
    mutating func scanSubject(_ line: Range<Int>, records: inout [UInt8]) {
        subject = line
        if line.count > Int(UInt16.max) {
            subject = line.lowerBound..<(line.lowerBound + Int(UInt16.max))
            flags.insert(.longSubject)
        }
        var cursor = TextCursor(text, line)
        switch foldCase(cursor.next) {
        case UInt8(ascii: "m") where cursor.skip("merge \""): frame(cursor, "Merge", .quotedMerge)
        case UInt8(ascii: "r") where cursor.skip("revert"):
            flags.insert(.reverts)
            if cursor.skip(" \"") { frame(cursor, "Revert", .quotedRevert) }
        case UInt8(ascii: "r") where cursor.skip("reapply \""): flags.insert(.reapplies)
        default: break
        }
        if flags.contains(.quotedRevert), isRevertOfRevert() { flags.insert(.reapplies) }
        if line.count >= 3, endsInEllipsis(line) { flags.insert(.cutSubject) }
        hashTitle()
        scanSubjectOrigins(line, records: &records)
        TitleText.forEachTicket(text, line) { add(.ticket($0), to: &records) }
    }

    /// Folds and hashes the stored subject, and tells whether it is one of many.
    private mutating func hashTitle() {
        let title = UnsafeRawBufferPointer(rebasing: text[subject])
        let isPlain = flags.isDisjoint(with: [.quotedRevert, .quotedMerge])
        let (hash, isGeneric) = TitleText.withFolded(title) { folded in
            (TitleText.hash(folded: folded), isPlain && GenericTitle.matches(folded))
        }
        guard let hash else { return }
        if flags.contains(.quotedRevert) {
            titleHash = mix(hash &+ 1)
            flags.insert(.genericTitle)
        } else if flags.contains(.quotedMerge) {
            titleHash = mix(hash &+ 2)
        } else {
            titleHash = hash
            if isGeneric { flags.insert(.genericTitle) }
        }
    }

    /// Stores only what stands between the quotes, if the last byte closes them.
    private mutating func frame(_ cursor: TextCursor, _ word: StaticString, _ flag: CommitFlags) {
        // The exact case is part of the frame: another spelling is kept as it stands.
        for index in 0..<word.utf8CodeUnitCount
        where text[subject.lowerBound + index] != word.utf8Start[index] {
            return
        }
        guard subject.upperBound > cursor.offset + 1, !flags.contains(.longSubject),
            text[subject.upperBound - 1] == UInt8(ascii: "\"")
        else { return }
        subject = cursor.offset..<(subject.upperBound - 1)
        flags.insert(flag)
    }

    private func isRevertOfRevert() -> Bool {
        var cursor = TextCursor(text, subject)
        return cursor.skip("revert \"")
    }

    private func endsInEllipsis(_ line: Range<Int>) -> Bool {
        let end = line.upperBound
        if text[end - 1] == UInt8(ascii: "."), text[end - 2] == UInt8(ascii: "."),
            text[end - 3] == UInt8(ascii: ".")
        {
            return true
        }
        return text[end - 3] == 0xE2 && text[end - 2] == 0x80 && text[end - 1] == 0xA6
    }

    private mutating func scanSubjectOrigins(_ line: Range<Int>, records: inout [UInt8]) {
        var cursor = TextCursor(text, line)
        if cursor.skip("[pr #"), cursor.readNumber() != nil, cursor.skip("/"),
            let id = cursor.readID(7...40)
        {
            add(.origin(id), flag: .namesOrigin, to: &records)
            return
        }
        cursor = TextCursor(text, line)
        if cursor.skip("backport "), let id = cursor.readID(40...40) {
            add(.origin(id), flag: .namesOrigin, to: &records)
            return
        }
        guard line.contains(where: { isDigit(text[$0]) }) else { return }
        cursor = TextCursor(text, line)
        if cursor.find("patchback/backports/"), let id = patchbackOrigin(&cursor) {
            add(.origin(id), flag: .namesOrigin, to: &records)
            return
        }
        cursor = TextCursor(text, line)
        while cursor.find("cherry") {
            if let id = cherryPickOrigin(&cursor) {
                add(.origin(id), flag: .namesOrigin, to: &records)
                return
            }
        }
    }

    /// The id in `<line>/<40 hex>/pr-<n>`, where the line may hold slashes.
    private func patchbackOrigin(_ cursor: inout TextCursor) -> CommitPrefix? {
        while !cursor.isAtEnd, cursor.next > 32 {
            if cursor.skip("/") {
                if let id = cursor.readID(40...40) { return id }
            } else {
                cursor.offset += 1
            }
        }
        return nil
    }

    /// Whether a first line says that a request or a branch is merged.
    func isRequestMerge(_ line: Range<Int>) -> Bool {
        var cursor = TextCursor(text, line)
        return cursor.skip("merge pull request #") || cursor.skip("merge branch '")
            || cursor.skip("merge pr #") || cursor.skip("merge #")
    }
}
