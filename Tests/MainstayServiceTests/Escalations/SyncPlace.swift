import ConnectorLink
import MainstayCore
import MainstayService
import MainstayTesting
import SQLDatabase
import Storage
import SupportDesk
import Testing

/// An installation with a vendor `nas` whose system is followed by the connector `nas-sys`.
struct SyncPlace {
    let desk: Desk
    let engine: MortalEngine
    let blobs: BlobFolder
    let vendor: TestVendor

    static let words: [String: SupportDesk.CaseState] = [
        "new": .submitted, "open": .working, "ask": .needsUs, "done": .fixOffered,
        "closed": .closed, "no": .refused,
    ]

    /// Calls `body` with a fresh one on an engine; it goes afterwards.
    static func with(
        _ kind: TestEngine,
        seed: UInt64 = 1,
        _ body: (SyncPlace) async throws -> Void
    ) async throws {
        try await FreshDesk.with(kind) { fresh in
            let engine = MortalEngine(fresh.engine)
            let instance = try await Instance(
                DataLocation(folder: fresh.folder, database: nil),
                on: engine,
                process: "sync",
                clock: { Instant.now }
            )
            let place = SyncPlace(
                desk: Desk(instance, as: .osUser("ada")),
                engine: engine,
                blobs: instance.blobs,
                vendor: TestVendor(seed: seed) { engine.kill() }
            )
            try await place.setUp()
            try await body(place)
            engine.revive()
            await instance.leave()
        }
    }

    private func setUp() async throws {
        try await desk.makeProduct(prefix: "MST", name: "Server")
        var words = VendorWords()
        words.fields = [.product]
        try await desk.makeVendor("nas", words)
        let provision = try await desk.instance.provision(ids: 4)
        try await engine.write { connection in
            var provision = provision
            let ada = try connection.account(login: "ada")?.id ?? 0
            let library = ConnectorLibrary(
                id: "test.nas",
                version: "1",
                librarySHA: String(repeating: "0", count: 64),
                manifest: [:],
                installedBy: ada,
                at: try connection.now()
            )
            try connection.put(library)
            let connector = ConnectorInstance(
                id: try provision.id(),
                name: "nas-sys",
                library: library.id,
                vendor: try connection.vendor(named: "nas")?.id ?? 0,
                config: [:],
                createdAt: try connection.now()
            )
            try connection.put(connector)
            try connection.addStatusMap(Self.words, version: 1, of: connector.id)
        }
    }

    /// Opens a case for a new ticket, which waits for it; returns its name.
    func open(_ title: String, _ body: String = "It stops") async throws -> String {
        var request = NewTicket(title: title)
        request.product = "MST"
        let ticket = try await desk.register(request)
        var new = NewCase(at: "nas", title)
        new.body = body
        new.tickets = [ticket]
        new.connector = "nas-sys"
        return try await desk.openCase(new)
    }

    /// Approves what is held of a case, as it will leave.
    func approve(_ ref: String) async throws {
        let rehearsed = try await desk.rehearse(case: ref, through: vendor)
        let shown = try await desk.preview(case: ref, rehearsed: rehearsed)
        for message in shown.messages
        where message.message.state == .held && rehearsed[message.message.id] != nil {
            _ = try await desk.approve(
                case: ref,
                message: message.message.effectKey,
                digest: message.digest,
                rehearsed: rehearsed
            )
        }
    }

    /// Syncs once; no wait of a worker that died, and of no job that failed, is waited for.
    @discardableResult
    func sync() async throws -> SyncRound {
        try await hurry()
        return try await desk.sync(connector: "nas-sys", through: vendor)
    }

    /// Makes all waits be over.
    func hurry() async throws {
        try await engine.write { connection in
            try connection.exec("UPDATE job SET run_at = 0")
            try connection.exec("DELETE FROM sync_cursor WHERE stream = 'breaker'")
            try connection.exec("UPDATE vendor_case SET next_check_at = NULL WHERE failures > 0")
        }
    }

    /// The events of the vendor's chain for which a person has to mend the connector.
    func calls() async throws -> [String] {
        try await engine.read { connection in
            let vendor = try connection.vendor(named: "nas")?.id ?? 0
            let tasks = try connection.openTasks(on: vendor)
            #expect(tasks.allSatisfy { $0.kind == .mendConnector })
            return try tasks.map { try connection.event(vendor, $0.eventSeq)?.kind ?? "none" }
        }
    }

    /// A case with its events.
    func show(_ ref: String) async throws -> CaseView { try await desk.showCase(ref) }

    /// The texts of the events of some kinds on a case.
    func texts(_ ref: String, _ kinds: CaseEventKind...) async throws -> [String] {
        let words = Set(kinds.map(\.rawValue))
        return try await show(ref).events.filter { words.contains($0.kind) }.compactMap(\.text)
    }
}
