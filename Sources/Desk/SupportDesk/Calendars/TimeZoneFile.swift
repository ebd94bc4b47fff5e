import MainstayCore

/// The bytes of a TZif file, from which the rules of a zone are read.
struct TimeZoneFile {
    private let bytes: [UInt8]

    /// What is wrong with a file, in words that complete "... is damaged: ".
    struct Fault: Error {
        let words: String
        init(_ words: String) { self.words = words }
    }

    private struct Counts {
        let isUniversal, isStandard, leaps, times, types, letters: Int

        /// How many bytes follow the header, with times of so many bytes.
        func size(_ width: Int) -> Int {
            times * (width + 1) + types * 6 + letters + leaps * (width + 4) + isStandard
                + isUniversal
        }
    }

    private static let headerSize = 44

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The rules that the file holds.
    ///
    /// - Throws: ``Fault`` for what RFC 8536 does not allow, files of version 1, and leap seconds,
    ///   which no time of ours counts.
    func rules(name: String) throws(Fault) -> TimeZoneRules {
        let old = try counts(at: 0)
        guard bytes[4] >= UInt8(ascii: "2") else {
            throw Fault("it has version 1, expected 2 or later")
        }
        let start = Self.headerSize + old.size(4)
        let counts = try counts(at: start)
        let body = start + Self.headerSize
        guard bytes.count >= body + counts.size(8) else { throw Fault("it is cut short") }
        guard counts.leaps == 0 else { throw Fault("it counts leap seconds") }
        guard counts.types > 0 else { throw Fault("it has no local time") }
        let types = try offsets(at: body + counts.times * 9, count: counts.types)
        return TimeZoneRules(
            name: name,
            first: types[0],
            turns: try turns(at: body, count: counts.times, types: types),
            footer: try footer(at: body + counts.size(8))
        )
    }

    private func counts(at start: Int) throws(Fault) -> Counts {
        guard bytes.count >= start + Self.headerSize, bytes[start...].starts(with: "TZif".utf8)
        else { throw Fault("it has no header of a time zone file") }
        let numbers = (0..<6).map { Int(number(at: start + 20 + $0 * 4, width: 4)) }
        guard numbers.allSatisfy({ (0...100_000).contains($0) }) else {
            throw Fault("its header has a number out of bounds")
        }
        return Counts(
            isUniversal: numbers[0],
            isStandard: numbers[1],
            leaps: numbers[2],
            times: numbers[3],
            types: numbers[4],
            letters: numbers[5]
        )
    }

    private func offsets(at start: Int, count: Int) throws(Fault) -> [Int64] {
        let offsets = (0..<count).map { number(at: start + $0 * 6, width: 4) }
        guard offsets.allSatisfy({ (-93_600...93_600).contains($0) }) else {
            throw Fault("it has an offset of more than 26 hours")
        }
        return offsets
    }

    private func turns(
        at start: Int,
        count: Int,
        types: [Int64]
    ) throws(Fault) -> [(at: Int64, offset: Int64)] {
        var turns: [(at: Int64, offset: Int64)] = []
        turns.reserveCapacity(count)
        for place in 0..<count {
            let type = Int(bytes[start + count * 8 + place])
            let moment = number(at: start + place * 8, width: 8)
            guard type < types.count else { throw Fault("a change names a local time it lacks") }
            guard turns.last.map({ $0.at < moment }) ?? true else {
                throw Fault("its changes are not in order")
            }
            // Some files start at the Big Bang; nothing of ours is that old.
            turns.append((at: max(moment, -1 << 40 + Int64(place)), offset: types[type]))
        }
        return turns
    }

    private func footer(at start: Int) throws(Fault) -> PosixZone? {
        let tail = bytes[start...]
        guard tail.count >= 2, tail.first == 0x0A, tail.last == 0x0A else {
            throw Fault("its last line is missing")
        }
        let text = tail.dropFirst().dropLast()
        if text.isEmpty { return nil }
        guard let zone = PosixZone(text) else {
            throw Fault("its last line '\(String(decoding: text, as: UTF8.self))' is no rule")
        }
        return zone
    }

    /// A signed number of so many bytes, the highest first.
    private func number(at start: Int, width: Int) -> Int64 {
        let bits = bytes[start..<start + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
}
