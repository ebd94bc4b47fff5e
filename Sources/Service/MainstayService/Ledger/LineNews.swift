import BackportAnalysis
import LTSReleases
import MainstayCore

/// What changed on the lines of a defect since it was told last.
struct LineNews: Sendable {
    /// The lines that changed, as the facts of the event hold them.
    let lines: [JSONValue]
    /// The digest of the whole row.
    let digest: String
    /// The statuses that changed.
    let changes: [ScanReport.StatusChange]
    /// Whether a line that went to another phase asks for another judgement.
    let wantsJudgement: Bool
    /// The first release with the fix on each line that has one, newest line first; with the
    /// versions that the line holds.
    private let fixedIn: [(release: String, versions: Set<String>)]

    /// Compares a row with what was told last of its lines.
    init(_ row: LedgerRow, since last: [Int64: JSONValue], _ ledger: Ledger) {
        var lines: [JSONValue] = []
        var changes: [ScanReport.StatusChange] = []
        var wantsJudgement = false
        for cell in row.cells {
            let facts = cell.eventFacts
            let old = last[cell.line.id]
            let isSame = LedgerCell.tellingFacts.allSatisfy { old?[$0] == facts[$0] }
            if old != nil, isSame { continue }
            lines.append(facts)
            let status = old?["status"]?.text.flatMap(LineStatus.init)
            if status != cell.facts.status {
                changes.append(
                    .init(
                        defect: row.file.defect.ref,
                        line: cell.line.name,
                        old: status,
                        new: cell.facts.status,
                        release: cell.facts.release
                    )
                )
            }
            let isOpen = ![.fixed, .notAffected].contains(cell.facts.status)
            if let old, isOpen, old["phase"] != facts["phase"],
                old["remaining"] != facts["remaining"]
            {
                wantsJudgement = true
            }
        }
        self.lines = lines
        self.changes = changes
        self.wantsJudgement = wantsJudgement
        digest = row.digest
        fixedIn =
            row.file.tickets.isEmpty
            ? []
            : row.cells.compactMap { cell in
                cell.facts.release.map { ($0, ledger.versions(of: cell.line)) }
            }
    }

    /// The release that helps a customer who runs `version`: that of his line, or the newest where
    /// his line is not known.
    func release(for version: String?) -> String? {
        guard let version else { return fixedIn.first?.release }
        let own = fixedIn.filter { $0.versions.contains(version) }
        return own.last?.release ?? fixedIn.first?.release
    }
}

extension LedgerCell {
    /// The facts whose change is told; what remains follows from them and from people's decisions,
    /// which are told by themselves.
    fileprivate static let tellingFacts = ["status", "phase", "release", "commits"]

    /// The cell as the facts of events hold it.
    fileprivate var eventFacts: JSONValue {
        [
            "line_id": .int(line.id), "status": .text(facts.status.rawValue),
            "phase": .text(phase.rawValue), "remaining": .text(remaining.word),
            "release": .text(facts.release),
            "commits": .list(facts.commits.map { .text($0.hex) }),
        ]
    }
}

extension LedgerRow {
    /// A hash, in 16 hex digits, of all that is told of the lines: other facts give another one.
    var digest: String {
        var hash: UInt64 = 0
        func add(_ text: String) {
            var text = text
            hash = text.withUTF8 { hashBytes(UnsafeRawBufferPointer($0), seed: hash) }
        }
        for cell in cells {
            hash = mix(hash ^ UInt64(bitPattern: cell.line.id))
            add(cell.facts.status.rawValue)
            add(cell.phase.rawValue)
            add(cell.facts.release ?? "")
            for commit in cell.facts.commits {
                hash = mix(mix(hash ^ commit.high) ^ commit.middle) ^ UInt64(commit.low)
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Ledger {
    /// The releases that a line holds, as tags and as plain versions.
    fileprivate func versions(of line: LineRecord) -> Set<String> {
        guard let lane = lanes[line.id] else { return [] }
        let releases = history.containment.releases(in: lane).map { history.lines.releases[$0] }
        return Set(releases.flatMap { [$0.tag, "\($0.version)"] })
    }
}
