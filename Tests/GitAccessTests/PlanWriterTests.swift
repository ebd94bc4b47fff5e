import BackportAnalysis
import GitAccess
import MainstayCore
import MainstayTesting
import Testing

@Suite("PlanWriter")
struct PlanWriterTests {
    @Test("writes what git cherry-pick -x writes: tree, message, author", arguments: [11, 12])
    func agreesWithGit(seed: UInt64) throws {
        let lab = PlanLab(try FixtureRepository())
        var generator = PlanGenerator(seed: seed)
        let picks = try generator.makePicks(150, in: lab.repo)
        let (repository, containment) = try lab.open()
        let index = containment.index
        let planner = PickPlanner(source: GitTreeSource(repository), containment: containment)
        let writer = PlanWriter(repository, committer: PlanLab.committer)
        var written = 0
        for (number, pick) in picks.enumerated() {
            let note: Comment = "seed \(seed), pick \(number): \(pick.fix) onto \(pick.line)"
            let rows = try #require(index.row(of: pick.fix))
            let plan = planner.plan([rows], onto: try #require(index.row(of: pick.line)))
            let head = try lab.pickByGit([pick.fix], onto: pick.line)
            #expect((head != nil) == (plan.steps[0].inPlan.verdict == .clean), note)
            guard let head, plan.steps[0].isTaken else { continue }
            let ref = "refs/heads/written/\(number)"
            let branch = try #require(writer.write(plan, to: ref).first)
            written += 1
            let ours = try lab.story(ref, since: pick.line, in: lab.repo.path)
            #expect(try lab.story(head, since: pick.line, in: lab.clone) == ours, note)
            #expect(branch.commits.map(\.original) == [pick.fix], note)
            #expect(try lab.repo.commit(at: ref) == branch.commits[0].commit, note)
        }
        print("Generated picks, seed \(seed): \(picks.count), \(written) written")
        #expect(written >= 100, "seed \(seed): too few clean picks")
        try lab.repo.git("fsck", "--strict", "--no-dangling")
    }

    private func lines(_ changes: [Int: String] = [:]) -> FixtureChange {
        .text((1...20).map { changes[$0] ?? "line \($0)" }.joined(separator: "\n") + "\n")
    }

    // main  start - fix - clash
    // line      \ own
    private func history() throws -> (lab: PlanLab, fix: CommitID, clash: CommitID, tip: CommitID) {
        let repo = try FixtureRepository()
        let start = try repo.commit("Start", files: ["a.c": lines(), "b.c": lines()])
        let fix = try repo.commit("Fix", files: ["a.c": lines([3: "fix"])])
        let clash = try repo.commit("Clash", files: ["b.c": lines([9: "clash"]), "c": "new\n"])
        let own = try repo.commit(
            "Own",
            files: ["b.c": lines([9: "own"])],
            on: "release/1.0",
            parents: [start]
        )
        return (PlanLab(repo), fix, clash, own)
    }

    private func refusal(
        _ lab: PlanLab,
        _ plan: PickPlan,
        to ref: String = "refs/heads/x",
        _ choice: PlanWriter.Choice = .all
    ) throws -> PlanError {
        let before = try TestFile.listing(lab.repo.path)
        let error = try #require(throws: PlanError.self) {
            _ = try lab.writer().write(plan, to: ref, choice: choice)
        }
        let after = try TestFile.listing(lab.repo.path)
        #expect(before == after, "something was written")
        return error
    }

