import MainstayConnectorSDK

/// How many items RT gives at most.
let pageSize = 100

/// An id, which RT gives as a text in lists and as a number in a single ticket (RT-11).
struct ID: Decodable, Sendable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        guard let id = ID(value) else {
            let place = DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "an id"
            )
            throw DecodingError.typeMismatch(String.self, place)
        }
        self = id
    }

    init?(_ value: JSONValue) {
        guard let text = value.text ?? value.int.map({ "\($0)" }) else { return nil }
        self.text = text
    }
}

/// A list; its total is unknown, so it is read until a page is not full (RT-5).
struct Items<Item: Decodable & Sendable>: Decodable, Sendable {
    let items: [ListItem<Item>]

    /// Those that can be read.
    var whole: [Item] { items.compactMap(\.item) }
}

struct Reference: Decodable, Sendable {
    let id: ID
}

struct Ticket: Decodable, Sendable {
    let id: ID
    let url: String?
    let subject: String?
    let status: String?
    let lastUpdated: String?
    let effective: Link?

    struct Link: Decodable, Sendable {
        let url: String?
        private enum CodingKeys: String, CodingKey { case url = "_url" }
    }

    private enum CodingKeys: String, CodingKey {
        case id, url = "_url", subject = "Subject", status = "Status"
        case lastUpdated = "LastUpdated", effective = "EffectiveId"
    }

    /// The ticket as the case that was asked for; when RT gives another one, that goes on (RT-9).
    func asCase(_ asked: String) throws -> VendorCase {
        guard let status else {
            throw ConnectorError(.failed, code: "bad_item", "Ticket \(asked) has no 'Status'")
        }
        let changed = lastUpdated.flatMap { Instant(vendorTime: $0) }
        return VendorCase(
            caseID: asked,
            status: status,
            url: effective?.url?
                .replacing("/REST/2.0/ticket/", with: "/Ticket/Display.html?id="),
            replacedBy: id.text == asked ? nil : id.text,
            // 1970 means never (RT-4).
            changedAt: changed?.milliseconds == 0 ? nil : changed
        )
    }
}

struct Transaction: Decodable, Sendable {
    /// What a list has to be asked for.
    static let fields = "Type,Field,OldValue,NewValue,Created,Creator,ObjectId,Data"

    let id: ID
    let type: String
    let field: String?
    let oldValue: String?
    let newValue: String?
    let created: String
    let creator: Reference
    let objectID: ID?
    let object: Reference?
    let data: String?

    var isComment: Bool { type == "Correspond" || type == "Comment" }

    private enum CodingKeys: String, CodingKey {
        case id, type = "Type", field = "Field", oldValue = "OldValue", newValue = "NewValue"
        case created = "Created", creator = "Creator", objectID = "ObjectId", object = "Object"
        case data = "Data"
    }
}

struct Attachment: Decodable, Sendable {
    let id: ID
    let url: String?
    let transactionID: ID?
    let subject: String?
    let filename: String?
    let contentType: String?
    let contentLength: ID?
    let content: String?

    private enum CodingKeys: String, CodingKey {
        case id, url = "_url", transactionID = "TransactionId", subject = "Subject"
        case filename = "Filename", contentType = "ContentType", contentLength = "ContentLength"
        case content = "Content"
    }
}

extension RequestTrackerConnector {
    /// One page of a search in TicketSQL, oldest first unless asked otherwise.
    func list<Item>(
        _ path: String,
        _ query: String,
        _ more: [String: String]
    ) async throws -> Items<Item> {
        var all = ["query": query, "orderby": "id", "order": "ASC", "per_page": "\(pageSize)"]
        all.merge(more) { $1 }
        return try await host.get(path, query: all)
    }

    /// The parts of the messages of transactions in a range, all pages.
    func attachments(
        from first: Int,
        to last: Int,
        _ conditions: [JSONValue],
        _ field: String = "Subject"
    ) async throws -> [Attachment] {
        // Two conditions on one field are joined by OR unless told.
        let range: [JSONValue] = [
            ["field": "TransactionId", "operator": ">=", "value": .text("\(first)")],
            [
                "field": "TransactionId", "operator": "<=", "value": .text("\(last)"),
                "entry_aggregator": "AND",
            ],
        ]
        let fields = "TransactionId,ContentType,Filename,\(field)"
        let query = JSONValue.list(range + conditions).json
        var all: [Attachment] = []
        for number in 1... {
            let more = ["fields": fields, "page": "\(number)"]
            let page: Items<Attachment> = try await list("/attachments", query, more)
            all += page.whole
            if page.items.count < pageSize { break }
        }
        return all
    }

    /// A value in TicketSQL.
    func quoted(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }

    /// An id that may stand in a path.
    func checked(_ id: String) throws -> String {
        guard !id.isEmpty, id.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw ConnectorError(.invalid, code: "bad_id", "'\(id)' is no id of a ticket")
        }
        return id
    }
}

/// As much of a text as fits: RT cuts a subject after 200 bytes, and with it a marker at its end.
func start(of text: String, bytes: Int) -> String {
    var (start, room) = ("", bytes)
    for scalar in text.unicodeScalars {
        room -= String(scalar).utf8.count
        if room < 0 { break }
        start.unicodeScalars.append(scalar)
    }
    return start
}

/// What HTML says, without its marks.
func withoutTags(_ html: String) -> String {
    var text = ""
    var isTag = false
    for character in html.replacing("<br />", with: "\n").replacing("</p>", with: "\n") {
        switch character {
        case "<": isTag = true
        case ">" where isTag: isTag = false
        default: if !isTag { text.append(character) }
        }
    }
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")]
    return names.reduce(text) { $0.replacing($1.0, with: $1.1) }
}
