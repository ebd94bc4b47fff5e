import MainstayCore
import MainstayService
import MainstayTesting
import Testing

/// Whole matrices of random repositories against answers of the git command.
@Suite("Matrices agree with git")
struct MatrixAgreementTests {
    @Test("200 random histories: every fix on every line", .tags(.slow))
    func randomHistories() throws {
        var counts: [LineStatus: Int] = [:]
        for seed in UInt64(1)...200 {
            let project = try RandomProject(seed: seed)
            let oracle = try GitOracle(project.repo, walksRefs: seed.isMultiple(of: 10))
            let ids = project.fixes.map(\.hex)
            let pairs = zip(ids, ids.dropFirst())
            let asked = ids + pairs.map { "\($0)+\($1)" } + pairs.map { "\($0),\($1)" }
            let matrix = try matrix(project.repo, asked)
            for row in matrix.fixes {
                let steps = row.fix.split(separator: "+")
                    .map { $0.split(separator: ",").map(String.init) }
                for (line, cell) in zip(matrix.lines, row.cells) {
                    let branch = line.isMainline ? "main" : "release/\(line.name)"
                    let told = try oracle.cell(steps, on: branch)
                    let seen = GitOracle.Cell(status: cell.status, release: cell.release)
                    #expect(seen == told, "seed \(seed), \(branch), fix \(row.fix)")
                    counts[told.status, default: 0] += 1
                }
            }
        }
        let expected: [LineStatus] = [.fixed, .fixedUnreleased, .partial, .reverted, .missing]
        for status in expected { #expect(counts[status] ?? 0 > 100, "\(status): \(counts)") }
    }

    private func matrix(_ repo: FixtureRepository, _ fixes: [String]) throws -> Matrix {
        let request = RepositoryRequest(
            path: repo.path,
            cacheFolder: nil,
            homeFolder: nil,
            now: 1_735_689_600,
            progress: SilentProgress()
        )
        return try CodeQueries(request).matrix(fixes: fixes, since: nil).results
    }
}

extension Tag {
    /// Takes more than a second.
    @Tag static var slow: Self
}
