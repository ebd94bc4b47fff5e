import MainstayCore
package import MainstayService

/// The answer of `mainstay pick` in its forms.
package enum PickReport {
    /// Writes every verdict with what is behind it, then the branches that were made.
    package static func table(_ plan: PlanAnswer, to buffer: inout TextBuffer, on screen: Screen) {
        if plan.picks.count == 1 {
            one(plan.picks[0], to: &buffer, on: screen)
        } else {
            for pick in plan.picks { step(pick, to: &buffer, on: screen) }
        }
        for branch in plan.branches {
            let isDraft = plan.picks.contains { $0.ref == branch.ref && $0.verdict == "conflict" }
            let what = isDraft ? "draft" : "commit"
            buffer.line(
                "\(branch.count) \(what)\(branch.count == 1 ? "" : "s") on the new branch "
                    + "\(makeSafe(String(branch.ref.dropFirst(11)))), now at \(branch.tip.short)"
            )
        }
    }

    /// The verdict and, where it is not clean, every path with its result.
    private static func one(_ pick: PickAnswer, to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(pick.verdict, ink(pick.verdict), on: screen)
        buffer.line(": \(pick.fix.short) onto \(makeSafe(pick.line))")
        buffer.line(sentence(pick.verdict))
        if let note = pick.note { buffer.line("note: " + makeSafe(note)) }
        if !pick.paths.isEmpty {
            buffer.line()
            var table = GridTable(["RESULT", "PATH"])
            for path in pick.paths { table.add([words(path), named(path)]) }
            table.write(to: &buffer, on: screen)
        }
        guard !pick.prerequisites.isEmpty else { return }
        buffer.line()
        buffer.line("Clean after picks of:")
        for needed in pick.prerequisites { name(needed, indent: 2, to: &buffer, on: screen) }
    }

    /// One line of a plan, and below it what keeps it from being clean.
    private static func step(_ pick: PickAnswer, to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(pick.verdict, ink(pick.verdict), on: screen)
        buffer.add(spaces: max(1, 15 - pick.verdict.count))
        let title = clip(pick.title, to: max(screen.width - 30, 40)).text
        buffer.line("\(pick.fix.short)  \(title)")
        func detail(_ text: String) {
            buffer.add(spaces: 15)
            buffer.line(clip(text, to: max(screen.width - 15, 60)).text)
        }
        if !pick.neededBy.isEmpty {
            detail("needed by " + pick.neededBy.map(\.short).joined(separator: ", "))
        }
        if let note = pick.note { detail("note: " + note) }
        if let alone = pick.alone { detail("without the steps before: \(alone)") }
        if let stop = pick.stoppedBy { detail("in the way since \(stop.short)") }
        for path in pick.paths where path.result == "conflict" {
            detail("\(named(path)): \(words(path))")
        }
        guard pick.verdict != "clean", !pick.prerequisites.isEmpty else { return }
        detail("clean after picks of:")
        for needed in pick.prerequisites { name(needed, indent: 17, to: &buffer, on: screen) }
    }

    private static func name(
        _ needed: PickAnswer.Named,
        indent: Int,
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        buffer.add(spaces: indent)
        let title = clip(needed.title, to: max(screen.width - indent - 14, 40)).text
        buffer.line("\(needed.commit.short)  \(title)")
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
    package static func json(_ answer: Answer<PlanAnswer>, to buffer: inout TextBuffer) {
        JSONWriter.document("pick", answer, to: &buffer) { json in
            json.breakLine()
            for pick in answer.results.picks { json.pick(pick) }
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
        field("alone", pick.alone)
        field("stoppedBy", pick.stoppedBy)
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
        field("prerequisites", pick.prerequisites.map(\.commit))
        if !pick.neededBy.isEmpty { field("neededBy", pick.neededBy) }
        field("tree", pick.tree)
        field("ref", pick.ref)
        field("commit", pick.commit)
        endObject()
    }
}
