import BackportAnalysis
import GitAccess
package import LTSReleases
package import MainstayCore
import Storage

/// What a search for the commit that brought a defect in found.
package struct BisectReport: Sendable {
    /// The first commit with the defect; several where some could not be judged.
    package let found: [CommitID]
    /// The titles of those.
    package let titles: [String]
    /// How many commits were tried.
    package let tries: Int
    /// The proposals, which a person confirms or denies.
    package let links: [DefectCommit]
}

extension Desk {
    /// Runs a command on commits between a good and a bad one, in a work tree of the mirror, and
    /// proposes the commit that brought the defect in.
    ///
    /// - Parameters:
    ///   - name: The defect.
    ///   - good: A release or commit without it.
    ///   - bad: A release or commit with it.
    ///   - command: The program and its arguments; 0 says good, 1 to 127 bad, 125 not to be judged.
    ///   - tools: git, and who is told of progress.
    /// - Returns: What was found.
    /// - Throws: ``UseError``; ``GitAccess/MirrorError``, and then nothing is proposed.
    package func bisect(
        _ name: String,
        good: String,
        bad: String,
        command: [String],
        _ tools: CodeTools
    ) async throws -> BisectReport {
        try await read { connection, acting in
            let defect = try connection.visibleDefect(name, to: acting).defect
            try acting.require(.workOnDefects, product: defect.productID)
        }
        let code = try await codeOfDefect(name)
        let ledger = try instance.ledger(of: code, tools)
        let bounds = (try ledger.commit(named: good).id, try ledger.commit(named: bad).id)
        let mirror = Mirror(
            of: try MirrorURL(code.repository.url),
            in: instance.location.mirror(of: code.repository.id),
            git: tools.git
        )
        let finding = try mirror.bisect(
            Bisection(good: bounds.0, bad: bounds.1, command: command),
            scratch: instance.location.folder,
            progress: tools.progress
        )
        var links = NewLinks()
        links.introducers = finding.firstBad.map(\.hex)
        links.source = .analysis
        links.allowsMerges = true
        links.words =
            "Found between \(bounds.0.short) and \(bounds.1.short) in \(finding.steps.count) tries: "
            + command.joined(separator: " ")
        let tied = try await link(name, links, tools)
        return BisectReport(
            found: finding.firstBad,
            titles: finding.firstBad.map { commit in
                ledger.history.index.row(of: commit).map { ledger.history.index.subject($0) } ?? ""
            },
            tries: finding.steps.count,
            links: tied
        )
    }
}
