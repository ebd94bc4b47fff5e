import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Finding") struct FindingTests {
    @Test("each trouble is found, and gone when it is mended", arguments: TestEngine.allCases)
    func findings(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("One")
            func bad(_ shift: Int64 = 0) async throws -> [String: Finding.Severity] {
                let clock = try await store.engine.read { try $0.now() }.advanced(by: shift)
                let all = try await store.engine.findings(blobs: store.blobs) { clock }
                #expect(all.allSatisfy { ($0.hint == nil) == ($0.severity == .good) })
                return Dictionary(
                    uniqueKeysWithValues: all.filter { $0.severity > .good }
                        .map { ($0.name, $0.severity) }
                )
            }
            #expect(try await bad() == ["backup": .warning, "anchors": .warning])
            try await store.engine.noteBackup()
            try await desk.anchor()
            try await store.engine.write { try $0.exec("UPDATE anchor SET sent_to = 'mail'") }
            #expect(try await bad() == [:])
            #expect(try await bad(-70_000) == ["clock": .fault])
            #expect(try await bad(-30_000) == ["clock": .warning])
            let order = Redaction(of: [1], on: ticket, by: desk.agent, ground: .law)
            try await store.engine.redact(order, blobs: store.blobs)
            #expect(try await bad() == [:])
            try await store.write { connection, provision in
                try connection.exec("UPDATE event SET text = 'x' WHERE seq = 1 AND kind = 'opened'")
                try connection.exec("INSERT INTO job_dead VALUES (1, 'q', 'k', '{}', 1, 'e', 0)")
                try connection.enqueue(
                    JobWish("a", in: "q", runAt: Instant(milliseconds: 0)),
                    &provision
                )
                try connection.exec("UPDATE setting SET updated_at = 0 WHERE name = 'backup'")
                try connection.exec("DELETE FROM schema_migration")
            }
            #expect(
                try await bad() == [
                    "redactions": .fault, "dead-jobs": .warning, "due-jobs": .warning,
                    "backup": .warning, "level": .fault,
                ]
            )
        }
    }
}
