package import MainstayCore
package import SQLDatabase
package import SupportDesk

extension ArticleKind: SQLValue {}
extension ArticleStatus: SQLValue {}
extension ArticleAudience: SQLValue {}
extension AnswerState: SQLValue {}
extension ArticleOutcome: SQLValue {}

extension LanguageTag: SQLValue {
    /// The tag.
    package var sqlValue: Value { .text(description) }

    /// Reads a tag.
    package static func read(_ source: any RowSource, at column: Int) throws -> LanguageTag {
        try LanguageTag(try source.text(column))
    }
}

extension Article: TableRow {
    static var table: StoredTable { .article }
    var values: [any SQLValue] {
        let guide = try? self.guide()
        return [
            id, slug, language, productID, kind, guide?.json, status, audience, title, body,
            authorID, updatedAt,
        ]
    }

    /// Reads a row of `article`.
    package init(_ row: inout RowReader) throws {
        let (id, slug, language): (Int64, String, LanguageTag) =
            (try row.next(), try row.next(), try row.next())
        let (product, kind): (Int64?, ArticleKind) = (try row.next(), try row.next())
        _ = try row.next(JSONValue?.self)
        self.init(
            id: id,
            slug: slug,
            language: language,
            productID: product,
            kind: kind,
            standing: (try row.next(), try row.next()),
            words: (try row.next(), try row.next()),
            author: (try row.next(), try row.next())
        )
    }
}

/// What a reader left below an article; its words are in the event.
package struct ArticleAnswer: Sendable, Hashable, TableRow {
    static var table: StoredTable { .articleAnswer }
    var values: [any SQLValue] { [id, articleID, eventSeq, accountID, state, createdAt] }

    /// Its number.
    package let id: Int64
    /// The article.
    package let articleID: Int64
    /// The event of the article that holds the words.
    package let eventSeq: Int64
    /// Who left it.
    package let accountID: Int64
    /// What became of it.
    package var state: AnswerState
    /// When it was left.
    package let createdAt: Instant

    /// Creates an answer that nobody has looked at.
    package init(id: Int64, event: Event) {
        self.id = id
        articleID = event.chainID
        eventSeq = event.seq
        accountID = event.actorID
        state = .held
        createdAt = event.recordedAt
    }

    /// Reads a row of `article_answer`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        articleID = try row.next()
        eventSeq = try row.next()
        accountID = try row.next()
        state = try row.next()
        createdAt = try row.next()
    }
}

/// Words that were looked for and led to nothing, or to a ticket.
package struct SearchMiss: Sendable, Hashable, TableRow {
    static var table: StoredTable { .searchMiss }
    var values: [any SQLValue] { [id, words, productID, ticketID, askedAt] }

    /// Its number.
    package let id: Int64
    /// What was typed.
    package let words: String
    /// The product that it was about.
    package let productID: Int64?
    /// The ticket that it led to.
    package let ticketID: Int64?
    /// When.
    package let askedAt: Instant

    /// Creates a miss.
    package init(id: Int64, words: String, productID: Int64?, ticketID: Int64?, at: Instant) {
        self.id = id
        self.words = words
        self.productID = productID
        self.ticketID = ticketID
        askedAt = at
    }

    /// Reads a row of `search_miss`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        words = try row.next()
        productID = try row.next()
        ticketID = try row.next()
        askedAt = try row.next()
    }
}

extension Connection {
    /// Adds an article.
    package func insert(_ article: Article) throws { try add(article) }

    /// Writes an article as it stands now over its row.
    package func update(_ article: Article) throws { try put(row: article) }

    /// Returns an article by its number.
    package func article(_ id: Int64) throws -> Article? { try row("WHERE id = \(id)") }

    /// Returns the articles of a slug, one for each language, by language.
    package func articles(slug: String) throws -> [Article] {
        try rows("WHERE slug = \(slug) ORDER BY language")
    }

    /// Returns articles by slug and language: those of a product, or all.
    package func articles(of product: Int64?) throws -> [Article] {
        let whose: Query =
            product.map {
                """
                WHERE product_id = \($0)
                  OR id IN (SELECT article_id FROM article_scope WHERE product_id = \($0))
                """
            } ?? ""
        return try rows("\(whose) ORDER BY slug, language")
    }

    /// Returns the numbers of those articles, of some, that readers see: of which the last
    /// publication was not taken back.
    package func liveArticles(among ids: [Int64]) throws -> Set<Int64> {
        guard !ids.isEmpty else { return [] }
        return Set(
            try values(
                """
                SELECT a.id FROM article a WHERE a.id IN \(list: ids) AND 'published' =
                  (SELECT e.kind FROM event e WHERE e.chain_id = a.id
                    AND e.kind IN ('published', 'retired') ORDER BY e.seq DESC LIMIT 1)
                """
            )
        )
    }

    /// Returns the texts that an article had, the oldest first; those that were redacted are left
    /// out.
    package func versions(of article: Int64) throws -> [ArticleVersion] {
        try events(of: article).filter { ["made", "edited"].contains($0.kind) }
            .compactMap { event in event.text.map { ArticleVersion(seq: event.seq, text: $0) } }
    }

    /// Returns the text that readers see: the newest before the last publication; `nil` where there
    /// is none.
    package func liveVersion(of article: Int64) throws -> ArticleVersion? {
        let last: Int64? = try value(
            """
            SELECT seq FROM event WHERE chain_id = \(article) AND kind = 'published'
            ORDER BY seq DESC LIMIT 1
            """
        )
        guard let last, try !liveArticles(among: [article]).isEmpty else { return nil }
        return try versions(of: article).last { $0.seq < last }
    }

