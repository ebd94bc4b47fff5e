import BackportAnalysis
import GitAccess
import MainstayCore
import Testing

/// One pick with what is expected of it.
struct PickCase: CustomTestStringConvertible {
    var name: String
    var base: Leaves
    var line: Leaves
    var fix: Leaves
    var verdict: PickVerdict
    /// Result and place on the line, by path; paths left out are not checked.
    var paths: [String: (PathResult, String?)] = [:]

    var testDescription: String { name }
}

/// Numbered lines, some replaced, so that a change and its neighbours can be told apart.
func numbered(_ count: Int, _ replaced: [Int: String] = [:], ending: String = "\n") -> String {
    (1...count).map { (replaced[$0] ?? "line number \($0)") + ending }.joined()
}

@Suite("PickPredictor, one rule at a time")
struct PickTableTests {
    @Test("follows the table and agrees with git", arguments: PickTable.all)
    func followsTheTable(pickCase: PickCase) throws {
        let lab = try PickLab([(pickCase.base, pickCase.line, pickCase.fix)])
        let opened = try OpenedRepository(path: lab.path)
        let pick = try #require(lab.picks.first)
        let oracle = try lab.verdict(of: pick)
        let predictor = PickPredictor(source: opened.source)
        let prediction = predictor.predict(fix: pick.fix, onto: pick.line)
        #expect(prediction.verdict == pickCase.verdict)
        for (path, expected) in pickCase.paths {
            let found = prediction.paths.first { $0.path == TreePath(path) }
            #expect(found?.result == expected.0, "\(path)")
            #expect(found?.renamedTo?.text == expected.1, "\(path)")
        }
        #expect(oracle.isClean == (pickCase.verdict != .conflict), "\(oracle.text)")
        if oracle.isClean { #expect(prediction.tree == oracle.tree) }
        #expect(prediction.paths.map(\.path) == prediction.paths.map(\.path).sorted())
    }

    @Test("a fix without parents adds all its files")
    func picksRootCommit() throws {
        let files: Leaves = ["a": .text("1\n"), "b/c": .text("2\n")]
        let lab = try PickLab([(files, ["a": .text("1\n")], files)])
        let opened = try OpenedRepository(path: lab.path)
        let pick = try #require(lab.picks.first)
        let predictor = PickPredictor(source: opened.source)
        let prediction = predictor.predict(fix: pick.base, onto: pick.line)
        #expect(prediction.verdict == .clean)
        #expect(prediction.paths.map(\.result) == [.alreadyThere, .clean])
    }

    @Test("an absent tree is named, and nothing is claimed")
    func namesAbsentTree() throws {
        let lab = try PickLab([(["a": .text("1\n")], ["a": .text("1\n")], ["a": .text("2\n")])])
        let opened = try OpenedRepository(path: lab.path)
        let pick = try #require(lab.picks.first)
        let absent = try #require(CommitID(hex: String(repeating: "ab", count: 20)))
        let predictor = PickPredictor(source: opened.source)
        let fixTree = try predictor.objects.commit(pick.fix).tree
        let prediction = predictor.predict(base: absent, fix: fixTree, target: fixTree)
        let sentence = "Object \(absent.hex) (tree) is absent"
        #expect(prediction.verdict == .unknown(reason: sentence))
        #expect(prediction.tree == nil)
    }

    @Test("a merge driver is named, and not run")
    func notesMergeDriver() throws {
        let rules: Leaves = [".gitattributes": .text("*.gen merge=ours\n*.txt merge=union\n")]
        func tree(_ text: String) -> Leaves {
            rules.merging(["d/a.gen": .text(text), "d/b.txt": .text(text)]) { $1 }
        }
        let lab = try PickLab([
            (tree(numbered(20)), tree(numbered(20, [15: "x"])), tree(numbered(20, [4: "y"])))
        ])
        let opened = try OpenedRepository(path: lab.path)
        let pick = try #require(lab.picks.first)
        let prediction = PickPredictor(source: opened.source)
            .predict(
                fix: pick.fix,
                onto: pick.line
            )
        #expect(prediction.verdict == .clean)
        #expect(
            prediction.notes == [
                "Path 'd/a.gen' has the merge driver 'ours', which is not run here"
            ]
        )
    }

    @Test("predictions write nothing into the repository")
    func writesNothing() throws {
        var generator = PickGenerator(seed: 20)
        let lab = try PickLab((0..<60).map { _ in generator.makeCase() })
        let before = try lab.inventory()
        let opened = try OpenedRepository(path: lab.path)
        let predictor = PickPredictor(source: opened.source)
        for pick in lab.picks {
            _ = predictor.predict(fix: pick.fix, onto: pick.line, isKeepingObjects: true)
        }
        #expect(try lab.inventory() == before)
        #expect(before.count > 5)
    }

    @Test("a second fix stands on the tree of the first, in memory only")
    func stacksPredictions() throws {
        let base: Leaves = ["d/a": .text(numbered(20))]
        let first: Leaves = ["d/a": .text(numbered(20, [3: "first"]))]
        let second: Leaves = ["d/a": .text(numbered(20, [3: "first", 15: "second"]))]
        let line: Leaves = ["d/a": .text(numbered(20, [9: "line"])), "other": .text("x\n")]
        let all: Leaves = [
            "d/a": .text(numbered(20, [3: "first", 9: "line", 15: "second"])),
            "other": .text("x\n"),
        ]
        let lab = try PickLab([(base, line, first), (first, all, second)])
        let opened = try OpenedRepository(path: lab.path)
        let predictor = PickPredictor(source: opened.source)
        let one = predictor.predict(
            fix: lab.picks[0].fix,
            onto: lab.picks[0].line,
            isKeepingObjects: true
        )
        #expect(one.made.map(\.kind) == [.blob, .tree, .tree])
        predictor.adopt(one)
        let target = try #require(one.tree)
        let two = predictor.predict(
            base: try predictor.objects.commit(lab.picks[1].base).tree,
            fix: try predictor.objects.commit(lab.picks[1].fix).tree,
            target: target
        )
        #expect(two.verdict == .clean)
        #expect(try two.tree == predictor.objects.commit(lab.picks[1].line).tree)
    }
}
