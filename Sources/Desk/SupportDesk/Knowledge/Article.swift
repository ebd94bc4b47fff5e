package import MainstayCore

/// What an article is made of.
package enum ArticleKind: String, Sendable, Hashable, CaseIterable {
    /// A text.
    case article
    /// Questions whose answers lead on: see ``Guide``.
    case guide
}

/// How far the newest text of an article has come.
package enum ArticleStatus: String, Sendable, Hashable, CaseIterable {
    /// It is being written.
    case draft
    /// Its author is done, and waits for another person.
    case review
    /// Another person has let it out.
    case published
    /// It is not shown any more.
    case retired
}

/// Who may read a published article.
package enum ArticleAudience: String, Sendable, Hashable, CaseIterable {
    /// Anybody.
    case `public`
    /// Accounts of customers, and the staff.
    case customer
    /// The staff alone.
    case staff
}

/// What became of an answer that a reader left below an article.
package enum AnswerState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has looked at it.
    case held
    /// It stands below the article.
    case shown
    /// It is not shown.
    case refused
}

/// What an article did for somebody.
package enum ArticleOutcome: String, Sendable, Hashable, CaseIterable {
    /// It was offered before a ticket was sent.
    case shown
    /// A message on a ticket points to it.
    case linked
    /// The reader said that it solved his request.
    case solved
    /// It came out of the ticket.
    case writtenFrom = "written_from"
}

/// The releases of a product that an article is about.
package struct ArticleScope: Sendable, Hashable {
    /// The product.
    package let productID: Int64
    /// The first release, which belongs to it; empty: from the beginning.
    package let from: String
    /// The last release, which belongs to it; empty: without an end.
    package let to: String

    /// Creates a scope as it is stored.
    package init(productID: Int64, from: String, to: String) {
        self.productID = productID
        self.from = from
        self.to = to
    }

    /// Creates a scope of releases that somebody named.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an end that is no version, or with
    ///   ``DeskError/Code/range`` for one that lies before the start.
    package static func checked(
        productID: Int64,
        from: String,
        to: String
    ) throws(DeskError) -> ArticleScope {
        for end in [from, to] where !end.isEmpty && ReleaseVersion(end) == nil {
            throw DeskError(.text, "'\(end)' is no version of a release, expected such as 2.4.1")
        }
        if let first = ReleaseVersion(from), let last = ReleaseVersion(to), last < first {
            throw DeskError(
                .range,
                "Releases from \(from) to \(to) are none: \(to) is older than \(from)"
            )
        }
        return ArticleScope(productID: productID, from: from, to: to)
    }

    /// Whether a release lies in it, by the order of versions; both ends belong to it.
    package func contains(_ release: ReleaseVersion) -> Bool {
        if let first = ReleaseVersion(from), release < first { return false }
        if let last = ReleaseVersion(to), last < release { return false }
        return true
    }
}

/// A text that helps without a person, or a guide to one.
package struct Article: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// The name that people type; one in every language that it is written in.
    package let slug: String
    /// The language of the text.
    package let language: LanguageTag
    /// The product that it is about; `nil`: none, or several.
    package internal(set) var productID: Int64?
    /// What it is made of.
    package let kind: ArticleKind
    /// How far its newest text has come.
    package internal(set) var status: ArticleStatus
    /// Who may read it once it is published.
    package internal(set) var audience: ArticleAudience
    /// The newest title.
    package internal(set) var title: String
    /// The newest text; of a guide, its questions as ``Guide/init(_:)`` reads them.
    package internal(set) var body: String
    /// Who wrote that.
    package internal(set) var authorID: Int64
    /// When it was written, or its status changed.
    package internal(set) var updatedAt: Instant

    /// Creates an article as it is stored.
    package init(
        id: Int64,
        slug: String,
        language: LanguageTag,
        productID: Int64?,
        kind: ArticleKind,
        standing: (status: ArticleStatus, audience: ArticleAudience),
        words: (title: String, body: String),
        author: (id: Int64, at: Instant)
    ) {
        self.id = id
        self.slug = slug
        self.language = language
        self.productID = productID
        self.kind = kind
        (status, audience) = standing
        (title, body) = words
        (authorID, updatedAt) = author
    }

    /// What people call it: the slug and, in brackets, the language.
    package var name: String { "\(slug) [\(language)]" }

    /// The article as its readers see it: they know of no draft.
    package func forReaders() -> Article {
        var article = self
        article.status = .published
        return article
    }

    /// The questions of a guide; `nil` for a text.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/guide``.
    package func guide() throws(DeskError) -> Guide? {
        kind == .guide ? try Guide(body) : nil
    }

    /// The columns that hold codes, by their names: all but number, words and moments.
    package var codes: [String: JSONValue] {
        [
            "slug": .text(slug), "language": .text(language.description),
            "product_id": productID.map(JSONValue.int) ?? .null, "kind": .text(kind.rawValue),
            "status": .text(status.rawValue), "audience": .text(audience.rawValue),
            "author_id": .int(authorID),
        ]
    }
}

extension Article {
    /// Returns a slug that keeps the rules: 2 to 80 lower-case letters, digits and `-`.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text``.
    package static func checkedSlug(_ slug: String) throws(DeskError) -> String {
        let isGood = slug.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 45
        }
        guard isGood, (2...80).contains(slug.utf8.count), slug.utf8.first != 45 else {
            throw DeskError(
                .text,
                "'\(slug)' is no name of an article: expected 2 to 80 lower-case letters, digits "
                    + "and '-', a letter or digit first"
            )
        }
        return slug
    }
}
