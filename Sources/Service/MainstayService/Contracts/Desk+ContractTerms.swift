package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// A new term of a contract, which differs in some words from the one in force then.
    ///
    /// Carried out it throws ``UseError`` with ``UseError/Code/refused`` for a moment that is over,
    /// or before another term that is agreed already.
    ///
    /// - Parameters:
    ///   - ref: The contract.
    ///   - words: What is different.
    ///   - from: From when on; `nil`: from now.
    ///   - isBeside: Whether it may cover what another contract covers.
    /// - Returns: The change, which nobody has made yet.
    package func newTerm(
        of ref: String,
        _ words: TermWords,
        from: Instant?,
        isBeside: Bool = false
    ) -> ServiceChange {
        let ids = ContractTerm.mostPlaces + 1
        return ServiceChange(ids: ids, from: from) { connection, acting, provision in
            try connection.change(ref, by: acting, &provision) { state in
                try state.changeTerms(words, from: from, isBeside: isBeside)
            }
        }
    }
}

extension ContractActing {
    /// Appends a term that differs in some words from the one in force at its moment.
    mutating func changeTerms(_ words: TermWords, from: Instant?, isBeside: Bool) throws {
        let now = try connection.now()
        let from = from ?? now
        let terms = try connection.terms(of: contract.id)
        guard from >= now || terms.allSatisfy({ $0.validFrom > now }) else {
            throw UseError(
                .refused,
                "A term of contract \(contract.ref) cannot begin at \(from), which is over"
            )
        }
        guard var base = terms.inForce(at: from) ?? terms.first else {
            throw UseError(.unknown, "Contract \(contract.ref) has no terms")
        }
        if let later = terms.first(where: { $0.validFrom >= from }) {
            throw UseError(
                .refused,
                "Contract \(contract.ref) has a term from \(later.validFrom) on already, expected a "
                    + "moment after it, not \(from)",
                hint: "Say when with --from"
            )
        }
        base.validFrom = from
        let term = try connection.term(base, changedBy: words)
        try connection.append(term, by: acting.account.id, to: &head, &provision)
        if !isBeside, words.coverage != nil { try connection.refuseOverlap(of: contract) }
    }
}
