import MainstayCore
import SQLDatabase

extension Connection {
    /// Proves every chain event by event: numbers, hashes, texts, times, and the head.
    ///
    /// One pass over `chain` and `event` side by side, both in order of id; the rows that chains
    /// are about go along.
    func proveChains(_ report: @escaping FaultReport) throws {
        var chains = TableCursor(.chain, self)
        var events = TableCursor(.event, self)
        var rows = RowProof(self)
        var event = try events.next().map(StoredEvent.init)
        while let row = try chains.next() {
            var walk = try ChainWalk(row)
            rows.begin(walk.kind)
            while let seen = event, seen.chainID <= walk.id {
                if seen.chainID == walk.id {
                    walk.take(seen, report)
                    rows.take(seen, report)
                } else {
                    report(Fault("event", seen.chainID, seq: seen.seq, "There is no such chain"))
                }
                event = try events.next().map(StoredEvent.init)
            }
            walk.end(report)
            try rows.end(walk.id, report)
        }
        while let seen = event {
            report(Fault("event", seen.chainID, seq: seen.seq, "There is no such chain"))
            event = try events.next().map(StoredEvent.init)
        }
    }
}

/// A row of `event` as it stands, whatever is wrong with it.
struct StoredEvent {
    let chainID: Int64
    let seq: Int64
    private let row: [Value]

    init(_ row: [Value]) {
        self.row = row
        chainID = row[0].number ?? 0
        seq = row[1].number ?? 0
    }

    var kind: String { row[2].words ?? "" }
    var actorID: Int64 { row[4].number ?? 0 }
    var occurredAt: Int64 { row[5].number ?? 0 }
    var recordedAt: Int64 { row[6].number ?? 0 }
    var factsJSON: String { row[7].words ?? "" }
    var text: String? { row[8].words }
    var salt: String? { row[9].words }
    var textSHA: String { row[10].words ?? "" }
    var prevSHA: String { row[11].words ?? "" }
    var sha: String { row[12].words ?? "" }

    /// The hash that the row should have by its columns.
    var computedSHA: String {
        let fields = [row[11]] + row[0...7] + [row[10]]
        return Netstrings.sha("mst-event-1", fields.map(\.column))
    }
}

/// A chain on the way from its first event to its head.
private struct ChainWalk {
    let id: Int64
    let kind: ChainKind?
    private let head: (seq: Int64, sha: String, at: Int64)
    private var seq: Int64 = 0
    private var sha: String
    private var at = Instant.earliest.milliseconds
    private var blanked: Set<Int64> = []
    private var redacted: Set<Int64> = []

    init(_ row: [Value]) throws {
        id = row[0].number ?? 0
        let kind = row[1].words ?? ""
        self.kind = ChainKind(rawValue: kind)
        head = (row[2].number ?? 0, row[3].words ?? "", row[4].number ?? 0)
        sha = Event.genesisSHA(chain: id, kind: kind)
    }

    mutating func take(_ event: StoredEvent, _ report: FaultReport) {
        func fault(_ what: String) { report(Fault("event", id, seq: event.seq, what)) }
        if event.seq != seq + 1 { fault("It comes after event \(seq), expected \(seq + 1)") }
        if event.prevSHA != sha { fault("prev_sha is not the hash of what comes before") }
        if event.computedSHA != event.sha { fault("sha is not the hash of its columns") }
        if event.recordedAt < at { fault("recorded_at falls from \(at) to \(event.recordedAt)") }
        if event.occurredAt > event.recordedAt { fault("occurred_at is later than recorded_at") }
        if let complaint = event.textComplaint { fault(complaint) }
        if event.text == nil && !event.textSHA.isEmpty { blanked.insert(event.seq) }
        if event.kind == Redaction.eventKind {
            let facts = try? JSONValue(json: event.factsJSON)
            redacted.formUnion(facts?["seqs"]?.list?.compactMap(\.int) ?? [])
        }
        (seq, sha, at) = (event.seq, event.sha, event.recordedAt)
    }

    func end(_ report: FaultReport) {
        func fault(_ what: String) { report(Fault("chain", id, what)) }
        if head.seq != seq { fault("seq is \(head.seq), but the last event is \(seq)") }
        if head.sha != sha { fault("head_sha is not the hash of the last event") }
        if head.at != at { fault("head_at is \(head.at), but the last event is of \(at)") }
        for seq in blanked.subtracting(redacted).sorted() {
            report(Fault("event", id, seq: seq, "Its text is gone, and no event says so"))
        }
    }
}

extension StoredEvent {
    /// What is wrong with text, salt and their hash, if anything.
    fileprivate var textComplaint: String? {
        switch (text, salt) {
        case (let text?, let salt?):
            Event.textSHA(salt: salt, text: text) == textSHA
                ? nil : "text_sha is not the hash of its text"
        case (nil, nil): nil
        case (_?, nil): "It has a text without a salt"
        case (nil, _?): "It has a salt without a text"
        }
    }
}

extension Value {
    /// The number, if this is one.
    var number: Int64? {
        guard case .int(let number) = self else { return nil }
        return number
    }

    /// The text, if this is one.
    var words: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The value as hashes and people see it; null is empty.
    var column: String {
        switch self {
        case .null: ""
        case .int(let number): String(number)
        case .text(let text): text
        }
    }
}
