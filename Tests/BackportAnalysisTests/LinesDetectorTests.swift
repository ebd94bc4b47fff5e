import BackportAnalysis
import MainstayCore
import Testing

@Suite("LineDetector")
struct LinesDetectorTests {
    @Test("lines are shown newest first with their phases")
    func order() throws {
        var fixture = LinesFixture(mainline: "master")
        for name in ["release/2.9/master", "release/2.10/master", "release/2.39/master"] {
            fixture.branch(name, after: 3)
        }
        let found = try fixture.detect()
        #expect(found.mainline.name == "master")
        #expect(found.mainline.phase == .development)
        #expect(found.lines.map(\.name) == ["2.39", "2.10", "2.9"])
        #expect(found.lines.map(\.phase) == [.active, .maintenance, .maintenance])
        #expect(found.all.allSatisfy { $0.phaseInferred })
        #expect(found.lines[0].ref == "refs/heads/release/2.39/master")
        #expect(found.notes.isEmpty && found.passedOver.isEmpty)
    }

    @Test("lines without a version are all ordered by branch point")
    func mixedOrder() throws {
        var fixture = LinesFixture(mainline: "master")
        fixture.branch("stable/2025.1", after: 8)
        fixture.branch("unmaintained/2023.1", after: 6)
        fixture.branch("unmaintained/zed", after: 5)
        fixture.branch("unmaintained/yoga", after: 4)
        fixture.branch("stable/1.0", after: 4)
        let found = try fixture.detect()
        #expect(found.lines.map(\.name) == ["2025.1", "2023.1", "zed", "1.0", "yoga"])
        #expect(
            found.lines.map(\.phase) == [.active, .extended, .extended, .maintenance, .extended]
        )
    }

    @Test("a branch wins over a tag, and end tags set the phase")
    func endTags() throws {
        var fixture = LinesFixture(mainline: "master")
        fixture.branch("unmaintained/2024.1", after: 7)
        fixture.branch("stable/2023.1", after: 5)
        fixture.tag("2024.1-eom", at: 7)
        fixture.tag("2023.1-eol", at: 6)
        fixture.tag("zed-eol", at: 4)
        fixture.tag("zed-em", at: 3)
        fixture.tag("yoga-eom", at: 2)
        let found = try fixture.detect()
        #expect(found.lines.map(\.name) == ["2024.1", "2023.1", "zed", "yoga"])
        #expect(found.lines.map(\.phase) == [.extended, .eol, .eol, .extended])
        #expect(found.lines.map(\.isTag) == [false, false, true, true])
        #expect(
            found.passedOver.map { "\($0.ref): \($0.reason)" } == [
                "refs/tags/2023.1-eol: branch 'stable/2023.1' is the line of this name",
                "refs/tags/2024.1-eom: branch 'unmaintained/2024.1' is the line of this name",
                "refs/tags/zed-em: the line ends in 'zed-eol'",
            ]
        )
    }

    @Test("of two names with one version the commoner template wins")
    func oneVersion() throws {
        var fixture = LinesFixture()
        fixture.branch("8.3.x", after: 2)
        fixture.branch("8.4.x", after: 3)
        fixture.branch("release-8.4", after: 4)
        let found = try fixture.detect()
        #expect(found.lines.map(\.name) == ["8.4.x", "8.3.x"])
        #expect(
            found.passedOver == [
                .init(
                    name: "8.4",
                    ref: "refs/heads/release-8.4",
                    reason: "'8.4.x' is the line of this version"
                )
            ]
        )
    }

    @Test("8.x and 8.0 are two lines")
    func depths() throws {
        #expect(try LinesFixture.names(of: ["8.x", "8.0.x", "7.x"]) == ["8.x", "8.0.x", "7.x"])
    }

    @Test("families with release tags alone become ended lines")
    func tails() throws {
        var fixture = LinesFixture(mainline: "master")
        fixture.branch("3.12", after: 8)
        fixture.branch("3.11", after: 7)
        let old = fixture.branch("gone-3.10", after: 5, length: 4)
        fixture.refs["refs/heads/gone-3.10"] = nil
        fixture.tag("v3.10.0", at: old - 2)
        fixture.tag("v3.10.1", at: old)
        fixture.tag("v3.10.2rc1", at: old)
        // One tag alone beside the chains, and a family on the mainline: no lines.
        fixture.tag("v3.9.1", at: old - 3)
        fixture.tag("v3.9.0", at: 2)
        fixture.tag("v3.8.0", at: 1)
        fixture.tag("v3.8.1", at: 2)
        fixture.tag("v3.11.0", at: 7)
        let found = try fixture.detect()
        #expect(found.lines.map(\.name) == ["3.12", "3.11", "3.10"])
        #expect(found.lines[2].ref == "refs/tags/v3.10.1")
        #expect(found.lines[2].phase == .eol)
        let without = try fixture.detect(LineSettings(findsTagLines: false))
        #expect(without.lines.map(\.name) == ["3.12", "3.11"])
        let ignored = try fixture.detect(LineSettings(ignore: ["v3.10*"]))
        #expect(ignored.lines.map(\.name) == ["3.12", "3.11"])
    }

    @Test("of a local and a remote-tracking branch the one that contains the other counts")
    func localAndRemote() throws {
        var fixture = LinesFixture()
        let tip = fixture.branch("stable/1.0", after: 3, length: 3)
        fixture.refs["refs/remotes/origin/stable/1.0"] = tip - 1
        #expect(try fixture.detect().lines.map(\.ref) == ["refs/heads/stable/1.0"])
        fixture.refs["refs/remotes/origin/stable/1.0"] = tip
        fixture.refs["refs/heads/stable/1.0"] = tip - 2
        #expect(try fixture.detect().lines.map(\.ref) == ["refs/remotes/origin/stable/1.0"])
        fixture.refs["refs/heads/stable/1.0"] = tip
        #expect(try fixture.detect().lines.map(\.ref) == ["refs/heads/stable/1.0"])
    }

    @Test("diverging branches are told, and forks do not decide")
    func divergence() throws {
        var fixture = LinesFixture()
        let local = fixture.branch("stable/1.0", after: 3)
        let remote = fixture.branch("other", after: 3)
        fixture.refs["refs/heads/other"] = nil
        fixture.refs["refs/remotes/fork/stable/1.0"] = remote
        #expect(try fixture.detect().lines.map(\.tip) == [local])
        fixture.refs["refs/remotes/origin/stable/1.0"] = remote
        let found = try fixture.detect()
        #expect(found.lines.map(\.tip) == [remote])
        #expect(
            found.notes == [
                "Branch 'stable/1.0' and 'origin/stable/1.0' have diverged, "
                    + "'origin/stable/1.0' is used"
            ]
        )
        let bare = try fixture.detect(isBare: true)
        #expect(bare.lines.map(\.tip) == [local])
    }

    @Test("the shown name is unique")
    func uniqueNames() throws {
        var fixture = LinesFixture(mainline: "main")
        fixture.branch("stable/main", after: 3)
        #expect(try fixture.detect().lines.map(\.name) == ["stable/main"])
    }

    @Test("lts in the name makes a long-term line")
    func longTerm() throws {
        var fixture = LinesFixture()
        fixture.branch("v3-lts", after: 3)
        fixture.branch("v4-stable", after: 4)
        let found = try fixture.detect()
        #expect(found.lines.map(\.name) == ["4", "3"])
        #expect(found.lines.map(\.kind) == [.regular, .longTerm])
    }
}

