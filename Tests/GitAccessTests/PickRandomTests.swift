import BackportAnalysis
import Foundation
import MainstayCore
import Testing

/// Compares predictions with `git merge-tree` on generated picks.
///
/// `MAINSTAY_TEST_SEED` and `MAINSTAY_TEST_CASES` ask for other cases, or for more of them.
@Suite("PickPredictor, generated picks")
struct PickRandomTests {
    @Test("agrees with git on generated picks, verdict and tree")
    func agreesOnGeneratedPicks() throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["MAINSTAY_TEST_SEED"].flatMap(UInt64.init) ?? 1
        let count = environment["MAINSTAY_TEST_CASES"].flatMap(Int.init) ?? 240
        var generator = PickGenerator(seed: seed)
        let cases = (0..<count).map { _ in generator.makeCase() }
        let lab = try PickLab(cases)
        let opened = try OpenedRepository(path: lab.path)
        let predictor = PickPredictor(source: opened.source)
        var clean = 0
        for (index, pick) in lab.picks.enumerated() {
            let oracle = try lab.verdict(of: pick)
            let prediction = predictor.predict(fix: pick.fix, onto: pick.line)
            let isClean = prediction.verdict == .clean || prediction.verdict == .alreadyThere
            let note: Comment =
                "seed \(seed), case \(index): \(prediction), git said \(oracle.text)"
            #expect(isClean == oracle.isClean, note)
            if isClean, oracle.isClean {
                clean += 1
                #expect(prediction.tree == oracle.tree, note)
            }
        }
        print("Generated picks, seed \(seed): \(count), \(clean) clean")
    }
}
