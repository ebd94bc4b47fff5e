import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// An article by what people call it.
package struct ArticleHandle: Sendable, Hashable {
    /// The slug.
    package let slug: String
    /// The language; `nil`: the only one there is, or English.
    package var language: LanguageTag?

    /// Creates a handle.
    package init(_ slug: String, language: LanguageTag? = nil) {
        self.slug = slug
        self.language = language
    }
}

/// An article as somebody begins it.
package struct NewArticle: Sendable, Hashable {
    /// The name that people type.
    package var slug: String
    /// The language of its text.
    package var language = LanguageTag.english
    /// What it is made of.
    package var kind = ArticleKind.article
    /// Who may read it once it is published.
    package var audience = ArticleAudience.public
    /// The product, by its prefix.
    package var product: String?
    /// The ticket that it came out of.
    package var ticket: String?
    /// The title.
    package var title: String
    /// The text, or the questions of a guide.
    package var body: String

    /// Creates an article for anybody.
    package init(_ slug: String, title: String, body: String) {
        self.slug = slug
        self.title = title
        self.body = body
    }
}

/// What is to be different about an article; what is `nil` stays.
package struct ArticleEdit: Sendable, Hashable {
    /// Another title.
    package var title: String?
    /// Another text.
    package var body: String?
    /// Other readers.
    package var audience: ArticleAudience?
    /// Another product, by its prefix.
    package var product: String?

    /// Creates an edit that changes nothing.
    package init() {}
}

extension Desk {
    /// Begins an article: a draft.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists`` for a slug that is written in
    ///   that language; ``DeskError`` for a text that breaks the rules.
    package func makeArticle(_ new: NewArticle) async throws {
        try await write { connection, acting, provision in
            let product = try new.product.map { try connection.knownProduct($0).id }
            try acting.require(.keepKnowledge, product: product)
            let slug = try Article.checkedSlug(new.slug)
            let now = try connection.now()
            let draft = Article(
                id: try provision.id(),
                slug: slug,
                language: new.language,
                productID: product,
                kind: new.kind,
                standing: (.draft, new.audience),
                words: (new.title, new.body),
                author: (acting.account.id, now)
            )
            let change = try ArticleChange(making: draft)
            guard try !connection.articles(slug: slug).contains(where: { $0.name == draft.name })
            else { throw UseError.taken("article", draft.name) }
            try connection.checkTargets(of: change.article)
            try connection.insert(change.article)
            var head = try connection.beginChain(draft.id, .article)
            try connection.append(change.event, by: acting.account.id, to: &head, &provision)
            if let ref = new.ticket {
                let ticket = try connection.visibleTicket(ref, to: acting).id
                let use = (ticket: Int64?.some(ticket), account: Int64?.some(acting.account.id))
                try connection.note(.writtenFrom, of: draft.id, for: use, id: provision.id())
            }
            try connection.indexArticle(draft.id)
            return .int(draft.id)
        }
    }

    /// Gives an article other words, readers or another product.
    package func edit(_ handle: ArticleHandle, _ edit: ArticleEdit) async throws {
        try await change(article: handle) { connection, article, acting in
            let change = try ArticleChange(
                editing: article,
                title: edit.title,
                body: edit.body,
                audience: edit.audience,
                product: try edit.product.map { try connection.knownProduct($0).id },
                by: (acting.account.id, try connection.now())
            )
            try connection.checkTargets(of: change.article)
            return change
        }
    }

    /// Asks for a review of an article.
    package func submit(_ handle: ArticleHandle) async throws {
        try await change(article: handle) { connection, article, _ in
            try ArticleChange(submitting: article, now: try connection.now())
        }
    }

    /// Sends an article that waits for a review back to whoever wrote it.
    package func sendBack(_ handle: ArticleHandle, because words: String) async throws {
        try await change(article: handle) { connection, article, _ in
            try ArticleChange(refusing: article, because: words, now: try connection.now())
        }
    }

    /// Lets an article out that another person wrote.
    package func publish(_ handle: ArticleHandle) async throws {
        try await change(article: handle) { connection, article, acting in
            try connection.checkTargets(of: article)
            return try ArticleChange(
                publishing: article,
                writers: try connection.writers(of: article.id),
                by: (acting.account.id, try connection.now())
            )
        }
    }

    /// Shows an article no more.
    package func retire(_ handle: ArticleHandle, because words: String?) async throws {
        try await change(article: handle) { connection, article, _ in
            try ArticleChange(retiring: article, because: words, now: try connection.now())
        }
    }

