import LTSReleases
import MainstayCore
import SQLDatabase
import Storage

/// What an act on a defect reads and writes: the defect, its chain, and who acts.
struct DefectActing: ~Copyable {
    /// The defect after all acts so far.
    private(set) var defect: Defect
    /// Its product.
    let product: Product
    /// The body's connection.
    let connection: any Connection
    /// Who acts.
    let acting: ActingAccount
    /// Ids and salts.
    var provision: Provision
    /// The head of its chain.
    var head: ChainHead
    /// Who may see what is recorded.
    let audience: Audience

    /// Appends an event and changes the defect; codes that change stand in its facts.
    @discardableResult
    mutating func record(
        _ kind: String,
        facts: [String: JSONValue] = [:],
        words: String? = nil,
        edit: (inout Defect) -> Void = { _ in }
    ) throws -> Event {
        let before = defect.codes
        edit(&defect)
        let after = defect.codes
        let changed = after.keys.filter { before[$0] != after[$0] }
        var facts = facts
        if !changed.isEmpty {
            facts["was"] = .object(before.filter { changed.contains($0.key) })
            facts["now"] = .object(after.filter { changed.contains($0.key) })
        }
        let draft = EventDraft(kind, for: audience, facts: .object(facts), text: words)
        let event = try connection.append(draft, by: acting.account.id, to: &head, &provision)
        defect.updatedAt = event.recordedAt
        return event
    }

    /// Who signs a row beside an event.
    func signature(_ event: Event) -> (account: Int64, at: Instant, seq: Int64) {
        (acting.account.id, event.recordedAt, event.seq)
    }
}

extension Defect {
    /// The columns that hold codes, by their names: all but its number, words of people, and when
    /// it was changed last.
    var codes: [String: JSONValue] {
        [
            "ref": .text(ref), "product_id": .int(productID),
            "opened_at": .int(openedAt.milliseconds),
            "closed_at": closedAt.map { .int($0.milliseconds) } ?? .null,
            "kind": .text(kind.rawValue), "status": .text(status.rawValue),
            "severity": .int(severity.rawValue), "cause": .text(cause?.rawValue),
            "cvss_vector": .text(cvssVector),
            "component_id": componentID.map(JSONValue.int) ?? .null,
            "duplicate_of_id": duplicateOfID.map(JSONValue.int) ?? .null,
            "assignee_id": assigneeID.map(JSONValue.int) ?? .null,
        ]
    }
}

extension Desk {
    /// Carries out acts of one person on one defect: all of them, or none.
    ///
    /// - Returns: What the act returns.
    /// - Throws: ``UseError``, ``LTSReleases/ReleaseError``.
    @discardableResult
    func change(
        defect name: String,
        as use: UseCase = .workOnDefects,
        ids count: Int = 16,
        _ act: @escaping @Sendable (inout DefectActing) throws -> JSONValue
    ) async throws -> JSONValue {
        try await write(ids: count) { connection, acting, provision in
            let seen = try connection.visibleDefect(name, to: acting).defect
            try acting.require(use, product: seen.productID)
            let head = try connection.lockChain(seen.id)
            let (defect, isSecret) = try connection.visibleDefect(name, to: acting)
            guard let product = try connection.product(defect.productID) else {
                throw UseError.unknown("product", "\(defect.productID)")
            }
            var state = DefectActing(
                defect: defect,
                product: product,
                connection: connection,
                acting: acting,
                provision: provision,
                head: head,
                audience: isSecret ? .embargo : .staff
            )
            let result = try act(&state)
            try connection.update(state.defect)
            provision = state.provision
            return result
        }
    }
}
