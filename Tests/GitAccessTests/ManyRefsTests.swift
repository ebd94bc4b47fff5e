import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

@Suite("Many refs")
struct ManyRefsTests {
    @Test("100,000 refs load, and a warm start does not list them again", .tags(.slow))
    func manyRefs() throws {
        let repo = try FixtureRepository()
        let ids = try (1...3).map { try repo.commit("Commit \($0)") }
        var text = "# pack-refs with: peeled fully-peeled sorted \n"
        for number in 0..<100_000 {
            text += "\(ids[number % 3].hex) refs/tags/v\(1_000_000 + number)\n"
        }
        try repo.writeGitFile("packed-refs", text)
        try Clock.age(repo.path + "/packed-refs", bySeconds: 60)
        let cache = repo.scratch + "/cache"
        let clock = ContinuousClock()
        var loads: [CommitIndex] = []
        let cold = try clock.measure { loads.append(try Load.index(repo.path, cache: cache).index) }
        let warm = try clock.measure { loads.append(try Load.index(repo.path, cache: cache).index) }
        for index in loads {
            #expect(index.count == 3)
            let refs = index.refs
            #expect(refs.count == 100_002)
            #expect(refs.last?.name == "refs/tags/v1099999")
        }
        // A sanity bound only: the warm start reads no ref at all.
        #expect(warm * 2 < cold, "warm \(warm), cold \(cold)")
    }
}
