import Crypto
package import MainstayCore
package import SQLDatabase

extension Audience: SQLValue {}

/// One link of a chain: what happened, by whom and when, bound to all that came before by its hash.
///
/// The hashes are SHA-256 over netstrings, where n(x) is the length of x in bytes, `:`, x, `,`:
///
///     text_sha = SHA-256("mst-text-1" n(salt) n(text)), or '' if there never was a text
///     sha      = SHA-256("mst-event-1" n(prev_sha) n(chain_id) n(seq) n(kind) n(audience)
/// n(actor_id)
///                        n(occurred_at) n(recorded_at) n(facts_json) n(text_sha))
///     prev_sha of event 1 = SHA-256("mst-chain-1" n(chain_id) n(chain kind))
package struct Event: Sendable, Hashable {
    /// The chain it is on.
    package let chainID: Int64
    /// Its place there, from 1 without gaps.
    package let seq: Int64
    /// What happened.
    package let kind: String
    /// Who may see it.
    package let audience: Audience
    /// The account that acted.
    package let actorID: Int64
    /// When it happened in the world; never later than ``recordedAt``.
    package let occurredAt: Instant
    /// What the database's clock said when it was written; never falls along a chain.
    package let recordedAt: Instant
    /// The facts as they are stored and hashed.
    package let factsJSON: String
    /// The words of people; `nil` if there are none, or none any more.
    package var text: String?
    /// 128 random bits in hex that keep a short text from being guessed from its hash.
    package var salt: String?
    /// The hash over salt and text; empty if there never was a text.
    package let textSHA: String
    /// The hash of the event before.
    package let prevSHA: String
    /// The hash of this event, over all but the text and the salt.
    package let sha: String

    /// Whether there was a text that is blanked by now.
    package var isRedacted: Bool { text == nil && !textSHA.isEmpty }

    /// The facts as values; throws ``JSONFault`` when they are damaged.
    package var facts: JSONValue {
        get throws { try JSONValue(json: factsJSON) }
    }
}

extension Event: RowDecodable {
    /// The columns of `event`.
    package static let columns: Query = """
        chain_id, seq, kind, audience, actor_id, occurred_at, recorded_at, facts_json, text, salt, \
        text_sha, prev_sha, sha
        """

    /// Reads the columns of `event`.
    package init(_ row: inout RowReader) throws {
        chainID = try row.next()
        seq = try row.next()
        kind = try row.next()
        audience = try row.next()
        actorID = try row.next()
        occurredAt = try row.next()
        recordedAt = try row.next()
        factsJSON = try row.next()
        text = try row.next()
        salt = try row.next()
        textSHA = try row.next()
        prevSHA = try row.next()
        sha = try row.next()
    }
}

extension Event {
    /// Makes the event that follows the head of a chain.
    init(
        _ draft: EventDraft,
        by actor: Int64,
        after head: ChainHead,
        at now: Instant,
        salt: String?
    ) {
        chainID = head.id
        seq = head.seq + 1
        kind = draft.kind
        audience = draft.audience
        actorID = actor
        recordedAt = max(now, head.at)
        occurredAt = min(draft.occurredAt ?? recordedAt, recordedAt)
        factsJSON = draft.facts.json
        text = draft.text
        self.salt = draft.text == nil ? nil : salt
        textSHA = draft.text.map { Self.textSHA(salt: salt ?? "", text: $0) } ?? ""
        prevSHA = head.sha
        sha = Self.sha(
            fields: [
                prevSHA, String(chainID), String(seq), kind, audience.rawValue, String(actorID),
                String(occurredAt.milliseconds), String(recordedAt.milliseconds), factsJSON,
                textSHA,
            ]
        )
    }

    /// The hash that this event should have by its fields.
    package var computedSHA: String {
        Self.sha(
            fields: [
                prevSHA, String(chainID), String(seq), kind, audience.rawValue, String(actorID),
                String(occurredAt.milliseconds), String(recordedAt.milliseconds), factsJSON,
                textSHA,
            ]
        )
    }

    /// The hash that stands before the first event of a chain.
    package static func genesisSHA(chain id: Int64, kind: String) -> String {
        Netstrings.sha("mst-chain-1", [String(id), kind])
    }

    /// The hash over a text and its salt.
    package static func textSHA(salt: String, text: String) -> String {
        Netstrings.sha("mst-text-1", [salt, text])
    }

    private static func sha(fields: [String]) -> String {
        Netstrings.sha("mst-event-1", fields)
    }
}

/// Fields of which each says how long it is, so that no two lists of fields give the same bytes.
enum Netstrings {
    /// Returns the SHA-256, in hex, over a label and the fields.
    static func sha(_ label: StaticString, _ fields: [String]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(16) { $0 + $1.utf8.count + 8 })
        bytes.append(contentsOf: label.description.utf8)
        for field in fields {
            bytes.append(contentsOf: String(field.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: field.utf8)
            bytes.append(UInt8(ascii: ","))
        }
        return SHA256.hash(data: bytes).hex()
    }
}
