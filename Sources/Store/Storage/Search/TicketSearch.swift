package import MainstayCore
package import SQLDatabase

/// Who looks for tickets, and thereby in which words.
package enum SearchAudience: Sendable, Hashable {
    /// A customer: title and public words.
    case customer
    /// Staff: notes too.
    case staff
}

extension Connection {
    /// Puts the words of a ticket or an article in place of those that the search had of it.
    ///
    /// - Parameters:
    ///   - id: The ticket or the article.
    ///   - title: Its title.
    ///   - body: All that its customer may read.
    ///   - notes: All that staff alone may read.
    /// - Throws: ``SQLError``.
    package func index(_ id: Int64, title: String, body: String, notes: String) throws {
        let row = SearchRow(id: id, title: title, body: body, notes: notes)
        try exec("DELETE FROM search WHERE \(SearchRow.key) = \(id)")
        try exec(
            """
            INSERT INTO search (\(name: SearchRow.columns(dialect))) VALUES (\(row.values(dialect)))
            """
        )
    }

    /// Reads the words of a ticket and its events, and puts them in place of those that the search
    /// had.
    package func indexTicket(_ id: Int64) throws {
        guard let row = try searchRows(of: id...id).first else { return }
        try index(id, title: row.title, body: row.body, notes: row.notes)
    }

    /// Returns tickets that have all words of a query, the newest first.
    ///
    /// - Parameters:
    ///   - query: The words.
    ///   - audience: Who asks.
    ///   - condition: What else must hold, on the columns of `ticket`: what the person may see;
    ///     `nil`: nothing, and articles are among them.
    ///   - before: Only tickets with a lower id: the last of the page before; `nil`: the first
    ///     page.
    ///   - limit: How many at most.
    /// - Returns: Ids, falling.
    /// - Throws: ``SQLError``.
    package func search(
        _ query: SearchQuery,
        for audience: SearchAudience,
        where condition: Query? = nil,
        before: Int64? = nil,
        limit: Int
    ) throws -> [Int64] {
        guard !query.isEmpty else { return [] }
        let visible: Query =
            condition.map {
                "AND EXISTS (SELECT 1 FROM ticket WHERE ticket.id = search.\(SearchRow.key) AND \($0))"
            } ?? ""
        let fields: SearchField = audience == .customer ? .open : .all
        return try values(
            """
            SELECT \(SearchRow.key) FROM search WHERE \(query.match(fields, dialect))
              AND \(SearchRow.key) < \(before ?? Int64.max) \(visible)
            ORDER BY \(SearchRow.key) DESC LIMIT \(limit)
            """
        )
    }

    /// Makes the words of all tickets and articles anew, in one pass over them.
    package func rebuildSearch(_ progress: any ProgressSink = SilentProgress()) throws {
        try exec("DELETE FROM search")
        try rebuildArticles()
        let total: Int = try value("SELECT COUNT(*) FROM ticket") ?? 0
        var (last, done): (Int64, Int) = (0, 0)
        while true {
            let ids: [Int64] = try values(
                "SELECT id FROM ticket WHERE id > \(last) ORDER BY id LIMIT 200"
            )
            guard let first = ids.first, let end = ids.last else { return }
            var rows = try searchRows(of: first...end)[...]
            try bulk("search", SearchRow.columns(dialect)) { rows.popFirst()?.row(dialect) }
            (last, done) = (end, done + ids.count)
            progress.report("Indexing words", done: done, total: total)
        }
    }

    /// Removes what the index still holds of words that were taken out of it.
    ///
    /// SQLite only marks them as gone until it merges the index; PostgreSQL vacuums by itself.
    func purgeSearch() throws {
        guard dialect == .sqlite else { return }
        try exec("INSERT INTO search (search) VALUES ('optimize')")
    }

    /// The words of the tickets whose ids are in a range, in order of id.
    private func searchRows(of ids: ClosedRange<Int64>) throws -> [SearchRow] {
        var rows: [SearchRow] = []
        var places: [Int64: Int] = [:]
        let range: Query = "BETWEEN \(ids.lowerBound) AND \(ids.upperBound)"
        try run("SELECT id, title, body FROM ticket WHERE id \(range) ORDER BY id") {
            let id: Int64 = try $0.next()
            places[id] = rows.count
            rows.append(SearchRow(id: id, title: try $0.next(), body: try $0.next(), notes: ""))
        }
        let texts: Query = "SELECT chain_id, audience, text FROM event WHERE text IS NOT NULL"
        try run("\(texts) AND chain_id \(range) ORDER BY chain_id, seq") {
            guard let place = places[try $0.next()] else { return }
            let audience: Audience = try $0.next()
            let text: String = try $0.next()
            if audience == .customer {
                rows[place].body += "\n" + text
            } else {
                rows[place].notes += "\n" + text
            }
        }
        return rows
    }
}

/// The words of one ticket or article as the engine's index takes them.
struct SearchRow {
    let id: Int64
    var title: String
    var body: String
    var notes: String

    static let key: Query = "\(sqlite: "rowid")\(postgres: "id")"

    static func columns(_ dialect: Dialect) -> StaticString {
        dialect == .sqlite ? "rowid, title, body, notes" : "id, doc"
    }

    func row(_ dialect: Dialect) -> [Value] {
        let fields = [title, body, notes].map(SearchWords.words)
        guard dialect == .postgres else {
            return [.int(id)] + fields.map { .text($0.joined(separator: " ")) }
        }
        // A weight needs a position: 1, 2 and 3 stand for the fields. Notes have the weight D, as
        // words without any have, which no filter for A and B finds.
        var places: [String: String] = [:]
        for (words, place) in zip(fields, ["1A", "2B", "3D"]) {
            for word in words {
                places[word, default: ""] += (places[word] == nil ? ":" : ",") + place
            }
        }
        return [.int(id), .text(places.map { "'\($0.key)'\($0.value)" }.joined(separator: " "))]
    }

    func values(_ dialect: Dialect) -> Query {
        let values = row(dialect).map { value -> Query in "\(value)" }
        return "\(Query.joined(values, by: ", "))\(postgres: "::tsvector")"
    }
}

/// Which words a search looks at.
enum SearchField {
    /// Those of titles that customers may read.
    case title
    /// All that customers may read.
    case open
    /// Notes too.
    case all
}

extension SearchQuery {
    /// The condition on `search`; words hold letters and digits only, so they need no escapes.
    func match(_ field: SearchField, _ dialect: Dialect) -> Query {
        switch dialect {
        case .sqlite:
            let words = terms.map { "\"\($0.word)\"" + ($0.isPrefix ? " *" : "") }
            let fields =
                switch field {
                case .title: "{title} : "
                case .open: "{title body} : "
                case .all: ""
                }
            let match: String = fields + "(" + words.joined(separator: " AND ") + ")"
            return "search MATCH \(match)"
        case .postgres:
            let weights =
                switch field {
                case .title: "A"
                case .open: "AB"
                case .all: ""
                }
            let words = terms.map { term in
                let marks = (term.isPrefix ? "*" : "") + weights
                return "'\(term.word)'" + (marks.isEmpty ? "" : ":\(marks)")
            }
            return "doc @@ \(words.joined(separator: " & "))::tsquery"
        }
    }
}
