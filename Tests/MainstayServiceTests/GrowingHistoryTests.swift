import MainstayCore
import MainstayService
import MainstayTesting
import Testing

/// Histories that grow under a cache against the same histories without one.
@Suite("What is kept of earlier states changes no answer")
struct GrowingHistoryTests {
    @Test("30 random histories, each told in four pieces", .tags(.slow))
    func pieces() throws {
        for seed in UInt64(1)...30 {
            let project = try RandomProject(seed: seed)
            var random = SeededGenerator(seed: seed)
            let states = try self.states(of: project.repo, &random)
            let cache = project.repo.scratch + "/cache"
            for (number, refs) in states.enumerated() {
                try project.repo.setRefs(refs)
                for isHidden in [false, true] {
                    let grown = try matrix(project.repo, cache: cache, withoutTrailers: isHidden)
                    let fresh = try matrix(project.repo, cache: nil, withoutTrailers: isHidden)
                    #expect(grown == fresh, "seed \(seed), state \(number), hidden \(isHidden)")
                }
            }
        }
    }

    /// Refs of four states, each beyond the one before; the last is what the repository has.
    private func states(
        of repo: FixtureRepository,
        _ random: inout SeededGenerator
    ) throws -> [[String: String]] {
        var chains: [String: [String]] = [:]
        for branch in RandomProject.branches {
            let name = "refs/heads/\(branch)"
            let told = try repo.git("rev-list", "--first-parent", "--reverse", name)
            chains[name] = told.split(separator: "\n").map(String.init)
        }
        var places = chains.mapValues { chain in chain.count / 4 + 1 }
        var states: [[String: String]] = []
        for _ in 0..<3 {
            states.append(chains.mapValues { _ in "" })
            for (name, chain) in chains {
                let place = min(places[name] ?? 1, chain.count)
                states[states.count - 1][name] = chain[place - 1]
                places[name] = place + random.below(chain.count - place + 1)
            }
        }
        let all = try repo.git("for-each-ref", "--format=%(refname) %(objectname)")
        let last = all.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        states.append(Dictionary(uniqueKeysWithValues: last.map { ($0[0], $0[1]) }))
        return states
    }

    private func matrix(
        _ repo: FixtureRepository,
        cache: String?,
        withoutTrailers: Bool
    ) throws -> String {
        var request = RepositoryRequest(
            path: repo.path,
            cacheFolder: cache,
            homeFolder: nil,
            now: 1_735_689_600,
            progress: SilentProgress()
        )
        request.withoutTrailers = withoutTrailers
        return "\(try CodeQueries(request).matrix(fixes: [], since: nil).results)"
    }
}

extension FixtureRepository {
    /// Puts these refs in place of all there are.
    fileprivate func setRefs(_ refs: [String: String]) throws {
        for name in try git("for-each-ref", "--format=%(refname)").split(separator: "\n")
        where refs[String(name)] == nil {
            try git("update-ref", "-d", String(name))
        }
        for (name, commit) in refs { try git("update-ref", name, commit) }
    }
}
