import Glibc
import MainstayCore

/// Reads from a commit's message what it says about other commits, changes and tickets.
///
/// Only shapes at the start of a line count, after blanks; quotations (`>`) are passed over.
struct MessageScanner {
    private let text: UnsafeRawBufferPointer
    private var offset: Int
    private var pending = Pending()
    /// Span of the stored part of the first line.
    private(set) var subject: Range<Int>
    /// What was seen.
    private(set) var flags: CommitFlags = []
    /// Hash of the folded first line; 0 where it is too short to be evidence.
    private(set) var titleHash: UInt64 = 0
    /// The same of the request that a merge says it brings in.
    private(set) var requestTitle: UInt64 = 0

    /// Facts that only count together with others.
    private struct Pending {
        var vendorOrigin: CommitPrefix?
        var hasVendorKey = false
        var parts = 0
        var bodyLine = 0
        var records = 0
        /// Mark of a block of code that is never closed.
        var openFence: UInt8?
    }

    init(_ text: UnsafeRawBufferPointer, start: Int) {
        self.text = text
        offset = start
        subject = start..<start
    }

    /// Reads the whole message; records are appended to `records` in the order of the message.
    mutating func scan(records: inout [UInt8]) {
        var line = nextLine()
        while let blank = line, blank.isEmpty { line = nextLine() }
        guard let first = line else { return }
        scanSubject(first, records: &records)
        let isMerge = flags.contains(.quotedMerge) || isRequestMerge(first)
        while let line = nextLine() {
            guard !line.isEmpty, !skipCode(line) else { continue }
            pending.bodyLine += 1
            if isMerge, pending.bodyLine == 1 { addRequestTitle(line, to: &records) }
            scanLine(line, records: &records)
        }
        if let origin = pending.vendorOrigin, pending.hasVendorKey {
            add(.origin(origin), flag: .namesOrigin, to: &records)
        }
    }

    /// Takes the first line behind the subject of a merge for the title of what it brings in.
    private mutating func addRequestTitle(_ line: Range<Int>, to records: inout [UInt8]) {
        guard let hash = TitleText.hash(UnsafeRawBufferPointer(rebasing: text[line])) else {
            return
        }
        if !flags.contains(.quotedMerge) { requestTitle = hash }
        add(.part(hash), to: &records)
    }

    /// The next line without blanks around it; `nil` at the end.
    private mutating func nextLine() -> Range<Int>? {
        guard offset < text.count, let base = text.baseAddress else { return nil }
        var start = offset
        let found = memchr(base + offset, 10, text.count - offset)
        var end = found.map { UnsafeRawPointer($0) - base } ?? text.count
        offset = end + 1
        while start < end, text[start] == 32 || text[start] == 9 { start += 1 }
        while end > start, text[end - 1] <= 32 { end -= 1 }
        return start..<end
    }

    private mutating func add(
        _ record: CommitRecord,
        flag: CommitFlags = [],
        to records: inout [UInt8]
    ) {
        flags.formUnion(flag)
        // More than a thousand records are no message that anybody wrote.
        guard pending.records < 1000 else { return }
        pending.records += 1
        record.write(to: &records)
    }

    /// Moves behind the block of code that `line` opens, if it does and the block is closed.
    private mutating func skipCode(_ line: Range<Int>) -> Bool {
        guard let mark = fence(line), mark != pending.openFence else { return false }
        let start = offset
        while let next = nextLine() {
            if fence(next) == mark { return true }
        }
        offset = start
        pending.openFence = mark
        return false
    }

    /// The mark of a line that starts or ends a block of code: three backticks or tildes, and
    /// nothing of the kind behind them.
    private func fence(_ line: Range<Int>) -> UInt8? {
        guard line.count >= 3 else { return nil }
        let mark = text[line.lowerBound]
        guard mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
        let rest = line.dropFirst(3)
        guard line.prefix(3).allSatisfy({ text[$0] == mark }),
            !rest.contains(where: { text[$0] == mark })
        else { return nil }
        return mark
    }

    // MARK: - The first line

    private mutating func scanSubject(_ line: Range<Int>, records: inout [UInt8]) {
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

    private func isRequestMerge(_ line: Range<Int>) -> Bool {
        var cursor = TextCursor(text, line)
        return cursor.skip("merge pull request #") || cursor.skip("merge branch '")
            || cursor.skip("merge pr #") || cursor.skip("merge #")
    }
}

// MARK: - The other lines

extension MessageScanner {
    private mutating func scanLine(_ line: Range<Int>, records: inout [UInt8]) {
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
    fileprivate func cherryPickOrigin(_ cursor: inout TextCursor) -> CommitPrefix? {
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

    fileprivate mutating func addPart(_ line: Range<Int>, to records: inout [UInt8]) {
        // A longer line is no title.
        guard line.count <= 1024 else { return }
        let title = UnsafeRawBufferPointer(rebasing: text[line])
        if let hash = TitleText.hash(title) { add(.part(hash), to: &records) }
    }

    private mutating func scanTickets(_ line: Range<Int>, _ records: inout [UInt8]) {
        TitleText.forEachTicket(text, line) { add(.ticket($0), to: &records) }
    }
}
