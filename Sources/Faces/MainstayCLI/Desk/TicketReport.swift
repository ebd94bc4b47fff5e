import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension TicketView: Shown {
    /// A ticket.
    static let name = "ticket"

    /// Writes the ticket with its log.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        TicketReport(self, on: screen).write(to: &buffer)
    }
}

/// A ticket on the screen.
struct TicketReport {
    private let view: TicketView
    private let screen: Screen

    /// Prepares a report.
    init(_ view: TicketView, on screen: Screen) {
        self.view = view
        self.screen = screen
    }

    /// Writes one line: ref, priority, level, status, title.
    func line(to buffer: inout TextBuffer) {
        let ticket = view.ticket
        buffer.add(ticket.ref, .bold, on: screen)
        buffer.add("  \(ticket.standing.priority)  level \(ticket.level.rawValue)")
        if let login = view.names.login(ticket.assigneeID) { buffer.add("  \(makeSafe(login))") }
        buffer.add("  ")
        buffer.add(ticket.status.words, ticket.status.ink, on: screen)
        buffer.add("  version \(view.version)  ", .dim, on: screen)
        buffer.add(makeSafe(ticket.title))
        buffer.endLine()
    }

    /// Writes everything: what it is, how it stands, what is to be done, its log.
    func write(to buffer: inout TextBuffer) {
        buffer.add(view.ticket.ref, .bold, on: screen)
        buffer.add("  ")
        buffer.add(makeSafe(view.ticket.title), .bold, on: screen)
        buffer.endLine()
        for (name, value) in fields {
            buffer.add("  \(name)", .dim, on: screen)
            buffer.add(spaces: max(1, 12 - name.utf8.count))
            buffer.line(makeSafe(value))
        }
        writeTasks(to: &buffer)
        buffer.line()
        for event in view.events { write(event, to: &buffer) }
    }

    private var fields: [(String, String)] {
        let ticket = view.ticket
        var fields: [(String, String)] = [
            ("status", statusWords), ("level", levelWords), ("assignee", assigneeWords),
            ("priority", view.priority),
        ]
        if let urgency = ticket.customerUrgency {
            let note = ticket.isUrgencyDisputed ? ", which is not how we see it" : ""
            fields.append(("feels", "urgency \(urgency.rawValue) to the customer\(note)"))
        }
        fields.append(("kind", kindWords))
        let customer = ticket.origin.customerID.flatMap { view.names.customers[$0] }
        let reporter = view.names.login(ticket.origin.reporterID) ?? "?"
        fields.append(("from", (customer.map { "\($0), " } ?? "") + reporter))
        if let release = ticket.customerRelease { fields.append(("release", release)) }
        if !view.labels.isEmpty {
            fields.append(("labels", view.labels.map(\.name).joined(separator: ", ")))
        }
        for link in view.links {
            fields.append(("related", link.words))
        }
        for defect in view.defects {
            fields.append(("defect", defect.words))
            fields += defect.lines.map { ("", "\($0.line)  \($0.words)") }
        }
        for found in view.cases {
            let waits = found.tickets.contains { $0.ref == ticket.ref && $0.isHolding }
            fields.append(("case", found.line + (waits ? ", waited for" : "")))
        }
        fields += contractFields
        if let rating = view.rating { fields.append(("rated", "\(rating) of 5")) }
        fields.append(("version", "\(view.version)"))
        return fields
    }

    private var contractFields: [(String, String)] {
        var fields: [(String, String)] = []
        if let contract = view.contract {
            fields.append(("contract", contract.ref))
            fields += contract.excesses.map { ("beyond", $0.words) }
        }
        for (clock, reading) in view.clocks.shown {
            fields.append((clock.rawValue, reading.words))
        }
        if let deadline = view.ticket.promisedAt {
            fields.append(("promised", "by \(deadline), by hand"))
        }
        return fields + view.effortLines.map { ("effort", $0) }
    }

    private var statusWords: String {
        "\(view.ticket.status.words) since \(view.statusSince)"
            + (view.ticket.status.wait.map { ", \($0.who.rawValue) waits for \($0.whom.rawValue)" }
                ?? "")
    }

    private var levelWords: String {
        let level = view.ticket.level
        return "\(level.rawValue)" + (view.levels.name(of: level).map { " (\($0))" } ?? "")
    }

