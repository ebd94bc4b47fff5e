import SQLDatabase

/// The arguments of a statement as libpq takes them: texts that end with zero.
///
/// The memory is kept for the next statement.
struct ArgumentBuffer {
    private var bytes: [CChar] = []
    private var starts: [Int?] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// Calls `body` with one pointer for each argument, null for null.
    mutating func withPointers<Result>(
        to arguments: [Value],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        bytes.removeAll(keepingCapacity: bytes.count < 1 << 16)
        starts.removeAll(keepingCapacity: true)
        for argument in arguments { append(argument) }
        return bytes.withUnsafeBufferPointer { bytes in
            pointers.removeAll(keepingCapacity: true)
            for start in starts {
                pointers.append(start.flatMap { bytes.baseAddress?.advanced(by: $0) })
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }

    private mutating func append(_ argument: Value) {
        switch argument {
        case .null: return starts.append(nil)
        case .int(let number): append(text: String(number))
        case .text(let text): append(text: text)
        }
    }

    private mutating func append(text: String) {
        starts.append(bytes.count)
        var text = text
        text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { bytes.append(contentsOf: $0) }
        }
        bytes.append(0)
    }
}
