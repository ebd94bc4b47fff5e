import LTSReleases
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// A defect on the screen: what it is, its row of lines, what is tied to it, its log.
struct DefectReport {
    private let view: DefectView
    private let screen: Screen

    /// Prepares a report.
    init(_ view: DefectView, on screen: Screen) {
        self.view = view
        self.screen = screen
    }

    /// Writes everything.
    func write(to buffer: inout TextBuffer) {
        writeHead(to: &buffer)
        writeCommits(to: &buffer)
        writeLines(to: &buffer)
        writeWork(to: &buffer)
        buffer.line()
        for event in view.events { write(event, to: &buffer) }
    }

    /// Writes what it is and its row of lines.
    func writeShort(to buffer: inout TextBuffer) {
        writeHead(to: &buffer)
        writeLines(to: &buffer)
    }

    private func writeHead(to buffer: inout TextBuffer) {
        let defect = view.defect
        buffer.add(defect.ref, .bold, on: screen)
        buffer.add("  ")
        buffer.add(makeSafe(defect.title), .bold, on: screen)
        buffer.endLine()
        for (name, value) in fields { field(name, value, to: &buffer) }
    }

    private func field(_ name: String, _ value: String, to buffer: inout TextBuffer) {
        buffer.add("  \(name)", .dim, on: screen)
        buffer.add(spaces: max(1, 12 - name.utf8.count))
        buffer.line(makeSafe(value))
    }

    private var fields: [(String, String)] {
        let defect = view.defect
        var fields = [("status", defect.status.rawValue), ("kind", kindWords)]
        fields.append(("severity", defect.severity.words))
        if let vector = defect.cvssVector { fields.append(("cvss", vector)) }
        if let cause = defect.cause { fields.append(("cause", cause.words)) }
        if !view.row.file.aliases.isEmpty {
            fields.append(("also", view.row.file.aliases.joined(separator: ", ")))
        }
        fields.append(("assignee", view.names.login(defect.assigneeID) ?? "nobody"))
        if !view.row.file.tickets.isEmpty {
            fields.append(("tickets", view.row.file.tickets.joined(separator: ", ")))
        }
        for advisory in view.advisories {
            let cve = advisory.cveID.map { " (\($0))" } ?? ""
            fields.append(("advisory", "\(advisory.ref)\(cve), \(advisory.state.rawValue)"))
        }
        return fields + view.cases.map { ("case", $0.line) }
    }

    private var kindWords: String {
        let component = view.defect.componentID.flatMap { view.names.components[$0] }
        return view.defect.kind.rawValue + (component.map { ", \($0)" } ?? "")
            + (view.row.file.isUnderEmbargo ? ", under embargo" : "")
    }

    private func writeCommits(to buffer: inout TextBuffer) {
        let parts = Set(view.row.file.commits.filter { $0.role == .fixes }.map(\.part)).count
        for link in view.row.file.commits {
            buffer.add("  \(link.role.rawValue)", .dim, on: screen)
            buffer.add(spaces: max(1, 14 - link.role.rawValue.utf8.count))
            buffer.add(
                link.isBeginning ? "since the beginning" : link.commit.short,
                .yellow,
                on: screen
            )
            var words = [link.source == .person ? nil : link.source.rawValue]
            if link.role == .fixes, parts > 1 { words.append("part \(link.part)") }
            if let line = link.lineID { words.append("on \(lineName(line)) only") }
            if link.state == .denied || !link.counts {
                words.append(link.counts ? nil : stateWords(link))
            }
            let said = words.compactMap { $0 }.joined(separator: ", ")
            if !said.isEmpty { buffer.add(" (\(said))") }
            if let place = view.places[link.commit] {
                buffer.add("  \(makeSafe(place.description))")
            }
            if let title = view.titles[link.commit] {
                buffer.add("  " + makeSafe(title), .dim, on: screen)
            }
            buffer.endLine()
            for commit in view.repeats[link.commit] ?? [] {
                buffer.add(spaces: 16)
                buffer.add(commit.short, .yellow, on: screen)
                let place = view.places[commit]?.description ?? ""
                buffer.line("  \(makeSafe(place)), the same on a line")
            }
        }
    }

    private func stateWords(_ link: DefectCommit) -> String {
        link.state == .denied ? "denied" : "proposed: confirm or deny it"
    }

