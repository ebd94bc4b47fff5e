import SQLDatabase
import Testing

@Suite("Query")
struct QueryTests {
    @Test("names of a list in the source are told apart without the space around them")
    func names() {
        let names = SourceText("id, ref,\n  product_id ,level").names()
        #expect(names.map(\.description) == ["id", "ref", "product_id", "level"])
        #expect(SourceText("").names().isEmpty)
        #expect(SourceText("only").names() == [SourceText("only")])
        #expect(names[0] == SourceText("id"))
        #expect(names[0] != names[1])
    }

    @Test("a query is written with placeholders, and with the fragments of its engine alone")
    func rendering() throws {
        let columns = SourceText("a, b").names()
        let filter: Query = "\(name: columns[1]) = \("x")"
        let query: Query = """
            SELECT \(name: "a") FROM t WHERE \(filter) AND a IN \(list: [1, 2, 3])\
            \(postgres: " FOR UPDATE")\(sqlite: " LIMIT 1")
            """
        let sqlite = try query.render(for: .sqlite)
        #expect(sqlite.sql == "SELECT a FROM t WHERE b = $1 AND a IN ($2, $3, $4, $5) LIMIT 1")
        #expect(sqlite.arguments == [.text("x"), .int(1), .int(2), .int(3), .int(3)])
        let postgres = try query.render(for: .postgres)
        #expect(postgres.sql.hasSuffix("IN ($2, $3, $4, $5) FOR UPDATE"))
        let script = try Query(script: "SELECT \("1") + 1").render(for: .sqlite)
        #expect(script.sql == "SELECT 1 + 1" && script.arguments.isEmpty)
    }

    @Test("queries have one shape when they differ in values alone")
    func shapes() {
        func query(_ id: Int, _ column: SourceText) -> Query {
            "SELECT \(name: column) FROM t WHERE id = \(id)"
        }
        let columns = SourceText("ab, cd, ab").names()
        #expect(query(1, columns[0]).shape == query(2, columns[2]).shape)
        #expect(query(1, columns[0]).shape != query(1, columns[1]).shape)
    }
}
