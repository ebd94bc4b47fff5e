package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay kb guide`.
package struct KnowledgeGuide: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "guide",
        abstract: "Walk through the questions of a guide, to an article or a ticket.",
        discussion: """
            In a terminal it asks; otherwise give the answers by their numbers, and it says what \
            comes next.

            Examples:
              mainstay kb guide why-blank
              mainstay kb guide why-blank --choose 1 --choose 2 --json
            """
    )

    @OptionGroup var article: ArticleOptions

    @Option(help: ArgumentHelp("An answer by its number (can be repeated).", valueName: "number"))
    var choose: [Int] = []

    /// Creates the command.
    package init() {}

    /// Walks.
    package func run() async throws {
        let handle = try article.handle()
        try await InstanceSession.run(article.instance) { session in
            let view = try await session.desk.article(handle)
            guard let guide = view.guide, let start = guide.questions.first else {
                throw FaceError(
                    "Article \(makeSafe(handle.slug)) is no guide",
                    hint: "Read it with 'mainstay kb show \(makeSafe(handle.slug))'"
                )
            }
            let isAsking = article.instance.output.chosen == .table && Terminal.canAsk
            try await tell(try walk(guide, from: start, isAsking: isAsking), session)
        }
    }

    private enum Stop {
        case at(Guide.Question)
        case end(Guide.Target)
    }

    private func walk(
        _ guide: Guide,
        from start: Guide.Question,
        isAsking: Bool
    ) throws -> Stop {
        var (question, chosen) = (start, choose[...])
        while true {
            var number = chosen.popFirst()
            if number == nil, isAsking { number = Terminal.choice(question.text, question.choices) }
            guard let number else { return .at(question) }
            guard question.answers.indices.contains(number - 1) else {
                throw FaceError(
                    "Question [\(makeSafe(question.name))] has no answer \(number), "
                        + "expected 1 to \(question.answers.count)"
                )
            }
            let target = question.answers[number - 1].target
            guard case .question(let name) = target, let next = guide.question(name) else {
                return .end(target)
            }
            question = next
        }
    }

    private func tell(_ stop: Stop, _ session: InstanceSession) async throws {
        switch stop {
        case .at(let question):
            let json: JSONValue = [
                "question": .text(question.text), "answers": .texts(question.choices),
            ]
            try session.write("guide", [json]) { buffer in
                buffer.line(makeSafe(question.text))
                for (place, choice) in question.choices.enumerated() {
                    buffer.line("  \(place + 1)  \(makeSafe(choice))")
                }
            }
        case .end(.article(let slug)):
            let language = try article.handle().language
            let view = try await session.desk.article(ArticleHandle(slug))
            if let language,
                let own = try? await session.desk.article(
                    ArticleHandle(slug, language: language)
                )
            {
                return try session.show(own)
            }
            try session.show(view)
        case .end(.ticket(let kind, let title)):
            let json: JSONValue = ["ticket": .text(title), "kind": .text(kind.rawValue)]
            let quoted = "'" + title.replacing("'", with: "'\\''") + "'"
            try session.write("guide", [json]) { buffer in
                buffer.line("Nothing here helps; ask us:")
                buffer.line("  mainstay ticket new \(makeSafe(quoted)) --kind \(kind.rawValue)")
            }
        case .end(.question): break
        }
    }
}

extension Guide.Question {
    /// What can be said, in order.
    fileprivate var choices: [String] { answers.map(\.text) }
}

/// Questions to a person who sits before a terminal.
enum Terminal {
    /// Whether somebody can be asked: input and output are terminals.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Asks until one of the choices is named by its number; `nil` for an empty line or the end of
    /// the input.
    static func choice(_ question: String, _ choices: [String]) -> Int? {
        var buffer = TextBuffer(to: OutputFile(descriptor: STDOUT_FILENO))
        buffer.line(makeSafe(question))
        for (place, choice) in choices.enumerated() {
            buffer.line("  \(place + 1)  \(makeSafe(choice))")
        }
        while true {
            buffer.add("> ")
            buffer.flush()
            guard let line = readLine(), !line.allSatisfy(\.isWhitespace) else { return nil }
            let number = Int(line.filter { !$0.isWhitespace })
            if let number, (1...choices.count).contains(number) { return number }
            buffer.line("Give a number from 1 to \(choices.count), or an empty line to stop.")
        }
    }
}
