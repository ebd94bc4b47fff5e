package import SQLDatabase
import SupportDesk

/// An article that has words that somebody looks for.
package struct ArticleMatch: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// How much it has of them: the rarer a word, the more; three times as much in the title.
    package let score: Int
    /// How many of the words it has.
    package let words: Int
}

extension Connection {
    /// Reads the words of an article, and puts them in place of those that the search had: what
    /// readers see for all, its newest text for the staff.
    package func indexArticle(_ id: Int64) throws {
        guard let article = try article(id) else { return }
        let live = try liveVersion(of: id)
        try index(
            id,
            title: live?.title ?? "",
            body: live?.body ?? "",
            notes: "\(article.title)\n\(article.body)"
        )
    }

    /// Makes the words of all articles anew.
    func rebuildArticles() throws {
        for id: Int64 in try values("SELECT id FROM article ORDER BY id") { try indexArticle(id) }
    }

    /// Returns the articles that have at least half of the words of a query, the best first.
    ///
    /// The order is the same on every engine. The cost is that of one look into the index for
    /// each word and field.
    /// - Parameters:
    ///   - query: The words.
    ///   - audience: Who asks, and thereby in which words.
    /// - Returns: The matches; equal ones by number.
    /// - Throws: ``SQLError``.
    package func searchArticles(
        _ query: SearchQuery,
        for audience: SearchAudience
    ) throws -> [ArticleMatch] {
        let total: Int = try value("SELECT COUNT(*) FROM article") ?? 0
        var found: [Int64: (score: Int, words: Int)] = [:]
        for term in query.terms {
            let all = try articles(with: term, in: audience == .customer ? .open : .all)
            let titled = Set(try articles(with: term, in: .title))
            let rarity = (total + 1) / max(all.count, 1)
            let weight = Int.bitWidth - rarity.leadingZeroBitCount
            for id in all {
                found[id, default: (0, 0)].score += weight * (titled.contains(id) ? 3 : 1)
                found[id, default: (0, 0)].words += 1
            }
        }
        return found.filter { $0.value.words * 2 >= query.terms.count }
            .map { ArticleMatch(id: $0.key, score: $0.value.score, words: $0.value.words) }
            .sorted { ($0.words, $0.score, $1.id) > ($1.words, $1.score, $0.id) }
    }

    private func articles(with term: SearchQuery.Term, in fields: SearchField) throws -> [Int64] {
        let condition = SearchQuery(terms: [term]).match(fields, dialect)
        return try values(
            """
            SELECT \(SearchRow.key) FROM search WHERE \(condition)
              AND EXISTS (SELECT 1 FROM article WHERE article.id = search.\(SearchRow.key))
            """
        )
    }
}