    @Test("a conflict anywhere writes nothing, and all are named")
    func conflict() throws {
        let (lab, fix, clash, tip) = try history()
        let error = try refusal(lab, lab.plan([fix, clash], onto: tip))
        #expect(error.code == .conflicts)
        #expect(
            error.message
                == "1 of 2 picks are not clean: nothing was written (\(clash.short))"
        )
        let one = try refusal(lab, lab.plan([clash], onto: tip))
        #expect(one.message == "The pick of \(clash.short) is not clean: nothing was written")
    }

    @Test("nothing to write")
    func nothing() throws {
        let (lab, fix, _, _) = try history()
        let error = try refusal(lab, lab.plan([fix], onto: fix))
        #expect(error.code == .nothingToWrite)
        #expect(error.message == "The line holds all of \(fix.short): nothing was written")
    }

    @Test(
        "names that are taken, or stand in the way",
        arguments: [
            ("x", "x"), ("x/y", "x"), ("x", "x/y"), ("mainstay/1.0/a", "mainstay"),
        ]
    )
    func taken(name: String, by other: String) throws {
        let (lab, fix, _, tip) = try history()
        try lab.repo.branch(other, at: tip)
        let error = try refusal(lab, lab.plan([fix], onto: tip), to: "refs/heads/\(name)")
        #expect(error.code == .refTaken)
        #expect(
            error.message
                == (name == other
                    ? "Branch 'x' exists already at \(tip.short)"
                    : "Branch '\(name)' cannot stand beside branch '\(other)'")
        )
        try lab.repo.git("pack-refs", "--all")
        #expect(
            try refusal(lab, lab.plan([fix], onto: tip), to: "refs/heads/\(name)").code == .refTaken
        )
    }

    @Test(
        "names of branches",
        arguments: [
            ("fixes", "refs/heads/fixes"), ("refs/heads/a/b", "refs/heads/a/b"),
            ("refs/tags/v1", nil),
            ("-x", nil), ("a..b", nil), ("HEAD", nil), ("", nil), ("a b", nil),
        ]
    )
    func names(name: String, ref: String?) {
        #expect((try? PlanWriter.ref(ofBranch: name)) == ref)
    }

    @Test("drafts stand with markers on a second branch, on top of the clean picks")
    func drafts() throws {
        let (lab, fix, clash, tip) = try history()
        let plan = try lab.plan([fix, clash], onto: tip, isDrafting: true)
        let branches = try lab.writer().write(plan, to: "refs/heads/x", choice: .drafts)
        #expect(branches.map(\.ref) == ["refs/heads/x", "refs/heads/x-draft"])
        #expect(branches.map { $0.commits.map(\.original) } == [[fix], [clash]])
        let repo = lab.repo
        #expect(try repo.commit(at: "x-draft^") == repo.commit(at: "x"))
        let marked = try repo.git("show", "x-draft:b.c").split(separator: "\n")
        #expect(
            marked[8...12] == [
                "<<<<<<< \(tip.short)", "own", "=======", "clash", ">>>>>>> \(clash.short)",
            ]
        )
        #expect(try repo.git("show", "x-draft:c") == "new")
        #expect(
            try repo.git("log", "-1", "--format=%B", "x-draft") == """
                Clash

                (cherry picked from commit \(clash.hex))

                Conflicts:
                \tb.c: both changed the same lines

                """
        )
        try repo.git("fsck", "--strict", "--no-dangling")
        let alone = try lab.plan([clash], onto: tip, isDrafting: true)
        let draft = try lab.writer().write(alone, to: "refs/heads/y", choice: .drafts)
        #expect(draft.map(\.ref) == ["refs/heads/y-draft"])
        #expect(try repo.commit(at: "y-draft^") == tip)
    }

    @Test(
        "a pick of a signed commit has no signature, and one of a merge is its first-parent change"
    )
    func signedAndMerged() throws {
        let (lab, fix, _, tip) = try history()
        let raw = try lab.repo.git("cat-file", "commit", fix.hex)
        let signature =
            "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n"
        let signed = raw.replacing("\n\n", with: "\n\(signature)HG:extra x\n\n", maxReplacements: 1)
        let object = try lab.repo.object("commit", Array((signed + "\n").utf8))
        try lab.repo.branch("signed", at: object)
        let side = try lab.repo.merge(object, into: "release/1.0", message: "Merge it")
        try lab.repo.branch("line", at: tip)
        let plan = try lab.plan([object], onto: tip)
        let made = try #require(lab.writer().write(plan, to: "refs/heads/x").first?.commits.first)
        let written = try lab.repo.git("cat-file", "commit", made.commit.hex)
        let head = written.split(separator: "\n\n")[0].split(separator: "\n")
        #expect(head.map { $0.prefix { $0 != " " } } == ["tree", "parent", "author", "committer"])
        #expect(head[3] == "committer Carl Committer <c@example.org> 1800000000 +0000")
        let merge = try lab.plan([side], onto: tip)
        _ = try lab.writer().write(merge, to: "refs/heads/m")
        #expect(try lab.repo.git("rev-parse", "m^{tree}") == lab.repo.git("rev-parse", "x^{tree}"))
        #expect(
            try lab.repo.git("rev-list", "--count", "m^@")
                == lab.repo.git("rev-list", "--count", "x^@")
        )
    }

    @Test("a repository that cannot be written to is left as it is")
    func readOnly() throws {
        let (lab, fix, _, tip) = try history()
        let plan = try lab.plan([fix], onto: tip)
        let objects = try lab.repo.gitFolder() + "/objects"
        // A file where the folder of the first new object should be, for a tester who is root.
        for digit in 0..<256 {
            let hex = String(digit, radix: 16)
            let name = objects + "/" + (hex.count == 1 ? "0" + hex : hex)
            if (try? TestFile.listing(name)) == nil { try TestFile.write(name, []) }
        }
        let refs = try lab.repo.git("for-each-ref")
        let error = try #require(throws: PlanError.self) {
            _ = try lab.writer().write(plan, to: "refs/heads/x")
        }
        #expect(error.code == .notWritten)
        #expect(try lab.repo.git("for-each-ref") == refs)
    }

    @Test("of writers that race for a name one wins, and the branch is its own")
    func race() async throws {
        let (lab, fix, _, tip) = try history()
        let path = lab.repo.path
        let plan = try lab.plan([fix], onto: tip)
        for round in 0..<40 {
            let ref = "refs/heads/race/\(round)"
            let wins = await withTaskGroup(of: CommitID?.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        guard let folder = try? RepositoryFolder(containing: path, homeFolder: nil),
                            let repository = try? Repository(folder)
                        else { return nil }
                        let name = "Writer \(writer)"
                        let committer = Committer(name: name, email: "w@x", time: 1)
                        let made = try? PlanWriter(repository, committer: committer)
                            .write(plan, to: ref)
                        return made?.first?.commits.last?.commit
                    }
                }
                return await group.reduce(into: [CommitID]()) { if let id = $1 { $0.append(id) } }
            }
            #expect(wins.count == 1, "round \(round)")
            #expect(try lab.repo.commit(at: ref) == wins.first)
        }
    }
}
