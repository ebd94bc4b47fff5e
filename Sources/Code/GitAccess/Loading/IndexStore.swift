package import BackportAnalysis
import CDeflate
import Glibc
package import MainstayCore

/// Keeps the commit index of one repository in a file and brings it up to date.
///
/// The file stands in the cache folder, never in the repository: `<identity>/commits.idx`, where
/// the identity is made of device, inode and path of the Git folder.
package struct IndexStore {
    private let folder: RepositoryFolder
    private let cacheFolder: String?
    private var options: Options

    /// How an index is made.
    package struct Options: Sendable {
        /// Whether packs are scanned ahead of the walk.
        package var usesPrescan: Bool
        /// How many threads read packs.
        package var threads: Int

        /// Creates options.
        package init(usesPrescan: Bool = true, threads: Int = 2) {
            self.usesPrescan = usesPrescan
            self.threads = threads
        }
    }

    /// An index that is up to date.
    package struct Loaded {
        /// The commits.
        package var index: CommitIndex
        /// Sentences for people: a damaged file was replaced, a file could not be written.
        package var notes: [String]
        /// The folder for other caches of this repository; `nil` where nothing is kept.
        package var cacheFolder: String?
        /// The writing of the file, which goes on meanwhile: a sentence where it failed.
        ///
        /// The last holder waits for it. `nil` where nothing is written.
        package var keeping: Meanwhile<String?>?
    }

    /// Prepares the index of the repository in `folder`.
    ///
    /// With `cacheFolder` `nil` nothing is read from or written to disk.
    package init(_ folder: RepositoryFolder, cacheFolder: String?, options: Options) {
        self.folder = folder
        self.cacheFolder = cacheFolder
        self.options = options
        self.options.threads = max(1, options.threads)
    }

    /// Returns the index of all commits that the refs reach now.
    ///
    /// Uses the file if the refs are the same, adds what is new, and makes the file anew where it
    /// is damaged, of another version, or mostly unreachable. A file that cannot be written costs
    /// a note, not the answer.
    /// - Throws: ``GitError`` where the repository cannot be read.
    package func load(progress: any ProgressSink) throws(GitError) -> Loaded {
        let identity = identity
        var notes: [String] = []
        let own = cacheFolder.map { FilePath.join($0, identity.hexText) }
        let path = own.map { FilePath.join($0, "commits.idx") }
        var base: CommitIndex?
        if let path {
            switch open(path, identity: identity) {
            // Where objects were absent they may be there now: nothing of that index is sure.
            case .sound(let index) where index.fingerprint.isEmpty: break
            case .sound(let index):
                base = index
                if index.fingerprint.elementsEqual(RefFingerprint.read(folder)) {
                    return Loaded(index: index, notes: [], cacheFolder: own)
                }
            case .damaged:
                notes.append("The index of commits in \(path) was damaged and has been made anew")
            case .unusable: break
            }
        }
        let made = try update(base, identity: identity, progress: progress)
        guard let path, let own else {
            return Loaded(index: made.index, notes: notes, cacheFolder: nil)
        }
        let keeping = Meanwhile(hasThread: options.threads > 1) {
            write(made.bytes, folder: own, path: path)
                .map { cause in
                    "The index of commits could not be kept in \(path): \(cause)"
                }
        }
        return Loaded(index: made.index, notes: notes, cacheFolder: own, keeping: keeping)
    }

    // MARK: - The file

    private var identity: UInt64 {
        var info = stat()
        stat(folder.commonFolder, &info)
        let text = "\(info.st_dev) \(info.st_ino) \(folder.commonFolder)"
        return Array(text.utf8).withUnsafeBytes { hashBytes($0) }
    }

    private enum Opened {
        case sound(CommitIndex)
        case damaged
        case unusable
    }

    private func open(_ path: String, identity: UInt64) -> Opened {
        var info = stat()
        guard stat(path, &info) == 0 else { return .unusable }
        guard let file = MappedFile(path, populate: true) else { return .damaged }
        let bytes = file.bytes
        let length = CommitIndexImage.checkedLength
        if bytes.count >= 12, bytes.loadUnaligned(as: UInt64.self) == CommitIndexImage.magic,
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self) != CommitIndexImage.version
        {
            return .unusable
        }
        guard bytes.count >= length else { return .damaged }
        let offset = CommitIndexImage.headerChecksumOffset
        let stored = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        guard stored == Self.headerChecksum(bytes), Self.hasSoundSections(bytes),
            let index = CommitIndex(image: bytes, owner: file), index.identity == identity
        else { return .damaged }
        return .sound(index)
    }

    /// CRC-32 of header and section table, the checksum itself left out.
    private static func headerChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let offset = CommitIndexImage.headerChecksumOffset
        let sum = libdeflate_crc32(0, bytes.baseAddress, offset)
        let rest = CommitIndexImage.checkedLength - offset - 4
        return libdeflate_crc32(sum, bytes.baseAddress.map { $0 + offset + 4 }, rest)
    }

    /// Whether every section of an image has the checksum that its table row tells.
    ///
    /// Cost: one pass over the file, at memory speed.
    private static func hasSoundSections(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (0..<CommitIndexImage.Section.allCases.count)
            .allSatisfy { number in
                let row = CommitIndexImage.headerRow(number)
                let offset = bytes.loadUnaligned(fromByteOffset: row + 8, as: UInt64.self)
                let length = bytes.loadUnaligned(fromByteOffset: row + 16, as: UInt64.self)
                guard offset <= UInt64(bytes.count), length <= UInt64(bytes.count) - offset else {
                    return false
                }
                let start = bytes.baseAddress.map { $0 + Int(offset) }
                return libdeflate_crc32(0, start, Int(length))
                    == bytes.loadUnaligned(fromByteOffset: row + 4, as: UInt32.self)
            }
    }

    /// Writes the file beside the old one and renames it; the system's words where that fails.
    private func write(_ bytes: CommitIndexBytes, folder: String, path: String) -> String? {
        Self.seal(bytes.bytes)
        return CacheFile.write(UnsafeRawBufferPointer(bytes.bytes), folder: folder, path: path)
    }

    // The checksums are written while others read the index: nobody reads those but a new opening.
    private static func seal(_ bytes: UnsafeMutableRawBufferPointer) {
        typealias Image = CommitIndexImage
        for number in 0..<Image.Section.allCases.count {
            let row = Image.headerRow(number)
            let offset = Int(bytes.load(fromByteOffset: row + 8, as: UInt64.self))
            let length = Int(bytes.load(fromByteOffset: row + 16, as: UInt64.self))
            let sum = libdeflate_crc32(0, bytes.baseAddress.map { $0 + offset }, length)
            bytes.storeBytes(of: sum, toByteOffset: row + 4, as: UInt32.self)
        }
        bytes.storeBytes(
            of: headerChecksum(UnsafeRawBufferPointer(bytes)),
            toByteOffset: Image.headerChecksumOffset,
            as: UInt32.self
        )
    }

    // MARK: - Making it

    private func update(
        _ base: CommitIndex?,
        identity: UInt64,
        progress: any ProgressSink
    ) throws(GitError) -> (index: CommitIndex, bytes: CommitIndexBytes) {
        // The fingerprint is taken first: a ref that moves meanwhile is seen the next time.
        let fingerprint = fingerprintNow()
        let base = base.flatMap { CommitLoader.canExtend($0, in: folder) ? $0 : nil }
        // Waking libgit2 and listing the refs takes as long as sorting the entries of a pack.
        let usesPrescan = base == nil && options.usesPrescan
        let prescan = usesPrescan ? Meanwhile(hasThread: options.threads > 1, prescan) : nil
        let repository = try Repository(folder)
        let refs = try RefList(repository)
        progress.report("Reading commits", done: 0, total: 0)
        var loader = CommitLoader(
            repository,
            base: base,
            prescanned: prescan?.result() ?? [],
            progress: progress
        )
        let indexed = try loader.walk(refs)
        let isWhole = !loader.hasMetAbsent
        let builder = loader.finish(hasThread: options.threads > 1)
        let bytes = builder.finish(
            identity: identity,
            refs: indexed,
            fingerprint: isWhole ? fingerprint : []
        )
        guard let index = bytes.index else {
            throw GitError(
                .library(errorClass: 0, returnCode: -1),
                repository: folder.shown,
                underlying: "the commit index that was made is not sound"
            )
        }
        if base != nil, index.unreachableShare > 0.1 {
            return try update(nil, identity: identity, progress: progress)
        }
        return (index, bytes)
    }

    private func fingerprintNow() -> [UInt8] {
        let now = time(nil)
        var fingerprint = RefFingerprint.read(folder)
        // With one more byte it equals none that is read later: the refs will be listed again.
        if !RefFingerprint.isTrusted(fingerprint, takenAt: now) { fingerprint.append(0) }
        return fingerprint
    }

    private func prescan() -> [CommitStage] {
        let packs = FilePath.join(folder.commonFolder, "objects/pack")
        return FilePath.entries(of: packs).filter { $0.hasSuffix(".idx") }
            .compactMap { PackPrescan(indexPath: FilePath.join(packs, $0)) }
            .flatMap { $0.scan(threads: options.threads) }
    }
}

extension UInt64 {
    /// 16 hex digits.
    var hexText: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
