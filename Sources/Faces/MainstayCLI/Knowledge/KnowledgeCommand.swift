package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

extension LanguageTag: ExpressibleByArgument {
    /// Reads a tag such as `de`.
    package init?(argument: String) {
        guard let tag = try? LanguageTag(argument) else { return nil }
        self = tag
    }
}

extension ArticleStatus: ExpressibleByArgument {}
extension ArticleAudience: ExpressibleByArgument {}

/// `mainstay kb`.
package struct KnowledgeCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "kb",
        abstract: "Find, write and review articles, and walk through guides.",
        discussion: """
            An article is written as a draft, reviewed, and published by another person than its \
            writer. While a new text waits, readers see the one that was published last.

            Examples:
              mainstay kb search "reset password" --product MST --release 2.4
              mainstay kb new reset-password --title "Reset a password" --file reset.md --product MST
              mainstay kb review reset-password
              mainstay kb publish reset-password        (another person)
            """,
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(
                name: "Read",
                subcommands: [
                    KnowledgeSearch.self, KnowledgeShow.self, KnowledgeGuide.self,
                    KnowledgeList.self, KnowledgeSolved.self, KnowledgeAnswer.self,
                ]
            ),
            CommandGroup(
                name: "Write",
                subcommands: [
                    KnowledgeNew.self, KnowledgeEdit.self, KnowledgeTie.self,
                    KnowledgeReview.self, KnowledgePublish.self, KnowledgeRetire.self,
                    KnowledgeHistory.self, KnowledgeDiff.self, KnowledgeMisses.self,
                ]
            ),
        ]
    )

    /// Creates the command.
    package init() {}
}

/// An article and how to tell of it.
package struct ArticleOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The article, by its name.", valueName: "slug"))
    var slug: String

    @Option(help: ArgumentHelp("Its language, such as 'de'.", valueName: "tag"))
    var language: String?

    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// The article that is meant.
    ///
    /// - Throws: ``DeskError`` for a language that is none.
    func handle() throws -> ArticleHandle {
        ArticleHandle(slug, language: try language.map { try LanguageTag($0) })
    }

    /// Acts on the article and shows it.
    func act(
        _ act: @escaping (Desk, ArticleHandle) async throws -> Void = { _, _ in }
    ) async throws {
        let handle = try handle()
        try await instance.show { desk in
            try await act(desk, handle)
            return try await desk.article(handle)
        }
    }
}

/// `mainstay kb new`.
package struct KnowledgeNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin an article: a draft.",
        discussion: """
            With --guide the text is questions whose answers lead on:

              [start] What do you see?
              - A blank page -> [blank]
              - An error -> article login-error
              - Something else -> ticket incident "The page does not open"

              [blank] Which browser?
              - Firefox -> article blank-in-firefox
              - Another -> ticket question "Blank page"

            Examples:
              mainstay kb new reset-password --title "Reset a password" --file reset.md
              mainstay kb new passwort --language de --title "Passwort" - < passwort.md
              mainstay kb new why-blank --guide --title "Blank pages" --file blank.txt --ticket MST-7
            """
    )

    @OptionGroup var article: ArticleOptions
    @OptionGroup var input: TextInput

    @Option(help: "What it is about, in one line.")
    var title: String

    @Flag(help: "The text is the questions of a guide.")
    var guide = false

    @Option(help: "Who may read it.")
    var audience = ArticleAudience.public

    @Option(help: ArgumentHelp("The product that it is about.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("The ticket that it came out of.", valueName: "ticket"))
    var ticket: String?

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        var new = NewArticle(article.slug, title: title, body: try input.requiredWords())
        new.language = try article.handle().language ?? .english
        new.kind = guide ? .guide : .article
        new.audience = audience
        new.product = product
        new.ticket = ticket
        let wish = new
        try await article.act { desk, _ in try await desk.makeArticle(wish) }
    }
}

