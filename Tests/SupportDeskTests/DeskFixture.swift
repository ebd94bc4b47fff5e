import MainstayCore
import SupportDesk
import Testing

/// Tickets and people of a small desk: product 7, customer 3, staff 20 to 29, customers 30 to 39.
enum DeskFixture {
    static let start = Instant(milliseconds: 1_772_355_600_000)  // 2026-03-01T09:00:00Z
    static let basis = PriorityBasis(.first(validFrom: start))

    /// A moment `minutes` after the first ticket was opened.
    static func at(_ minutes: Int64) -> Instant {
        Instant(milliseconds: start.milliseconds + minutes * 60_000)
    }

    static func staff(
        _ account: Int64 = 20,
        roles: Set<Role> = [.agent],
        minute: Int64 = 10
    ) throws -> Signature {
        try Signature(
            accountID: account,
            isCustomer: false,
            roles: roles,
            occurredAt: at(minute),
            now: at(minute)
        )
    }

    static func label(_ id: Int64) throws -> Label {
        try Label(id: id, productID: nil, name: "label \(id)", isSuggestion: false)
    }

    static func customer(_ account: Int64 = 30, minute: Int64 = 10) throws -> Signature {
        try Signature(
            accountID: account,
            isCustomer: true,
            roles: [.customer],
            occurredAt: at(minute),
            now: at(minute)
        )
    }

    static func request(
        _ kind: TicketKind = .incident,
        id: Int64 = 1,
        title: String = "Export stops"
    ) -> TicketRequest {
        TicketRequest(
            id: id,
            ref: "MST-\(id)",
            origin: TicketOrigin(
                product: 7,
                customer: 3,
                reporter: 30,
                channel: .web
            ),
            classification: Classification(kind),
            title: title
        )
    }

    static func opening(_ kind: TicketKind = .incident) throws -> TicketChange {
        try TicketChange(
            opening: request(kind),
            in: ProductLevels(),
            by: basis,
            signature: customer(minute: 0)
        )
    }

    /// A ticket in any state: that of `opening` with some columns replaced.
    static func ticket(
        _ kind: TicketKind = .incident,
        _ columns: [String: JSONValue] = [:]
    ) throws -> Ticket {
        try Ticket(row: opening(kind).ticket.row.merging(columns) { _, new in new })
    }

    static func ticket(_ status: TicketStatus) throws -> Ticket {
        try ticket(
            .incident,
            [
                "status": .text(status.rawValue),
                "closed_at": status == .closed ? .int(at(5).milliseconds) : .null,
            ]
        )
    }
}

/// Numbers that a seed decides.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of `values`, of which there must be one.
    mutating func pick<Value>(_ values: some Collection<Value>) -> Value {
        let offset = Int.random(in: 0..<values.count, using: &self)
        return values[values.index(values.startIndex, offsetBy: offset)]
    }

    /// Whether the one chance in `count` came true.
    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// The code of the refusal that `act` ends in; `nil` where it is let through.
func refusal(_ act: () throws -> Void) -> DeskError.Code? {
    do {
        try act()
        return nil
    } catch let error as DeskError {
        return error.code
    } catch {
        return nil
    }
}

extension Tag {
    /// Takes more than a second.
    @Tag static var slow: Self
}
