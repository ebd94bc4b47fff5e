import BackportAnalysis
import CDeflate
import Glibc
import MainstayCore
import Synchronization

/// Reads the commits of a pack straight from the file, ahead of the walk over the history.
///
/// Only a fast way to what the walk would find by itself: an entry that is not understood is
/// skipped, and a commit that no ref reaches is never used. Commits stand at the front of a pack
/// that git has written; the scan ends after 4,096 entries in a row that are none.
/// Formats: git's `Documentation/gitformat-pack.txt` (pack version 2, index version 2).
struct PackPrescan: Sendable {
    private static let chunkLength = 512
    private static let emptyChunksAtEnd = 8
    private static let longestCommit = 64 << 20
    /// Longer chains than git writes by default are left to libgit2.
    private static let longestChain = 64

    private let pack: MappedFile
    private let index: MappedFile
    private let objectCount: Int

    /// Maps the pack whose index is at `indexPath`; `nil` if either is not understood.
    init?(indexPath: String) {
        guard indexPath.hasSuffix(".idx"), let index = MappedFile(indexPath),
            let pack = MappedFile(String(indexPath.dropLast(4)) + ".pack")
        else { return nil }
        let bytes = index.bytes
        guard bytes.count > 8 + 1024, pack.bytes.count > 32,
            Self.word(bytes, 0) == 0xFF74_4F63, Self.word(bytes, 4) == 2,
            Self.word(pack.bytes, 0) == 0x5041_434B, Self.word(pack.bytes, 4) == 2
        else { return nil }
        let count = Int(Self.word(bytes, 8 + 255 * 4))
        guard bytes.count >= 8 + 1024 + count * 28 + 40 else { return nil }
        self.index = index
        self.pack = pack
        objectCount = count
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Reads the pack's commits with `threads` threads; one stage for each thread.
    func scan(threads: Int) -> [CommitStage] {
        var stages: [CommitStage] = []
        var low = 0
        let step = max(16 << 20, pack.bytes.count / 8)
        // Offsets are taken in windows, because only those of the commits need sorting.
        while low < pack.bytes.count {
            let entries = entries(from: low, to: low + step)
            low += step
            let window = scan(entries, threads: threads)
            stages += window.stages
            if window.isPastCommits { break }
        }
        return stages
    }

    /// Offset in the upper, number in the lower half, by offset.
    private func entries(from low: Int, to high: Int) -> [UInt64] {
        var entries: [UInt64] = []
        entries.reserveCapacity(min(objectCount, 100_000))
        let table = 8 + 1024 + objectCount * 24
        let bytes = index.bytes
        for number in 0..<objectCount {
            let offset = Self.word(bytes, table + number * 4)
            // Offsets beyond 2 GiB stand in another table: no commits there in practice.
            guard offset >= UInt32(clamping: low), offset < UInt32(clamping: high),
                offset < 1 << 31
            else { continue }
            entries.append(UInt64(offset) << 32 | UInt64(number))
        }
        Self.sortByOffset(&entries)
        return entries
    }

    /// Sorts by the upper half of each entry: three passes of eleven bits.
    private static func sortByOffset(_ entries: inout [UInt64]) {
        var sorted = [UInt64](repeating: 0, count: entries.count)
        for shift: UInt64 in [32, 43, 54] {
            var places = [Int](repeating: 0, count: 2049)
            for entry in entries { places[Int(entry >> shift & 2047) + 1] += 1 }
            for digit in 1..<2048 { places[digit] += places[digit - 1] }
            for entry in entries {
                let digit = Int(entry >> shift & 2047)
                sorted[places[digit]] = entry
                places[digit] += 1
            }
            swap(&entries, &sorted)
        }
    }

    /// What the threads that scan one window share.
    private final class Window: Sendable {
        let next = Atomic(0)
        let lastWithCommits = Atomic(-1)
        let stages = Mutex([CommitStage]())
    }

    private func scan(
        _ entries: [UInt64],
        threads: Int
    ) -> (stages: [CommitStage], isPastCommits: Bool) {
        let chunks = (entries.count + Self.chunkLength - 1) / Self.chunkLength
        let window = Window()
        runWorkers(threads) { _ in
            var stage = CommitStage()
            stage.reserve(entries.count / threads)
            var inflater = Inflater()
            while true {
                let chunk = window.next.wrappingAdd(1, ordering: .relaxed).oldValue
                let last = max(window.lastWithCommits.load(ordering: .relaxed), 0)
                guard chunk < chunks, chunk <= last + Self.emptyChunksAtEnd + threads else { break }
                let start = chunk * Self.chunkLength
                let end = min(start + Self.chunkLength, entries.count)
                if read(entries[start..<end], into: &stage, with: &inflater) {
                    window.lastWithCommits.max(chunk, ordering: .relaxed)
                }
            }
            window.stages.withLock { $0.append(stage) }
        }
        let last = window.lastWithCommits.load(ordering: .relaxed)
        return (window.stages.withLock { $0 }, last + Self.emptyChunksAtEnd < chunks)
    }

    /// Reads the commits among `entries`; `true` if there was one.
    private func read(
        _ entries: ArraySlice<UInt64>,
        into stage: inout CommitStage,
        with inflater: inout Inflater
    ) -> Bool {
        var found = false
        guard let names = index.bytes.baseAddress.map({ $0 + 8 + 1024 }) else { return false }
        // Names lie far apart: fetched one after the other, the processor waits for many at a time.
        let ids = entries.map { CommitID(bytes: names + Int($0 & 0xFFFF_FFFF) * 20) }
        for (entry, id) in zip(entries, ids) {
            guard let header = PackEntry(pack.bytes, at: Int(entry >> 32)),
                header.size <= Self.longestCommit
            else { continue }
            if header.isCommit {
                found = true
                guard let raw = inflater.inflate(body(of: header), size: header.size) else {
                    continue
                }
                stage.add(id, raw: raw)
            } else if header.base != nil, let raw = resolve(header, with: &inflater, depth: 0) {
                found = true
                raw.withUnsafeBytes { _ = stage.add(id, raw: $0) }
            }
        }
        return found
    }

    private func body(of entry: PackEntry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: pack.bytes[entry.start...])
    }

