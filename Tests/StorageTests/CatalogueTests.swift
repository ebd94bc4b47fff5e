import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("StoredTable") struct StoredTableTests {
    @Test(
        "rows come once each in the order of the key, in pieces of any size",
        arguments: TestEngine.allCases
    )
    func pieces(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await store.write { connection, _ in
                try connection.exec(
                    "INSERT INTO priority_version (version, created_at) VALUES (1, 0), (2, 0)"
                )
                var cells = (0..<32)[...]
                try connection.bulk("priority_matrix", "version, impact, urgency, priority") {
                    cells.popFirst()
                        .map {
                            [1 + $0 / 16, 1 + $0 / 4 % 4, 1 + $0 % 4, 1].map { .int(Int64($0)) }
                        }
                }
            }
            let table = try #require(StoredTable.named("priority_matrix"))
            for size in [1, 2, 3, 5, 31, 32, 33] {
                let rows = try await store.engine.read { connection in
                    var cursor = TableCursor(table, connection, pieceRows: size)
                    var rows: [[Value]] = []
                    while let row = try cursor.next() { rows.append(row) }
                    return rows
                }
                let keys = rows.map { $0.prefix(3).map(\.self) }
                let expected = (0..<32)
                    .map { cell in
                        [1 + cell / 16, 1 + cell / 4 % 4, 1 + cell % 4].map { Value.int(Int64($0)) }
                    }
                #expect(keys == expected, "pieces of \(size)")
            }
        }
    }

    @Test(
        "the literal names every table, its columns in order and its key",
        arguments: TestEngine.allCases
    )
    func catalogue(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let names = try await store.read(
                """
                \(sqlite: """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'search' AND name NOT GLOB 'search_[cdi]*' AND name NOT LIKE 'sqlite%'
                    """)\
                \(postgres: """
                    SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'search'
                    """)
                """,
                as: String.self
            )
            #expect(Set(names) == Set(StoredTable.all.map { $0.name.description }))
            #expect(names.count == StoredTable.all.count)
            for table in StoredTable.all {
                let columns = try await store.read(columns(of: table), as: String.self)
                #expect(columns == table.columnNames.map(\.description), "\(table.name)")
                let key = try await store.read(key(of: table), as: String.self)
                #expect(key == columns.prefix(table.keyCount).map(\.self), "\(table.name)")
            }
        }
    }

    private func columns(of table: StoredTable) -> Query {
        let name = table.name.description
        return """
            SELECT \(sqlite: "name FROM pragma_table_info(")\(postgres: "column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ")\(name)\(sqlite: ")")
            ORDER BY \(sqlite: "cid")\(postgres: "ordinal_position")
            """
    }

    private func key(of table: StoredTable) -> Query {
        let name = table.name.description
        return """
            SELECT \(sqlite: "name FROM pragma_table_info(")\(postgres: """
                a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) WHERE i.indisprimary AND i.indrelid = CAST(CAST(
                """)\(name)\(sqlite: ") WHERE pk > 0 ORDER BY pk")\(postgres: """
                 AS text) AS regclass) ORDER BY array_position(i.indkey::int2[], a.attnum)
                """)
            """
    }
}
