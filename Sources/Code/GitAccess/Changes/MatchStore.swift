package import BackportAnalysis
import CDeflate
package import MainstayCore

/// Keeps matches and path sets beside the commit index, so that they are made once.
///
/// Files of the cache folder: `paths.idx` (8 bytes a row), `changes.idx` and one `matches-*.idx` for
/// each way of matching. Each starts with a magic number, the key that it was made for and a CRC-32; a file
/// that does not fit is made anew. All can be deleted at any time.
package struct MatchStore {
    private static let magic: UInt64 = 0x314D_5453_4D58_4449
    /// Raised whenever the rules change, so that older matches are made again.
    private static let ruleVersion: UInt64 = 8
    /// Raised whenever lines, paths or replays are read in another way.
    private static let changeVersion: UInt64 = 2

    private let folder: String?

    /// Keeps files in `folder`; with `nil` nothing is kept.
    package init(folder: String?) {
        self.folder = folder
    }

    // MARK: - Path sets

    /// What earlier runs knew about the path sets of `index`.
    package func pathSets(for index: CommitIndex) -> PathSetTable {
        guard let file = read("paths.idx") else { return PathSetTable(count: index.count) }
        let known = file.content.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
        guard known.count <= index.count, file.key == index.contentHash(rows: known.count) else {
            return PathSetTable(count: index.count)
        }
        return PathSetTable(count: index.count, known: known)
    }

    /// Keeps `table` for later runs; failure costs time only.
    package func keep(_ table: PathSetTable, for index: CommitIndex) {
        let bytes = table.hashes.withUnsafeBytes { Array($0) }
        write("paths.idx", key: index.contentHash(rows: index.count), bytes)
    }

    /// What earlier runs read of the changes of commits of `index`.
    package func changes(for index: CommitIndex) -> ChangeTable {
        guard let file = read("changes.idx"), file.content.count >= 8 else { return ChangeTable() }
        let rows = file.content.withUnsafeBytes { Int($0.loadUnaligned(as: UInt32.self)) }
        guard rows <= index.count, file.key == changeKey(index, rows: rows) else {
            return ChangeTable()
        }
        return ChangeTable(file.content[4...], rows: rows) ?? ChangeTable()
    }

    /// Keeps `table` for later runs; failure costs time only.
    package func keep(_ table: ChangeTable, for index: CommitIndex) {
        var bytes: [UInt8] = []
        put(UInt32(index.count), &bytes)
        write("changes.idx", key: changeKey(index, rows: index.count), bytes + table.bytes)
    }

    private func changeKey(_ index: CommitIndex, rows: Int) -> UInt64 {
        mix(index.contentHash(rows: rows) ^ Self.changeVersion)
    }

    // MARK: - Matches

    /// The matches that were made for the same commits in the same way; `nil` if there are none.
    ///
    /// `way` is a hash of everything beside the index that the matches depend on.
    package func matches(
        _ name: String,
        for index: CommitIndex,
        way: UInt64
    ) -> MatchSet? {
        guard let file = read("matches-\(name).idx"), file.key == key(index, way) else {
            return nil
        }
        return file.content.withUnsafeBytes { MatchReader($0, rows: index.count).readAll() }
    }

    /// Keeps matches for later runs; failure costs time only.
    package func keep(_ set: MatchSet, _ name: String, for index: CommitIndex, way: UInt64) {
        var bytes: [UInt8] = []
        put(UInt32(clamping: set.notCompared), &bytes)
        put(UInt32(set.doubts.count), &bytes)
        for (fix, rows) in set.doubts { put([fix] + rows, &bytes) }
        put(UInt32(set.extents.count), &bytes)
        for (pair, extent) in set.extents {
            put(UInt32(pair.revert), &bytes)
            put(UInt32(pair.fix), &bytes)
            bytes.append(extent.rawValue)
        }
        put(UInt32(set.reverts.count), &bytes)
        for revert in set.reverts {
            put(UInt32(revert.row), &bytes)
            put(revert.targets, &bytes)
        }
        for match in set.matches {
            put(UInt32(match.backport), &bytes)
            put(UInt32(match.upstream), &bytes)
            bytes.append(match.isOnMainline ? 1 : 0)
            put(match.part, &bytes)
            bytes.append(UInt8(clamping: match.evidence.count))
            for evidence in match.evidence.prefix(255) {
                let kind = EvidenceKind.allCases.firstIndex(of: evidence.kind) ?? 0
                let detail = Array((evidence.detail ?? "").utf8.prefix(255))
                bytes.append(UInt8(kind))
                bytes.append(UInt8(detail.count))
                put(UInt16(evidence.permille), &bytes)
                bytes += detail
            }
        }
        write("matches-\(name).idx", key: key(index, way), bytes)
    }

    // MARK: - Settings

    /// The text of `.mainstay.yml` at the commit `tip`; `nil` if it was not asked for yet, `""` if
    /// the commit has none.
    package func settings(at tip: CommitID) -> String? {
        guard let file = read("settings.idx"), file.key == mix(tip.high ^ mix(tip.middle)) else {
            return nil
        }
        return String(decoding: file.content, as: UTF8.self)
    }

    /// Keeps the text of `.mainstay.yml` at the commit `tip`, `""` if it has none.
    package func keepSettings(_ text: String, at tip: CommitID) {
        write("settings.idx", key: mix(tip.high ^ mix(tip.middle)), Array(text.utf8))
    }

    private func key(_ index: CommitIndex, _ way: UInt64) -> UInt64 {
        mix(index.contentHash(rows: index.count) ^ mix(way ^ Self.ruleVersion))
    }

    /// Number, count (0 where it is not known) and split; ``MatchReader/noPart`` alone for none.
    private func put(_ part: ChangePart?, _ bytes: inout [UInt8]) {
        bytes.append(part.map { UInt8(clamping: $0.number) } ?? MatchReader.noPart)
        guard let part else { return }
        bytes.append(UInt8(clamping: part.count ?? 0))
        put(UInt32(part.split), &bytes)
    }

    private func put(_ rows: [CommitRow], _ bytes: inout [UInt8]) {
        put(UInt32(rows.count), &bytes)
        for row in rows { put(UInt32(row), &bytes) }
    }

    private func put<Number: FixedWidthInteger>(_ number: Number, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    // MARK: - Files

    private static let headerLength = 24

    /// The key that a file was made for and the bytes behind its header, if it is whole.
    private func read(_ name: String) -> (key: UInt64, content: [UInt8])? {
        guard let folder, let bytes = FilePath.read(FilePath.join(folder, name)),
            bytes.count >= Self.headerLength
        else { return nil }
        return bytes.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[Self.headerLength...])
            let sum = libdeflate_crc32(0, rest.baseAddress, rest.count)
            guard bytes.load(as: UInt64.self) == Self.magic,
                bytes.load(fromByteOffset: 16, as: UInt32.self) == sum
            else { return nil }
            return (bytes.load(fromByteOffset: 8, as: UInt64.self), Array(rest))
        }
    }

    private func write(_ name: String, key: UInt64, _ content: [UInt8]) {
        guard let folder else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerLength + content.count)
        put(Self.magic, &bytes)
        put(key, &bytes)
        put(
            UInt64(content.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }),
            &bytes
        )
        bytes += content
        bytes.withUnsafeBytes {
            _ = CacheFile.write($0, folder: folder, path: FilePath.join(folder, name))
        }
    }
}

