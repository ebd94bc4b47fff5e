import MainstayCore

// Records stand in the index as: one byte kind, then for ids one byte digit count and as many
// bytes as hold the digits, for numbers 4 or 8 bytes.

extension CommitRecord {
    private enum Kind: UInt8 {
        case origin = 1
        case changeID, reverts, introducer, prerequisiteOf, request, ticket, part
    }

    /// Appends the record's bytes to `bytes`.
    package func write(to bytes: inout [UInt8]) {
        switch self {
        case .origin(let prefix): Self.write(.origin, prefix, to: &bytes)
        case .changeID(let id): Self.write(.changeID, CommitPrefix(id), to: &bytes)
        case .reverts(let prefix): Self.write(.reverts, prefix, to: &bytes)
        case .introducer(let prefix): Self.write(.introducer, prefix, to: &bytes)
        case .prerequisiteOf(let prefix): Self.write(.prerequisiteOf, prefix, to: &bytes)
        case .request(let number): Self.write(.request, number, to: &bytes)
        case .ticket(let hash): Self.write(.ticket, hash, to: &bytes)
        case .part(let hash): Self.write(.part, hash, to: &bytes)
        }
    }

    private static func write(_ kind: Kind, _ prefix: CommitPrefix, to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.append(prefix.digits)
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { buffer in
            guard let base = buffer.baseAddress else { return }
            prefix.padded.store(to: base)
            bytes.append(contentsOf: buffer[0..<((Int(prefix.digits) + 1) / 2)])
        }
    }

    private static func write<Number: FixedWidthInteger>(
        _ kind: Kind,
        _ number: Number,
        to bytes: inout [UInt8]
    ) {
        bytes.append(kind.rawValue)
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Reads the record at `offset` and moves past it; `nil` at the end or on damaged bytes.
    static func read(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) -> CommitRecord? {
        guard offset < bytes.count, let kind = Kind(rawValue: bytes[offset]) else { return nil }
        offset += 1
        switch kind {
        case .request:
            return number(bytes, at: &offset, of: UInt32.self).map(CommitRecord.request)
        case .ticket:
            return number(bytes, at: &offset, of: UInt64.self).map(CommitRecord.ticket)
        case .part:
            return number(bytes, at: &offset, of: UInt64.self).map(CommitRecord.part)
        case .origin, .changeID, .reverts, .introducer, .prerequisiteOf:
            guard let prefix = prefix(bytes, at: &offset) else { return nil }
            switch kind {
            case .origin: return .origin(prefix)
            case .changeID: return .changeID(prefix.padded)
            case .reverts: return .reverts(prefix)
            case .introducer: return .introducer(prefix)
            default: return .prerequisiteOf(prefix)
            }
        }
    }

    /// Reads records that stand one after the other.
    package static func readAll(_ bytes: [UInt8]) -> [CommitRecord] {
        bytes.withUnsafeBytes { bytes in
            var records: [CommitRecord] = []
            var offset = 0
            while let record = read(bytes, at: &offset) { records.append(record) }
            return records
        }
    }

    private static func prefix(
        _ bytes: UnsafeRawBufferPointer,
        at offset: inout Int
    ) -> CommitPrefix? {
        guard offset < bytes.count else { return nil }
        let digits = bytes[offset]
        let length = (Int(digits) + 1) / 2
        guard (1...40).contains(digits), offset + 1 + length <= bytes.count else { return nil }
        let start = offset + 1
        offset = start + length
        return withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { buffer in
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
            guard let base = buffer.baseAddress else { return nil }
            return CommitPrefix(padded: CommitID(bytes: base), digits: digits)
        }
    }

    private static func number<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        at offset: inout Int,
        of type: Number.Type
    ) -> Number? {
        guard offset + MemoryLayout<Number>.size <= bytes.count else { return nil }
        defer { offset += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension CommitIndex {
    /// What the message of the commit at `row` says, in its order.
    ///
    /// Empty for most commits.
    package func records(_ row: CommitRow) -> [CommitRecord] {
        var records: [CommitRecord] = []
        guard let bytes = recordSpan(row) else { return [] }
        var offset = 0
        while let record = CommitRecord.read(bytes, at: &offset) { records.append(record) }
        return records
    }

    private func recordSpan(_ row: CommitRow) -> UnsafeRawBufferPointer? {
        var low = 0
        var high = recordRows.count
        while low < high {
            let middle = (low + high) / 2
            if Int(recordRows[middle]) < row { low = middle + 1 } else { high = middle }
        }
        guard low < recordRows.count, Int(recordRows[low]) == row else { return nil }
        let start = low == 0 ? 0 : Int(recordEnds[low - 1])
        return UnsafeRawBufferPointer(rebasing: recordBytes[start..<Int(recordEnds[low])])
    }
}

extension CommitIndex {
    /// The refs that the index was made from, sorted by name.
    package var refs: [IndexedRef] {
        var refs: [IndexedRef] = []
        var offset = 0
        func number() -> Int? {
            guard offset + 4 <= refBytes.count else { return nil }
            defer { offset += 4 }
            return Int(refBytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        }
        func text() -> String? {
            guard let length = number(), length >= 0, offset + length <= refBytes.count else {
                return nil
            }
            defer { offset += length }
            return String(decoding: refBytes[offset..<(offset + length)], as: UTF8.self)
        }
        while let row = number(), row < count, let name = text(), let target = text() {
            refs.append(
                IndexedRef(
                    name: name,
                    row: row < 0 ? nil : row,
                    target: target.isEmpty ? nil : target
                )
            )
        }
        return refs
    }

    /// Calls `body` with each ref's full name, row and target, sorted by name.
    ///
    /// The row is -1 where the ref names no commit, the target empty unless it is symbolic. The
    /// bytes live as long as the index.
    func forEachRef(
        _ body: (UnsafeRawBufferPointer, CommitRow, UnsafeRawBufferPointer) -> Void
    ) {
        var offset = 0
        func number() -> Int? {
            guard offset + 4 <= refBytes.count else { return nil }
            defer { offset += 4 }
            return Int(refBytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        }
        func text() -> UnsafeRawBufferPointer? {
            guard let length = number(), length >= 0, offset + length <= refBytes.count else {
                return nil
            }
            defer { offset += length }
            return UnsafeRawBufferPointer(rebasing: refBytes[offset..<(offset + length)])
        }
        while let row = number(), row < count, let name = text(), let target = text() {
            body(name, max(row, -1), target)
        }
    }

    static func write(_ refs: [IndexedRef], to bytes: inout [UInt8]) {
        func put(_ number: Int) {
            withUnsafeBytes(of: Int32(truncatingIfNeeded: number)) {
                bytes.append(contentsOf: $0)
            }
        }
        for ref in refs {
            put(ref.row ?? -1)
            put(ref.name.utf8.count)
            bytes.append(contentsOf: ref.name.utf8)
            put(ref.target?.utf8.count ?? 0)
            bytes.append(contentsOf: (ref.target ?? "").utf8)
        }
    }
}
