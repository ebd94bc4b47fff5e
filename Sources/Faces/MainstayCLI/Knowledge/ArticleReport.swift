import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension ArticleView: Shown {
    /// An article.
    static let name = "article"

    /// Writes the article for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(makeSafe(version.title), .bold, on: screen)
        buffer.endLine()
        for (name, value) in fields {
            buffer.add("  \(name)", .dim, on: screen)
            buffer.add(spaces: max(1, 12 - name.utf8.count))
            buffer.line(makeSafe(value))
        }
        buffer.line()
        for line in version.body.split(separator: "\n", omittingEmptySubsequences: false) {
            buffer.line(makeSafe(String(line)))
        }
        for defect in defects { write(defect, to: &buffer, on: screen) }
        for answer in answers {
            let state = answer.answer.state == .shown ? "" : "  (\(answer.answer.state.rawValue))"
            buffer.line()
            buffer.add("Answer \(answer.answer.id) by \(makeSafe(answer.login))", .dim, on: screen)
            buffer.line(state)
            for line in answer.text.split(separator: "\n") {
                buffer.line("  " + makeSafe(String(line)))
            }
        }
    }

    private var fields: [(String, String)] {
        var standing = "\(article.status.rawValue), for \(article.audience.rawValue)"
        if article.status != .published, isLive { standing += "; an older text is published" }
        var fields = [("name", article.name), ("status", standing)]
        for (product, scope) in scopes {
            let from = scope.from.isEmpty ? "the first" : scope.from
            let to = scope.to.isEmpty ? "the newest" : scope.to
            fields.append(("releases", "\(product) from \(from) to \(to)"))
        }
        if languages.count > 1 {
            fields.append(("languages", languages.map(\.description).joined(separator: ", ")))
        }
        for ticket in tickets { fields.append((ticket.outcome.words, ticket.ref)) }
        for outcome in [ArticleOutcome.shown, .solved] {
            guard let count = uses[outcome] else { continue }
            fields.append((outcome.words, count == 1 ? "once" : "\(count) times"))
        }
        return fields
    }

    private func write(_ defect: TicketDefect, to buffer: inout TextBuffer, on screen: Screen) {
        buffer.line()
        buffer.add(defect.ref, .bold, on: screen)
        buffer.line("  \(makeSafe(defect.title ?? "where it is fixed"))")
        if defect.lines.isEmpty { buffer.line("  no scan has judged it yet") }
        var table = GridTable(["LINE", "FIXED IN", "STATUS"])
        for line in defect.lines {
            table.add([line.line, line.release ?? "-", line.status.rawValue])
        }
        if !defect.lines.isEmpty { table.write(to: &buffer, on: screen) }
    }

    /// The article with stable keys.
    var json: JSONValue {
        var json: [String: JSONValue] = [
            "slug": .text(article.slug), "language": .text(article.language.description),
            "kind": .text(article.kind.rawValue), "status": .text(article.status.rawValue),
            "isLive": .bool(isLive), "audience": .text(article.audience.rawValue),
            "title": .text(version.title), "body": .text(version.body),
            "version": .int(version.seq), "author": .text(names.login(article.authorID)),
            "updatedAt": .time(article.updatedAt),
            "languages": .texts(languages.map(\.description)), "guide": guide?.json ?? .null,
        ]
        json["releases"] = .list(
            scopes.map { product, scope in
                ["product": .text(product), "from": .text(scope.from), "to": .text(scope.to)]
            }
        )
        json["defects"] = .list(defects.map(\.json))
        json["answers"] = .list(
            answers.map { answer in
                [
                    "id": .int(answer.answer.id), "account": .text(answer.login),
                    "state": .text(answer.answer.state.rawValue), "text": .text(answer.text),
                ]
            }
        )
        json["tickets"] = .list(
            tickets.map { ["ticket": .text($0.ref), "how": .text($0.outcome.rawValue)] }
        )
        json["uses"] = .object(
            Dictionary(uniqueKeysWithValues: uses.map { ($0.key.rawValue, .int(Int64($0.value))) })
        )
        return .object(json)
    }
}

extension FoundArticle {
    /// The article with stable keys.
    var json: JSONValue {
        [
            "slug": .text(slug), "language": .text(language.description), "title": .text(title),
            "kind": .text(kind.rawValue), "status": .text(status.rawValue),
            "isForRelease": .bool(isForRelease),
        ]
    }
}

extension [FoundArticle] {
    /// Writes a table of the articles, or what to say where there is none.
    func write(to buffer: inout TextBuffer, on screen: Screen, none: String) {
        if isEmpty { return buffer.line(none) }
        var table = GridTable(["ARTICLE", "LANGUAGE", "KIND", "STATUS", "TITLE"])
        for article in self {
            table.add([
                article.slug, article.language.description, article.kind.rawValue,
                article.status.rawValue, article.title,
            ])
        }
        table.write(to: &buffer, on: screen)
    }
}