    private func lineName(_ id: Int64) -> String {
        view.row.cells.first { $0.line.id == id }?.line.name ?? "\(id)"
    }

    private func writeLines(to buffer: inout TextBuffer) {
        guard !view.row.cells.isEmpty else { return }
        buffer.line()
        let names = view.row.cells.map { clip($0.line.name, to: 24).text }
        let width = names.reduce(4) { max($0, columnCount(of: $1)) }
        let rows = zip(names, view.row.cells)
            .map { name, cell in
                var text = TextBuffer()
                write(cell, indent: width + 4, to: &text)
                return (name: name, words: text.bytes)
            }
        for run in LineRun.gather(rows) {
            let isFolded = run.names.count > 3
            for name in run.names.prefix(isFolded ? 1 : run.names.count) {
                buffer.add(name, .bold, on: screen)
                buffer.add(spaces: width - columnCount(of: name) + 2)
                buffer.add(run.words)
            }
            guard isFolded, let last = run.names.last else { continue }
            buffer.add(spaces: width + 4)
            let more = "and so \(run.names.count - 1) lines more, down to \(last)"
            buffer.add(more, .dim, on: screen)
            buffer.endLine()
        }
    }

    private func write(_ cell: LedgerCell, indent: Int, to buffer: inout TextBuffer) {
        let facts = cell.facts
        buffer.add("\(facts.status.symbol) \(facts.status.rawValue)", facts.status.ink, on: screen)
        if let release = facts.release {
            buffer.add("  since \(makeSafe(release))")
        } else if let position = facts.position {
            buffer.add("  at \(makeSafe(position.description))")
        }
        buffer.add("  \(cell.phase.rawValue)", .dim, on: screen)
        if cell.remaining != .nothing {
            buffer.add("  ")
            buffer.add(makeSafe(cell.remaining.words), cell.remaining.ink, on: screen)
        }
        buffer.endLine()
        if let decision = cell.decision { detail(words(decision), indent, to: &buffer) }
        if let decision = cell.releaseDecision {
            let text = "release: \(decision.choice.rawValue), because of \(decision.cause.rawValue)"
            detail(text, indent, to: &buffer)
        }
        if let reason = facts.reason { detail(reason, indent, to: &buffer) }
        for commit in facts.commits {
            let words = [view.places[commit]?.description, view.titles[commit]]
                .compactMap { $0 }
            detail(
                (["commit \(commit.short)"] + words).joined(separator: "  "),
                indent,
                to: &buffer
            )
        }
        for item in facts.evidence { detail(FixReport.words(item), indent, to: &buffer) }
        for flag in facts.flags { detail("! " + flag, indent, to: &buffer) }
        if let pick = view.picks[cell.line.id] {
            PickReport.write(pick, indent: indent, to: &buffer, on: screen)
        }
    }

    private func words(_ decision: Decision) -> String {
        var words = "decided: \(decision.kind.rawValue)"
        if let ground = decision.justification { words += ", \(ground.rawValue)" }
        if let day = decision.until { words += ", until \(day)" }
        return words
    }

    private func detail(_ text: String, _ indent: Int, to buffer: inout TextBuffer) {
        buffer.add(spaces: indent)
        buffer.add(clip(makeSafe(text), to: max(screen.width - indent, 60)).text, .dim, on: screen)
        buffer.endLine()
    }

    private func writeWork(to buffer: inout TextBuffer) {
        for task in view.tasks {
            let who = view.names.login(task.accountID) ?? "anybody"
            field("task", "\(task.id) \(task.kind.words), for \(who)", to: &buffer)
        }
        for step in view.steps {
            let state =
                step.doneAt != nil
                ? "done" : step.droppedAt != nil ? "dropped" : "due \(step.dueDay)"
            let owner = view.names.login(step.ownerID) ?? "?"
            field("step \(step.position)", "\(step.what) (\(owner), \(state))", to: &buffer)
        }
    }

