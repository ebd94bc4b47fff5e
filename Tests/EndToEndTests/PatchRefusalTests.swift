import MainstayTesting
import Testing

@Suite("Releases and advisories that cannot be as they were put")
struct PatchRefusalTests {
    private static let releases = """
        m release plan MST 2.0
        quiet product scan MST
        m release plan MST 3.0
        m release plan MST main
        m release plan MST 2.0 --name 2.0.2
        m release plan MST 2.0 --name 2.0.2
        m release show MST 2.0.3
        m release show MTS 2.0.2
        m release add MST 2.0.2 MST-D7
        m release add MST 2.0.2 CVE-1999-1
        m release drop MST 2.0.2 MST-D2
        m release decide MST-D4 next --because severity
        m release decide MST-D4 next --line 9.9 --because severity
        m release decide MST-D4 soon --line 2.0 --because severity
        m release decide MST-D4 next --line 2.0 --because luck
        m release freeze MST 2.0.2
        m release add MST 2.0.2 MST-D4
        m release approve MST 2.0.2 MST-D4
        m release decide MST-D4 next --line 2.0 --because severity
        m release show MST 2.0.2
        m release reopen MST 2.0.2
        m release reopen MST 2.0.2
        m release withdraw MST 2.0.2
        m release publish MST 2.0.2
        m release publish MST 2.0.2 --tag v1.0.0
        m release publish MST 2.0.2 --tag v9
        m release cancel MST 2.0.2 "not needed"
        m release publish MST 2.0.2
        m release apply MST 2.0.2 --dry-run
        m release plan MST 2.0
        m release reopen MST 2.0.2
        m release plan MST 2.0 --name 2.0.1 --empty
        m release publish MST 2.0.1
        m release publish MST 2.0.1
        m release add MST 2.0.1 MST-D4
        m release plan MST 2.0 --name again --empty
        m release publish MST again --tag v2.0.1
        m release withdraw MST 2.0.1 "broken"
        m verify MST --as-of 2999-01-01
        m release apply MST again --draft --clean-only
        m release apply MST again --dry-run --branch x
        m release apply MST again

        """

    private static let advisories = """
        quiet defect new --product MST --title "A wish" --kind feature
        quiet product new OTH --name Other
        quiet defect new --product OTH --title "Theirs" --kind security
        m defect new --product MST --title "Worse" --cvss CVSS:3.1/AV:N
        m defect set MST-D1 --cvss 9.8
        m advisory new MST
        m advisory new MST --defect MST-D9
        m advisory new MST --defect MST-D6
        m advisory new MST --defect OTH-D1
        m advisory new MST --defect MST-D1 --cve CVE-26-1
        m advisory new MST --defect MST-D1 --title " "
        m advisory new MST --defect MST-D1 --defect MST-D4
        m advisory publish MST-SA-7
        m advisory list
        ref=$(mainstay advisory list --json | grep -o '"ref":"[^"]*"' | cut -d'"' -f4)
        m advisory export $ref
        m advisory export $ref --osv
        m advisory publisher --name x --namespace http://x.org --url https://x.org
        m advisory publish $ref
        m advisory publisher --name x --namespace https://x.org --url https://x.org
        m advisory edit $ref
        m advisory edit $ref --title "Of one" --expect 1
        m advisory edit $ref --title "Of two" --expect 1
        m advisory withdraw $ref "no"
        m defect decide MST-D4 under-investigation --line 1.0 "Let us see"
        m advisory publish $ref
        m advisory edit $ref --embargo-until 2999-01-01
        m advisory publish $ref --allow-unknown
        m advisory publish $ref --allow-unknown --end-embargo
        m advisory edit $ref --embargo-until 2999-01-01
        quiet defect new --product MST --title "Another hole" --kind security
        m advisory edit $ref --defect MST-D1 --defect MST-D4 --defect MST-D7
        m advisory edit $ref --defect MST-D1
        m advisory withdraw $ref "Wrong altogether"
        m advisory publish $ref --allow-unknown
        m advisory edit $ref --title x
        m publish --to www
        grep -c withdrawn www/osv/*.json
        m verify MST
        m db verify

        """

    @Test("each is refused by name, and nothing is lost", arguments: TestEngine.allCases)
    func refusals(_ engine: TestEngine) async throws {
        try needEngine(engine)
        let project = try PatchProject()
        try await DeskPlace.with(engine) { place in
            let beginning = patchBeginning(project)
            let run = try place.tell(beginning + Self.releases + Self.advisories)
            let told = place.steadyCode(run.output, project)
            #expect(try Snapshot.difference(told, "patch-refusals.txt") == nil)
        }
    }

    @Test("a plan whose line moved since is made anew, and a moved tag is told")
    func moved() async throws {
        let project = try PatchProject()
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                patchBeginning(project) + """
                    quiet product scan MST
                    quiet release plan MST 2.0
                    git clone -q --branch release/2.0 "$repo" work 2>/dev/null
                    cd work
                    git cherry-pick -x $quotes >/dev/null
                    git push -q origin HEAD:release/2.0
                    cd ..
                    m release apply MST 2.0.2 --dry-run
                    quiet product scan MST
                    m release show MST 2.0.2
                    m release apply MST 2.0.2
                    git -C .mainstay/mirrors/*.git log --format=%s release/2.0..mainstay/2.0/2.0.2
                    git -C work tag v2.0.2 && git -C work push -q origin v2.0.2
                    quiet product scan MST
                    quiet release publish MST 2.0.2
                    m release show MST 2.0.2
                    git -C work tag -f v2.0.2 HEAD~1 >/dev/null 2>&1
                    git -C work push -qf origin v2.0.2
                    quiet product scan MST
                    m release show MST 2.0.2
                    m verify MST
                    git -C work push -q origin :v2.0.2
                    quiet product scan MST
                    m release show MST 2.0.2
                    m verify MST
                    """
            )
            let told = place.steadyCode(run.output, project)
                .replacing(/[0-9a-f]{12}(?= git says|\.\.|,|$)/, with: "COMMIT")
            #expect(try Snapshot.difference(told, "patch-moved.txt") == nil)
        }
    }

    @Test("a cache that is damaged or gone changes no proof")
    func damagedCache() async throws {
        let project = try PatchProject()
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                patchBeginning(project) + """
                    quiet product scan MST
                    mainstay verify MST > before 2>&1
                    cp -r .mainstay/cache sound
                    for file in $(cd sound && find . -name '*.idx'); do
                      size=$(stat -c %s sound/$file)
                      for place in $((size / 3)) $((size - 2)); do
                        rm -rf .mainstay/cache && cp -r sound .mainstay/cache
                        printf '\\377\\252' | dd of=.mainstay/cache/$file bs=1 seek=$place conv=notrunc 2>/dev/null
                        mainstay verify MST > after || echo "$file at $place: status $?"
                        diff before after || echo "$file at $place"
                      done
                    done
                    rm -rf .mainstay/cache
                    mainstay verify MST | diff before -
                    cat before
                    """
            )
            #expect(run.output.hasSuffix("claims proven, all hold.\n"), "\(run.output)")
            #expect(run.output.split(separator: "\n").count == 1, "\(run.output)")
        }
    }
}
