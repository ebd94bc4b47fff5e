package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// `mainstay kb show`.
package struct KnowledgeShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an article.",
        discussion: "Customers see what was published last, the staff the newest text."
    )

    @OptionGroup var article: ArticleOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws { try await article.act() }
}

/// `mainstay kb list`.
package struct KnowledgeList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the articles."
    )

    @Option(help: ArgumentHelp("Only about this product.", valueName: "prefix"))
    var product: String?

    @Option(help: "Only with the newest text in this status.")
    var status: ArticleStatus?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let articles = try await session.desk.articles(product: product, status: status)
            try session.write("articles", articles.map(\.json)) { buffer in
                articles.write(to: &buffer, on: session.screen, none: "No articles.")
            }
        }
    }
}

/// `mainstay kb search`.
package struct KnowledgeSearch: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find articles that have most of the words, the best first.",
        discussion: """
            Articles about other products, or about other releases of this one, are left out. What \
            is not found is kept, so that somebody writes it: 'kb misses'.

            Examples:
              mainstay kb search reset password
              mainstay kb search import crash --product MST --release 2.4.1 --language de
            """
    )

    @Argument(help: "The words; the last may be the start of one.")
    var words: [String]

    @Option(help: ArgumentHelp("About this product.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("For this release of it.", valueName: "version"))
    var release: String?

    @Option(help: ArgumentHelp("The language that you read best.", valueName: "tag"))
    var language: String?

    @Option(help: ArgumentHelp("How many at most.", valueName: "1-100"))
    var limit = 10

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Refuses a limit out of range, and a release without its product.
    package func validate() throws {
        guard (1...100).contains(limit) else {
            throw ValidationError("--limit is \(limit), expected 1 to 100")
        }
        if release != nil, product == nil { throw ValidationError("--release needs --product") }
    }

    /// Asks and shows.
    package func run() async throws {
        var query = ArticleQuery(words.joined(separator: " "))
        query.product = product
        query.release = release
        query.language = try language.map { try LanguageTag($0) }
        query.limit = limit
        let wanted = query
        try await InstanceSession.run(instance) { session in
            let found = try await session.desk.search(wanted)
            try session.write("articles", found.map(\.json)) { buffer in
                found.write(to: &buffer, on: session.screen, none: "No article is found.")
            }
        }
    }
}

/// `mainstay kb solved`.
package struct KnowledgeSolved: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "solved",
        abstract: "Say that an article solved it."
    )

    @OptionGroup var article: ArticleOptions

    /// Creates the command.
    package init() {}

    /// Counts it.
    package func run() async throws {
        let handle = try article.handle()
        try await InstanceSession.run(article.instance) { session in
            try await session.desk.solved(by: handle)
            let json: JSONValue = ["slug": .text(handle.slug), "outcome": "solved"]
            try session.tell("article", json, "Article \(handle.slug) solved it.")
        }
    }
}

/// `mainstay kb answer`.
package struct KnowledgeAnswer: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Leave an answer below an article; it shows after a review."
    )

    @OptionGroup var article: ArticleOptions
    @OptionGroup var input: TextInput

    /// Creates the command.
    package init() {}

    /// Leaves it.
    package func run() async throws {
        let (handle, words) = (try article.handle(), try input.requiredWords())
        try await InstanceSession.run(article.instance) { session in
            let id = try await session.desk.answer(handle, words)
            let json: JSONValue = ["id": .int(id), "state": "held"]
            try session.tell("answer", json, "Answer \(id) waits for a review.")
        }
    }
}

/// `mainstay kb misses`.
package struct KnowledgeMisses: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "misses",
        abstract: "List searches that led to nothing or to a ticket, the newest first."
    )

    @Option(help: ArgumentHelp("Only about this product.", valueName: "prefix"))
    var product: String?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let misses = try await session.desk.searchMisses(product: product, limit: 200)
            let json = misses.map { miss -> JSONValue in
                [
                    "words": .text(miss.miss.words), "product": .text(miss.product),
                    "ticket": .text(miss.ticket), "askedAt": .time(miss.miss.askedAt),
                ]
            }
            try session.write("misses", json) { buffer in
                if misses.isEmpty { return buffer.line("Nothing was looked for in vain.") }
                var table = GridTable(["ASKED", "PRODUCT", "TICKET", "WORDS"])
                for miss in misses {
                    table.add([
                        miss.miss.askedAt.minute, miss.product ?? "-", miss.ticket ?? "-",
                        miss.miss.words,
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay kb history`.
package struct KnowledgeHistory: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what happened to an article; the numbers of its texts are for 'kb diff'."
    )

    @OptionGroup var article: ArticleOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        let handle = try article.handle()
        try await InstanceSession.run(article.instance) { session in
            let (events, versions, names) = try await session.desk.versions(of: handle)
            let texts = Set(versions.map(\.seq))
            let json = events.map { $0.json(actor: names.login($0.actorID)) }
            try session.write("events", json) { buffer in
                var table = GridTable(["VERSION", "WHEN", "WHO", "WHAT"])
                for event in events {
                    table.add([
                        texts.contains(event.seq) ? "\(event.seq)" : "", event.recordedAt.minute,
                        names.login(event.actorID) ?? "?", event.kind.replacing("_", with: " "),
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay kb diff`.
package struct KnowledgeDiff: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show the lines that two texts of an article differ in.",
        discussion: "Without numbers: the last two."
    )

    @OptionGroup var article: ArticleOptions

    @Option(help: ArgumentHelp("The earlier text, from 'kb history'.", valueName: "version"))
    var from: Int64?

    @Option(help: ArgumentHelp("The later text.", valueName: "version"))
    var to: Int64?

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        let handle = try article.handle()
        try await InstanceSession.run(article.instance) { session in
            let versions = try await session.desk.versions(of: handle).versions
            let new = try pick(to ?? versions.last?.seq, of: versions)
            let before = versions.last { $0.seq < new.seq }?.seq
            let old = try pick(from ?? before ?? new.seq, of: versions)
            let lines = new.difference(from: old)
            let json: JSONValue = [
                "from": .int(old.seq), "to": .int(new.seq), "lines": .texts(lines),
            ]
            try session.write("diff", [json]) { buffer in
                for line in lines {
                    let ink: Ink =
                        line.hasPrefix("+") ? .green : line.hasPrefix("-") ? .red : .plain
                    buffer.add(makeSafe(line), ink, on: session.screen)
                    buffer.endLine()
                }
            }
        }
    }

    private func pick(_ seq: Int64?, of versions: [ArticleVersion]) throws -> ArticleVersion {
        if let version = versions.first(where: { $0.seq == seq }) { return version }
        let known = versions.map { "\($0.seq)" }.joined(separator: ", ")
        throw FaceError(
            "Article \(makeSafe(article.slug)) has no text \(seq ?? 0), only \(known)",
            hint: "'mainstay kb history \(makeSafe(article.slug))' lists them"
        )
    }
}
