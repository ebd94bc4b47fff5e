import BackportAnalysis
import GitAccess
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What of a release's plan is to be written, and how.
package struct ReleaseApplication: Sendable {
    /// The branch to make, always one below `mainstay/`, which fetching leaves alone; `nil`: nothing
    /// is written.
    package var branch: PickRequest.Branch?
    /// Why picks are made onto this line while newer ones lack them; `nil`: those wait.
    package var gapReason: String?

    /// Asks for the plan alone.
    package init() {}
}

extension Desk {
    /// Makes the picks that a release lacks on a new branch of the product's mirror.
    ///
    /// Left out is what no pick can bring: defects without a fix, refused by the line's phase, decided
    /// against, or waiting for newer lines.
    ///
    /// - Returns: The plan with what was written, and why nothing was where it was not; the folder of
    ///   the mirror, from which the branch is fetched.
    /// - Throws: ``UseError``.
    package func apply(
        release name: String,
        of prefix: String,
        _ wish: ReleaseApplication,
        _ tools: CodeTools
    ) async throws -> (plan: PlanAnswer, mirror: String) {
        let use: UseCase = wish.branch == nil ? .see : .workOnDefects
        let file = try await releaseFile(name, of: prefix, for: use)
        guard file.release.state.isOpen else {
            throw UseError(
                .refused,
                "Release \(file.release.name) is \(file.release.state.rawValue): nothing is picked for it"
            )
        }
        let ledger = try instance.ledger(of: file.code, tools)
        let view = try ledger.view(of: file)
        let wanted = view.entries.filter { $0.isPickable(withGap: wish.gapReason != nil) }
        let isDrafting = wish.branch?.choice == .drafts
        guard let plan = try ledger.plan(wanted, on: view.line, isDrafting: isDrafting) else {
            throw UseError(
                .refused,
                "Release \(file.release.name) lacks nothing that could be picked",
                hint:
                    "'mainstay release show \(prefix) \(file.release.name)' shows what keeps it back"
            )
        }
        var answer = PlanAnswer(plan, in: ledger.history.index, onto: view.line.name)
        if var branch = wish.branch {
            var name = branch.name ?? "\(view.line.name)/\(file.release.name)"
            if !name.hasPrefix("mainstay/") { name = "mainstay/\(name)" }
            branch.name = name
            let repository = try Repository(ledger.history.folder)
            do throws(PlanError) {
                answer.add(try ledger.history.write(plan, to: name, branch, in: repository))
            } catch { answer.refusal = error }
            if let written = answer.branches.first {
                try await note(written, of: file, wish.gapReason)
            }
        }
        return (answer, instance.location.mirror(of: file.code.repository.id))
    }

    /// Records on the release that its picks were written.
    private func note(
        _ branch: PlanAnswer.Branch,
        of file: ReleaseFile,
        _ gapReason: String?
    ) async throws {
        let name = file.release.name
        try await write(ids: 2) { connection, acting, provision in
            try acting.require(.workOnDefects, product: file.code.product.id)
            let release = try connection.knownRelease(name, of: file.code.product)
            try connection.change(release, by: acting, &provision) { state in
                let facts: JSONValue = [
                    "tip": .text(branch.tip.hex), "picks": .int(Int64(branch.count)),
                ]
                let words = [branch.ref, gapReason].compactMap { $0 }.joined(separator: "\n")
                try state.record("applied", facts, words)
            }
            return .null
        }
    }
}

extension ReleaseEntry {
    /// Whether picks may bring it; whether they conflict is for the plan to say.
    fileprivate func isPickable(withGap isGapAllowed: Bool) -> Bool {
        obstacles.allSatisfy { obstacle in
            switch obstacle {
            case .conflict, .undecided, .unapproved: true
            case .newerLines: isGapAllowed
            case .noFix, .unknown, .refused, .decidedAgainst, .vendorCase: false
            }
        }
    }
}
