import AdvisoryFormats
import LTSReleases
import MainstayCore
import MainstayService
import Storage

extension Advisory {
    /// The advisory with stable keys.
    var json: JSONValue {
        [
            "ref": .text(ref), "cve": .text(cveID), "state": .text(state.rawValue),
            "embargoUntil": .time(embargoUntil), "title": .text(title), "body": .text(body),
        ]
    }
}

extension AdvisoryView {
    /// Writes the advisory and the rows of its defects.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(advisory.ref, .bold, on: screen)
        buffer.add("  ")
        buffer.add(makeSafe(advisory.title), .bold, on: screen)
        buffer.endLine()
        let until = advisory.embargoUntil.map { " until \($0)" } ?? ""
        buffer.line("  state       \(advisory.state.rawValue)\(until)")
        buffer.line("  version     \(version)")
        if let cve = advisory.cveID { buffer.line("  cve         \(makeSafe(cve))") }
        for publication in publications {
            let taken = publication.withdrawnAt.map { ", taken back \($0)" } ?? ""
            let kind = publication.kind.rawValue
            buffer.line(
                "  \(kind)\(String(repeating: " ", count: 12 - kind.count))revision "
                    + "\(publication.revision), \(publication.publishedAt)\(taken)"
            )
        }
        for line in advisory.body.split(separator: "\n", omittingEmptySubsequences: false)
        where !advisory.body.isEmpty {
            buffer.line("    " + makeSafe(String(line)))
        }
        for row in rows {
            buffer.line("\n\(row.file.defect.ref)  \(makeSafe(row.file.defect.title))")
            let said = row.cells.map { (name: makeSafe($0.line.name), words: Self.words(of: $0)) }
            let runs = LineRun.gather(said)
            let width = runs.reduce(0) { max($0, columnCount(of: $1.name)) }
            for run in runs {
                buffer.add("  \(run.name)", .bold, on: screen)
                buffer.add(spaces: width - columnCount(of: run.name) + 2)
                let status = run.words.status
                buffer.add("\(status.symbol) \(status.rawValue)", status.ink, on: screen)
                if let release = run.words.release { buffer.add("  since \(makeSafe(release))") }
                if let decision = run.words.decision { buffer.add("  \(decision.rawValue)") }
                buffer.endLine()
            }
        }
    }

    /// What an advisory says of one line.
    private struct LineWords: Equatable {
        let status: LineStatus
        let release: String?
        let decision: DecisionKind?
    }

    private static func words(of cell: LedgerCell) -> LineWords {
        LineWords(
            status: cell.facts.status,
            release: cell.facts.release,
            decision: cell.decision?.kind
        )
    }

    /// The advisory with stable keys.
    var json: JSONValue {
        var json = advisory.json.members ?? [:]
        json["version"] = .int(version)
        json["defects"] = .list(rows.map { .object($0.fields) })
        json["publications"] = .list(
            publications.map { publication in
                [
                    "kind": .text(publication.kind.rawValue),
                    "revision": .int(publication.revision), "sha256": .text(publication.bodySHA),
                    "at": .time(publication.publishedAt),
                    "withdrawnAt": .time(publication.withdrawnAt),
                ]
            }
        )
        return .object(json)
    }
}
