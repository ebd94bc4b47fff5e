import Foundation
import MainstayCore
import MainstayTesting
import Testing

@Suite("Scans of a repository that goes on")
struct LedgerScanTests {
    @Test(
        "a backport adds no link, a follow-up is a part, a tag lets tickets go on",
        arguments: TestEngine.allCases
    )
    func goesOn(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        try await DeskPlace.with(engine) { place in
            var said =
                try place.tell(
                    project.setUp + """
                        m customer new acme --name Acme >/dev/null
                        m ticket new "Frames" --product MST --customer acme >/dev/null
                        m ticket new "Another" --product MST >/dev/null
                        m ticket new "Also frames" --product MST >/dev/null
                        m defect new --ticket MST-1 --alias "BZ #12" >/dev/null
                        m defect tie MST-D1 MST-3 >/dev/null
                        m product scan MST
                        m ticket wait MST-1 --for release "Comes with the next one" >/dev/null
                        m ticket wait MST-3 --for release "Comes with the next one" >/dev/null
                        m product scan MST
                        """
                )
                .output
            try project.pick("frames", onto: "1.0")
            try project.pick("rest", onto: "1.0", trailer: false)
            try project.commit(
                "test",
                "Test long frames\n\n[BZ #12]",
                ["test.c": source("test")]
            )
            said += try place.tell("m product scan MST\nm defect show MST-D1").output
            try project.pick("test", onto: "2.0")
            try project.repo.tag("v2.0.2", at: project.repo.commit(at: "release/2.0"))
            said +=
                try place.tell(
                    """
                    m product scan MST
                    m product scan MST
                    m ticket show MST-1
                    m ticket list
                    m task list | sed -E 's/^[0-9]+ +/TASK /'
                    m defect show MST-D1
                    m db verify
                    """
                )
                .output
            let text = place.steady(said, of: project)
                .replacing(/task +\d+/, with: "task")
            #expect(try Snapshot.difference(text, "ledger-goes-on.txt") == nil)
        }
    }

    @Test(
        "beside the fix that a person named, news add nothing and tests are proposals",
        arguments: TestEngine.allCases
    )
    func namedFix(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        try project.commit(
            "news",
            "Document CVE-2026-0001",
            ["NEWS": source("news"), "advisories/1": source("advisory")]
        )
        try project.commit("test", "Test quotes (CVE-2026-0001)", ["test.c": source("test")])
        try await DeskPlace.with(engine) { place in
            _ = try place.tell(
                project.setUp + """
                    m product scan MST
                    m defect new --product MST --title Quotes --alias CVE-2026-0001
                    m defect link MST-D1 --fix $quotes
                    """
            )
            let before = try place.tell("m product scan MST; m defect show MST-D1").output
            #expect(before.contains("Proposed: MST-D1 fixes"))
            #expect(before.contains("analysis, part 2, proposed: confirm or deny it"))
            #expect(before.contains("main  ↑ fixed-unreleased"))
            #expect(!before.contains("Document CVE-2026-0001"))
            let after = try place.tell(
                """
                m defect confirm MST-D1 \(project.id("test").hex)
                m product scan MST; m defect show MST-D1
                """
            )
            #expect(after.output.contains("MST-D1 on 2.0: fixed-unreleased > partial"))
        }
    }

    @Test(
        "branches and tags that vanish, move or are rewritten are told of, and nothing is lost",
        arguments: TestEngine.allCases
    )
    func refsChange(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        try await DeskPlace.with(engine) { place in
            var said =
                try place.tell(
                    project.setUp + """
                        m defect new --product MST --title Frames --alias "BZ #12" >/dev/null
                        m product scan MST
                        """
                )
                .output
            let line = try project.repo.commit(at: "release/2.0")
            try project.repo.branch("release/2.0", at: project.id("frames@2.0"))
            try project.repo.tag("v2.0.1", at: project.id("parser"))
            try project.repo.git("update-ref", "-d", "refs/tags/v1.0.0")
            said += try place.tell("m product scan MST\nm product scan MST").output
            try project.repo.git("update-ref", "-d", "refs/heads/release/2.0")
            try project.repo.branch("release/3.0", at: project.id("rest"))
            said +=
                try place.tell(
                    "m product scan MST\nm product scan MST\nm defect show MST-D1\nm line list MST"
                )
                .output
            try project.repo.branch("release/2.0", at: line)
            try project.repo.tag("v2.0.1", at: project.id("frames@2.0"))
            said +=
                try place.tell(
                    """
                    m product scan MST
                    m line new MST 3.0 --ref release/3.0 --phase active=2026-01-01
                    m product scan MST
                    m defect list MST
                    m db verify
                    """
                )
                .output
            let text = place.steady(said, of: project)
            #expect(try Snapshot.difference(text, "ledger-refs.txt") == nil)
        }
    }