    /// Says which releases of a product an article is about.
    ///
    /// Without an end on either side it is all of them. `isTied` false takes all ranges of the
    /// product away.
    package func tie(
        _ handle: ArticleHandle,
        toProduct prefix: String,
        from: String,
        to: String,
        isTied: Bool
    ) async throws {
        try await record(on: handle) { connection, article, _, provision in
            let product = try connection.knownProduct(prefix)
            let scope = try ArticleScope.checked(productID: product.id, from: from, to: to)
            guard isTied else {
                return try connection.deleteScopes(of: article.id, product: product.id)
                    .map { start in
                        let facts: [String: JSONValue] = [
                            "product_id": .int(product.id), "from_release": .text(start),
                        ]
                        return EventDraft("unscoped", facts: .object(facts))
                    }
            }
            try connection.insert(scope, of: article.id)
            let facts: [String: JSONValue] = [
                "product_id": .int(product.id), "from_release": .text(from),
                "to_release": .text(to),
            ]
            return [EventDraft("scoped", facts: .object(facts))]
        }
    }

    /// Ties an article to a defect, whose releases it then shows, or unties it.
    package func tie(
        _ handle: ArticleHandle,
        toDefect name: String,
        isTied: Bool
    ) async throws {
        try await record(on: handle) { connection, article, acting, _ in
            let defect = try connection.visibleDefect(name, to: acting).defect
            guard try connection.setTied(article.id, to: defect.id, isTied) else {
                throw UseError(
                    .refused,
                    "Article \(article.name) is \(isTied ? "" : "not ")tied to \(defect.ref) already"
                )
            }
            let facts: JSONValue = ["defect_id": .int(defect.id)]
            return [EventDraft(isTied ? "defect_tied" : "defect_untied", facts: facts)]
        }
    }

    /// Says that an article came out of a ticket.
    package func tie(_ handle: ArticleHandle, toTicket ref: String) async throws {
        try await record(on: handle) { connection, article, acting, provision in
            let ticket = try connection.visibleTicket(ref, to: acting)
            let use = (ticket: Int64?.some(ticket.id), account: Int64?.some(acting.account.id))
            try connection.note(.writtenFrom, of: article.id, for: use, id: provision.id())
            return [EventDraft("ticket_tied", facts: ["ticket_id": .int(ticket.id)])]
        }
    }

    private func change(
        article handle: ArticleHandle,
        _ act:
            @escaping @Sendable (any Connection, Article, ActingAccount) throws -> ArticleChange
    ) async throws {
        try await record(on: handle) { connection, article, acting, _ in
            let change = try act(connection, article, acting)
            try connection.update(change.article)
            return [change.event]
        }
    }

    /// Acts on an article as somebody who may write them, and records the events.
    private func record(
        on handle: ArticleHandle,
        _ act:
            @escaping @Sendable (any Connection, Article, ActingAccount, inout Provision) throws
            -> [EventDraft]
    ) async throws {
        try await write { connection, acting, provision in
            let seen = try connection.knownArticle(handle, to: acting)
            try acting.require(.keepKnowledge, product: seen.productID)
            var head = try connection.lockChain(seen.id)
            guard let article = try connection.article(seen.id) else { return .null }
            for event in try act(connection, article, acting, &provision) {
                try connection.append(event, by: acting.account.id, to: &head, &provision)
            }
            try connection.indexArticle(article.id)
            return .int(head.seq)
        }
    }
}

extension Connection {
    /// Refuses a guide that leads to an article that is not there.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    fileprivate func checkTargets(of article: Article) throws {
        guard let guide = try article.guide() else { return }
        for slug in guide.articles.sorted() where try articles(slug: slug).isEmpty {
            let names = try articles(of: nil).map(\.slug)
            throw UseError.unknown("article", slug, among: names, list: "kb list")
        }
    }

    /// Returns an article that the account may see: in the language asked for, else English, else
    /// the first.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownArticle(_ handle: ArticleHandle, to acting: ActingAccount?) throws -> Article {
        let all = try articles(slug: handle.slug)
        let seen = try visible(all, to: acting)
        let wanted = handle.language ?? .english
        let best = seen.min {
            $0.language.distance(from: wanted) < $1.language.distance(from: wanted)
        }
        guard let best, handle.language.map({ best.language == $0 }) ?? true else {
            let name = handle.language.map { "\(handle.slug) [\($0)]" } ?? handle.slug
            let names = try visible(articles(of: nil), to: acting).map(\.slug)
            throw UseError.unknown(
                "article",
                name,
                among: seen.isEmpty ? names : [],
                list: "kb list"
            )
        }
        return best
    }

    /// Returns those articles that an account may see: the staff all, others what is published for
    /// them; `nil` is anybody.
    func visible(_ articles: [Article], to acting: ActingAccount?) throws -> [Article] {
        if let acting, !acting.isCustomer, !acting.grants.isEmpty { return articles }
        let live = try liveArticles(among: articles.map(\.id))
        let open: Set<ArticleAudience> = acting == nil ? [.public] : [.public, .customer]
        return articles.filter { live.contains($0.id) && open.contains($0.audience) }
    }
}
