import MainstayTesting

/// The files of a folder as a record by `recorder.c` tells of them, up to a moment.
struct RecordedDisk {
    fileprivate enum Change {
        case written(offset: Int, ArraySlice<UInt8>)
        case cut(length: Int)
    }

    fileprivate struct File {
        /// What is on the disk for sure.
        var bytes: [UInt8] = []
        /// What happened since the file was forced to the disk, in order.
        var pending: [Change] = []
        /// Whether its name is on the disk.
        var isNamed = false
    }

    private struct Entry {
        let kind: Character
        let file: String
        let offset: Int
        let bytes: ArraySlice<UInt8>
    }

    private var files: [String: File]
    private let record: [Entry]
    private var played = 0
    private var said: [UInt8] = []

    fileprivate static let sector = 512

    /// How many entries there are.
    var entries: Int { record.count }

    /// The effects that were acknowledged up to the moment: number and place of each.
    var acknowledged: [Int: Int64] {
        var found: [Int: Int64] = [:]
        for line in String(decoding: said, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").compactMap { Int64($0) }
            if words.count == 2 { found[Int(words[0])] = words[1] }
        }
        return found
    }

    /// The disk before the first entry: files that are durable.
    init(_ start: [String: [UInt8]], log: [UInt8]) {
        files = start.mapValues { File(bytes: $0, isNamed: true) }
        record = Self.entries(of: log)
    }

    private static func entries(of log: [UInt8]) -> [Entry] {
        var entries: [Entry] = []
        var rest = log[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            guard words.count == 4, let kind = words[0].first, let offset = Int(words[2]),
                let length = Int(words[3]), log.endIndex - end > length
            else { break }
            let bytes = log[(end + 1)..<(end + 1 + length)]
            entries.append(Entry(kind: kind, file: String(words[1]), offset: offset, bytes: bytes))
            rest = log[bytes.endIndex...]
        }
        return entries
    }

    /// Lets everything before an entry happen.
    mutating func play(upTo end: Int) throws {
        while played < end {
            let entry = record[played]
            played += 1
            switch (entry.kind, entry.file) {
            case ("a", _): said += entry.bytes
            // The index of the log is made anew, and the lock is no data.
            case (_, let name) where name.hasSuffix("-shm") || name.hasSuffix(".lock"): break
            case ("w", let name):
                files[name, default: File()].pending
                    .append(.written(offset: entry.offset, entry.bytes))
            case ("t", let name):
                files[name, default: File()].pending.append(.cut(length: entry.offset))
            case ("s", "."): for name in files.keys { files[name]?.isNamed = true }
            case ("s", let name): files[name]?.settle()
            default: throw FixtureError("The record has '\(entry.kind) \(entry.file)'")
            }
        }
    }

    /// What is on the disk if the power fails now, and how much of what was written is not.
    func afterLoss(_ random: inout SeededGenerator) -> (files: [String: [UInt8]], dropped: Int) {
        var left: [String: [UInt8]] = [:]
        var dropped = 0
        // Of each write all, some sectors, or nothing; now and then all that is pending is gone.
        let isAllGone = random.below(4) == 0
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            guard file.isNamed || (!isAllGone && random.chance(50)) else {
                dropped += file.pending.count
                continue
            }
            var bytes = file.bytes
            for change in file.pending {
                let fate = isAllGone ? 0 : random.below(3)
                if fate < 2 { dropped += 1 }
                if fate == 2 { change.happen(to: &bytes) }
                if fate == 1 { change.happenPartly(to: &bytes, &random) }
            }
            left[name] = bytes
        }
        return (left, dropped)
    }
}

extension RecordedDisk.File {
    fileprivate mutating func settle() {
        for change in pending { change.happen(to: &bytes) }
        pending = []
    }
}

extension RecordedDisk.Change {
    fileprivate func happen(to file: inout [UInt8]) {
        switch self {
        case .written(let offset, let bytes): Self.put(bytes, at: offset, in: &file)
        case .cut(let length): Self.resize(&file, to: length)
        }
    }

    fileprivate func happenPartly(to file: inout [UInt8], _ random: inout SeededGenerator) {
        guard case .written(let offset, let bytes) = self else { return }
        var (start, place) = (bytes.startIndex, offset)
        while start < bytes.endIndex {
            // Sectors are those of the disk, not of the write.
            let length = RecordedDisk.sector - place % RecordedDisk.sector
            let end = min(bytes.endIndex, start + length)
            if random.chance(50) { Self.put(bytes[start..<end], at: place, in: &file) }
            (start, place) = (end, place + length)
        }
    }

    private static func put(_ bytes: ArraySlice<UInt8>, at offset: Int, in file: inout [UInt8]) {
        if file.count < offset + bytes.count { resize(&file, to: offset + bytes.count) }
        file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }

    private static func resize(_ file: inout [UInt8], to length: Int) {
        if file.count > length { file.removeSubrange(length...) }
        file += [UInt8](repeating: 0, count: length - file.count)
    }
}
