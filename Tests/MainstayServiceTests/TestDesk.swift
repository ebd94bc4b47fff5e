import AdvisoryFormats
import Foundation
import LTSReleases
import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage

/// An installation in a temporary folder, with the product MST, whose repository is a fixture.
struct TestDesk {
    let desk: Desk
    let engine: any SQLEngine
    let tools: CodeTools

    /// Calls `body` with a fresh one on SQLite, scanned once; it goes afterwards.
    static func with(_ repository: String, _ body: (TestDesk) async throws -> Void) async throws {
        try await FreshDesk.with(.sqlite) { fresh in
            let place = TestDesk(
                desk: fresh.desk,
                engine: fresh.engine,
                tools: CodeTools(
                    environment: ["PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"],
                    day: CalendarDay("2026-01-15") ?? CalendarDay(secondsSince1970: 0),
                    progress: SilentProgress()
                )
            )
            try await place.desk.makeProduct(prefix: "MST", name: "Server")
            let publicURL = "https://git.example.org/server.git"
            _ = try await place.desk.setRepository(of: "MST", url: repository, publicURL: publicURL)
            try await place.scan()
            try await place.desk.setPublisher(
                AdvisoryPublisher(
                    name: "Example Works",
                    namespace: "https://example.org",
                    contact: nil,
                    folderURL: "https://example.org/security",
                    registeredPrefix: nil
                )
            )
            try await body(place)
        }
    }

    /// Fetches and judges again.
    @discardableResult
    func scan() async throws -> ScanReport {
        try await desk.scan("MST", fetching: true, tools)
    }

    /// The numbers of the lines by their names.
    func lines() async throws -> [String: Int64] {
        try await engine.read { connection in
            let product = try connection.product(prefix: "MST")?.id ?? 0
            return Dictionary(
                uniqueKeysWithValues: try connection.lines(of: product).map { ($0.name, $0.id) }
            )
        }
    }

    /// Enters a security defect with its commits; returns what people call it and its number.
    func enter(
        _ title: String,
        parts: [[CommitID]],
        introducers: [CommitID] = []
    ) async throws -> (ref: String, id: Int64) {
        var new = NewDefect()
        new.product = "MST"
        new.title = title
        new.kind = .security
        let ref = try await desk.makeDefect(new)
        let id = try await engine.write { connection in
            let defect = try connection.defect(named: ref)
            let product = try connection.product(prefix: "MST")?.id ?? 0
            let repository = try connection.repository(of: product)?.id ?? 0
            func tie(_ commit: CommitID, _ role: CommitRole, _ part: Int) throws {
                try connection.put(
                    DefectCommit(
                        defectID: defect?.id ?? 0,
                        repositoryID: repository,
                        commit: commit,
                        role: role,
                        part: Int64(part),
                        source: .import,
                        state: .confirmed,
                        eventSeq: 1
                    )
                )
            }
            for (place, part) in parts.enumerated() {
                for commit in part { try tie(commit, .fixes, place + 1) }
            }
            for commit in introducers { try tie(commit, .introduces, 1) }
            return defect?.id ?? 0
        }
        return (ref, id)
    }
}

/// Whether the environment asks for the long forms, which take a minute or more.
let isLong = ProcessInfo.processInfo.environment["MAINSTAY_TEST_LONG"] != nil
