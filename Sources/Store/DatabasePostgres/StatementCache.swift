/// The statements that one connection has prepared, by their SQL text.
struct StatementCache {
    private struct Prepared {
        let name: String
        var lastUse: Int
    }

    private var prepared: [String: Prepared] = [:]
    private var uses = 0
    private let limit: Int

    /// Creates a cache for so many statements.
    init(limit: Int) {
        self.limit = limit
    }

    /// The name of a statement that was prepared.
    mutating func name(of sql: String) -> String? {
        uses += 1
        guard let index = prepared.index(forKey: sql) else { return nil }
        prepared.values[index].lastUse = uses
        return prepared.values[index].name
    }

    /// Makes a name for a new statement and says which statement has to go for it, if any.
    mutating func add(_ sql: String) -> (name: String, replaced: String?) {
        var replaced: String?
        if prepared.count >= limit,
            let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            replaced = oldest.value.name
            prepared[oldest.key] = nil
        }
        let name = "s\(uses)"
        prepared[sql] = Prepared(name: name, lastUse: uses)
        return (name, replaced)
    }

    /// Forgets a statement that the server did not take.
    mutating func remove(_ sql: String) {
        prepared[sql] = nil
    }
}
