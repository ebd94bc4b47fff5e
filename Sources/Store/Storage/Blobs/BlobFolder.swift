import Crypto
import Glibc
import MainstayCore

/// The bytes of attachments and documents: files named by their SHA-256, which never change.
///
/// `blobs/ab/abcdef…` in the data folder. A file is durable before any row names it, so a row never
/// points to nothing; a file that no row names is left over and harmless. Nodes may share the
/// folder.
package struct BlobFolder: Sendable {
    /// A blob that is on the disk.
    package struct Kept: Sendable, Hashable {
        /// SHA-256 in 64 lower-case hex digits.
        package let sha: String
        /// How many bytes.
        package let size: Int64
    }

    /// Its absolute path.
    package let path: String

    /// Names a folder; it is made when the first blob is kept.
    package init(_ path: String) {
        self.path = path
    }

    /// Keeps bytes until `pieces` returns `nil`, and returns their name.
    ///
    /// Bytes that are there already are kept once.
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``, and what `pieces` throws;
    ///   nothing is left then.
    package func keep(_ pieces: () throws -> [UInt8]?) throws -> Kept {
        try Self.make(path)
        let new = try NewFile(in: path)
        var hash = SHA256()
        var size: Int64 = 0
        while let piece = try pieces() {
            try new.append(piece)
            hash.update(data: piece)
            size += Int64(piece.count)
        }
        let sha = hash.finalize().hex()
        try Self.make(folder(sha))
        // One that is there may be damaged or not yet durable, so it is replaced all the same.
        try new.keep(as: file(sha))
        return Kept(sha: sha, size: size)
    }

    /// Returns the SHA-256 of bytes in 64 hex digits: what they would be called here.
    package static func digest(of bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hex() }

    /// Keeps bytes and returns their name.
    package func keep(_ bytes: [UInt8]) throws -> Kept {
        var rest: [UInt8]? = bytes
        return try keep {
            defer { rest = nil }
            return rest
        }
    }

    /// Hands the bytes of a blob to `each`, piece by piece, and checks them against its name.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/missing``, or with
    ///   ``StorageError/Code/broken`` after the last piece: what was handed out is then worthless.
    package func read(_ sha: String, _ each: ([UInt8]) throws -> Void) throws {
        guard Self.isName(sha) else {
            throw StorageError(.missing, "'\(sha)' is no SHA-256 in lower-case hex digits")
        }
        let file = try FilePieces(file(sha))
        var hash = SHA256()
        while true {
            let piece = try file.next()
            if piece.isEmpty { break }
            hash.update(data: piece)
            try each(piece)
        }
        let seen = hash.finalize().hex()
        guard seen == sha else {
            throw StorageError(.broken, "Blob \(sha) holds other bytes, whose SHA-256 is \(seen)")
        }
    }

    /// Returns the bytes of a blob; as ``read(_:_:)``.
    package func read(_ sha: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try read(sha) { bytes += $0 }
        return bytes
    }

    /// Whether a blob is there; its bytes are not looked at.
    package func contains(_ sha: String) -> Bool {
        Self.isName(sha) && access(file(sha), F_OK) == 0
    }

    /// Removes a blob for good; one that is not there is no error.
    package func erase(_ sha: String) throws(StorageError) {
        guard Self.isName(sha) else { return }
        guard unlink(file(sha)) == 0 else {
            if errno == ENOENT { return }
            throw .disk("erase", file(sha))
        }
        try NewFile.syncFolder(of: file(sha))
    }

    /// Removes a blob for good unless it was kept anew since a moment.
    func erase(_ sha: String, ifOlderThan moment: Instant) throws(StorageError) {
        var status = stat()
        guard Self.isName(sha), stat(file(sha), &status) == 0 else { return }
        let changed =
            Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        if changed <= moment.milliseconds { try erase(sha) }
    }

    private func folder(_ sha: String) -> String { "\(path)/\(sha.prefix(2))" }
    /// The path of a blob's file.
    package func file(_ sha: String) -> String { "\(folder(sha))/\(sha)" }

    /// Whether a text is the name of a blob: no other may become part of a path.
    static func isName(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// Makes a folder for the owner alone, durably, unless it is there.
    static func make(_ folder: String) throws(StorageError) {
        if mkdir(folder, 0o700) == 0 { return try NewFile.syncFolder(of: folder) }
        guard errno == EEXIST else { throw .disk("make", folder) }
    }
}
