package import MainstayCore

/// The contracts of one customer, and which of them a ticket gets.
package struct ContractBook: Sendable, Hashable {
    /// The contracts, by ref.
    package let contracts: [Contract]
    /// All terms of each, by the number of the contract.
    package let terms: [Int64: [ContractTerm]]

    /// Creates a book.
    package init(_ contracts: [Contract], terms: [Int64: [ContractTerm]]) {
        self.contracts = contracts.sorted { $0.ref < $1.ref }
        self.terms = terms
    }

    /// The term of a contract at a moment; `nil` before its first, and while it does not hold.
    package func term(of contract: Contract, at moment: Instant) -> ContractTerm? {
        guard contract.holds(on: moment.day) else { return nil }
        return terms[contract.id]?.inForce(at: moment)
    }

    /// Returns the contract that a request gets by itself: the one that covers its product.
    ///
    /// A request on no product gets one that covers every product, else the only one that holds.
    ///
    /// - Parameters:
    ///   - product: What the request is about; `nil`: no product.
    ///   - moment: When it was asked.
    /// - Returns: The contract; `nil` where none covers it.
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` where several do.
    package func contract(
        covering product: Int64?,
        at moment: Instant
    ) throws(DeskError)
        -> Contract?
    {
        let held = contracts.filter { term(of: $0, at: moment) != nil }
        let found = held.filter { contract in
            let coverage = term(of: contract, at: moment)?.coverage ?? []
            return coverage.isEmpty || coverage.contains { $0.productID == product }
        }
        if found.isEmpty, product == nil, held.count == 1 { return held.first }
        guard found.count > 1 else { return found.first }
        throw DeskError(
            .contract,
            "Contracts \(found.map(\.ref).listed()) overlap: each covers the request of \(moment)",
            hint: "Choose one with --contract \(found.first?.ref ?? "")"
        )
    }

    /// Returns the contract that a person chose for a request.
    ///
    /// What it does not cover is no obstacle here: that is flagged on the ticket.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract`` for one that the customer does not
    ///   have, that is over, or that is still to begin.
    package func contract(named ref: String, at moment: Instant) throws(DeskError) -> Contract {
        guard let contract = contracts.first(where: { $0.ref == ref }) else {
            throw DeskError(
                .contract,
                "The customer has no contract '\(ref)', only \(contracts.map(\.ref).listed())"
            )
        }
        if let obstacle = contract.obstacle(on: moment.day) {
            throw DeskError(
                .contract,
                "Contract \(ref) does not hold on \(moment.day): it \(obstacle)"
            )
        }
        return contract
    }

    /// Refuses a book in which two contracts cover the same product at the same time.
    ///
    /// What holds changes only on the first and last days and where terms begin, so these moments
    /// are looked at alone.
    ///
    /// - Parameter ref: The contract that is new or changed: the others are as they were.
    /// - Throws: ``DeskError`` with ``DeskError/Code/contract``.
    package func refuseOverlap(with ref: String) throws(DeskError) {
        guard let changed = contracts.first(where: { $0.ref == ref }) else { return }
        for other in contracts where other.id != changed.id {
            let starts = [changed, other]
                .flatMap { contract in
                    [contract.startsDay.start] + (terms[contract.id] ?? []).map(\.validFrom)
                }
            for moment in starts.sorted() {
                guard let one = term(of: changed, at: moment),
                    let two = term(of: other, at: moment), one.overlaps(two)
                else { continue }
                throw DeskError(
                    .contract,
                    "Contract \(ref) overlaps contract \(other.ref) from \(moment.day): both cover "
                        + "the same requests",
                    hint: "End one of them before, give each its own products with --line, or say "
                        + "--beside: then each request names its contract"
                )
            }
        }
    }
}

extension ContractTerm {
    /// Whether some product is covered by both.
    fileprivate func overlaps(_ other: ContractTerm) -> Bool {
        if coverage.isEmpty || other.coverage.isEmpty { return true }
        return !Set(coverage.map(\.productID)).isDisjoint(with: other.coverage.map(\.productID))
    }
}
