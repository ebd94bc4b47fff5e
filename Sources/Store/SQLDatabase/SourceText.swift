/// A text that stands in the source, or a part of one: nobody outside can have written it.
///
/// It is a pair of words, so queries are put together without counting references.
@usableFromInline
package struct SourceText: @unchecked Sendable {
    // Sound: what stands in the source lies in the program's memory for good and never changes.
    private let start: UnsafePointer<UInt8>
    private let count: Int

    /// Takes a text as it stands in the source.
    package init(_ text: StaticString) {
        start = text.utf8Start
        count = text.utf8CodeUnitCount
    }

    private init(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, of whole: SourceText) {
        start = whole.start + bytes.startIndex
        count = bytes.count
    }

    private var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: start, count: count)
    }

    /// The length in bytes.
    var size: Int { count }

    /// Whether there is nothing in it.
    package var isEmpty: Bool { count == 0 }

    /// Returns the names in a list of them, in order, such as the columns of a table.
    ///
    /// - Returns: The parts between commas, without the white space around them.
    package func names() -> [SourceText] {
        bytes.split(separator: UInt8(ascii: ","))
            .map { part in
                let isSpace = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
                let end = part.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? part.startIndex
                return SourceText(part[..<end].drop(while: isSpace), of: self)
            }
    }
}

extension SourceText: Hashable {
    /// Compares the bytes; those at one place of the program are the same.
    @usableFromInline
    package static func == (left: SourceText, right: SourceText) -> Bool {
        guard left.count == right.count else { return false }
        return left.start == right.start || left.bytes.elementsEqual(right.bytes)
    }

    /// Hashes the bytes.
    @usableFromInline
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
}

extension SourceText: CustomStringConvertible {
    /// The text.
    @usableFromInline
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