    /// The whole object of a chain of deltas that starts from a commit; `nil` for any other.
    private func resolve(
        _ entry: PackEntry,
        with inflater: inout Inflater,
        depth: Int
    ) -> [UInt8]? {
        guard depth < Self.longestChain, startsFromCommit(entry) else { return nil }
        guard let offset = entry.base, let base = PackEntry(pack.bytes, at: offset) else {
            return inflater.inflate(body(of: entry), size: entry.size).map(Array.init)
        }
        guard let source = resolve(base, with: &inflater, depth: depth + 1),
            let delta = inflater.inflate(body(of: entry), size: entry.size)
        else { return nil }
        return source.withUnsafeBytes { PackDelta.apply(delta, to: $0, limit: Self.longestCommit) }
    }

    /// Follows the chain by its headers alone.
    private func startsFromCommit(_ entry: PackEntry) -> Bool {
        var entry = entry
        for _ in 0..<Self.longestChain {
            if entry.isCommit { return true }
            guard let offset = entry.base, let base = PackEntry(pack.bytes, at: offset) else {
                return false
            }
            entry = base
        }
        return false
    }
}

/// Inflates one zlib stream after the other into a buffer of its own.
///
/// The corresponding libdeflate function is `libdeflate_zlib_decompress_ex`.
private struct Inflater: ~Copyable {
    private let decompressor = libdeflate_alloc_decompressor()
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    deinit {
        libdeflate_free_decompressor(decompressor)
        buffer.deallocate()
    }

    /// The `size` bytes that the stream at the start of `compressed` holds, valid until the next
    /// call; `nil` if it is damaged or of another length.
    mutating func inflate(
        _ compressed: UnsafeRawBufferPointer,
        size: Int
    ) -> UnsafeRawBufferPointer? {
        guard let decompressor else { return nil }
        if size > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: size * 2, alignment: 16)
        }
        var read = 0
        var written = 0
        let code = libdeflate_zlib_decompress_ex(
            decompressor,
            compressed.baseAddress,
            compressed.count,
            buffer.baseAddress,
            size,
            &read,
            &written
        )
        guard code == LIBDEFLATE_SUCCESS, written == size else { return nil }
        return UnsafeRawBufferPointer(rebasing: buffer[0..<size])
    }
}
