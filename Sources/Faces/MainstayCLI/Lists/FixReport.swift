import MainstayCore
package import MainstayService

/// The answer of `mainstay fix` for people: one block per line, from newest to oldest.
package struct FixReport {
    private let answer: FixAnswer
    private let screen: Screen

    /// Prepares the report of `answer` for `screen`.
    package init(_ answer: FixAnswer, on screen: Screen) {
        self.answer = answer
        self.screen = screen
    }

    /// Writes the title, the state of every line and what a pick would do.
    package func write(to buffer: inout TextBuffer) {
        buffer.add("fix \(answer.root.hex)", .yellow, on: screen)
        buffer.endLine()
        buffer.add("    ")
        buffer.add(clip(answer.title, to: max(screen.width - 4, 40)).text, .bold, on: screen)
        buffer.endLine()
        buffer.line("    committed \(CalendarDay(secondsSince1970: answer.row.commitTime))\n")
        let names = answer.lines.map { clip($0.name, to: 24).text }
        let width = names.reduce(4) { max($0, columnCount(of: $1)) }
        for (index, line) in answer.lines.enumerated() where index < answer.row.cells.count {
            let cell = answer.row.cells[index]
            buffer.add(names[index], .bold, on: screen)
            buffer.add(spaces: width - columnCount(of: names[index]) + 2)
            write(cell, line, indent: width + 4, to: &buffer)
        }
        buffer.endLine()
        var counts = StatusCounts()
        for cell in answer.row.cells { counts.add(cell.status) }
        let lines = count(answer.lines.count, "line", "lines")
        buffer.add(wrapped: ["\(lines):"] + counts.words, indent: 4, on: screen)
    }

    private func write(
        _ cell: MatrixCell,
        _ line: LineRow,
        indent: Int,
        to buffer: inout TextBuffer
    ) {
        let symbol = "\(cell.status.symbol) \(cell.status.rawValue)"
        buffer.add(symbol, cell.status.ink, on: screen)
        if let place = place(cell) { buffer.add("  " + makeSafe(place)) }
        if line.phase == .eol { buffer.add("  (end of life)", .dim, on: screen) }
        buffer.endLine()
        for commit in cell.commits {
            detail("commit \(commit.hex)", indent: indent, to: &buffer)
        }
        if let reason = cell.reason { detail(reason, indent: indent, to: &buffer) }
        for item in cell.evidence {
            detail(Self.words(item), indent: indent, to: &buffer)
        }
        for flag in cell.flags { detail("! " + flag, indent: indent, to: &buffer) }
        for pick in answer.picks where pick.line == line.name {
            PickReport.write(pick, indent: indent, to: &buffer, on: screen)
        }
    }

    /// The release that has the fix, else where on the branch it is.
    private func place(_ cell: MatrixCell) -> String? {
        if let release = cell.release { return "since \(release)" }
        return cell.position.map { "at \($0.description)" }
    }

    private func detail(_ text: String, indent: Int, to buffer: inout TextBuffer) {
        buffer.add(spaces: indent)
        buffer.add(clip(text, to: max(screen.width - indent, 60)).text, .dim, on: screen)
        buffer.endLine()
    }

    /// `same author, date and title (author-date-title 0.999)`, then the detail if there is one.
    static func words(_ item: EvidenceItem) -> String {
        var buffer = TextBuffer()
        buffer.add(meanings[item.kind].map { $0 + " (" } ?? "")
        buffer.addSafe(item.kind)
        buffer.add(" ")
        buffer.add(confidence: item.confidence)
        if meanings[item.kind] != nil { buffer.add(")") }
        if let detail = item.detail {
            buffer.add(": ")
            buffer.addSafe(detail)
        }
        return buffer.text
    }

    /// What each kind of evidence says, for people who meet it for the first time.
    private static let meanings = [
        "human": "confirmed by a person",
        "trailer": "its message names the original",
        "author-date-title": "same author, date and title",
        "patch-id": "same change",
        "change-id": "same Change-Id",
        "author-date": "same author and date",
        "title": "same title",
        "similar": "similar change",
        "replay": "same files when applied in memory",
    ]

    /// Writes the JSON document of `mainstay fix`.
    package static func json(_ answer: Answer<FixAnswer>, to buffer: inout TextBuffer) {
        JSONWriter.document("fix", answer, to: &buffer) { json in
            let fix = answer.results
            json.breakLine()
            json.beginObject()
            json.field("root", fix.root)
            json.field("title", fix.title)
            json.key("members")
            json.beginArray()
            for member in fix.members { json.member(member) }
            json.endArray()
            json.key("lines")
            json.beginArray()
            json.rows([fix.row], lines: fix.lines)
            json.endArray()
            json.key("picks")
            json.beginArray()
            for pick in fix.picks { json.pick(pick) }
            json.endArray()
            json.endObject()
        }
    }
}

extension JSONWriter {
    /// Writes one commit of a fix; `line` is the first of `lines`.
    fileprivate mutating func member(_ member: FixMember) {
        breakLine()
        beginObject()
        field("commit", member.commit)
        field("line", member.lines.first)
        field("lines", member.lines)
        field(evidence: member.evidence)
        key("confidence")
        value(confidence: member.confidence)
        if member.isRevert {
            key("isRevert")
            value(true)
        }
        endObject()
    }
}
