import MainstayCore
import SupportDesk

// What customers of the demonstration find alone: level 0.
extension DemoDesk {
    /// Writes the articles and the guide: one person writes, another lets them out.
    func writeArticles() async throws {
        try await write(
            "reset-password",
            "Get a new password",
            "Open https://broker.example/account and choose 'I forgot my password'. The link in the "
                + "mail works for an hour."
        )
        try await write(
            "create-user",
            "Create a user",
            "Run 'quayd user add NAME'; it asks for the password. Rights are given with "
                + "'quayd user grant'."
        )
        try await write(
            "users",
            "Users and passwords",
            """
            [start] What do you want to do?
            - Create a user -> article create-user
            - Get a password -> article reset-password
            - Something else -> ticket question "Users of quayd"
            """,
            kind: .guide
        )
        try await write(
            "databases-1",
            "Databases that quayd 1 supports",
            "quayd 1.0 and 1.2 keep messages in files alone.",
            releases: ("1.0", "1.2")
        )
        try await write(
            "databases-2",
            "Databases that quayd 2 supports",
            "quayd 2.0 and newer keep messages in PostgreSQL 13 to 17 or in SQLite.",
            releases: ("2.0", "")
        )
        try await write(
            "activate-plus",
            "Activate the plus edition",
            "Put the licence file into /etc/quayd/licence and run 'quayd reload'."
        )
    }

    /// Writes an article as level 2, and lets it out as level 1.
    func write(
        _ slug: String,
        _ title: String,
        _ body: String,
        kind: ArticleKind = .article,
        releases: (from: String, to: String)? = nil,
        ticket: String? = nil
    ) async throws {
        var article = NewArticle(slug, title: title, body: body)
        article.kind = kind
        article.product = Self.product
        article.ticket = ticket
        let (writer, reviewer) = (try asking(.ben), try asking(.anna))
        let handle = ArticleHandle(slug)
        try await writer.makeArticle(article)
        if let releases {
            try await writer.tie(
                handle,
                toProduct: Self.product,
                from: releases.from,
                to: releases.to,
                isTied: true
            )
        }
        try await writer.submit(handle)
        try await reviewer.publish(handle)
    }

    /// The three requests that the customer solves alone.
    func solveAlone() async throws -> [DemoRequest] {
        let carl = try asking(.carl)
        let guide = ArticleHandle("users")
        let choices = try await carl.article(guide).guide?.questions.first?.answers ?? []
        guard let choice = choices.first, case .article(let slug) = choice.target else {
            throw DemoError(message: "Guide 'users' leads to no article", hint: nil)
        }
        try await carl.solved(by: ArticleHandle(slug))
        return [
            try await find("forgot password", "How do I get my password", means: "an article"),
            DemoRequest(
                level: .selfService,
                title: "How do I create a user",
                means: "guide '\(guide.slug)', which leads to an article",
                ref: slug
            ),
            try await find(
                "databases supports",
                "Which databases are supported",
                means: "the article on quayd \(Self.release), of two on different releases"
            ),
        ]
    }

    /// Looks for words as the customer, and counts that the first article helped.
    private func find(
        _ words: String,
        _ title: String,
        means: String
    ) async throws -> DemoRequest {
        let carl = try asking(.carl)
        var query = ArticleQuery(words)
        query.product = Self.product
        query.release = Self.release
        guard let found = try await carl.search(query).first else {
            throw DemoError(message: "No article has the words '\(words)'", hint: nil)
        }
        try await carl.solved(by: ArticleHandle(found.slug))
        return DemoRequest(level: .selfService, title: title, means: means, ref: found.slug)
    }
}
