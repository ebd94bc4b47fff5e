import Crypto
package import MainstayCore
package import SQLDatabase

/// The name of an effect that must happen exactly once, such as `http:<account>:<client's key>`.
package struct EffectKey: Sendable, Hashable {
    /// The name.
    package let name: String
    /// SHA-256, in hex, of what is asked for: the same key with another request is refused.
    package let requestSHA: String

    /// Names an effect.
    ///
    /// - Parameters:
    ///   - name: Its name, unique among all effects of the instance.
    ///   - request: What is asked for, in any form that is the same for the same request.
    package init(_ name: String, request: some Sequence<UInt8>) {
        self.name = name
        requestSHA = SHA256.hash(data: Array(request)).hex()
    }
}

extension SQLEngine {
    /// Runs a body so that its effect happens exactly once, however often this is called with the
    /// key.
    ///
    /// The body's result is kept beside the key in the transaction of the effect. A later call, and
    /// this one after a lost answer to COMMIT, returns the kept result and does not run the body.
    ///
    /// - Parameters:
    ///   - key: The effect.
    ///   - body: Reads, decides, writes; its result holds ids and codes only.
    /// - Returns: The result of the run that happened.
    /// - Throws: ``StorageError`` with ``StorageError/Code/keyReused``; what the body throws, and
    ///   then nothing is kept.
    package func writeOnce(
        _ key: EffectKey,
        _ body: @escaping @Sendable (any Connection) throws -> JSONValue
    ) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                return try await write { try $0.effect(key, body) }
            } catch let error as SQLError
                where error.code == .commitUnknown && ContinuousClock.now < deadline
            {
                continue  // The key says whether it happened.
            }
        }
    }
}

extension Connection {
    /// Runs a body unless its key is already there; returns the result of the run that happened.
    fileprivate func effect(
        _ key: EffectKey,
        _ body: (any Connection) throws -> JSONValue
    ) throws -> JSONValue {
        let isNew = try exec(
            """
            INSERT INTO idempotency (effect_key, request_sha, result_json, created_at)
            VALUES (\(key.name), \(key.requestSHA), '', \(try now()))
            ON CONFLICT (effect_key) DO NOTHING
            """
        )
        if isNew == 1 {
            let result = try body(self)
            try exec(
                "UPDATE idempotency SET result_json = \(result) WHERE effect_key = \(key.name)"
            )
            return result
        }
        var kept: (sha: String, result: JSONValue)?
        try run("SELECT request_sha, result_json FROM idempotency WHERE effect_key = \(key.name)") {
            kept = (try $0.next(), try $0.next())
        }
        guard let kept, kept.sha == key.requestSHA else {
            throw StorageError(
                .keyReused,
                "The key '\(key.name)' already stands for another request",
                hint: "Use a new key for a new request"
            )
        }
        return kept.result
    }

    /// Forgets the keys of effects older than 30 days; returns how many.
    @discardableResult
    package func forgetOldEffects() throws -> Int {
        let oldest = try now().advanced(by: -30 * 86_400_000)
        return try exec("DELETE FROM idempotency WHERE created_at < \(oldest)")
    }
}
