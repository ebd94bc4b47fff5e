package import MainstayCore

/// A column of the ticket's row: its name, and how it is read from a ticket and written into one.
///
/// Codes are all that is no words of people; the log holds every change of them. `updated_at` is
/// no code, it is the last event's own time.
package struct TicketColumn: Sendable {
    /// The column's name in the table, and in the facts of events.
    package let name: String
    /// Whether the log repeats the column.
    package let isCode: Bool
    let read: @Sendable (Ticket) -> JSONValue
    let write: @Sendable (inout Ticket, JSONValue) -> Bool

    private init<Value: ColumnValue>(
        _ name: String,
        _ path: any WritableKeyPath<Ticket, Value> & Sendable,
        isCode: Bool = true
    ) {
        self.name = name
        self.isCode = isCode
        read = { $0[keyPath: path].column }
        write = { ticket, column in
            guard let value = Value(column: column) else { return false }
            ticket[keyPath: path] = value
            return true
        }
    }

    /// Every column, in the order of the table.
    package static let all = [
        TicketColumn("id", \.id, isCode: false),
        TicketColumn("ref", \.ref),
        TicketColumn("product_id", \.origin.productID),
        TicketColumn("component_id", \.classification.componentID),
        TicketColumn("customer_id", \.origin.customerID),
        TicketColumn("kind", \.classification.kind),
        TicketColumn("status", \.status),
        TicketColumn("level", \.level),
        TicketColumn("area", \.classification.area),
        TicketColumn("channel", \.origin.channel),
        TicketColumn("impact", \.standing.impact),
        TicketColumn("urgency", \.standing.urgency),
        TicketColumn("matrix_version", \.standing.matrixVersion),
        TicketColumn("service_code", \.standing.serviceCode),
        TicketColumn("priority", \.standing.priority),
        TicketColumn("is_judged", \.standing.isJudged),
        TicketColumn("is_overridden", \.standing.isOverridden),
        TicketColumn("customer_urgency", \.customerUrgency),
        TicketColumn("title", \.title, isCode: false),
        TicketColumn("body", \.body, isCode: false),
        TicketColumn("customer_release", \.customerRelease, isCode: false),
        TicketColumn("reporter_id", \.origin.reporterID),
        TicketColumn("assignee_id", \.assigneeID),
        TicketColumn("opened_at", \.openedAt),
        TicketColumn("updated_at", \.updatedAt, isCode: false),
        TicketColumn("closed_at", \.closedAt),
        TicketColumn("contract_id", \.contractID),
        TicketColumn("promised_at", \.promisedAt),
        TicketColumn("due_at", \.dueAt, isCode: false),
    ]

    /// The columns that the log repeats.
    package static let codes = all.filter(\.isCode)
}

extension Ticket {
    /// Reads the ticket from its row: the value of every column by its name.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/row`` for a column that is missing, or that
    ///   holds a word or number which the desk does not know.
    package init(row: [String: JSONValue]) throws(DeskError) {
        self = .blank
        for column in TicketColumn.all {
            guard let value = row[column.name] else {
                throw DeskError(.row, "Row of a ticket lacks the column '\(column.name)'")
            }
            guard column.write(&self, value) else {
                throw DeskError(
                    .row,
                    "Ticket \(ref) has \(value.json) in the column '\(column.name)' "
                        + "which the desk does not know"
                )
            }
        }
    }

    /// The value of every column by its name.
    package var row: [String: JSONValue] { values(of: TicketColumn.all) }

    /// The value of every code by the name of its column.
    package var codes: [String: JSONValue] { values(of: TicketColumn.codes) }

    private func values(of columns: [TicketColumn]) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.read(self)) })
    }

    /// Overwritten column by column while a row is read.
    private static let blank = Ticket(
        id: 0,
        ref: "",
        origin: TicketOrigin(
            product: nil,
            customer: nil,
            reporter: 0,
            channel: .web
        ),
        classification: Classification(.question),
        title: "",
        body: "",
        level: .firstContact,
        standing: PriorityStanding(unjudgedBy: PriorityBasis(.first(validFrom: nil))),
        openedAt: .earliest,
        updatedAt: .earliest
    )
}

/// What a column can hold.
protocol ColumnValue: SendableMetatype {
    /// The value as it stands in a row.
    var column: JSONValue { get }
    /// Reads the value from a row; `nil` for any other kind, word or number.
    init?(column: JSONValue)
}

extension Int64: ColumnValue {
    var column: JSONValue { .int(self) }
    init?(column: JSONValue) {
        guard let int = column.int else { return nil }
        self = int
    }
}

extension Bool: ColumnValue {
    var column: JSONValue { .int(self ? 1 : 0) }
    init?(column: JSONValue) {
        guard let int = column.int, (0...1).contains(int) else { return nil }
        self = int == 1
    }
}

extension String: ColumnValue {
    var column: JSONValue { .text(self) }
    init?(column: JSONValue) {
        guard let text = column.text else { return nil }
        self = text
    }
}

extension Instant: ColumnValue {
    var column: JSONValue { .int(milliseconds) }
    init?(column: JSONValue) {
        guard let int = column.int else { return nil }
        self.init(milliseconds: int)
    }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    var column: JSONValue { self?.column ?? .null }
    init?(column: JSONValue) {
        if column == .null {
            self = Wrapped?.none
        } else if let value = Wrapped(column: column) {
            self = value
        } else {
            return nil
        }
    }
}

extension ColumnValue where Self: RawRepresentable, RawValue: ColumnValue {
    /// The raw value as it stands in a row.
    var column: JSONValue { rawValue.column }

    /// Reads the raw value from a row; `nil` for one that has no case.
    init?(column: JSONValue) {
        guard let raw = RawValue(column: column) else { return nil }
        self.init(rawValue: raw)
    }
}

extension TicketKind: ColumnValue {}
extension TicketArea: ColumnValue {}
extension TicketChannel: ColumnValue {}
extension TicketStatus: ColumnValue {}
extension SupportLevel: ColumnValue {}
extension Grade: ColumnValue {}
extension Priority: ColumnValue {}
extension ServiceCode: ColumnValue {}
