import MainstayCore
package import MainstayService

/// The answer of `mainstay pick --dry-run` in its forms.
package enum PickReport {
    /// Writes the verdict and, where it is not clean, every path with its result.
    package static func table(_ pick: PickAnswer, to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(pick.verdict, ink(pick.verdict), on: screen)
        buffer.line(": \(pick.fix.short) onto \(makeSafe(pick.line))")
        buffer.line(sentence(pick.verdict))
        if let note = pick.note { buffer.line("note: " + makeSafe(note)) }
        guard !pick.paths.isEmpty else { return }
        buffer.line()
        var table = GridTable(["RESULT", "PATH"])
        for path in pick.paths { table.add([words(path), named(path)]) }
        table.write(to: &buffer, on: screen)
    }

    /// Writes the prediction as a part of a longer report.
    static func write(
        _ pick: PickAnswer,
        indent: Int,
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        buffer.add(spaces: indent)
        buffer.add("a pick would be ")
        buffer.add(phrase(pick.verdict), ink(pick.verdict), on: screen)
        if let note = pick.note { buffer.add(" (\(makeSafe(note)))") }
        buffer.endLine()
        for path in pick.paths where path.result == "conflict" {
            buffer.add(spaces: indent + 2)
            let text = "\(named(path)): \(words(path))"
            buffer.line(clip(text, to: max(screen.width - indent - 2, 60)).text)
        }
    }

    /// Writes the JSON document.
    package static func json(_ answer: Answer<PickAnswer>, to buffer: inout TextBuffer) {
        JSONWriter.document("pick", answer, to: &buffer) { json in
            json.breakLine()
            json.pick(answer.results)
        }
    }

    private static func named(_ path: PickAnswer.Path) -> String {
        path.renamedTo.map { "\(path.path) -> \($0)" } ?? path.path
    }

    private static func words(_ path: PickAnswer.Path) -> String {
        path.cause.map { "\(path.result): \($0)" } ?? path.result
    }

    private static func ink(_ verdict: String) -> Ink {
        switch verdict {
        case "clean": .green
        case "conflict": .red
        case "already-there": .cyan
        default: .magenta
        }
    }

    private static func phrase(_ verdict: String) -> String {
        switch verdict {
        case "conflict": "in conflict"
        case "already-there": "empty: the change is there already"
        case "unknown": "unpredictable"
        default: verdict
        }
    }

    private static func sentence(_ verdict: String) -> String {
        switch verdict {
        case "clean": "The change applies as it is."
        case "conflict": "A person has to settle the paths below."
        case "already-there": "The line's files already contain the change."
        default: "The outcome cannot be told."
        }
    }
}

extension JSONWriter {
    /// Writes one prediction as an object.
    mutating func pick(_ pick: PickAnswer) {
        breakLine()
        beginObject()
        field("fix", pick.fix)
        field("line", pick.line)
        field("verdict", pick.verdict)
        field("note", pick.note)
        key("paths")
        beginArray()
        for path in pick.paths {
            beginObject()
            field("path", path.path)
            field("result", path.result)
            field("cause", path.cause)
            field("renamedTo", path.renamedTo)
            endObject()
        }
        endArray()
        field("tree", pick.tree)
        endObject()
    }
}
