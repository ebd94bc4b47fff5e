import MainstayCore

/// Why words were taken out for good.
package enum LegalGround: String, Sendable, Hashable, CaseIterable {
    /// A person asked for erasure of what is about him.
    case erasure
    /// A law or a court forbids to keep them.
    case law
    /// They were a credential or another secret.
    case secret
    /// They were never meant for this ticket.
    case mistake
}

/// Words that must not be kept: of which events, on whose order and why.
///
/// The events stay, with their times, codes and hashes; their texts, the salts of these and
/// whatever else repeats the words go:
///
/// | event | what else goes |
/// |---|---|
/// | `opened` of a ticket | its body, its release in the customer's words, and its title unless it got another that stays |
/// | `retitled` of a ticket | its title, if it is the one given there |
/// | `made` of a defect | its body, and its title unless it got another that stays |
/// | `retitled` of a defect | its title, if it is the one given there |
/// | one that planned a step | what the step says |
/// | one that brought files | their names, and their blobs unless an event that stays has the same |
///
/// And the ticket's words for the search are made anew. The bytes are overwritten in SQLite's file;
/// PostgreSQL frees them when it vacuums.
package struct Redaction: Sendable, Hashable {
    /// The chain that the events are on.
    package let chainID: Int64
    /// The numbers of the events, rising.
    package let seqs: [Int64]
    /// Who ordered it.
    package let by: Int64
    /// Why.
    package let ground: LegalGround

    /// Orders a redaction of at least one event.
    package init(
        of seqs: some Sequence<Int64>,
        on chain: Int64,
        by account: Int64,
        ground: LegalGround
    ) {
        chainID = chain
        self.seqs = Set(seqs).sorted()
        by = account
        self.ground = ground
    }
}

extension Redaction {
    /// The order as a line of `redactions.jsonl`.
    var line: JSONValue {
        [
            "by": .int(by), "chain": .int(chainID), "ground": .text(ground.rawValue),
            "seqs": .list(seqs.map { .int($0) }),
        ]
    }

    /// Reads an order; `nil` for what is none.
    init?(line: JSONValue) {
        guard let by = line["by"]?.int, let chain = line["chain"]?.int,
            let ground = line["ground"]?.text.flatMap(LegalGround.init),
            let seqs = line["seqs"]?.list?.compactMap(\.int), !seqs.isEmpty
        else { return nil }
        self.init(of: seqs, on: chain, by: by, ground: ground)
    }

    /// The event that says that it was done.
    var event: EventDraft {
        EventDraft(
            Self.eventKind,
            facts: ["ground": .text(ground.rawValue), "seqs": .list(seqs.map { .int($0) })]
        )
    }

    /// The kind of the event that says which events were blanked.
    package static let eventKind = "redacted"
}
