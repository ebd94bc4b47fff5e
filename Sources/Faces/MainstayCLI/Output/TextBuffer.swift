package import MainstayCore

/// Text on its way out: bytes that grow, and go to a file in pieces of about 64 KiB.
///
/// Built for hundreds of thousands of small appends; nothing is formatted through `String`.
package struct TextBuffer {
    /// What has not gone out yet; everything where there is no file.
    package private(set) var bytes: [UInt8] = []

    private let file: OutputFile?
    private static let pieceSize = 65_536

    /// Creates an empty buffer; without a `file` all text stays in ``bytes``.
    package init(to file: OutputFile? = nil) {
        self.file = file
        bytes.reserveCapacity(Self.pieceSize + 8_192)
    }

    /// The text that has not gone out, for tests.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Adds the bytes of a literal.
    package mutating func add(_ literal: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(
                start: literal.utf8Start,
                count: literal.utf8CodeUnitCount
            )
        )
    }

    /// Adds the bytes of `text` as they are.
    package mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Adds the bytes of `text` as they are.
    package mutating func add(_ text: Substring) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Adds bytes as they are.
    package mutating func add(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    /// Adds one byte.
    package mutating func add(byte: UInt8) {
        bytes.append(byte)
    }

    /// Adds `text` made safe to show: see ``makeSafe(_:)``.
    package mutating func addSafe(_ text: String) {
        var text = text
        let isDone = text.withUTF8 { utf8 in
            guard isSafe(utf8) else { return false }
            bytes.append(contentsOf: utf8)
            return true
        }
        if !isDone { add(makeSafe(text)) }
    }

    /// Adds `text` if it is printable ASCII without `"` and `\`, and tells whether it was.
    mutating func addIfPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            for byte in utf8 where byte < 32 || byte > 126 || byte == 34 || byte == 92 {
                return false
            }
            bytes.append(contentsOf: utf8)
            return true
        }
    }

    /// Adds `count` spaces; none where it is negative.
    package mutating func add(spaces count: Int) {
        for _ in 0..<max(0, count) { bytes.append(32) }
    }

    /// Adds the 40 hex digits of `id`.
    package mutating func add(_ id: CommitID) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { digits in
            id.writeHex(to: digits)
            bytes.append(contentsOf: UnsafeBufferPointer(digits))
        }
    }

    /// Adds a decimal number.
    package mutating func add(_ number: Int) {
        if (0..<10).contains(number) {
            bytes.append(48 + UInt8(truncatingIfNeeded: number))
        } else {
            add(String(number))
        }
    }

    /// Adds `value`, 0 to 1, with three decimals: `0.975`.
    package mutating func add(confidence value: Double) {
        let thousandths = value.isFinite ? Int((min(max(value, 0), 1) * 1_000).rounded()) : 0
        bytes.append(48 + UInt8(thousandths / 1_000))
        bytes.append(46)
        bytes.append(48 + UInt8(thousandths / 100 % 10))
        bytes.append(48 + UInt8(thousandths / 10 % 10))
        bytes.append(48 + UInt8(thousandths % 10))
    }

    /// Ends a line, and sends what has gathered when it is enough for one piece.
    package mutating func endLine() {
        bytes.append(10)
        flushIfLarge()
    }

    /// Sends what has gathered when it is enough for one piece.
    package mutating func flushIfLarge() {
        if bytes.count >= Self.pieceSize { flush() }
    }

    /// Adds `text` as it is and ends the line.
    package mutating func line(_ text: String = "") {
        add(text)
        endLine()
    }

    /// Sends everything that has gathered; does nothing where there is no file.
    package mutating func flush() {
        guard let file else { return }
        file.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
