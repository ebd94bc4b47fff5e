import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// An article as one reader sees it.
package struct ArticleView: Sendable {
    /// The article; its words are those that the reader sees.
    package let article: Article
    /// The text that the reader sees; for staff the newest, else what was published last.
    package let version: ArticleVersion
    /// Whether readers see a text of it, which may be an older one.
    package let isLive: Bool
    /// The releases that it is about, with the prefix of their product.
    package let scopes: [(product: String, scope: ArticleScope)]
    /// The defects that it is about, and what the ledger said of each line when a scan looked last.
    package let defects: [TicketDefect]
    /// The answers that readers left: those that are shown; for staff all.
    package let answers: [(answer: ArticleAnswer, login: String, text: String)]
    /// The tickets that it came out of or that point to it, for staff.
    package let tickets: [(ref: String, outcome: ArticleOutcome)]
    /// How often it helped, for staff.
    package let uses: [ArticleOutcome: Int]
    /// The languages that it is written in, as far as the reader sees them.
    package let languages: [LanguageTag]
    /// The names that it mentions.
    package let names: Names

    /// The questions, if it is a guide.
    package var guide: Guide? {
        article.kind == .guide ? try? Guide(version.body) : nil
    }
}

/// An article that a search found.
package struct FoundArticle: Sendable {
    /// Its slug.
    package let slug: String
    /// The language found.
    package let language: LanguageTag
    /// The title that the reader sees.
    package let title: String
    /// What it is made of.
    package let kind: ArticleKind
    /// How far its newest text has come, for staff.
    package let status: ArticleStatus
    /// Whether it says that it is about the release that was asked for.
    package let isForRelease: Bool
}

extension Desk {
    /// Returns an article as the account sees it.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func article(_ handle: ArticleHandle) async throws -> ArticleView {
        try await read { connection, acting in
            try connection.view(of: try connection.knownArticle(handle, to: acting), for: acting)
        }
    }

    /// Returns the articles that the account sees, by slug and language.
    ///
    /// - Parameters:
    ///   - product: The prefix of the product that they are about; `nil`: any.
    ///   - status: Only with the newest text in this status.
    /// - Returns: The articles.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a product.
    package func articles(product: String?, status: ArticleStatus?) async throws -> [FoundArticle] {
        try await read { connection, acting in
            let product = try product.map { try connection.knownProduct($0).id }
            let all = try connection.visible(connection.articles(of: product), to: acting)
            return try all.filter { status == nil || $0.status == status }
                .map { try connection.found($0, for: acting, isForRelease: false) }
        }
    }

    /// Returns the texts that an article had with who wrote each, the oldest first.
    package func versions(
        of handle: ArticleHandle
    ) async throws -> (events: [Event], versions: [ArticleVersion], names: Names) {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "the history of articles")
            let article = try connection.knownArticle(handle, to: acting)
            let events = try connection.events(of: article.id)
            var names = Names()
            names.logins = try connection.logins(of: Set(events.map(\.actorID)))
            return (events, try connection.versions(of: article.id), names)
        }
    }
}

extension Connection {
    /// How an article looks in a list.
    func found(
        _ article: Article,
        for acting: ActingAccount,
        isForRelease: Bool
    ) throws -> FoundArticle {
        let live = acting.isCustomer ? try liveVersion(of: article.id)?.title : nil
        return FoundArticle(
            slug: article.slug,
            language: article.language,
            title: live ?? article.title,
            kind: article.kind,
            status: acting.isCustomer ? .published : article.status,
            isForRelease: isForRelease
        )
    }

    fileprivate func view(of article: Article, for acting: ActingAccount) throws -> ArticleView {
        let live = try liveVersion(of: article.id)
        let newest = try versions(of: article.id).last
        let shown = acting.isCustomer ? live : newest
        let scopes = try scopes(of: [article.id])[article.id] ?? []
        var names = Names()
        for scope in scopes {
            names.products[scope.productID] = try product(scope.productID)?.prefix
        }
        let answers = try answers(to: article.id)
            .filter {
                !acting.isCustomer || $0.state == .shown || $0.accountID == acting.account.id
            }
        names.logins = try logins(of: Set(answers.map(\.accountID) + [article.authorID]))
        let texts = Dictionary(
            uniqueKeysWithValues: try events(of: article.id).map { ($0.seq, $0.text) }
        )
        return ArticleView(
            article: acting.isCustomer ? article.forReaders() : article,
            version: shown
                ?? ArticleVersion(seq: 0, text: "\(article.title)\n\n\(article.body)"),
            isLive: live != nil,
            scopes: scopes.map { (names.products[$0.productID] ?? "?", $0) },
            defects: try standings(ofDefectsOf: article, for: acting),
            answers: answers.map { answer in
                (
                    answer, names.login(answer.accountID) ?? "?",
                    (texts[answer.eventSeq] ?? nil) ?? ""
                )
            },
            tickets: try acting.isCustomer ? [] : tickets(of: article, for: acting),
            uses: try acting.isCustomer ? [:] : uses(of: article.id),
            languages: try visible(articles(slug: article.slug), to: acting).map(\.language),
            names: names
        )
    }

    private func tickets(
        of article: Article,
        for acting: ActingAccount
    ) throws -> [(ref: String, outcome: ArticleOutcome)] {
        try ticketUses(of: article.id)
            .compactMap { use in
                guard let ticket = try ticket(use.ticket), try isVisible(ticket, to: acting) else {
                    return nil
                }
                return (ticket.ref, use.outcome)
            }
    }

    /// How the defects of an article stand on the lines, without those under embargo that the reader
    /// may not see.
    private func standings(
        ofDefectsOf article: Article,
        for acting: ActingAccount
    ) throws -> [TicketDefect] {
        let defects = try defects(ofArticle: article.id).compactMap { try defect($0) }
            .filter { defect in
                let isSecret = try isUnderEmbargo(defect)
                return try acting.isCustomer
                    ? !isSecret : isVisible(defect, isUnderEmbargo: isSecret, to: acting)
            }
        return try standings(of: defects, for: acting)
    }
}
