import Crypto
import Glibc

/// Secrets that must be known in full, one file each, for the owner alone; no database, no dump and
/// no backup holds them.
package struct SecretFolder: Sendable {
    private let path: String

    /// Names the folder; it is made by the first write.
    package init(_ path: String) {
        self.path = path
    }

    /// Keeps a secret under a name, in place of the one before.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    package func write(_ secret: String, as name: String) throws(StorageError) {
        try BlobFolder.make(path)
        let file = try NewFile(in: path)
        try file.append(Array(secret.utf8))
        try file.keep(as: "\(path)/\(name)")
    }

    /// Returns a secret; `nil` if there is none of that name.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    package func read(_ name: String) throws(StorageError) -> String? {
        let file = "\(path)/\(name)"
        guard access(file, F_OK) == 0 else { return nil }
        let pieces = try FilePieces(file)
        var bytes: [UInt8] = []
        while case let piece = try pieces.next(), !piece.isEmpty { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Removes a secret; one that is not there is no error.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    package func erase(_ name: String) throws(StorageError) {
        let file = "\(path)/\(name)"
        guard unlink(file) == 0 || errno == ENOENT else { throw .disk("remove", file) }
    }

    /// Returns the HMAC-SHA-256 of a message under a secret, in 64 hex digits.
    package static func signature(of message: [UInt8], by secret: String) -> String {
        let key = SymmetricKey(data: Array(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: message, using: key)
        return code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Whether `signature` is the HMAC-SHA-256 of a message under a secret: 64 hex digits, with or
    /// without `sha256=` before them, as GitHub, GitLab, Gitea and Forgejo sign what they push.
    ///
    /// The comparison takes the same time wherever the first difference is.
    package static func isSignature(
        _ signature: String,
        of message: [UInt8],
        by secret: String
    ) -> Bool {
        let digits = signature.hasPrefix("sha256=") ? signature.dropFirst(7) : signature[...]
        var bytes: [UInt8] = []
        var rest = digits.utf8[...]
        while rest.count >= 2 {
            guard let byte = UInt8(String(rest.prefix(2)) ?? "", radix: 16) else { return false }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        let key = SymmetricKey(data: Array(secret.utf8))
        return rest.isEmpty
            && HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: message, using: key)
    }
}
