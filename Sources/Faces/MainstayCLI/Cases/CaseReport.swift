import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension CaseView: Shown {
    /// A case.
    static let name = "case"

    /// Writes the case with its log.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        writeShort(to: &buffer, on: screen)
        buffer.line()
        for event in events { write(event, to: &buffer, on: screen) }
    }

    /// Writes the case without its log.
    func writeShort(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(vendorCase.ref, .bold, on: screen)
        buffer.add("  ")
        buffer.add(makeSafe(vendorCase.title), .bold, on: screen)
        buffer.endLine()
        for (name, value) in fields {
            buffer.add("  \(name)", .dim, on: screen)
            buffer.add(spaces: max(1, 12 - name.utf8.count))
            buffer.line(makeSafe(value))
        }
        for task in tasks {
            buffer.add("  task", .yellow, on: screen)
            let who = names.login(task.accountID) ?? "anybody"
            buffer.line("        \(task.id) \(task.kind.words), for \(makeSafe(who))")
        }
    }

    private var fields: [(String, String)] {
        var fields = [("state", stateWords), ("vendor", summary.vendor)]
        if let connector { fields.append(("connector", connector)) }
        if let id = vendorCase.remoteID { fields.append(("there", id)) }
        if let url = vendorCase.url { fields.append(("address", url)) }
        fields.append(("priority", vendorCase.priority.description))
        if let contract { fields.append(("contract", contract)) }
        for clock in ClockName.ofVendors {
            guard let reading = clocks[clock] else { continue }
            // A vendor waits for us as we wait for a customer.
            let words = reading.words.replacing("waiting customer", with: "needs us")
            fields.append((clock.rawValue, words))
        }
        for ticket in summary.tickets {
            fields.append(("ticket", ticket.ref + (ticket.isHolding ? ", which waits for it" : "")))
        }
        for defect in summary.defects { fields.append(("defect", defect)) }
        if let version = vendorCase.vendorVersion { fields.append(("fixed in", version)) }
        if let commit = vendorCase.vendorCommit { fields.append(("fixed by", commit)) }
        if let check = vendorCase.nextCheckAt, !vendorCase.state.isOver {
            fields.append(("next check", check.description))
        }
        if heldMessages > 0 {
            fields.append(
                ("held", "\(count(heldMessages, "message waits", "messages wait")) for approval")
            )
        }
        if let check = checks.first, let error = check.error {
            let detail = check.detail.map { ": \($0)" } ?? ""
            fields.append(("check", "failed at \(check.checkedAt), \(error.words)\(detail)"))
        }
        fields.append(("version", "\(version)"))
        return fields
    }

    private var stateWords: String {
        let word = vendorCase.remoteStatus.map { " ('\($0)')" } ?? ""
        let held = vendorCase.isHeld ? ", set by hand until the vendor moves" : ""
        return vendorCase.state.words + word + held
    }

    private func write(_ event: Event, to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add("\(event.seq)", .dim, on: screen)
        buffer.add("  \(event.occurredAt)  ")
        buffer.add(event.kind.replacing("_", with: " "), .bold, on: screen)
        let who = makeSafe(names.login(event.actorID) ?? "?")
        buffer.add(event.kind.hasPrefix("vendor_") ? ", taken in by \(who)" : " by \(who)")
        let facts = words(of: event)
        if !facts.isEmpty { buffer.add("  \(makeSafe(facts))") }
        buffer.endLine()
        for line in (event.text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        where event.text != nil {
            buffer.line("    " + makeSafe(String(line)))
        }
    }

    private func words(of event: Event) -> String {
        guard event.kind != CaseEventKind.opened.rawValue, let facts = try? event.facts else {
            return ""
        }
        var words: [String] = []
        if let id = facts["ticket_id"]?.int {
            let waits = facts["is_holding"].map { $0.int == 1 ? " waits" : " does not wait" } ?? ""
            words.append((names.tickets[id] ?? "\(id)") + waits)
        }
        if let id = facts["defect_id"]?.int { words.append(names.defects[id] ?? "\(id)") }
        for key in ["key", "operation", "reason", "proposal", "error", "replaced_id"] {
            if let text = facts[key]?.text { words.append(text.replacing("_", with: " ")) }
        }
        if let check = facts["next_check_at"]?.int {
            words.append("on \(Instant(milliseconds: check))")
        }
        for (name, value) in (facts["now"]?.members ?? [:]).sorted(by: { $0.key < $1.key })
        where !["is_held", "map_version"].contains(name) {
            let was = facts["was"]?[name] ?? .null
            words.append("\(Self.label(name)) \(show(was, of: name)) > \(show(value, of: name))")
        }
        return words.joined(separator: ", ")
    }

    private static func label(_ column: String) -> String {
        column == "mapped"
            ? "state" : column.replacing("_id", with: "").replacing("_", with: " ")
    }

    private func show(_ value: JSONValue, of column: String) -> String {
        switch value {
        case .null: "-"
        case .int(let id) where column == "contract_id": names.contracts[id] ?? "\(id)"
        case .int(let moment) where column.hasSuffix("_at"):
            Instant(milliseconds: moment).description
        case .int(let number) where column == "priority": "P\(number)"
        case .text(let text) where column == "mapped": text.replacing("_", with: " ")
        case .text(let text): text
        default: value.json
        }
    }

    /// The case with stable keys.
    var json: JSONValue {
        var json = summary.fields
        json["version"] = .int(version)
        json["contract"] = .text(contract)
        json["connector"] = .text(connector)
        json["heldMessages"] = .int(Int64(heldMessages))
        json["clocks"] = clocks.json
        json["tasks"] = .list(
            tasks.map { $0.json(ref: vendorCase.ref, login: names.login($0.accountID)) }
        )
        json["checks"] = .list(
            checks.map { check in
                [
                    "at": .time(check.checkedAt), "tookMs": .int(check.tookMs),
                    "result": .text(check.result.rawValue), "error": .text(check.error?.rawValue),
                    "detail": .text(check.detail),
                ]
            }
        )
        json["events"] = .list(events.map { $0.json(actor: names.login($0.actorID)) })
        return .object(json)
    }
}

