import Glibc
import MainstayCore

/// Reads from a commit's message what it says about other commits, changes and tickets.
///
/// Only shapes at the start of a line count, after blanks; quotations (`>`) are passed over.
struct MessageScanner {
    let text: UnsafeRawBufferPointer
    private var offset: Int
    var pending = Pending()
    /// Span of the stored part of the first line.
    var subject: Range<Int>
    /// What was seen.
    var flags: CommitFlags = []
    /// Hash of the folded first line; 0 where it is too short to be evidence.
    var titleHash: UInt64 = 0
    /// The same of the request that a merge says it brings in.
    private(set) var requestTitle: UInt64 = 0

    /// Facts that only count together with others.
    struct Pending {
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

    /// Notes what was read, and that there is such a thing.
    mutating func add(
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
}
