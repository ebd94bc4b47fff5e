package import MainstayCore

/// One act of a person on an article, and the event that tells of it.
///
/// Every text that an article ever had stands in the event that brought it.
package struct ArticleChange: Sendable {
    /// The article after the act.
    package private(set) var article: Article
    /// What is to be appended to its chain.
    package private(set) var event: EventDraft
    private let now: Instant

    private init(_ article: Article, _ event: EventDraft, now: Instant) {
        self.article = article
        self.event = event
        self.now = now
    }

    /// Makes an article: a draft.
    ///
    /// - Throws: ``DeskError`` for a title or text that breaks the rules, or a guide that leads
    ///   nowhere.
    package init(making draft: Article) throws(DeskError) {
        var article = draft
        article.title = try DeskText.title(draft.title)
        article.body = try DeskText.words(draft.body)
        article.status = .draft
        _ = try article.guide()
        self.init(article, EventDraft("made"), now: draft.updatedAt)
        event.facts = .object(["now": .object(article.codes)])
        event.text = article.text
    }

    /// Gives an article other words, another audience or product; what is `nil` stays.
    ///
    /// Other words are a draft again; until they are published, readers see those that were.
    /// - Throws: ``DeskError`` with ``DeskError/Code/unchanged``, and as ``init(making:)``.
    package init(
        editing before: Article,
        title: String?,
        body: String?,
        audience: ArticleAudience?,
        product: Int64?,
        by signature: (account: Int64, now: Instant)
    ) throws(DeskError) {
        var article = before
        if let title { article.title = try DeskText.title(title) }
        if let body { article.body = try DeskText.words(body) }
        article.audience = audience ?? article.audience
        article.productID = product ?? article.productID
        guard article != before else {
            throw DeskError(.unchanged, "Article \(before.name) says so already")
        }
        _ = try article.guide()
        article.status = .draft
        article.authorID = signature.account
        self.init(article, EventDraft("edited", text: article.text), now: signature.now)
        end(before)
    }

    /// Asks for a review.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` unless it is a draft.
    package init(submitting before: Article, now: Instant) throws(DeskError) {
        try before.require([.draft], "is not up for review")
        self.init(before, EventDraft("submitted"), now: now)
        article.status = .review
        end(before)
    }

    /// Sends it back to whoever wrote it, with words.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` unless it waits for a review.
    package init(refusing before: Article, because words: String, now: Instant) throws(DeskError) {
        try before.require([.review], "cannot be sent back")
        self.init(before, EventDraft("sent_back", text: try DeskText.words(words)), now: now)
        article.status = .draft
        end(before)
    }

    /// Lets it out.
    ///
    /// - Parameters:
    ///   - before: The article.
    ///   - writers: Who wrote since it was published last.
    ///   - signature: Who lets it out, and when.
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` unless it waits for a review, or with
    ///   ``DeskError/Code/ownWork`` for one of the writers.
    package init(
        publishing before: Article,
        writers: Set<Int64>,
        by signature: (account: Int64, now: Instant)
    ) throws(DeskError) {
        try before.require([.review], "cannot be published")
        guard !writers.contains(signature.account) else {
            throw DeskError(
                .ownWork,
                "Article \(before.name) holds words of yours, and another person must publish it",
                hint: "Ask somebody who did not write it: 'mainstay kb publish \(before.slug)'"
            )
        }
        self.init(before, EventDraft("published", for: .customer), now: signature.now)
        article.status = .published
        end(before)
    }

    /// Shows it no more.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/status`` when it is retired already.
    package init(
        retiring before: Article,
        because words: String?,
        now: Instant
    ) throws(DeskError) {
        try before.require([.draft, .review, .published], "cannot be retired")
        self.init(before, EventDraft("retired", text: DeskText.words(ifAny: words)), now: now)
        article.status = .retired
        end(before)
    }

    private mutating func end(_ before: Article) {
        let (was, now) = (before.codes, article.codes)
        let changed = now.keys.filter { was[$0] != now[$0] }
        if !changed.isEmpty {
            event.facts = .object([
                "was": .object(was.filter { changed.contains($0.key) }),
                "now": .object(now.filter { changed.contains($0.key) }),
            ])
        }
        article.updatedAt = self.now
    }
}

extension Article {
    /// Title and text as an event holds them.
    fileprivate var text: String { body.isEmpty ? title : "\(title)\n\n\(body)" }

    fileprivate func require(_ wanted: [ArticleStatus], _ words: String) throws(DeskError) {
        guard !wanted.contains(status) else { return }
        let expected = wanted.map(\.rawValue).joined(separator: " or ")
        throw DeskError(
            .status,
            "Article \(name) \(words): it is \(status.rawValue), expected \(expected)",
            hint: wanted == [.review] && status == .draft
                ? "Ask for a review first: 'mainstay kb review \(slug)'" : nil
        )
    }
}

/// One text that an article had.
package struct ArticleVersion: Sendable, Hashable {
    /// The number of the event that brought it.
    package let seq: Int64
    /// Its title.
    package let title: String
    /// Its text.
    package let body: String

    /// Takes the text of an event that brought one.
    package init(seq: Int64, text: String) {
        self.seq = seq
        let gap = text.firstRange(of: "\n\n")
        title = String(text[..<(gap?.lowerBound ?? text.endIndex)])
        body = gap.map { String(text[$0.upperBound...]) } ?? ""
    }

    /// The lines that differ from an earlier text: each with `-` or `+` before it, or a space
    /// where it stays.
    package func difference(from old: ArticleVersion) -> [String] {
        var (left, right) = (old.lines[...], lines[...])
        let changes = lines.difference(from: old.lines)
        let removed = Set(changes.removals.map(\.place))
        let added = Set(changes.insertions.map(\.place))
        var shown: [String] = []
        while !left.isEmpty || !right.isEmpty {
            if !left.isEmpty, removed.contains(left.startIndex) {
                shown.append("-" + left.removeFirst())
            } else if !right.isEmpty, added.contains(right.startIndex) {
                shown.append("+" + right.removeFirst())
            } else {
                shown.append(" " + right.removeFirst())
                left = left.dropFirst()
            }
        }
        return shown
    }

    private var lines: [String] {
        let end: Character = "\n"
        return [title, ""]
            + body.split(separator: end, omittingEmptySubsequences: false).map(String.init)
    }
}

extension CollectionDifference.Change {
    /// Where the element stands in its list.
    fileprivate var place: Int {
        switch self {
        case .remove(let offset, _, _), .insert(let offset, _, _): offset
        }
    }
}