    private func write(_ event: Event, to buffer: inout TextBuffer) {
        buffer.add("\(event.seq)", .dim, on: screen)
        buffer.add("  \(event.occurredAt)  ")
        buffer.add(event.kind.replacing("_", with: " "), .bold, on: screen)
        buffer.add(" by \(makeSafe(view.names.login(event.actorID) ?? "?"))")
        let facts = words(of: event)
        if !facts.isEmpty { buffer.add("  \(makeSafe(facts))") }
        buffer.endLine()
        for line in (event.text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        where event.text != nil {
            buffer.line("    " + makeSafe(String(line)))
        }
    }

    private func words(of event: Event) -> String {
        guard event.kind != "made", let facts = try? event.facts else { return "" }
        var words: [String] = []
        for key in [
            "commit", "role", "source", "outcome", "decision", "justification", "choice", "cause",
        ] {
            if let text = facts[key]?.text {
                words.append(key == "commit" ? String(text.prefix(12)) : text)
            }
        }
        if let line = facts["line_id"]?.int { words.append("on \(lineName(line))") }
        let changes = EventWords(event, names: view.names).text
        return (words + (changes.isEmpty ? [] : [changes])).joined(separator: ", ")
    }
}

extension DefectView {
    /// The defect with stable keys.
    var json: JSONValue {
        var json: [String: JSONValue] = row.fields
        json["version"] = .int(version)
        json["picks"] = .object(
            Dictionary(
                uniqueKeysWithValues: picks.map { line, pick in
                    (lineName(line), .text(pick.verdict))
                }
            )
        )
        json["places"] = .list(
            places.sorted { $0.key < $1.key }
                .map { commit, place in
                    [
                        "commit": .text(commit.hex), "release": .text(place.release),
                        "position": .text(place.position?.description),
                    ]
                }
        )
        json["cases"] = .list(cases.map(\.json))
        json["advisories"] = .texts(advisories.map(\.ref))
        json["assignee"] = .text(names.login(defect.assigneeID))
        json["events"] = .list(
            events.map { event in
                [
                    "seq": .int(event.seq), "kind": .text(event.kind),
                    "by": .text(names.login(event.actorID)), "at": .time(event.occurredAt),
                    "facts": (try? event.facts) ?? .null, "text": .text(event.text),
                ]
            }
        )
        return .object(json)
    }

    private func lineName(_ id: Int64) -> String {
        row.cells.first { $0.line.id == id }?.line.name ?? "\(id)"
    }
}

extension LedgerRow {
    /// The row with stable keys.
    var fields: [String: JSONValue] {
        let defect = file.defect
        return [
            "ref": .text(defect.ref), "title": .text(defect.title), "body": .text(defect.body),
            "kind": .text(defect.kind.rawValue), "status": .text(defect.status.rawValue),
            "severity": .int(defect.severity.rawValue), "cause": .text(defect.cause?.rawValue),
            "cvss": .text(defect.cvssVector), "aliases": .texts(file.aliases),
            "tickets": .texts(file.tickets), "embargo": .bool(file.isUnderEmbargo),
            "commits": .list(
                file.commits.map { link in
                    [
                        "commit": .text(link.isBeginning ? "0" : link.commit.hex),
                        "role": .text(link.role.rawValue), "part": .int(link.part),
                        "source": .text(link.source.rawValue),
                        "state": .text(link.state.rawValue), "counts": .bool(link.counts),
                    ]
                }
            ),
            "lines": .list(cells.map(\.json)), "warnings": .texts(warnings),
        ]
    }
}

extension LedgerCell {
    /// The cell with stable keys.
    var json: JSONValue {
        var json: [String: JSONValue] = [
            "line": .text(line.name), "phase": .text(phase.rawValue),
            "status": .text(facts.status.rawValue), "reason": .text(facts.reason),
            "commits": .texts(facts.commits.map(\.hex)), "release": .text(facts.release),
            "position": .text(facts.position?.description), "flags": .texts(facts.flags),
            "remaining": .text(remaining.word), "remainingReason": .text(remaining.reason),
            "evidence": .texts(facts.evidence.map(\.kind)),
        ]
        if let decision {
            json["decision"] = [
                "kind": .text(decision.kind.rawValue),
                "justification": .text(decision.justification?.rawValue),
                "until": .text(decision.until?.description), "at": .time(decision.decidedAt),
            ]
        }
        if let releaseDecision {
            json["releaseDecision"] = [
                "choice": .text(releaseDecision.choice.rawValue),
                "cause": .text(releaseDecision.cause.rawValue),
            ]
        }
        return .object(json)
    }
}
