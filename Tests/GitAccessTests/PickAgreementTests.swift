import BackportAnalysis
import CGit2
import Foundation
import GitAccess
import MainstayCore
import Testing

/// Compares predictions with recorded verdicts of git.
///
/// Needs two variables: `MAINSTAY_TEST_OUTCOMES`, a file of tab-separated rows (repository, set,
/// target, fix, verdict, tree), and `MAINSTAY_TEST_MIRRORS`, folders as `name=path`, separated by
/// commas.
@Suite("Pick agreement")
struct PickAgreementTests {
    struct Row {
        var repository: String
        var set: String
        var target: CommitID
        var fix: CommitID
        var verdict: String
        var tree: CommitID?

        init?(_ line: Substring) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 6, let target = CommitID(hex: fields[2]),
                let fix = CommitID(hex: fields[3])
            else { return nil }
            repository = String(fields[0])
            set = String(fields[1])
            self.target = target
            self.fix = fix
            verdict = String(fields[4])
            tree = CommitID(hex: fields[5])
        }
    }

    struct Score {
        var rows = 0
        var verdicts = 0
        var bothClean = 0
        var trees = 0
        var times: [Duration] = []
    }

    @Test(
        "agrees with recorded verdicts",
        .enabled(if: ProcessInfo.processInfo.environment["MAINSTAY_TEST_OUTCOMES"] != nil)
    )
    func agreesWithRecordedVerdicts() throws {
        let environment = ProcessInfo.processInfo.environment
        let file = try #require(environment["MAINSTAY_TEST_OUTCOMES"])
        let mirrors = try #require(environment["MAINSTAY_TEST_MIRRORS"])
        let rows = try String(contentsOfFile: file, encoding: .utf8)
            .split(separator: "\n").compactMap(Row.init)
        for mirror in mirrors.split(separator: ",") {
            let parts = mirror.split(separator: "=", maxSplits: 1)
            let repository = try OpenedRepository(path: String(parts[1]))
            let own = rows.filter { $0.repository == parts[0] && $0.verdict != "error" }
            for set in Set(own.map(\.set)).sorted() {
                let score = try measure(own.filter { $0.set == set }, in: repository)
                report("\(parts[0]) \(set)", score)
                #expect(Double(score.verdicts) >= 0.99 * Double(score.rows))
                #expect(score.trees == score.bothClean)
            }
        }
    }

    private func measure(_ rows: [Row], in repository: OpenedRepository) throws -> Score {
        let predictor = PickPredictor(source: repository.source)
        var score = Score()
        let clock = ContinuousClock()
        for row in rows {
            let start = clock.now
            let prediction = predictor.predict(fix: row.fix, onto: row.target)
            score.times.append(clock.now - start)
            score.rows += 1
            let isClean = prediction.verdict == .clean || prediction.verdict == .alreadyThere
            let word = isClean ? "clean" : prediction.verdict.word
            if word == row.verdict { score.verdicts += 1 }
            let isSameTree = prediction.tree == row.tree
            if isClean, row.verdict == "clean" {
                score.bothClean += 1
                if isSameTree { score.trees += 1 }
            }
            guard word != row.verdict || isClean && !isSameTree else { continue }
            print("\(row.repository) \(row.set) fix \(row.fix) target \(row.target)")
            print("    git: \(row.verdict) \(row.tree?.hex ?? "-")")
            print("    here: \(prediction.verdict) \(prediction.tree?.hex ?? "-")")
            for path in prediction.paths {
                print("    \(path.path) \(path.result) \(path.renamedTo?.text ?? "")")
            }
        }
        return score
    }

    private func report(_ name: String, _ score: Score) {
        let share = Double(score.verdicts) / Double(max(1, score.rows))
        print("\(name): \(score.verdicts) of \(score.rows) verdicts (\(share)),", terminator: " ")
        print("\(score.trees) of \(score.bothClean) trees,", terminator: " ")
        let times = score.times.sorted()
        let mean = times.reduce(.zero, +) / max(1, times.count)
        print("mean \(mean), median \(times[times.count / 2])", terminator: "")
        print(", slowest tenth from \(times[times.count * 9 / 10])")
    }
}
