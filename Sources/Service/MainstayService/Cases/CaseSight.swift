import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What a case is about, and who may know of it.
extension Connection {
    /// Returns a case that the account may see, by what people call it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func visibleCase(_ ref: String, to acting: ActingAccount) throws -> VendorCase {
        guard let found = try vendorCase(ref: ref.uppercased()), try isVisible(found, to: acting)
        else { throw UseError.unknown("case", ref, list: "case list") }
        return found
    }

    /// Whether an account may see a case: one of ours that sees a ticket or a defect of it, and all of
    /// them that are under embargo.
    func isVisible(_ vendorCase: VendorCase, to acting: ActingAccount) throws -> Bool {
        guard !acting.isCustomer, !acting.grants.isEmpty else { return false }
        let tickets = try tickets(about: vendorCase)
        let defects = try defects(about: vendorCase)
        if tickets.isEmpty, defects.isEmpty { return true }
        let seenTickets = try tickets.map { (try isVisible($0, to: acting), $0.isUnderEmbargo) }
        let seenDefects = try defects.map {
            (try isVisible($0, to: acting), try isUnderEmbargo($0))
        }
        let all = seenTickets + seenDefects
        return all.contains(where: \.0) && all.allSatisfy { $0.0 || !$0.1 }
    }

    /// Whether a ticket or a defect of a case is under embargo.
    func isUnderEmbargo(_ vendorCase: VendorCase) throws -> Bool {
        if try tickets(about: vendorCase).contains(where: \.isUnderEmbargo) { return true }
        return try defects(about: vendorCase).contains { try isUnderEmbargo($0) }
    }

    /// Refuses an account that may not act on a case.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    func requireKeeping(_ vendorCase: VendorCase, by acting: ActingAccount) throws {
        let tickets = try tickets(about: vendorCase)
        let defects = try defects(about: vendorCase)
        let places =
            tickets.map { ($0.origin.productID, $0.origin.customerID) }
            + defects.map { (Optional($0.productID), Int64?.none) }
        let may = places.contains { product, customer in
            acting.grants.holds(UseCase.keepCases.roles, product: product, customer: customer)
        }
        if !may { try acting.require(.keepCases) }
    }

    /// The tickets of a case.
    func tickets(about vendorCase: VendorCase) throws -> [Ticket] {
        try tickets(ofCase: vendorCase.id).compactMap { try ticket($0.ticketID) }
    }

    /// The defects of a case.
    func defects(about vendorCase: VendorCase) throws -> [Defect] {
        try defects(ofCase: vendorCase.id).compactMap { try defect($0) }
    }
}
