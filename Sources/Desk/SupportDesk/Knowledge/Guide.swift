package import MainstayCore

/// Questions whose answers lead on, to an article, or to a ticket that is filled in.
///
/// It is written as text:
///
///     [start] What do you see?
///     - A blank page -> [blank]
///     - An error -> article login-error
///     - Something else -> ticket incident "The page does not open"
///
///     [blank] Which browser?
///     - Firefox -> article blank-in-firefox
///     - Another -> ticket question "Blank page"
///
/// The first question is where it begins. Every path ends at an article or a ticket.
package struct Guide: Sendable, Hashable {
    /// Where an answer leads.
    package enum Target: Sendable, Hashable {
        /// To another question, by its name.
        case question(String)
        /// To an article, by its slug.
        case article(String)
        /// To a ticket of a kind with a title.
        case ticket(TicketKind, title: String)
    }

    /// One answer to a question.
    package struct Answer: Sendable, Hashable {
        /// What the person says.
        package let text: String
        /// Where it leads.
        package let target: Target
    }

    /// One question.
    package struct Question: Sendable, Hashable {
        /// The name by which answers lead to it.
        package let name: String
        /// What is asked.
        package let text: String
        /// What can be said to it, at least one.
        package fileprivate(set) var answers: [Answer] = []
    }

    /// The questions in the order of the text; the first is where it begins.
    package let questions: [Question]

    /// Reads a guide.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/guide`` that names the line or the question:
    ///   for a line that is neither, a name that comes twice, a target that is not there, a dead
    ///   end, a loop, and a question that no answer leads to.
    package init(_ text: String) throws(DeskError) {
        var questions: [Question] = []
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.trimmed
            if words.isEmpty { continue }
            if words.first == "[" {
                questions.append(try Self.question(words, line: place + 1))
            } else if words.hasPrefix("- "), !questions.isEmpty {
                let answer = try Self.answer(words.dropFirst(2), line: place + 1)
                questions[questions.count - 1].answers.append(answer)
            } else {
                throw .badLine(place + 1, words, "a question such as '[start] What do you see?'")
            }
        }
        self.questions = questions
        try check()
    }

    /// The question of a name.
    package func question(_ name: String) -> Question? { questions.first { $0.name == name } }

    /// The slugs of the articles that it leads to.
    package var articles: Set<String> {
        Set(
            questions.flatMap(\.answers)
                .compactMap { answer in
                    if case .article(let slug) = answer.target { slug } else { nil }
                }
        )
    }

    /// The guide for programs.
    package var json: JSONValue {
        .list(
            questions.map { question in
                [
                    "name": .text(question.name), "text": .text(question.text),
                    "answers": .list(question.answers.map(\.json)),
                ]
            }
        )
    }

    private static func question(_ words: Substring, line: Int) throws(DeskError) -> Question {
        let parts = words.dropFirst().split(separator: "]", maxSplits: 1)
        guard parts.count == 2, !parts[0].trimmed.isEmpty, !parts[1].trimmed.isEmpty else {
            throw .badLine(line, words, "a question such as '[start] What do you see?'")
        }
        return Question(name: String(parts[0].trimmed), text: String(parts[1].trimmed))
    }

    private static func answer(_ words: Substring, line: Int) throws(DeskError) -> Answer {
        let form = "an answer such as '- An error -> article login-error'"
        guard let arrow = words.range(ofLast: "->") else { throw .badLine(line, words, form) }
        let (text, aim) = (words[..<arrow.lowerBound].trimmed, words[arrow.upperBound...].trimmed)
        guard !text.isEmpty, let target = target(aim) else { throw .badLine(line, words, form) }
        return Answer(text: String(text), target: target)
    }

    private static func target(_ aim: Substring) -> Target? {
        if aim.first == "[", aim.last == "]" {
            return .question(String(aim.dropFirst().dropLast().trimmed))
        }
        let words = aim.split(separator: " ", maxSplits: 2)
        switch (words.first, words.count) {
        case ("article", 2): return .article(String(words[1]))
        case ("ticket", 3):
            let title = words[2].trimmed
            guard let kind = TicketKind(rawValue: String(words[1])), title.utf8.count > 2,
                title.first == "\"", title.last == "\""
            else { return nil }
            return .ticket(kind, title: String(title.dropFirst().dropLast()))
        default: return nil
        }
    }
}

extension Guide {
    /// Refuses what leads nowhere.
    private func check() throws(DeskError) {
        guard let start = questions.first else {
            throw DeskError(
                .guide,
                "The guide asks no question",
                hint: "Begin it with a line such as '[start] What do you see?'"
            )
        }
        var byName: [String: Question] = [:]
        for question in questions {
            guard byName.updateValue(question, forKey: question.name) == nil else {
                throw DeskError(.guide, "The guide has two questions [\(question.name)]")
            }
            if question.answers.isEmpty {
                throw DeskError(.guide, "Question [\(question.name)] is a dead end: no answer")
            }
        }
        var ended: Set<String> = []
        try walk(start, byName, path: [], ended: &ended)
        if let stray = questions.first(where: { !ended.contains($0.name) }) {
            throw DeskError(.guide, "No answer leads to question [\(stray.name)]")
        }
    }

    private func walk(
        _ question: Question,
        _ byName: [String: Question],
        path: [String],
        ended: inout Set<String>
    ) throws(DeskError) {
        if ended.contains(question.name) { return }
        let path = path + [question.name]
        for answer in question.answers {
            guard case .question(let name) = answer.target else { continue }
            guard let next = byName[name] else {
                throw DeskError(
                    .guide,
                    "Answer '\(answer.text)' leads to question [\(name)], which is not there",
                    hint: Spelling.nearest(to: name, among: questions.map(\.name))
                        .map { "Did you mean '[\($0)]'?" }
                )
            }
            if let start = path.firstIndex(of: name) {
                let loop = (path[start...] + [name]).map { "[\($0)]" }.joined(separator: " -> ")
                throw DeskError(.guide, "The guide goes in a loop: \(loop)")
            }
            try walk(next, byName, path: path, ended: &ended)
        }
        ended.insert(question.name)
    }
}

extension Guide.Answer {
    /// The answer for programs.
    fileprivate var json: JSONValue {
        switch target {
        case .question(let name): ["text": .text(text), "question": .text(name)]
        case .article(let slug): ["text": .text(text), "article": .text(slug)]
        case .ticket(let kind, let title):
            ["text": .text(text), "ticket": .text(title), "kind": .text(kind.rawValue)]
        }
    }
}

extension Substring {
    /// The text without white space at its ends.
    fileprivate var trimmed: Substring {
        let head = drop(while: \.isWhitespace)
        return head.lastIndex { !$0.isWhitespace }.map { head[...$0] } ?? head[..<head.startIndex]
    }

    /// Where a text of two characters stands last.
    fileprivate func range(ofLast pair: String) -> Range<Index>? {
        var end = endIndex
        while end > startIndex {
            let start = index(before: end)
            if self[start...].hasPrefix(pair) { return start..<index(start, offsetBy: pair.count) }
            end = start
        }
        return nil
    }
}

extension DeskError {
    fileprivate static func badLine(_ line: Int, _ seen: Substring, _ wanted: String) -> DeskError {
        DeskError(.guide, "Line \(line) of the guide is '\(seen)', expected \(wanted)")
    }
}
