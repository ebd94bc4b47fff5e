import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

// Hints from a push hook, and the scans that they ask for. A hook only hints; the scan is the truth.

extension Desk {
    /// Makes a new secret for the push hook of a product's repository, and returns it this once.
    ///
    /// The one before does not work any more.
    package func makeHookSecret(of prefix: String) async throws -> String {
        let secret = TokenSecret.make()
        let repository = try await write(ids: 2) { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.keepLines, product: product.id)
            guard let repository = try connection.repository(of: product.id) else {
                throw UseError.noRepository(product.prefix)
            }
            var head = try connection.lockChain(repository.id)
            let draft = EventDraft("hook_secret_made")
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(repository.id)
        }
        try instance.secrets.write(secret, as: "hook-\(repository.int ?? 0)")
        return secret
    }

    /// Runs the scans that are due, those that hints asked for; returns what each found.
    ///
    /// A scan that fails is tried again later, up to twenty times.
    package func scanDue(
        _ tools: CodeTools
    ) async throws -> [(product: String, result: Result<ScanReport, any Error>)] {
        var results: [(product: String, result: Result<ScanReport, any Error>)] = []
        while true {
            let jobs = try await instance.engine.write(.queue) {
                try $0.claimJobs(in: Self.scanQueue, by: "scan", limit: 1)
            }
            guard let job = jobs.first, let prefix = job.args["product"]?.text else {
                return results
            }
            do {
                let report = try await instance.keepingLease(of: job) {
                    try await scan(prefix, fetching: true, tools)
                }
                try await instance.engine.write(.queue) { try $0.complete(job) }
                results.append((prefix, .success(report)))
            } catch {
                let words = (error as? any ExplainedError)?.message ?? "\(error)"
                try await instance.engine.write(.queue) { _ = try $0.fail(job, because: words) }
                results.append((prefix, .failure(error)))
            }
        }
    }

    fileprivate static let scanQueue = "scan"
}

extension Instance {
    /// Takes a hint that a product's repository has changed: a scan is due, once, however many come.
    ///
    /// Whoever holds the secret of the hook may hint; nothing else is taken from the message.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden`` for a signature that is not of this
    ///   message and the secret, and for a product that is not there: a guess tells nothing.
    package func hint(_ prefix: String, message: [UInt8], signature: String) async throws {
        let refused = UseError(
            .forbidden,
            "The signature is not that of this message under the secret of the hook of \(prefix)",
            hint: "'mainstay product hook \(prefix)' makes a new secret; the signature is "
                + "'sha256=' and the HMAC-SHA-256 of the body in hex"
        )
        let repository = try await engine.read { connection in
            try connection.product(prefix: prefix.uppercased())
                .flatMap { try connection.repository(of: $0.id) }
        }
        guard let repository, let secret = try secrets.read("hook-\(repository.id)"),
            SecretFolder.isSignature(signature, of: message, by: secret)
        else { throw refused }
        _ = try await writeOnce { connection, provision in
            let wish = JobWish(
                "scan",
                in: Desk.scanQueue,
                args: ["product": .text(prefix.uppercased())],
                dedup: "scan:\(repository.id)"
            )
            try connection.enqueue(wish, &provision)
            return .null
        }
    }

    /// Secrets of this installation.
    nonisolated var secrets: SecretFolder { SecretFolder(location.folder + "/secrets") }
}