    @Test(
        "what names no commit, or the wrong one, is refused by name",
        arguments: TestEngine.allCases
    )
    func badCommits(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        let side = try project.repo.commit(
            "Side work",
            files: ["side.c": source("side")],
            on: "side",
            parents: [project.id("depth")]
        )
        let merge = try project.repo.merge(side, into: "main", message: "Merge side work")
        let prefix = try ambiguousPrefix(project)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                project.setUp + """
                    m defect new --product MST --title Frames >/dev/null
                    m defect link MST-D1 --fix $frames
                    m product scan MST >/dev/null
                    m defect link MST-D1 --fix 1234567
                    m defect link MST-D1 --fix \(prefix) | sed -E 's/[0-9a-f]{40}/ID/g'
                    m defect link MST-D1 --fix \(merge.hex)
                    m defect link MST-D1 --fix $frames --introduced $frames
                    m defect link MST-D1 --fix $frames+nothing
                    m defect link MST-D1 --fix $frames,
                    m defect link MST-D1 --fix ""
                    m defect link MST-D1 --fix 0
                    m defect link MST-D1 --fix $frames --line 9.9
                    m defect link MST-D1 --fix $frames --part 0
                    m defect link MST-D1
                    m defect link MST-D9 --fix $frames
                    m defect link MST-D1 --fix $frames >/dev/null
                    m defect link MST-D1 --introduced $frames
                    m defect link MST-D1 --introduced 0 >/dev/null
                    m defect link MST-D1 --fix \(merge.hex) --merge
                    m defect unlink MST-D1 12
                    m defect unlink MST-D1 0
                    m defect set MST-D1 --duplicate-of MST-D1
                    m defect set MST-D1 --alias "CVE-1-1" --no-alias "CVE-2-2"
                    m defect set MST-D1 --assignee nobody-known
                    m defect new --product MST
                    m defect new --product NOPE --title x
                    m defect new --ticket MST-9
                    m defect show MST-D1
                    m db verify
                    """
            )
            let said = place.steady(run.output, of: project).replacing(prefix, with: "PREFIX")
            #expect(try Snapshot.difference(said, "ledger-bad-commits.txt") == nil)
        }
    }

    /// Adds commits until two begin with the same four digits, and returns these.
    private func ambiguousPrefix(_ project: LedgerProject) throws -> String {
        var seen = Set(project.ids.values.map { $0.hex.prefix(4) })
        var stream = ""
        var parent = try project.repo.commit(at: "main").hex
        for number in 0..<2_000 {
            stream = """
                commit refs/heads/many
                mark :1
                committer C <c@example.org> \(1_800_000_000 + number) +0000
                data 0
                from \(parent)

                get-mark :1

                """
            let id = try project.repo.importStream(Array(stream.utf8)).prefix(40)
            if !seen.insert(id.prefix(4)).inserted { return String(id.prefix(4)) }
            parent = String(id)
        }
        throw FixtureError("No two of 2,000 commits begin alike")
    }

    @Test("a repository that cannot be read is refused, and statuses stay")
    func badRepositories() async throws {
        let project = try LedgerProject()
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                project.variables + """
                    m init >/dev/null
                    m product new MST --name Server >/dev/null
                    m product scan MST
                    m product repository MST /nowhere/at/all
                    m product scan MST
                    mkdir empty
                    m product repository MST empty
                    m product scan MST
                    m product repository MST "ext::sh -c true"
                    m product scan MST
                    m product repository MST ""
                    m product repository MST "--upload-pack=true"
                    git init --quiet --bare bare.git
                    m product repository MST bare.git
                    m product scan MST
                    m line list MST
                    m product repository MST "$REPO"
                    m defect new --product MST --title Frames --alias "BZ #12" >/dev/null
                    m product scan MST
                    m product repository MST /nowhere/at/all
                    m product scan MST
                    m product scan MST --no-fetch
                    m defect list MST
                    rm -rf .mainstay/mirrors .mainstay/cache
                    m defect show MST-D1
                    m product repository MST "$REPO"
                    m product scan MST
                    m product scan NOPE
                    m db verify
                    """
            )
            let said = place.steady(run.output, of: project)
            #expect(try Snapshot.difference(said, "ledger-bad-repositories.txt") == nil)
        }
    }

    @Test(
        "a scan that is killed again and again is finished by the next",
        arguments: TestEngine.allCases
    )
    func killed(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try LedgerProject()
        let seed = UInt64.random(in: 1...UInt64.max)
        print("LedgerScanTests seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let delays = (0..<15).map { _ in Double.random(in: 0.005...0.15, using: &random) }
        let made = """
            for n in 1 2 3 4 5 6; do
              mainstay ticket new "Frames $n" --product MST >/dev/null
              mainstay defect new --ticket MST-$n --alias "BZ #12" --alias CVE-2026-0001 >/dev/null
            done

            """
        let events = """
            for n in 1 2 3 4 5 6; do
              mainstay defect show MST-D$n --json; mainstay ticket show MST-$n --json
            done
            m db verify
            """
        func told(_ scans: String) async throws -> String {
            var text = ""
            try await DeskPlace.with(engine) { place in
                _ = try place.tell(project.setUp + made + scans)
                let run = try place.tell(events)
                #expect(run.output.contains("Everything holds."), "seed \(seed): \(run.output)")
                text = place.steady(run.output, of: project)
                    .replacing(/"sha":"[0-9a-f]{64}"/, with: "SHA")
                    .replacing(/"(opened|occurred|recorded|updated)_?[Aa]t":\d+/, with: "AT")
            }
            return text
        }
        let whole = try await told("m product scan MST")
        let kills = delays.map {
            "timeout -s KILL \($0) '\(Mainstay.products)/mainstay' product scan MST"
        }
        let cut = try await told(kills.joined(separator: "\n") + "\nm product scan MST")
        let parts = [whole, cut].map { $0.split(separator: #/(?=\{"|,")/#) }
        let first = zip(parts[0], parts[1]).first { $0 != $1 }
        #expect(whole == cut, "seed \(seed): \(first.map { "\($0), \($1)" } ?? "lengths")")
        #expect(whole.contains("link_found"))
    }
}
