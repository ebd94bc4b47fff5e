import Crypto

/// What the body of a write needs that may not be made inside it: ids and salts.
///
/// A body starts from its own copy, so it draws the same ones when it runs again.
package struct Provision: Sendable {
    private var ids: ArraySlice<Int64>
    private let seed: [UInt8]
    private var salts = 0

    /// Creates a provision.
    ///
    /// - Parameters:
    ///   - ids: Ids from an ``IDSource``, to be drawn in order.
    ///   - seed: 32 random bytes that nobody else sees.
    package init(ids: [Int64], seed: [UInt8]) {
        self.ids = ids[...]
        self.seed = seed
    }

    /// Draws the next id.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/missing`` when none is left.
    package mutating func id() throws -> Int64 {
        guard let id = ids.popFirst() else {
            throw StorageError(.missing, "A write needs more ids than were made for it")
        }
        return id
    }

    /// Draws the next salt: 128 bits in 32 hex digits that cannot be told from random ones.
    package mutating func salt() -> String {
        salts += 1
        return SHA256.hash(data: seed + Array("salt \(salts)".utf8)).hex(bytes: 16)
    }
}

extension IDSource {
    /// Makes a provision of so many ids and as many salts as are asked for.
    package func provision(ids count: Int = 16) async throws -> Provision {
        var random = SystemRandomNumberGenerator()
        return Provision(
            ids: try await make(count),
            seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        )
    }
}