    /// Returns who wrote an article since it was published last.
    package func writers(of article: Int64) throws -> Set<Int64> {
        Set(
            try values(
                """
                SELECT actor_id FROM event WHERE chain_id = \(article) AND kind IN ('made', 'edited')
                  AND seq > COALESCE((SELECT MAX(p.seq) FROM event p
                    WHERE p.chain_id = \(article) AND p.kind = 'published'), 0)
                """
            )
        )
    }

    /// Returns the releases that articles are about, in order, by article.
    package func scopes(of articles: [Int64]) throws -> [Int64: [ArticleScope]] {
        var found: [Int64: [ArticleScope]] = [:]
        guard !articles.isEmpty else { return found }
        try run(
            """
            SELECT article_id, product_id, from_release, to_release FROM article_scope
            WHERE article_id IN \(list: articles) ORDER BY article_id, product_id, from_release
            """
        ) { row in
            found[try row.next(), default: []]
                .append(
                    ArticleScope(
                        productID: try row.next(),
                        from: try row.next(),
                        to: try row.next()
                    )
                )
        }
        return found
    }

    /// Says that an article is about releases of a product; the same start is replaced.
    package func insert(_ scope: ArticleScope, of article: Int64) throws {
        try exec(
            """
            INSERT INTO article_scope (article_id, product_id, from_release, to_release)
            VALUES (\(article), \(scope.productID), \(scope.from), \(scope.to))
            ON CONFLICT (article_id, product_id, from_release)
              DO UPDATE SET to_release = excluded.to_release
            """
        )
    }

    /// Takes all releases of a product from an article; returns their starts.
    package func deleteScopes(of article: Int64, product: Int64) throws -> [String] {
        let starts: [String] = try values(
            """
            SELECT from_release FROM article_scope WHERE article_id = \(article)
              AND product_id = \(product) ORDER BY from_release
            """
        )
        try exec(
            "DELETE FROM article_scope WHERE article_id = \(article) AND product_id = \(product)"
        )
        return starts
    }

    /// Ties an article to a defect, or unties it; returns whether that changed anything.
    package func setTied(_ article: Int64, to defect: Int64, _ isTied: Bool) throws -> Bool {
        if isTied {
            return try exec(
                """
                INSERT INTO article_defect (article_id, defect_id) VALUES (\(article), \(defect))
                ON CONFLICT (article_id, defect_id) DO NOTHING
                """
            ) > 0
        }
        return try exec(
            "DELETE FROM article_defect WHERE article_id = \(article) AND defect_id = \(defect)"
        ) > 0
    }

    /// Returns the defects that an article is about, by number.
    package func defects(ofArticle article: Int64) throws -> [Int64] {
        try values(
            "SELECT defect_id FROM article_defect WHERE article_id = \(article) ORDER BY defect_id"
        )
    }
}

/// What articles did, and what readers left.
extension Connection {
    /// Notes what an article did for somebody.
    package func note(
        _ outcome: ArticleOutcome,
        of article: Int64,
        for use: (ticket: Int64?, account: Int64?),
        id: Int64
    ) throws {
        try exec(
            """
            INSERT INTO article_use (id, article_id, ticket_id, account_id, outcome, used_at)
            VALUES (\(id), \(article), \(use.ticket), \(use.account), \(outcome), \(try now()))
            """
        )
    }

    /// Returns how often each thing came of an article.
    package func uses(of article: Int64) throws -> [ArticleOutcome: Int] {
        var found: [ArticleOutcome: Int] = [:]
        try run(
            """
            SELECT outcome, COUNT(*) FROM article_use WHERE article_id = \(article)
            GROUP BY outcome ORDER BY outcome
            """
        ) { found[try $0.next()] = try $0.next() }
        return found
    }

    /// Returns the tickets that an article came out of, or that point to it, with how.
    package func ticketUses(
        of article: Int64
    ) throws -> [(ticket: Int64, outcome: ArticleOutcome)] {
        var found: [(ticket: Int64, outcome: ArticleOutcome)] = []
        try run(
            """
            SELECT DISTINCT ticket_id, outcome FROM article_use
            WHERE article_id = \(article) AND ticket_id IS NOT NULL
              AND outcome IN ('written_from', 'linked') ORDER BY ticket_id, outcome
            """
        ) { found.append((try $0.next(), try $0.next())) }
        return found
    }

    /// Adds an answer.
    package func insert(_ answer: ArticleAnswer) throws { try add(answer) }

    /// Writes an answer as it stands now over its row.
    package func update(_ answer: ArticleAnswer) throws { try put(row: answer) }

    /// Returns an answer by its number.
    package func articleAnswer(_ id: Int64) throws -> ArticleAnswer? { try row("WHERE id = \(id)") }

    /// Returns the answers below an article, the oldest first.
    package func answers(to article: Int64) throws -> [ArticleAnswer] {
        try rows("WHERE article_id = \(article) ORDER BY id")
    }

    /// Adds a search that led to nothing, or to a ticket.
    package func insert(_ miss: SearchMiss) throws { try add(miss) }

    /// Returns such searches, the newest first: of a product, or all.
    package func searchMisses(of product: Int64?, limit: Int) throws -> [SearchMiss] {
        let whose: Query = product.map { "WHERE product_id = \($0)" } ?? ""
        return try rows("\(whose) ORDER BY id DESC LIMIT \(limit)")
    }
}
