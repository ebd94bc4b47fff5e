import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// What somebody looks for in the articles.
package struct ArticleQuery: Sendable, Hashable {
    /// The words.
    package var words: String
    /// The prefix of the product.
    package var product: String?
    /// The release that he runs.
    package var release: String?
    /// The language that he reads best.
    package var language: LanguageTag?
    /// How many at most.
    package var limit = 10

    /// Creates a query.
    package init(_ words: String) {
        self.words = words
    }
}

// What customers find without a person: articles, guides, answers of other readers.

extension Desk {
    /// Returns the articles that have most of the words, the best first: those that have more of
    /// them, then those that say that they are about the release.
    ///
    /// An article about other releases of the product, or about other products, is left out. Of a
    /// slug in several languages comes the one that the reader reads best. A search that finds
    /// nothing is kept for level 2.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a product; ``DeskError`` for a
    ///   release that is none.
    package func search(_ query: ArticleQuery) async throws -> [FoundArticle] {
        let found = try await suggestions(for: query)
        if found.isEmpty, !SearchQuery(query.words).isEmpty {
            try await write(ids: 1) { connection, acting, provision in
                let product = try query.product.map { try connection.knownProduct($0).id }
                try connection.miss(query.words, product: product, ticket: nil, &provision)
                return .null
            }
        }
        return found
    }

    /// Returns what ``search(_:)`` does, and keeps nothing.
    package func suggestions(for query: ArticleQuery) async throws -> [FoundArticle] {
        try await read { connection, acting in
            try acting.requireAnyRole()
            return try connection.find(query, for: acting)
        }
    }

    /// Returns the articles to show a customer before he sends a request, at most three; none for
    /// the staff.
    package func offers(for request: NewTicket) async throws -> [FoundArticle] {
        try await read { connection, acting in
            try acting.isCustomer
                ? connection.find(ArticleQuery(offeredFor: request), for: acting)
                : []
        }
    }

    /// Counts that an article solved a request, without a ticket.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func solved(by handle: ArticleHandle) async throws {
        try await write { connection, acting, provision in
            try acting.requireAnyRole()
            let article = try connection.knownArticle(handle, to: acting)
            let use = (ticket: Int64?.none, account: Int64?.some(acting.account.id))
            try connection.note(.solved, of: article.id, for: use, id: provision.id())
            return .int(article.id)
        }
    }

    /// Leaves an answer below an article, which is shown after a review; returns its number.
    package func answer(_ handle: ArticleHandle, _ text: String) async throws -> Int64 {
        let result = try await write { connection, acting, provision in
            try acting.requireAnyRole()
            let article = try connection.knownArticle(handle, to: acting)
            var head = try connection.lockChain(article.id)
            let draft = EventDraft("answered", for: .customer, text: try DeskText.words(text))
            let event = try connection.append(draft, by: acting.account.id, to: &head, &provision)
            let answer = ArticleAnswer(id: try provision.id(), event: event)
            try connection.insert(answer)
            return .int(answer.id)
        }
        return result.int ?? 0
    }

    /// Shows an answer below its article, or refuses it; not one's own.
    package func judgeAnswer(_ id: Int64, isShown: Bool) async throws {
        try await write { connection, acting, provision in
            guard var answer = try connection.articleAnswer(id),
                let article = try connection.article(answer.articleID)
            else { throw UseError.unknown("answer", "\(id)") }
            try acting.require(.keepKnowledge, product: article.productID)
            guard answer.accountID != acting.account.id else {
                throw UseError(
                    .refused,
                    "Answer \(id) is yours, and another person must look at it"
                )
            }
            var head = try connection.lockChain(article.id)
            answer.state = isShown ? .shown : .refused
            try connection.update(answer)
            let facts: JSONValue = [
                "answer_id": .int(id), "state": .text(answer.state.rawValue),
            ]
            let draft = EventDraft("answer_judged", facts: facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(id)
        }
    }

    /// Returns searches that led to nothing or to a ticket, the newest first.
    package func searchMisses(
        product: String?,
        limit: Int
    ) async throws -> [(miss: SearchMiss, product: String?, ticket: String?)] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "what others looked for")
            let product = try product.map { try connection.knownProduct($0).id }
            return try connection.searchMisses(of: product, limit: limit)
                .compactMap { miss in
                    let ticket = try miss.ticketID.flatMap { try connection.ticket($0) }
                    if let ticket, try !connection.isVisible(ticket, to: acting) { return nil }
                    let prefix = try miss.productID.flatMap { try connection.product($0)?.prefix }
                    return (miss, prefix, ticket?.ref)
                }
        }
    }
}

extension ArticleQuery {
    /// Looks for what may solve a request.
    init(offeredFor request: NewTicket) {
        self.init(request.title)
        product = request.product
        release = request.product == nil ? nil : request.customerRelease
        if release.map({ ReleaseVersion($0) == nil }) ?? false { release = nil }
        limit = 3
    }
}

