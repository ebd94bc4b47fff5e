import AdvisoryFormats
import BackportAnalysis
import GitAccess
import LTSReleases
import MainstayCore
import Storage

extension Ledger {
    /// The notes of a release as Markdown: what its line holds since the release before, and while it
    /// is open the picks that are to come.
    ///
    /// Defects under embargo are named by nothing but the commits that everybody can read.
    func notes(of file: ReleaseFile, _ view: ReleaseView) throws -> String {
        let tag = view.tag.flatMap { history.index.row(of: $0.commit) }
        let tip = lanes[view.line.id].map { history.lines.all[$0].tip }
        let previous = release(before: file, on: view.line)
        let names = namesByCommit(view)
        let messages = try CommitMessages(history)
        func landed(_ row: CommitRow, original: CommitRow?) -> ReleaseNotes.Landed {
            let keys = [row, original].compactMap { $0 }.map { history.index.id($0) }
            let told = keys.lazy.compactMap { names[$0] }.first
            return ReleaseNotes.Landed(
                commit: history.index.id(row),
                original: original.map { history.index.id($0) },
                title: history.index.subject(row),
                author: messages.author(of: row) ?? "unknown author",
                tickets: told?.tickets ?? [],
                cves: told?.cves ?? []
            )
        }
        let rows = (tag ?? tip).map { self.rows(below: $0, notBelow: previous?.row) } ?? []
        var entries = rows.map { landed($0, original: original(of: $0)) }
        for commit in view.picks {
            guard let row = history.index.row(of: commit) else { continue }
            entries.append(landed(row, original: row))
        }
        return ReleaseNotes(
            product: code.product.name,
            line: view.line.name,
            version: view.release.name,
            previous: previous.map { "\($0.version)" },
            day: view.release.publishedAt?.day ?? (view.release.state.isOpen ? nil : day),
            landed: entries
        )
        .markdown
    }

    /// The commits of one history that are not in another, parents first; no merges.
    func rows(below tip: CommitRow, notBelow base: CommitRow?) -> [CommitRow] {
        let index = history.index
        var marks = [UInt8](repeating: 0, count: index.count)
        marks[tip] = 1
        if let base { marks[base] |= 2 }
        for row in stride(from: max(tip, base ?? 0), through: 0, by: -1) where marks[row] != 0 {
            for parent in index.parents(of: row) where parent >= 0 { marks[parent] |= marks[row] }
        }
        return (0..<index.count).filter { marks[$0] == 1 && !index.isMerge($0) }
    }

    /// The commit that a commit of a line repeats; `nil` for one that repeats none.
    private func original(of row: CommitRow) -> CommitRow? {
        let root = table.classes.root(of: table.classes.key(of: row))
        return root == row ? nil : root
    }

    private struct Told {
        let tickets: [String]
        let cves: [String]
    }

    /// What the commits of a release's defects may be told to settle.
    private func namesByCommit(_ view: ReleaseView) -> [CommitID: Told] {
        var names: [CommitID: Told] = [:]
        for entry in view.entries where !entry.file.isUnderEmbargo {
            let cves = entry.file.aliases.filter { $0.hasPrefix("CVE-") }
            let told = Told(tickets: [entry.file.defect.ref] + entry.file.tickets, cves: cves)
            let tied = entry.file.commits.filter { $0.role == .fixes && $0.counts }.map(\.commit)
            for commit in tied + entry.cell.facts.commits { names[commit] = told }
        }
        return names
    }
}

extension CommitMessages {
    /// The name of who wrote a commit; `nil` where it is absent.
    func author(of row: CommitRow) -> String? {
        guard let bytes = bytes(of: row) else { return nil }
        let lines = bytes.prefix(4096).split(separator: 10)
        guard let line = lines.first(where: { $0.starts(with: Array("author ".utf8)) }) else {
            return nil
        }
        let name = line.dropFirst(7).prefix { $0 != UInt8(ascii: "<") }
        return String(decoding: name.reversed().drop { $0 == 32 }.reversed(), as: UTF8.self)
    }
}