    private var assigneeWords: String {
        if let login = view.names.login(view.ticket.assigneeID) { return login }
        let offered = view.responsible.joined(separator: ", ")
        return offered.isEmpty ? "nobody" : "nobody; responsible: \(offered)"
    }

    private var kindWords: String {
        let ticket = view.ticket
        let product = ticket.origin.productID.flatMap { view.names.products[$0] }
        let component = ticket.classification.componentID.flatMap { view.names.components[$0] }
        let words = [
            ticket.classification.kind.words, ticket.classification.area.words, product, component,
            "by \(ticket.origin.channel.words)",
        ]
        return words.compactMap { $0 }.joined(separator: ", ")
    }

    private func writeTasks(to buffer: inout TextBuffer) {
        for task in view.tasks {
            let who = view.names.login(task.accountID) ?? "anybody"
            buffer.add("  task", .yellow, on: screen)
            let due = task.dueAt.map { ", due \($0)" } ?? ""
            buffer.line("        \(task.id) \(task.kind.words), for \(makeSafe(who))\(due)")
        }
        for step in view.steps {
            let owner = view.names.login(step.ownerID) ?? "?"
            let isLate = view.lateSteps.contains(step.id)
            let state =
                step.doneAt != nil
                ? "done"
                : step.droppedAt != nil ? "dropped" : "\(isLate ? "late, " : "")due \(step.dueDay)"
            buffer.add("  step \(step.position)", isLate ? .red : .yellow, on: screen)
            buffer.line("      \(makeSafe(step.what)) (\(makeSafe(owner)), \(state))")
        }
    }

    private func write(_ event: Event, to buffer: inout TextBuffer) {
        let who = view.names.login(event.actorID) ?? "?"
        buffer.add("\(event.seq)", .dim, on: screen)
        buffer.add("  \(event.occurredAt)  ")
        buffer.add(event.kind.replacing("_", with: " "), .bold, on: screen)
        buffer.add(" by \(makeSafe(who))")
        let facts = EventWords(event, names: view.names).text
        if !facts.isEmpty { buffer.add("  \(makeSafe(facts))") }
        if event.audience != .customer {
            buffer.add("  \(event.audience.rawValue)", .dim, on: screen)
        }
        buffer.endLine()
        if event.isRedacted { buffer.line("    (redacted)") }
        for file in view.attachments where file.eventSeq == event.seq {
            buffer.line("    file \(makeSafe(file.name)), sha256 \(file.blobSHA)")
        }
        for line in (event.text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        where event.text != nil {
            buffer.line("    " + makeSafe(String(line)))
        }
    }
}

/// What the facts of an event say, in one line.
struct EventWords {
    /// The words; empty where the kind says all.
    let text: String

    /// Reads the facts of an event.
    init(_ event: Event, names: Names) {
        guard let facts = try? event.facts, event.kind != TicketEventKind.opened.rawValue else {
            text = ""
            return
        }
        var words: [String] = []
        if let defect = facts["defect_id"]?.int {
            words.append(names.defects[defect] ?? "\(defect)")
        }
        if let found = facts["case_id"]?.int {
            words.append(names.cases[found] ?? "\(found)")
            if let state = facts["state"]?.text { words.append(state.replacing("_", with: " ")) }
        }
        let lines = (facts["lines"]?.list ?? [])
            .map { line in
                let release = line["release"]?.text.map { " (\($0))" } ?? ""
                return (
                    name: line["line_id"]?.int.flatMap { names.lines[$0] } ?? "?",
                    words: (line["status"]?.text ?? "?") + release
                )
            }
        words += LineRun.gather(lines).map { "\($0.name) \($0.words)" }
        if let score = facts["score"]?.int { words.append("\(score) of 5") }
        if event.kind == TicketEventKind.clockDue.rawValue {
            words.append(NoticeText.clockWords(facts))
        }
        if let reason = facts["reason"]?.text { words.append("because of \(reason)") }
        if facts["is_from_customer"]?.int == 1 { words.append("from the customer") }
        if let channel = facts["channel"]?.text {
            words.append("by \(channel.replacing("_", with: " "))")
        }
        if let login = names.login(facts["account_id"]?.int) { words.append("for \(login)") }
        if let due = facts["due_at"]?.int {
            words.append("due \(Instant(milliseconds: due))")
        }
        if let minutes = facts["spent_min"]?.int { words.append(Minutes.words(minutes)) }
        if let item = facts["item"]?.text, let quantity = facts["quantity_milli"]?.int {
            words.append("\(Quantity.words(quantity)) \(facts["unit"]?.text ?? "") \(item)")
        }
        if case .object(let now)? = facts["now"] {
            for (name, value) in now.sorted(by: { $0.key < $1.key })
            where !Self.hidden.contains(name) {
                let was = facts["was"]?[name] ?? .null
                let shown = [was, value].map { Self.show($0, of: name, names) }
                let label = name.replacing("_id", with: "").replacing("_", with: " ")
                words.append("\(label) \(shown[0]) > \(shown[1])")
            }
        }
        if let missing = facts["missing"]?.list, !missing.isEmpty {
            words.append("without \(missing.compactMap(\.text).joined(separator: ", "))")
        }
        text = words.joined(separator: ", ")
    }

