import BackportAnalysis
import MainstayCore
import Testing

@Suite("LineTemplate")
struct LinesTemplateTests {
    static let all = LineTemplate.branches + [LineTemplate.endTag]

    @Test("every template matches its own examples and none of its counterexamples")
    func examples() {
        for template in Self.all {
            #expect(!template.examples.isEmpty && !template.counterexamples.isEmpty)
            for example in template.examples {
                #expect(template.shownName(for: example.name) == example.shown, "\(example.name)")
            }
            for name in template.counterexamples {
                #expect(template.shownName(for: name) == nil, "\(template.name): \(name)")
            }
        }
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }

    @Test(
        "names of work in progress match no template",
        arguments: [
            "fedora/2.18/master", "patchback/backports/3.14/495e77/pr-13515",
            "dependabot/pip/3.15/x-1",
            "mergify/bp/v4.1.x/pr-14264", "name-patch-1", "neleai/string-x64", "RMQ-2786",
            "20250224-ocsp-wolfssl", "backport_dqt_to_v3.13.x", "fix-1.2", "gh_6317", "stable",
            "loic-4.3-release-notes", "v99.99.99-rhel_ci_test", "stable-2.0-network", "release",
            "cherry-pick-28356-to-v5.8", "google/grte/v5-2.27/master", "temp-2.10-devel", "", "v",
            "x",
        ]
    )
    func workInProgress(name: String) {
        for template in LineTemplate.branches {
            #expect(template.shownName(for: name) == nil, "\(template.name)")
        }
    }

    @Test("the project's word needs two branches")
    func lonelyProject() throws {
        #expect(try LinesFixture.names(of: ["osiris-1.8"]) == [])
        #expect(try LinesFixture.names(of: ["server-3.2", "server-3.1"]) == ["3.2", "3.1"])
        #expect(try LinesFixture.names(of: ["server-3.2", "client-3.1"]) == [])
    }
}

@Suite("ReleaseTags")
struct LinesReleaseTagsTests {
    static func releases(_ tags: [String], _ settings: LineSettings? = nil) throws -> [Release] {
        var fixture = LinesFixture(length: tags.count + 1)
        for (place, tag) in tags.enumerated() { fixture.tag(tag, at: place) }
        return try fixture.detect(settings).releases
    }

    static func names(_ tags: [String]) throws -> [String] {
        try releases(tags).map(\.tag)
    }

    @Test(
        "prefixes of projects that write tags in their own way",
        arguments: [
            ["1.2.3", "1.10.0"], ["v1.2.3-rc.1", "v1.2.3"], ["release-1.2.3", "release-1.3.0"],
            ["pkg-1.2.3", "pkg-1.2.4"], ["REL9_6_0", "REL9_6_1", "REL_17_1", "REL_17_2"],
            ["jdk-17.0.1+3", "jdk-17.0.1+12"], ["1.2.3.Beta1", "1.2.3.Final"],
            ["@scope/pkg@1.2.3", "@scope/pkg@1.10.0"], ["pkg/v1.2.3", "pkg/v1.3.0"],
            ["OpenSSL_1_0_2", "OpenSSL_1_0_2a", "OpenSSL_1_0_2u", "openssl-3.0.1"],
            ["log4j-2.17.0", "log4j-2.17.1"], ["libxml2-2.9.1", "libxml2-2.9.2"],
            ["rel-0.8.4", "0.9.1", "v1.0.0"], ["go1.20.1", "go1.21"], ["n4.3.1", "n4.4"],
            ["V_9_7_P1", "V_9_8_P1"], ["llvmorg-17.0.1", "llvmorg-18.1.0"], ["v1", "v2"],
            ["releases/1.2.0", "releases/1.3.0"], ["p7zip-16.02", "p7zip-17.01"],
        ]
    )
    func prefixes(tags: [String]) throws {
        #expect(try Self.names(tags) == tags)
    }

    @Test("other tags are left out")
    func otherTags() throws {
        let tags = [
            "glibc-2.1", "glibc-2.2", "glibc-2.10", "cvs/libc-1_90", "cvs/libc-1_91",
            "cvs/libc-1_92", "cvs/libc-1_93", "fedora/glibc-2.3", "make-3.8", "nightly-2024.01",
            "nightly-2024.02", "nightly-2024.03", "nightly-2024.04", "latest", "glibc-2.x",
        ]
        #expect(try Self.names(tags) == ["glibc-2.1", "glibc-2.2", "glibc-2.10"])
    }

    @Test("a single number counts only in the commonest spelling")
    func singleNumbers() throws {
        let tags = ["v250", "v250.1", "v251", "v251.1", "009", "177", "systemd-v12"]
        #expect(try Self.names(tags) == ["v250", "v250.1", "v251", "v251.1"])
    }

    @Test("several tags of one commit are all kept")
    func sameCommit() throws {
        var fixture = LinesFixture()
        fixture.tag("pkg-1.0.1", at: 3)
        fixture.tag("1.0.1", at: 3)
        fixture.tag("pkg-1.0.0", at: 2)
        let releases = try fixture.detect().releases
        #expect(releases.map(\.tag) == ["pkg-1.0.0", "1.0.1", "pkg-1.0.1"])
        #expect(releases.map(\.row) == [2, 3, 3])
    }

    @Test("pre-releases and snapshots are marked unless the settings count them")
    func prereleases() throws {
        let tags = ["v1.0", "v1.1-rc1", "v1.1.9000", "v1.1"]
        let marked = try Self.releases(tags)
        #expect(marked.map(\.tag) == ["v1.0", "v1.1-rc1", "v1.1", "v1.1.9000"])
        #expect(marked.map(\.isPrerelease) == [false, true, false, true])
        let counted = try Self.releases(tags, LineSettings(countsPrereleases: true))
        #expect(counted.allSatisfy { !$0.isPrerelease })
    }

    @Test("a configured pattern decides alone")
    func pattern() throws {
        let settings = LineSettings(releasePattern: #"^server/v(\d+\.\d+)$"#)
        let releases = try Self.releases(["v9.9", "server/v1.2", "server/v1.10", "x"], settings)
        #expect(releases.map(\.tag) == ["server/v1.2", "server/v1.10"])
    }
}