/// `mainstay kb edit`.
package struct KnowledgeEdit: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Give an article another text, title, product or readers.",
        discussion:
            "It is a draft again; readers see the text that was published until the new one is."
    )

    @OptionGroup var article: ArticleOptions
    @OptionGroup var input: TextInput

    @Option(help: "Another title.")
    var title: String?

    @Option(help: "Other readers.")
    var audience: ArticleAudience?

    @Option(help: ArgumentHelp("Another product.", valueName: "prefix"))
    var product: String?

    /// Creates the command.
    package init() {}

    /// Edits it.
    package func run() async throws {
        var edit = ArticleEdit()
        edit.body = try input.words()
        edit.title = title
        edit.audience = audience
        edit.product = product
        let wish = edit
        try await article.act { try await $0.edit($1, wish) }
    }
}

/// `mainstay kb tie`.
package struct KnowledgeTie: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "tie",
        abstract: "Say which releases, defect or ticket an article is about.",
        discussion: """
            Both ends of a range belong to it. An article that is tied to a defect shows for each \
            line which release fixes it, as the ledger says.

            Examples:
              mainstay kb tie reset-password --product MST --from 2.0 --to 2.4
              mainstay kb tie import-crash --defect MST-D7
              mainstay kb tie reset-password --product MST --untie
            """
    )

    @OptionGroup var article: ArticleOptions

    @Option(help: ArgumentHelp("Releases of this product.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("The first of them.", valueName: "version"))
    var from = ""

    @Option(help: ArgumentHelp("The last of them.", valueName: "version"))
    var to = ""

    @Option(help: ArgumentHelp("A defect.", valueName: "defect"))
    var defect: String?

    @Option(help: ArgumentHelp("The ticket that it came out of.", valueName: "ticket"))
    var ticket: String?

    @Flag(help: "Take that product or defect away from it.")
    var untie = false

    /// Creates the command.
    package init() {}

    /// Asks for one thing to tie it to.
    package func validate() throws {
        let given = [product, defect, ticket].compactMap { $0 }
        guard given.count == 1 else {
            throw ValidationError("Give one of --product, --defect and --ticket")
        }
        if untie, ticket != nil { throw ValidationError("--untie goes with a product or defect") }
    }

    /// Ties it.
    package func run() async throws {
        try await article.act { desk, handle in
            if let product {
                try await desk.tie(handle, toProduct: product, from: from, to: to, isTied: !untie)
            }
            if let defect { try await desk.tie(handle, toDefect: defect, isTied: !untie) }
            if let ticket { try await desk.tie(handle, toTicket: ticket) }
        }
    }
}

/// `mainstay kb review`.
package struct KnowledgeReview: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Ask for a review, send an article back, or judge a reader's answer.",
        discussion: """
            Examples:
              mainstay kb review reset-password
              mainstay kb review reset-password --send-back "The second step is gone in 2.4"
              mainstay kb review reset-password --answer 4711 --refuse
            """
    )

    @OptionGroup var article: ArticleOptions

    @Option(help: ArgumentHelp("What is still wrong with it.", valueName: "words"))
    var sendBack: String?

    @Option(help: ArgumentHelp("Show this answer of a reader below it.", valueName: "number"))
    var answer: Int64?

    @Flag(help: "Do not show that answer.")
    var refuse = false

    /// Creates the command.
    package init() {}

    /// Reviews.
    package func run() async throws {
        try await article.act { desk, handle in
            if let answer {
                try await desk.judgeAnswer(answer, isShown: !refuse)
            } else if let sendBack {
                try await desk.sendBack(handle, because: sendBack)
            } else {
                try await desk.submit(handle)
            }
        }
    }
}

/// `mainstay kb publish`.
package struct KnowledgePublish: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Let an article out that another person wrote."
    )

    @OptionGroup var article: ArticleOptions

    /// Creates the command.
    package init() {}

    /// Publishes.
    package func run() async throws { try await article.act { try await $0.publish($1) } }
}

/// `mainstay kb retire`.
package struct KnowledgeRetire: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Show an article no more."
    )

    @OptionGroup var article: ArticleOptions

    @Option(help: ArgumentHelp("Why.", valueName: "words"))
    var because: String?

    /// Creates the command.
    package init() {}

    /// Retires.
    package func run() async throws {
        try await article.act { try await $0.retire($1, because: because) }
    }
}
