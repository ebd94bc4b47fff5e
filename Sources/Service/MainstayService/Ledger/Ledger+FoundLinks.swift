import BackportAnalysis
import LTSReleases
import MainstayCore
import Storage

extension Ledger {
    /// A link that a message gave, before it is kept.
    struct Found: Sendable {
        let file: DefectFile
        let link: DefectCommit
        let title: String
    }

    /// The links that messages of commits give which no scan has read.
    ///
    /// A commit that equals one which is linked already adds nothing: it counts through that. Beyond
    /// it, a commit of the mainline is a further part of the fix, and one that only a line has
    /// is that line's own way to fix the first part. Where a person or a list has said what the fix
    /// is, a further part is a proposal: a test or a text may name the defect, too.
    func foundLinks(for files: [DefectFile], _ patterns: [CommitPattern]) throws -> [Found] {
        let known = seenByMessages(files)
        let byIdentifier = Self.byIdentifier(files)
        let mentions = try CommitMessages(history)
            .mentions(since: known, patterns) { byIdentifier[$0] != nil }
        var found: [Found] = []
        for mention in mentions {
            for identifier in mention.mentions.identifiers {
                for file in byIdentifier[identifier] ?? [] {
                    let before = found.filter { $0.file.defect.id == file.defect.id }.map(\.link)
                    found += links(of: mention, to: file, beside: file.commits + before)
                }
            }
        }
        return found
    }

    /// The commits up to which messages were read for every one of the defects.
    ///
    /// A defect that no scan has seen makes all messages worth reading again.
    private func seenByMessages(_ files: [DefectFile]) -> [CommitID] {
        files.contains { $0.isUnread } ? [] : Array(code.seen.values)
    }

    private static func byIdentifier(_ files: [DefectFile]) -> [String: [DefectFile]] {
        var found: [String: [DefectFile]] = [:]
        for file in files where file.defect.status.isOpen || file.defect.status == .closed {
            for name in [file.defect.ref] + file.tickets + file.aliases {
                found[CommitPattern.normalised(name), default: []].append(file)
            }
        }
        return found
    }

    private func links(
        of mention: CommitMessages.Mention,
        to file: DefectFile,
        beside known: [DefectCommit]
    ) -> [Found] {
        let fixes = known.filter { $0.role == .fixes }
        let rows = fixes.compactMap { history.index.row(of: $0.commit) }
        let classes = Set(rows.map(table.classes.wholeKey(of:)))
        guard !classes.contains(table.classes.wholeKey(of: mention.row)) else { return [] }
        let lanes = history.containment.lanes(of: mention.row)
        var part: Int64 = 1
        var line: Int64?
        if lanes.contains(0) {
            part = (fixes.filter { $0.lineID == nil }.map(\.part).max() ?? 0) + 1
        } else {
            line = lanes.count == 1 ? self.lanes.first { $0.value == lanes[0] }?.key : nil
        }
        let isProposal = line == nil && fixes.contains { [.person, .import].contains($0.source) }
        let title = history.index.subject(mention.row)
        func found(_ row: CommitRow, _ role: CommitRole, _ part: Int64, _ line: Int64?) -> Found {
            let link = DefectCommit(
                defectID: file.defect.id,
                repositoryID: code.repository.id,
                commit: history.index.id(row),
                role: role,
                part: part,
                lineID: line,
                source: isProposal ? .analysis : .trailer,
                state: .found,
                eventSeq: 0
            )
            return Found(file: file, link: link, title: title)
        }
        let introducers = mention.mentions.introducers.compactMap { text -> CommitRow? in
            guard let prefix = CommitPrefix(hex: text) else { return nil }
            let rows = history.index.rows(startingWith: prefix)
            return rows.count == 1 ? rows[0] : nil
        }
        return [found(mention.row, .fixes, part, line)]
            + introducers.filter { row in
                row != mention.row && !known.contains { $0.commit == history.index.id(row) }
            }
            .map { found($0, .introduces, 1, nil) }
    }
}
