import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// The ledger of what leaves for vendors, and the agreements that it rests on.
extension Connection {
    /// Returns the agreements that a message rests on now.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` where one is missing.
    func grounds(
        for message: OutboxMessage,
        _ content: CaseMessage,
        of found: VendorCase,
        at vendor: Vendor
    ) throws -> [Int64] {
        let gate = try gate(of: found, at: vendor)
        return try grounds(
            for: try scope(of: message, content, gate),
            of: try tickets(about: found),
            to: vendor
        )
    }

    /// Writes that a message is about to leave.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - destination: Where it goes.
    ///   - wire: The SHA-256 of its bytes as they leave.
    ///   - vendor: Whose policy let it pass.
    ///   - grounds: The agreements that it rests on.
    ///   - provision: Gives the number.
    /// - Throws: An error of the database.
    func disclose(
        _ message: OutboxMessage,
        to destination: String,
        wire: String,
        _ vendor: Vendor,
        on grounds: [Int64],
        _ provision: inout Provision
    ) throws {
        let disclosure = Disclosure(
            id: try provision.id(),
            of: message.id,
            attempt: Int64(try disclosures(of: message.id).count) + 1,
            to: destination,
            wire: wire,
            policy: BlobFolder.digest(of: Array(vendor.policy.json.json.utf8)),
            at: try now()
        )
        try put(disclosure, on: grounds)
    }
}
