import BackportAnalysis
import GitAccess
import Glibc
import MainstayCore
import MainstayTesting
import Testing

/// Whatever happens to the file, the answer is right.
@Suite("Index file: damage")
struct IndexDamageTests {
    /// A repository, its cache, the index file and what a fresh load says.
    private struct Case {
        let repo: FixtureRepository
        let cache: String
        let file: String
        let bytes: [UInt8]
        let content: IndexContent

        init() throws {
            repo = try FixtureRepository()
            var generator = SeededGenerator(seed: 11)
            _ = try IndexFileTests.randomHistory(repo, commits: 80, with: &generator)
            try repo.git("repack", "-adq")
            try repo.git("pack-refs", "--all")
            try Clock.age(repo.path + "/packed-refs", bySeconds: 60)
            cache = repo.scratch + "/cache"
            let loaded = try Load.index(repo.path, cache: cache)
            file = (loaded.cacheFolder ?? "") + "/commits.idx"
            bytes = try TestFile.read(file)
            content = IndexContent(loaded.index)
        }

        /// Puts `bytes` in place of the file and checks two loads; the notes of the first.
        func load(_ bytes: [UInt8], _ name: String) throws -> [String] {
            try TestFile.write(file, bytes)
            let first = try Load.index(repo.path, cache: cache)
            #expect(IndexContent(first.index).difference(from: content) == nil, "\(name)")
            let second = try Load.index(repo.path, cache: cache)
            #expect(second.notes == [], "\(name)")
            #expect(IndexContent(second.index).difference(from: content) == nil, "\(name)")
            return first.notes
        }
    }

    /// Whether `offset` is in the header, the table or a section, not in the space between them.
    private static func isChecked(_ offset: Int, _ bytes: [UInt8]) -> Bool {
        if offset < CommitIndexImage.checkedLength { return true }
        return bytes.withUnsafeBytes { bytes in
            (0..<CommitIndexImage.Section.allCases.count)
                .contains { number in
                    let row = CommitIndexImage.headerRow(number)
                    let start = Int(bytes.loadUnaligned(fromByteOffset: row + 8, as: UInt64.self))
                    let length = Int(bytes.loadUnaligned(fromByteOffset: row + 16, as: UInt64.self))
                    return (start..<(start + length)).contains(offset)
                }
        }
    }

    @Test("200 cuts and 200 flipped bits are all found, said once and mended", .tags(.slow))
    func damage() throws {
        let test = try Case()
        let note = "The index of commits in \(test.file) was damaged and has been made anew"
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let length = Int(generator.next() % UInt64(test.bytes.count))
            let notes = try test.load(Array(test.bytes.prefix(length)), "cut to \(length)")
            // The last section ends before the padding of the file.
            if Self.isChecked(length, test.bytes) { #expect(notes == [note], "cut to \(length)") }
        }
        for _ in 0..<200 {
            let bit = Int(generator.next() % UInt64(test.bytes.count * 8))
            var bytes = test.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let notes = try test.load(bytes, "flip of bit \(bit)")
            // A flipped version is an older file: no word about it.
            let isSaid = Self.isChecked(bit / 8, test.bytes) && !(8..<12).contains(bit / 8)
            #expect(notes == (isSaid ? [note] : []), "flip of bit \(bit)")
        }
    }

    @Test("an empty file, a folder and garbage in the file's place")
    func garbage() throws {
        let test = try Case()
        #expect(try test.load([], "empty").count == 1)
        #expect(try test.load([UInt8](repeating: 0xFF, count: 10_000), "garbage").count == 1)
        #expect(remove(test.file) == 0)
        #expect(mkdir(test.file, 0o700) == 0)
        let loaded = try Load.index(test.repo.path, cache: test.cache)
        #expect(IndexContent(loaded.index).difference(from: test.content) == nil)
        #expect(loaded.notes.count == 2)
    }

    @Test("a leftover of a killed writer goes, that of a living one stays")
    func leftovers() throws {
        let test = try Case()
        let dead = test.file + ".0.999999999.new"
        let alive = test.file + ".0.1.new"
        try TestFile.write(dead, Array(test.bytes.prefix(100)))
        try TestFile.write(alive, Array(test.bytes.prefix(100)))
        #expect(try Load.index(test.repo.path, cache: test.cache).notes == [])
        try test.repo.commit("More")
        #expect(try Load.index(test.repo.path, cache: test.cache).notes == [])
        #expect(access(dead, F_OK) != 0)
        #expect(access(alive, F_OK) == 0)
    }

    @Test("a cache folder that cannot be had costs a note, not the answer")
    func noCache() throws {
        let test = try Case()
        let file = test.repo.scratch + "/file"
        try TestFile.write(file, [1])
        for cache in [file, file + "/below", "/proc/nothing", "/dev/null/cache"] {
            let loaded = try Load.index(test.repo.path, cache: cache)
            #expect(loaded.notes.count == 1, "\(cache)")
            #expect(loaded.notes.first?.hasPrefix("The index of commits could not be kept") == true)
            #expect(IndexContent(loaded.index).difference(from: test.content) == nil, "\(cache)")
        }
        #expect(try TestFile.read(file) == [1])
    }

    @Test(
        "a full disk costs a note and leaves nothing behind",
        .enabled(if: geteuid() == 0, "needs to mount a small file system")
    )
    func fullDisk() throws {
        let test = try Case()
        let disk = test.repo.scratch + "/disk"
        #expect(mkdir(disk, 0o700) == 0)
        // Where mounts are forbidden nothing can be shown.
        guard mount("none", disk, "tmpfs", 0, "size=4k") == 0 else { return }
        defer { umount2(disk, CInt(MNT_DETACH)) }
        let loaded = try Load.index(test.repo.path, cache: disk)
        #expect(loaded.notes.count == 1)
        #expect(loaded.notes.first?.hasSuffix("No space left on device") == true)
        #expect(IndexContent(loaded.index).difference(from: test.content) == nil)
        #expect(try TestFile.listing(disk).keys.filter { $0.contains(".idx") } == [])
    }

    @Test("writers at the same time leave one sound file")
    func writersAtOnce() async throws {
        let test = try Case()
        let path = test.repo.path
        let cache = test.cache
        for round in 0..<5 {
            _ = remove(test.file)
            try test.repo.commit("Round \(round)")
            let contents = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 {
                    group.addTask { try Load.index(path, cache: cache).notes }
                }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(contents == [])
            let loaded = try Load.index(path, cache: cache)
            #expect(loaded.notes == [])
            let cold = IndexContent(try Load.index(path).index)
            #expect(IndexContent(loaded.index).difference(from: cold) == nil)
        }
        let names = try TestFile.listing(cache).keys.filter { $0.hasSuffix(".new") }
        #expect(names == [])
    }
}