extension CaseSummary {
    /// The case in one line: `MS-17 at nas-works, working`.
    var line: String { "\(vendorCase.ref) at \(vendor), \(vendorCase.state.words)" }

    /// What a list says of the case, by stable keys.
    var fields: [String: JSONValue] {
        let found = vendorCase
        return [
            "ref": .text(found.ref), "title": .text(found.title), "vendor": .text(vendor),
            "state": .text(found.state.rawValue), "isHeld": .bool(found.isHeld),
            "remoteStatus": .text(found.remoteStatus), "remoteID": .text(found.remoteID),
            "url": .text(found.url), "isByHand": .bool(found.isByHand),
            "priority": .text(found.priority.description),
            "tickets": .list(
                tickets.map { ["ticket": .text($0.ref), "isWaiting": .bool($0.isHolding)] }
            ),
            "defects": .texts(defects), "fixedVersion": .text(found.vendorVersion),
            "fixedCommit": .text(found.vendorCommit), "nextCheckAt": .time(found.nextCheckAt),
            "checkedAt": .time(found.checkedAt), "failures": .int(found.failures),
            "lastError": .text(found.lastError), "openedAt": .time(found.openedAt),
            "updatedAt": .time(found.updatedAt),
        ]
    }

    /// The case with stable keys.
    var json: JSONValue { .object(fields) }
}

extension [CaseSummary] {
    /// A table of cases.
    func table() -> GridTable {
        var table = GridTable(["CASE", "VENDOR", "STATE", "PRIO", "NEXT CHECK", "ABOUT", "TITLE"])
        for one in self {
            let found = one.vendorCase
            let about = one.tickets.map(\.ref) + one.defects
            table.add([
                found.ref, one.vendor, found.state.words, found.priority.description,
                found.state.isOver ? "-" : found.nextCheckAt?.minute ?? "-",
                about.isEmpty ? "-" : about.joined(separator: " "), found.title,
            ])
        }
        return table
    }
}
