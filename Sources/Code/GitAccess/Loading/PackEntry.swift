/// The header of one entry of a pack file.
///
/// Format: git's `Documentation/gitformat-pack.txt`, "Pack file entry".
struct PackEntry {
    private let type: UInt8
    /// Length of the inflated bytes.
    let size: Int
    /// Where the compressed bytes start.
    let start: Int
    /// Where the entry starts that this one is a delta to; `nil` for a whole object.
    let base: Int?

    /// Whether the entry is a whole commit.
    var isCommit: Bool { type == 1 }

    /// Reads the header at `offset` of a pack; `nil` if it is not understood.
    init?(_ pack: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 12, offset + 64 < pack.count else { return nil }
        var position = offset
        var byte = pack[position]
        type = byte >> 4 & 7
        var size = Int(byte & 15)
        var shift = 4
        while byte & 128 != 0, shift < 56 {
            position += 1
            byte = pack[position]
            size |= Int(byte & 127) << shift
            shift += 7
        }
        position += 1
        self.size = size
        guard type == 6 else {
            base = nil
            start = position
            return
        }
        byte = pack[position]
        var distance = Int(byte & 127)
        while byte & 128 != 0, distance < 1 << 40 {
            position += 1
            byte = pack[position]
            distance = (distance + 1) << 7 | Int(byte & 127)
        }
        guard distance > 0, distance < offset else { return nil }
        base = offset - distance
        start = position + 1
    }
}

/// Instructions that make one object out of another.
///
/// Format: git's `Documentation/gitformat-pack.txt`, "Deltified representation".
enum PackDelta {
    /// The object that `delta` makes of `source`; `nil` if the delta is damaged or makes more than
    /// `limit` bytes.
    static func apply(
        _ delta: UnsafeRawBufferPointer,
        to source: UnsafeRawBufferPointer,
        limit: Int
    ) -> [UInt8]? {
        var offset = 0
        func next() -> Int {
            defer { offset += 1 }
            return offset < delta.count ? Int(delta[offset]) : 0
        }
        func length() -> Int {
            var value = 0
            var shift = 0
            while shift < 56 {
                let byte = next()
                value |= (byte & 127) << shift
                shift += 7
                if byte & 128 == 0 { break }
            }
            return value
        }
        func number(_ bits: Int, bytes: Int) -> Int {
            (0..<bytes)
                .reduce(0) { value, place in
                    bits >> place & 1 == 0 ? value : value | next() << (8 * place)
                }
        }
        guard length() == source.count else { return nil }
        let size = length()
        guard size <= limit else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(size)
        while offset < delta.count {
            let code = next()
            if code & 128 != 0 {
                let start = number(code, bytes: 4)
                let count = number(code >> 4, bytes: 3)
                let end = start + (count == 0 ? 0x10000 : count)
                guard end <= source.count, result.count + end - start <= size else { return nil }
                result.append(contentsOf: source[start..<end])
            } else {
                guard code > 0, offset + code <= delta.count else { return nil }
                result.append(contentsOf: delta[offset..<(offset + code)])
                offset += code
            }
        }
        return result.count == size ? result : nil
    }
}