/// Reads matches as ``MatchStore`` writes them.
private struct MatchReader {
    /// In place of a part's number where a match is no part.
    static let noPart = UInt8.max

    private let bytes: UnsafeRawBufferPointer
    private let rows: Int
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, rows: Int) {
        self.bytes = bytes
        self.rows = rows
    }

    /// Everything; `nil` if the bytes do not fit the index.
    consuming func readAll() -> MatchSet? {
        var matches: [BackportMatch] = []
        guard let notCompared = number(UInt32.self), let doubts = doubts(),
            let extents = extents(), let count = number(UInt32.self)
        else { return nil }
        var reverts: [Revert] = []
        for _ in 0..<count {
            guard let revert = revert() else { return nil }
            reverts.append(revert)
        }
        while offset < bytes.count {
            guard let match = match() else { return nil }
            matches.append(match)
        }
        var set = MatchSet(matches: matches, reverts: reverts, notCompared: Int(notCompared))
        set.doubts = doubts
        set.extents = extents
        return set
    }

    private mutating func extents() -> [RevertedPair: RevertExtent]? {
        guard let count = number(UInt32.self) else { return nil }
        var extents: [RevertedPair: RevertExtent] = [:]
        for _ in 0..<count {
            guard let revert = number(UInt32.self), let fix = number(UInt32.self),
                let extent = number(UInt8.self).flatMap(RevertExtent.init), Int(revert) < rows,
                Int(fix) < rows
            else { return nil }
            extents[RevertedPair(revert: Int(revert), fix: Int(fix))] = extent
        }
        return extents
    }

    private mutating func doubts() -> [CommitRow: [CommitRow]]? {
        guard let count = number(UInt32.self) else { return nil }
        var doubts: [CommitRow: [CommitRow]] = [:]
        for _ in 0..<count {
            guard let list = rowList(), let fix = list.first else { return nil }
            doubts[fix] = Array(list.dropFirst())
        }
        return doubts
    }

    private mutating func rowList() -> [CommitRow]? {
        guard let count = number(UInt32.self) else { return nil }
        var list: [CommitRow] = []
        for _ in 0..<count {
            guard let row = number(UInt32.self), Int(row) < rows else { return nil }
            list.append(Int(row))
        }
        return list
    }

    private mutating func revert() -> Revert? {
        guard let row = number(UInt32.self), Int(row) < rows, let targets = rowList() else {
            return nil
        }
        return Revert(row: Int(row), targets: targets)
    }

    private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        guard offset + MemoryLayout<Number>.size <= bytes.count else { return nil }
        defer { offset += MemoryLayout<Number>.size }
        return bytes.loadUnaligned(fromByteOffset: offset, as: type)
    }

    private mutating func match() -> BackportMatch? {
        guard let backport = number(UInt32.self), let upstream = number(UInt32.self),
            let isOnMainline = number(UInt8.self), let place = number(UInt8.self),
            Int(backport) < rows, Int(upstream) < rows
        else { return nil }
        var part: ChangePart?
        if place != Self.noPart {
            guard let found = self.part(number: Int(place)) else { return nil }
            part = found
        }
        guard let count = number(UInt8.self) else { return nil }
        var evidence: [Evidence] = []
        for _ in 0..<count {
            guard let kind = number(UInt8.self), Int(kind) < EvidenceKind.allCases.count,
                let length = number(UInt8.self), let permille = number(UInt16.self),
                offset + Int(length) <= bytes.count
            else { return nil }
            let detail = String(decoding: bytes[offset..<(offset + Int(length))], as: UTF8.self)
            offset += Int(length)
            evidence.append(
                Evidence(
                    EvidenceKind.allCases[Int(kind)],
                    Int(permille),
                    detail: detail.isEmpty ? nil : detail
                )
            )
        }
        return BackportMatch(
            backport: Int(backport),
            upstream: Int(upstream),
            evidence: evidence,
            isOnMainline: isOnMainline == 1,
            part: part
        )
    }

    private mutating func part(number place: Int) -> ChangePart? {
        guard let count = number(UInt8.self), let split = number(UInt32.self), Int(split) < rows,
            count == 0 || place < count
        else { return nil }
        return ChangePart(of: Int(split), number: place, count: count == 0 ? nil : Int(count))
    }
}
