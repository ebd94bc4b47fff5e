import FoundationEssentials
import Glibc
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Verify") struct VerifyTests {
    /// A store with every kind of row that an edit is made to.
    private func fill(_ store: StoreFixture) async throws -> DeskFixture {
        let desk = try await DeskFixture(store)
        for number in 1...5 {
            let ticket = try await desk.open("Ticket \(number)", "body \(number)")
            try await desk.say("Public \(number)", on: ticket)
            try await desk.say("Internal \(number)", on: ticket, for: .staff)
            if number % 2 == 0 { try await desk.anchor() }
            try await desk.escalate(ticket, to: Int64(number % 3 + 2))
            try await desk.escalate(ticket, to: 1)
        }
        _ = try await CodeFixture(desk)
        try await desk.anchor()
        try await desk.say("After", on: try await desk.open("Last"))
        return desk
    }

    /// How many edits are made on each engine; `Scripts/faults` asks for more.
    private static let edits =
        getenv("MAINSTAY_TEST_EDITS").flatMap { Int(String(cString: $0)) } ?? 200

    @Test(
        "random edits, deletes and swaps are all found and named",
        arguments: TestEngine.allCases
    )
    func edits(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            _ = try await fill(store)
            #expect(try await store.faults() == [])
            try await expectFound(edits: Self.edits, in: store)
            #expect(try await store.faults() == [])
        }
    }

    /// Makes single edits and undoes each, and expects that verify names the row of each.
    private func expectFound(edits: Int, in store: StoreFixture) async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("VerifyTests seed \(seed)")
        var random = SplitMix(seed)
        var done: [String: Int] = [:]
        var refused = 0
        while done.values.reduce(0, +) < edits {
            try #require(refused < 20 * edits)
            let choice = random.next()
            do {
                try await store.engine.write { connection in
                    var random = SplitMix(choice)
                    let edit = try RandomEdit(connection, &random)
                    throw Undone(edit: edit, faults: try connection.proveTables())
                }
            } catch let undone as Undone {
                done[undone.edit.table, default: 0] += 1
                #expect(
                    undone.faults.contains(where: undone.edit.isNamed),
                    "seed \(seed): \(undone.edit), found \(undone.faults)"
                )
            } catch let error as SQLError where error.code == .constraint {
                refused += 1
            }
        }
        #expect(done.count == RandomEdit.tables.count, "\(done)")
        print("VerifyTests edits \(done), refused by the engine \(refused)")
    }

    @Test(
        "links of code to nothing, and values that are no words of ours, are named",
        arguments: TestEngine.allCases
    )
    func strayCode(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let code = try await CodeFixture(try await DeskFixture(store))
            #expect(try await store.faults() == [])
            func named(_ edits: Query...) async throws -> Set<String> {
                var found: [Fault] = []
                do {
                    try await store.engine.write { connection in
                        for edit in edits { try connection.exec(edit) }
                        throw FoundFaults(faults: try connection.proveTables())
                    }
                } catch let error as FoundFaults { found = error.faults }
                return Set(found.map { "\($0.table) \($0.id)" })
            }
            let edits: [(Query, String)] = [
                ("UPDATE release_item SET event_seq = 9", "release_item \(code.release)"),
                (
                    "UPDATE release_item SET state = 'x'",
                    "release_item \(code.release)/\(code.defect)"
                ),
                ("UPDATE publication SET event_seq = 9", "publication \(code.publication)"),
                ("UPDATE publication SET kind = 'x'", "publication \(code.publication)"),
                ("UPDATE advisory SET state = 'x'", "advisory \(code.advisory)"),
                ("UPDATE advisory SET id = id", ""),
                (
                    "UPDATE claim SET status = 'x'",
                    "claim \(code.publication)/\(code.defect)/\(code.lines[0])"
                ),
                (
                    "UPDATE claim SET evidence_json = '{ }'",
                    "claim \(code.publication)/\(code.defect)/\(code.lines[0])"
                ),
                ("UPDATE product_release SET state = 'x'", "product_release \(code.release)"),
                ("UPDATE product_release SET planned_day = 'x'", "product_release \(code.release)"),
                (
                    "UPDATE release_tag SET commit_id = 'x'",
                    "release_tag \(code.release)/\(code.repository)"
                ),
                (
                    "UPDATE ref_seen SET commit_id = 'X'",
                    "ref_seen \(code.repository)/refs/heads/main"
                ),
                (
                    "UPDATE release_decision SET cause = 'x'",
                    "release_decision \(code.defect)/\(code.lines[0])/9"
                ),
                (
                    "UPDATE release_decision SET event_seq = 99",
                    "release_decision \(code.defect)"
                ),
                ("UPDATE release_policy SET rules_json = '{'", "release_policy"),
                ("UPDATE defect SET duplicate_of_id = 5", "defect \(code.defect)"),
                ("DELETE FROM chain WHERE kind = 'release_line'", "release_line \(code.lines[0])"),
            ]
            for (edit, name) in edits {
                let found = try await named(edit)
                #expect(
                    name.isEmpty ? found.isEmpty : found.contains { $0.hasPrefix(name) },
                    "\(edit): \(found)"
                )
            }
        }
    }

    @Test("a blob that is missing, or another, is named")
    func blobs() async throws {
        try await StoreFixture.with(.sqlite) { store in
            let desk = try await DeskFixture(store)
            let ticket = try await desk.open("One")
            _ = try await desk.attach("abc", to: ticket)
            let sha = try await store.read("SELECT sha FROM blob", as: String.self)[0]
            let path = "\(store.blobs.path)/\(sha.prefix(2))/\(sha)"
            try Data("abd".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try await store.faults().map(\.id) == [sha])
            try store.blobs.erase(sha)
            #expect(try await store.faults().map(\.id) == [sha])
        }
    }

    @Test(
        "rows without chains, chains without rows, and links to nothing are named",
        arguments: TestEngine.allCases
    )
    func strays(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let desk = try await DeskFixture(store)
            try await store.engine.write { connection in
                try connection.exec("INSERT INTO product VALUES (7, 'X', 'X', 0)")
                _ = try connection.beginChain(8, .customer)
                try connection.exec(
                    "INSERT INTO task VALUES (9, \(desk.product), 99, 'call_back', NULL, 0, NULL, NULL, NULL)"
                )
                try connection.exec("INSERT INTO follower VALUES (10, \(desk.agent), 0)")
                try connection.exec("INSERT INTO component VALUES (11, \(desk.product), 'c')")
                try connection.exec(
                    "INSERT INTO role_grant VALUES (\(desk.agent), '*', 'king', 12, 0)"
                )
            }
            let named = Set(try await store.faults().map { "\($0.table) \($0.id)" })
            #expect(
                named == [
                    "product 7", "chain 8", "task 9", "follower 10",
                    "role_grant \(desk.agent)", "role_grant \(desk.agent)/*/king",
                ]
            )
        }
    }
}