    /// What the kind of the event and the rest say already.
    private static let hidden: Set = [
        "closed_at", "is_judged", "is_overridden", "matrix_version", "service_code",
    ]

    private static func show(_ value: JSONValue, of column: String, _ names: Names) -> String {
        switch value {
        case .null: "-"
        case .int(let id) where column == "assignee_id": names.login(id) ?? "\(id)"
        case .int(let id) where column == "contract_id": names.contracts[id] ?? "\(id)"
        case .int(let moment) where column == "promised_at":
            Instant(milliseconds: moment).description
        case .text(let text): text.replacing("_", with: " ")
        default: value.json
        }
    }
}

/// A page of tickets on the screen.
struct TicketListReport {
    private let page: TicketPage

    /// Prepares a report.
    init(_ page: TicketPage) {
        self.page = page
    }

    /// Writes a table, and how to go on.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        if page.tickets.isEmpty { return buffer.line("No tickets.") }
        var table = GridTable([
            "TICKET", "PRIO", "LEVEL", "STATUS", "DUE", "ASSIGNEE", "CUSTOMER", "TITLE",
        ])
        for ticket in page.tickets {
            table.add([
                ticket.ref, "\(ticket.priority)" + (ticket.isJudged ? "" : "?"),
                "\(ticket.level.rawValue)", ticket.status.words, dueWords(ticket),
                page.names.login(ticket.assigneeID) ?? "-",
                ticket.customerID.flatMap { page.names.customers[$0] } ?? "-", ticket.title,
            ])
        }
        table.write(to: &buffer, on: screen)
        if page.tickets.contains(where: page.isLate) {
            buffer.line("\n! a target is missed: mainstay clock explain")
        }
        if page.tickets.contains(where: { !$0.isJudged }) {
            buffer.line("\n? nobody has judged it yet: mainstay ticket prioritise")
        }
        if page.hasMore, let last = page.tickets.last {
            buffer.line("\nMore: add --after \(last.ref)")
        }
    }

    /// When the next target is due, and whether one was missed: `! 2026-03-02 15:00`.
    private func dueWords(_ ticket: TicketSummary) -> String {
        let paused = (page.clocks[ticket.id] ?? []).contains { $0.state == "paused" }
        let due = page.due(ticket)?.minute ?? (paused ? "paused" : "-")
        return page.isLate(ticket) ? "! \(due)" : due
    }
}

extension TicketStatus {
    /// How the status looks.
    var ink: Ink {
        switch self {
        case .new, .open: .red
        case .waitingCustomer, .waitingVendor, .waitingRelease: .yellow
        case .resolved, .closed: .green
        }
    }
}

extension TicketLink {
    /// The link as it is read from the ticket shown.
    var words: String {
        let verb = relation.rawValue.replacing("_", with: " ")
        return isHolder ? "\(verb) \(otherRef)" : "\(otherRef) \(verb) this"
    }
}

extension TicketDefect {
    /// The defect in one line: `MST-D7 (CVE-2026-1)  Overflow`.
    fileprivate var words: String {
        let names = aliases.isEmpty ? "" : " (\(aliases.joined(separator: ", ")))"
        return "\(ref)\(names)" + (title.map { "  \($0)" } ?? "")
    }
}

extension TicketDefect.Standing {
    /// How it stood there: `fixed since 2.0.4`, or `missing, comes with 2.0.5`.
    fileprivate var words: String {
        status.rawValue + (release.map { " since \($0)" } ?? "")
            + (planned.map { ", comes with \($0)" } ?? "")
    }
}