extension Connection {
    /// Notes for level 2 that a customer's request was not solved by the articles shown before.
    func noteUnsolved(
        _ request: NewTicket,
        ticket: Ticket,
        for acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        guard acting.isCustomer else { return }
        for offer in try find(ArticleQuery(offeredFor: request), for: acting) {
            let article = try knownArticle(
                ArticleHandle(offer.slug, language: offer.language),
                to: acting
            )
            let use = (ticket: Int64?.some(ticket.id), account: Int64?.some(acting.account.id))
            try note(.shown, of: article.id, for: use, id: provision.id())
        }
        try miss(ticket.title, product: ticket.origin.productID, ticket: ticket.id, &provision)
    }

    /// Keeps a search that led to nothing, or to a ticket.
    func miss(
        _ words: String,
        product: Int64?,
        ticket: Int64?,
        _ provision: inout Provision
    ) throws {
        let miss = SearchMiss(
            id: try provision.id(),
            words: String(words.prefix(1000)),
            productID: product,
            ticketID: ticket,
            at: try now()
        )
        try insert(miss)
    }

    fileprivate func find(
        _ query: ArticleQuery,
        for acting: ActingAccount
    ) throws -> [FoundArticle] {
        let product = try query.product.map { try knownProduct($0).id }
        let release = try query.release.map { text in
            guard let release = ReleaseVersion(text) else {
                throw UseError(.badName, "'\(text)' is no version of a release, such as 2.4.1")
            }
            return release
        }
        let matches = try searchArticles(
            SearchQuery(query.words),
            for: acting.isCustomer ? .customer : .staff
        )
        let all = try matches.compactMap { try article($0.id) }
        let seen = try visible(all, to: acting).filter { $0.status != .retired }
        let scopes = try scopes(of: seen.map(\.id))
        let places = Dictionary(
            uniqueKeysWithValues: matches.enumerated().map { ($1.id, ($1.words, $0)) }
        )
        let ranked: [(article: Article, fit: ScopeFit)] = seen.compactMap { article in
            let fit = article.fit(scopes[article.id] ?? [], product, release)
            return fit == .other ? nil : (article, fit)
        }
        let ordered = ranked.sorted { left, right in
            let (first, second) = (places[left.article.id], places[right.article.id])
            let (wordsLeft, placeLeft) = first ?? (0, 0)
            let (wordsRight, placeRight) = second ?? (0, 0)
            return (-wordsLeft, left.fit.rawValue, placeLeft)
                < (-wordsRight, right.fit.rawValue, placeRight)
        }
        return try oneOfEachSlug(ordered, in: query.language ?? .english).prefix(query.limit)
            .map { try found($0.article, for: acting, isForRelease: $0.fit == .release) }
    }

    private func oneOfEachSlug(
        _ articles: [(article: Article, fit: ScopeFit)],
        in language: LanguageTag
    ) -> [(article: Article, fit: ScopeFit)] {
        var best: [String: Int] = [:]
        for (article, _) in articles {
            let distance = article.language.distance(from: language)
            best[article.slug] = min(best[article.slug] ?? .max, distance)
        }
        var taken: Set<String> = []
        return articles.filter { article, _ in
            article.language.distance(from: language) == best[article.slug]
                && taken.insert(article.slug).inserted
        }
    }
}

extension TicketActing {
    /// Notes that a message points to an article, and returns the line that does.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for one that the customer cannot read.
    mutating func link(toArticle slug: String) throws -> String {
        let article = try connection.knownArticle(ArticleHandle(slug), to: acting)
        let isLive = try connection.liveArticles(among: [article.id]).contains(article.id)
        guard isLive, article.audience != .staff else {
            throw UseError(
                .refused,
                "Article '\(slug)' cannot be linked in words for the customer: it is "
                    + (isLive ? "for the staff alone" : "not published")
            )
        }
        let use = (
            ticket: Int64?.some(change.ticket.id), account: Int64?.some(acting.account.id)
        )
        try connection.note(.linked, of: article.id, for: use, id: provision.id())
        let title = try connection.liveVersion(of: article.id)?.title ?? article.title
        return "\n\nArticle: \(title) (\(article.slug))"
    }
}

/// How well an article fits a product and a release, the best first.
private enum ScopeFit: Int {
    /// It is about that release.
    case release
    /// It is about that product.
    case product
    /// It is about no product.
    case general
    /// It is about something else.
    case other
}

extension Article {
    fileprivate func fit(
        _ scopes: [ArticleScope],
        _ product: Int64?,
        _ release: ReleaseVersion?
    ) -> ScopeFit {
        guard let product else { return .general }
        let own = scopes.filter { $0.productID == product }
        if let release, !own.isEmpty {
            return own.contains { $0.contains(release) } ? .release : .other
        }
        if productID == product || !own.isEmpty { return .product }
        return productID == nil && scopes.isEmpty ? .general : .other
    }
}