/// Carries faults out of a write that must not stay.
private struct FoundFaults: Error {
    let faults: [Fault]
}

/// Carries what was found out of a write that must not stay.
private struct Undone: Error {
    let edit: RandomEdit
    let faults: [Fault]
}

/// One change of one row, or of two that change places, as somebody with the database open makes
/// it.
private struct RandomEdit: CustomStringConvertible {
    let table: String
    let description: String
    /// Ids that the fault may name: those of the rows, before and after.
    private let ids: Set<String>

    static let tables: [Substring] = [
        "event", "chain", "anchor", "anchor_leaf", "escalation", "ticket", "ticket_defect",
        "defect", "defect_commit", "commit_ruling", "decision", "reproduction", "intervention",
        "line_phase",
    ]
    /// Columns that no event repeats.
    private static let words: [String: Set<String>] = [
        "ticket": ["id", "customer_release", "updated_at", "due_at"],
        "defect": ["id", "updated_at"],
    ]

    init(_ connection: any Connection, _ random: inout SplitMix) throws {
        let name = try #require(Self.tables.randomElement(using: &random))
        let stored = try #require(StoredTable.named(name))
        let names = stored.columnNames
        var rows: [[Value]] = []
        var cursor = TableCursor(stored, connection)
        while let row = try cursor.next() { rows.append(row) }
        let row = try #require(rows.randomElement(using: &random))
        let other = try #require(rows.randomElement(using: &random))
        table = stored.name.description
        let place = Self.place(row, stored)
        if Int.random(in: 0..<8, using: &random) == 0 {
            ids = Set(Self.ids(of: row, stored))
            description = "DELETE \(table) \(row)"
            try connection.exec("DELETE FROM \(name: stored.name) WHERE \(place)")
            return
        }
        let words = Self.words[stored.name.description] ?? []
        let codes = names.indices.filter { !words.contains(names[$0].description) }
        let column = try #require(codes.randomElement(using: &random))
        let isSwap = Int.random(in: 0..<4, using: &random) == 0
        let new = isSwap ? other[column] : Self.another(row[column], &random)
        guard new != row[column] else { throw SQLError(.constraint, "The same value") }
        let set = names[column]
        try connection.exec("UPDATE \(name: stored.name) SET \(name: set) = \(new) WHERE \(place)")
        var changed = row
        changed[column] = new
        var ids = Set(Self.ids(of: row, stored) + Self.ids(of: changed, stored))
        if isSwap && column >= stored.keyCount {
            try connection.exec(
                "UPDATE \(name: stored.name) SET \(name: set) = \(row[column]) WHERE \(Self.place(other, stored))"
            )
            ids.formUnion(Self.ids(of: other, stored))
        }
        self.ids = ids
        description = "\(isSwap ? "SWAP" : "UPDATE") \(table) \(names[column]) of \(row) to \(new)"
    }