@Suite("Mainline")
struct LinesMainlineTests {
    @Test("the remote's default branch comes first")
    func originHead() throws {
        var fixture = LinesFixture(mainline: "main")
        fixture.branch("develop", after: 5)
        fixture.refs["refs/remotes/origin/develop"] = fixture.refs["refs/heads/develop"]
        fixture.symbolic["refs/remotes/origin/HEAD"] = "refs/remotes/origin/develop"
        fixture.symbolic["HEAD"] = "refs/heads/main"
        #expect(try fixture.detect().mainline.name == "develop")
    }

    @Test("HEAD counts in a bare repository alone")
    func bareHead() throws {
        var fixture = LinesFixture(mainline: "master")
        fixture.branch("next-big-thing", after: 5)
        fixture.symbolic["HEAD"] = "refs/heads/next-big-thing"
        #expect(try fixture.detect().mainline.name == "master")
        #expect(try fixture.detect(isBare: true).mainline.name == "next-big-thing")
    }

    @Test("a HEAD that is a line is passed over unless nothing else is left")
    func headIsLine() throws {
        var fixture = LinesFixture(mainline: "main")
        let tip = fixture.branch("v255-stable", after: 5)
        fixture.symbolic["HEAD"] = "refs/heads/v255-stable"
        let found = try fixture.detect(isBare: true)
        #expect(found.mainline.name == "main")
        #expect(found.lines.map(\.name) == ["255"])
        #expect(
            found.notes == [
                "HEAD names the line 'v255-stable', so 'main' is taken for the mainline"
            ]
        )
        fixture.refs = ["refs/heads/v255-stable": tip]
        let alone = try fixture.detect(isBare: true)
        #expect(alone.mainline.ref == "refs/heads/v255-stable")
        #expect(alone.lines.isEmpty)
    }

    @Test(
        "the usual names are tried in their order",
        arguments: [
            ["master", "main"], ["devel", "master"], ["trunk", "devel"], ["trunk"],
        ]
    )
    func usualNames(names: [String]) throws {
        var fixture = LinesFixture(mainline: names[0])
        for name in names.dropFirst() { fixture.branch(name, after: 3) }
        let best = ["main", "master", "devel", "trunk"].first { names.contains($0) }
        #expect(try fixture.detect().mainline.name == best)
    }

    @Test("a detached HEAD is the mainline where nothing else is left")
    func detached() throws {
        var fixture = LinesFixture(mainline: "main")
        fixture.refs = ["HEAD": 9]
        let found = try fixture.detect()
        #expect(found.mainline.ref == "HEAD")
        #expect(found.notes.count == 1)
        fixture.refs["refs/remotes/origin/master"] = 8
        #expect(try fixture.detect().mainline.ref == "refs/remotes/origin/master")
    }

    @Test("the only branch that is no line is the mainline")
    func onlyBranch() throws {
        var fixture = LinesFixture(mainline: "edge")
        fixture.branch("1.2", after: 3)
        #expect(try fixture.detect().mainline.name == "edge")
    }

    @Test("no mainline is an error that names branches and the settings file")
    func none() throws {
        var fixture = LinesFixture(mainline: "red")
        fixture.branch("blue", after: 3)
        #expect(throws: LineError.self) { try fixture.detect() }
        do {
            _ = try fixture.detect()
        } catch let error as LineError {
            #expect(error.code == .noMainline)
            #expect(
                error.description == """
                    No branch can be taken for the mainline, branches seen: 'blue', 'red'
                    Hint: Name it in .mainstay.yml, for example 'mainline: blue'
                    """
            )
        }
    }
}
