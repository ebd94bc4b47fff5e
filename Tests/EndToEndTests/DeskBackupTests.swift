import Foundation
import MainstayTesting
import Testing

@Suite("Backups and dumps of the desk")
struct DeskBackupTests {
    @Test("an older backup loses redacted words again where the list of redactions stays")
    func redaction() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                m product new MST --name Server >/dev/null
                m ticket new "Import fails" --product MST >/dev/null
                m ticket comment MST-1 "my name is Ruth" >/dev/null
                m db backup old >/dev/null
                m ticket redact MST-1 --event 2 --ground erasure >/dev/null
                cp old/mainstay.db .mainstay/mainstay.db
                echo with:
                m ticket show MST-1 | grep -e Ruth -e redacted
                rm .mainstay/blobs/redactions.jsonl
                cp old/mainstay.db .mainstay/mainstay.db
                echo without:
                m ticket show MST-1 | grep -e Ruth -e redacted
                """
            )
            let (with, without) = try halves(of: run.output)
            #expect(with.contains("(redacted)") && !with.contains("Ruth"), "\(run.output)")
            #expect(without.contains("Ruth") && !without.contains("redacted"), "\(run.output)")
        }
    }

    private func halves(of output: String) throws -> (with: Substring, without: Substring) {
        let start = try #require(output.range(of: "with:"))
        let middle = try #require(output.range(of: "without:"))
        return (output[start.upperBound..<middle.lowerBound], output[middle.upperBound...])
    }

    @Test("a copy tells nobody anything until it is adopted", arguments: TestEngine.allCases)
    func copy(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let run = try place.tell(
                """
                cat > mail <<'END'
                #!/bin/sh
                cat > /dev/null; echo sent >> "$0.log"
                END
                chmod +x mail
                first=$PWD/first second=$PWD/second
                m init --data $first >/dev/null
                export MAINSTAY_DATA=$first
                m notice mail --from desk@example.org --program $PWD/mail >/dev/null
                m product new MST --name Server >/dev/null
                m account new eve --name Eve --email eve@example.org >/dev/null
                m account grant eve agent >/dev/null
                m ticket new "It fails" --product MST >/dev/null
                m ticket assign MST-1 --to eve >/dev/null
                cp -r $first $second
                ln -s $first link
                export MAINSTAY_DATA=$second
                m notice send
                m case sync --connector none
                m db doctor | grep belong
                test -e mail.log || echo nobody was told
                MAINSTAY_DATA=$PWD/link mainstay db doctor | grep belong
                MAINSTAY_DEPLOYMENT=north mainstay db doctor --adopt | grep belong
                MAINSTAY_DEPLOYMENT=north mainstay notice send
                m db doctor --adopt | grep belong
                m notice send
                cat mail.log
                mainstay db verify
                """
            )
            let text = place.steady(run.output).replacing(/'[^'\n]+:FOLDER/, with: "'HOST:FOLDER")
            #expect(try Snapshot.difference(text, "desk-copy.txt") == nil)
        }
    }

    @Test("a backup that fails leaves no empty folder, and says what mends it")
    func failedBackup() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                m init >/dev/null
                mkdir there
                m db backup there
                m db backup nowhere/deep
                (ulimit -f 100; trap '' XFSZ; m db backup small)
                ls
                m db backup small >/dev/null && ls small
                """
            )
            #expect(run.output.contains("there is there already"), "\(run.output)")
            #expect(run.output.contains("Hint: Name a folder that does not exist yet"))
            #expect(run.output.contains("Hint: Make it, or name a folder in one that exists"))
            #expect(run.output.contains("status 1\nthere\n"), "\(run.output)")
            #expect(run.output.hasSuffix("\nthere\nmainstay.db\nmanifest.json\n"), "\(run.output)")
        }
    }

    @Test("a load that fails leaves the database without tables", arguments: TestEngine.allCases)
    func failedLoad(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(.sqlite) { source in
            _ = try source.tell(
                """
                m init
                m product new MST --name Server
                m ticket new "Import fails" --product MST
                m db dump all.jsonl
                """
            )
            let path = source.folder.path
            try await DeskPlace.with(engine) { place in
                let run = try place.tell(
                    """
                    sed s/Import/Export/ \(path)/all.jsonl >wrong.jsonl
                    head -c 2000 \(path)/all.jsonl >short.jsonl
                    m db load missing.jsonl --data new
                    m db load wrong.jsonl --data new
                    m db load short.jsonl --data new
                    m db migrate --plan --data new | grep -c 'CREATE TABLE ticket '
                    m db load \(path)/all.jsonl --data new
                    m ticket list --data new
                    m db load \(path)/all.jsonl --data new
                    """
                )
                #expect(run.output.contains("has another SHA-256"), "\(run.output)")
                #expect(run.output.contains("has no line break at its end"), "\(run.output)")
                #expect(run.output.contains("\n1\n"), "\(run.output)")
                #expect(run.output.contains("Import fails"), "\(run.output)")
                #expect(run.output.contains("The database is not empty"), "\(run.output)")
            }
        }
    }
}