    /// Whether a fault names a row of the edit: by its key, or the chain, or the anchor that it
    /// belongs to.
    func isNamed(_ fault: Fault) -> Bool {
        ids.contains(fault.id)
    }

    private static func place(_ row: [Value], _ table: StoredTable) -> Query {
        Query.joined(
            zip(table.columnNames, row).prefix(table.keyCount)
                .map { name, value in
                    "\(name: name) = \(value)"
                },
            by: " AND "
        )
    }

    private static func ids(of row: [Value], _ table: StoredTable) -> [String] {
        let key = row.prefix(table.keyCount).map(text)
        return [key.joined(separator: "/")] + key
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .null: ""
        case .int(let number): String(number)
        case .text(let text): text
        }
    }

    private static func oneByteChanged(_ text: String, _ random: inout SplitMix) -> String {
        var bytes = Array(text.utf8)
        guard let place = bytes.indices.randomElement(using: &random) else { return "x" }
        // The lowest bits of a byte keep ASCII what it is, and other letters letters.
        bytes[place] ^= UInt8.random(in: 1...15, using: &random)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func another(_ value: Value, _ random: inout SplitMix) -> Value {
        switch value {
        case .null: [.int(1), .text("x")].randomElement(using: &random) ?? .null
        case .int(let number):
            [
                .int(number + 1), .int(number - 1),
                .int(number ^ 1 << Int64.random(in: 0..<40, using: &random)), .null,
            ]
            .randomElement(using: &random) ?? .null
        case .text(let text):
            [
                .null, .text(text + "0"), .text(String(text.dropLast())), .text(""),
                .text(String(text.reversed())), .text(text.uppercased()),
                .text(oneByteChanged(text, &random)),
            ]
            .randomElement(using: &random) ?? .null
        }
    }
}
