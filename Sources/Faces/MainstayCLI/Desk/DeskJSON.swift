import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension TicketView {
    /// A new ticket with the articles that were offered before it was sent.
    func json(_ offers: [FoundArticle]) -> JSONValue {
        guard case .object(var members) = json else { return json }
        members["articles"] = .list(offers.map(\.json))
        return .object(members)
    }

    /// The ticket with stable keys.
    var json: JSONValue {
        let standing = ticket.standing
        var json: [String: JSONValue] = [
            "ref": .text(ticket.ref), "title": .text(ticket.title), "body": .text(ticket.body),
            "kind": .text(ticket.classification.kind.rawValue),
            "area": .text(ticket.classification.area.rawValue),
            "channel": .text(ticket.origin.channel.rawValue),
            "status": .text(ticket.status.rawValue), "statusSince": .time(statusSince),
            "level": .int(ticket.level.rawValue), "levelName": .text(levels.name(of: ticket.level)),
            "assignee": .text(names.login(ticket.assigneeID)),
            "responsible": .texts(responsible), "priority": .text(standing.priority.description),
            "priorityExplained": .text(priority), "isJudged": .bool(standing.isJudged),
            "version": .int(version), "openedAt": .time(ticket.openedAt),
            "updatedAt": .time(ticket.updatedAt), "closedAt": .time(ticket.closedAt),
        ]
        json["customerUrgency"] = ticket.customerUrgency.map { .int($0.rawValue) } ?? .null
        json["product"] = .text(ticket.origin.productID.flatMap { names.products[$0] })
        json["component"] = .text(
            ticket.classification.componentID.flatMap { names.components[$0] }
        )
        json["customer"] = .text(ticket.origin.customerID.flatMap { names.customers[$0] })
        json["reporter"] = .text(names.login(ticket.origin.reporterID))
        json["release"] = .text(ticket.customerRelease)
        json["labels"] = .texts(labels.map(\.name))
        json["rating"] = rating.map(JSONValue.int) ?? .null
        json["defects"] = .list(defects.map(\.json))
        json["cases"] = .list(cases.map(\.json))
        json["links"] = .list(
            links.map { link in
                [
                    "relation": .text(link.relation.rawValue), "ticket": .text(link.otherRef),
                    "isHolder": .bool(link.isHolder),
                ]
            }
        )
        json["tasks"] = .list(
            tasks.map { $0.json(ref: ticket.ref, login: names.login($0.accountID)) }
        )
        json["steps"] = .list(
            steps.map {
                $0.json(owner: names.login($0.ownerID), isLate: lateSteps.contains($0.id))
            }
        )
        json["attachments"] = .list(
            attachments.map { file in
                [
                    "seq": .int(file.eventSeq), "name": .text(file.name),
                    "sha256": .text(file.blobSHA),
                ]
            }
        )
        json["events"] = .list(events.map { $0.json(actor: names.login($0.actorID)) })
        json["clocks"] = clocks.json
        return .object(json.merging(contractJSON) { $1 })
    }
}

extension TicketDefect {
    /// The defect with stable keys.
    var json: JSONValue {
        [
            "defect": .text(ref), "title": .text(title),
            "lines": .list(
                lines.map { line in
                    [
                        "line": .text(line.line), "status": .text(line.status.rawValue),
                        "release": .text(line.release), "planned": .text(line.planned),
                    ]
                }
            ),
        ]
    }
}

extension Event {
    /// The event with stable keys; its hash proves it.
    func json(actor: String?) -> JSONValue {
        [
            "seq": .int(seq), "kind": .text(kind), "audience": .text(audience.rawValue),
            "actor": .text(actor), "occurredAt": .time(occurredAt),
            "recordedAt": .time(recordedAt), "facts": (try? facts) ?? .null, "text": .text(text),
            "isRedacted": .bool(isRedacted), "sha": .text(sha),
        ]
    }
}

extension DeskTask {
    /// The task with stable keys.
    func json(ref: String, login: String?) -> JSONValue {
        [
            "id": .int(id), "ticket": .text(ref), "kind": .text(kind.rawValue),
            "account": .text(login), "openedAt": .time(openedAt), "dueAt": .time(dueAt),
        ]
    }
}

extension ActionStep {
    /// The step with stable keys.
    func json(owner: String?, isLate: Bool) -> JSONValue {
        [
            "position": .int(position), "what": .text(what), "owner": .text(owner),
            "due": .text(dueDay.description), "isLate": .bool(isLate),
            "doneAt": .time(doneAt), "droppedAt": .time(droppedAt),
        ]
    }
}

extension TicketPage {
    /// The tickets with stable keys.
    var json: [JSONValue] {
        tickets.map { ticket in
            [
                "ref": .text(ticket.ref), "title": .text(ticket.title),
                "kind": .text(ticket.kind.rawValue), "status": .text(ticket.status.rawValue),
                "level": .int(ticket.level.rawValue),
                "priority": .text(ticket.priority.description),
                "isJudged": .bool(ticket.isJudged),
                "assignee": .text(names.login(ticket.assigneeID)),
                "product": .text(ticket.productID.flatMap { names.products[$0] }),
                "customer": .text(ticket.customerID.flatMap { names.customers[$0] }),
                "openedAt": .time(ticket.openedAt), "updatedAt": .time(ticket.updatedAt),
                "dueAt": .time(due(ticket)),
                "clocks": .object(
                    Dictionary(
                        (clocks[ticket.id] ?? [])
                            .map { clock in
                                let due: JSONValue = [
                                    "state": .text(clock.state), "due": .time(clock.dueAt),
                                ]
                                return (clock.clock, due)
                            },
                        uniquingKeysWith: { $1 }
                    )
                ),
            ]
        }
    }
}

extension SuggestionCount {
    /// The label with stable keys.
    var json: JSONValue {
        [
            "label": .text(label.name), "tickets": .int(tickets),
            "isSuggestion": .bool(label.isSuggestion),
        ]
    }
}
