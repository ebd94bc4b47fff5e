/// The codes in an event's facts that move clocks.
struct ClockCodes: Sendable {
    /// A code that may be absent, null or a number.
    enum Number: Sendable {
        case absent
        case null
        case int(Int64)
    }

    private(set) var status: TicketStatus?
    private(set) var priority: Priority?
    private(set) var level: SupportLevel?
    private(set) var contract = Number.absent
    private(set) var assignee = Number.absent
    private(set) var promised = Number.absent
    private(set) var channel: TicketChannel?
    private(set) var isFromCustomer = false
    /// Whether words for the customer came with it.
    private(set) var isPublic = false
    private(set) var isSplit = false

    /// Whether it sets any code.
    var hasAny: Bool {
        if status != nil || priority != nil || level != nil { return true }
        let numbers = [contract, assignee, promised]
        return numbers.contains { if case .absent = $0 { false } else { true } }
    }

    /// Reads facts in their one text; from the first byte that does not fit on nothing is read.
    init(_ facts: UnsafeBufferPointer<UInt8>) {
        var reader = FactsReader(bytes: facts)
        reader.members { key, reader in
            switch key.count {
            case 3 where key.elementsEqual(Self.now):
                reader.members { key, reader in take(code: key, &reader) }
            case 7 where key.elementsEqual(Self.channelKey):
                channel = reader.word(Self.channels)
            case 8 where key.elementsEqual(Self.relation):
                isSplit = reader.word(Self.relations) == .splitFrom
            case 9 where key.elementsEqual(Self.isPublicKey):
                if case .int(1) = reader.number() { isPublic = true }
            case 16 where key.elementsEqual(Self.isFromCustomerKey):
                if case .int(1) = reader.number() { isFromCustomer = true }
            default: reader.skip()
            }
        }
    }

    private mutating func take(
        code key: Slice<UnsafeBufferPointer<UInt8>>,
        _ reader: inout FactsReader
    ) {
        switch key.count {
        case 5 where key.elementsEqual(Self.levelKey):
            if case .int(let number) = reader.number() { level = SupportLevel(rawValue: number) }
        case 6 where key.elementsEqual(Self.statusKey): status = reader.word(Self.statuses)
        case 8 where key.elementsEqual(Self.priorityKey):
            if case .int(let number) = reader.number() { priority = Priority(rawValue: number) }
        case 11 where key.elementsEqual(Self.contractKey): contract = reader.number()
        case 11 where key.elementsEqual(Self.assigneeKey): assignee = reader.number()
        case 11 where key.elementsEqual(Self.promisedKey): promised = reader.number()
        default: reader.skip()
        }
    }

    private static let now = Array("now".utf8)
    private static let channelKey = Array("channel".utf8)
    private static let relation = Array("relation".utf8)
    private static let isFromCustomerKey = Array("is_from_customer".utf8)
    private static let isPublicKey = Array("is_public".utf8)
    private static let levelKey = Array("level".utf8)
    private static let statusKey = Array("status".utf8)
    private static let priorityKey = Array("priority".utf8)
    private static let contractKey = Array("contract_id".utf8)
    private static let assigneeKey = Array("assignee_id".utf8)
    private static let promisedKey = Array("promised_at".utf8)
    private static let statuses = TicketStatus.allCases.map { (Array($0.rawValue.utf8), $0) }
    private static let channels = TicketChannel.allCases.map { (Array($0.rawValue.utf8), $0) }
    private static let relations = TicketRelation.allCases.map { (Array($0.rawValue.utf8), $0) }
}

/// Moves through the bytes of facts, which have one text and no white space.
struct FactsReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Reads an object; `take` is given each key and must read or skip its value.
    mutating func members(
        _ take: (Slice<UnsafeBufferPointer<UInt8>>, inout FactsReader) -> Void
    ) {
        guard skip(UInt8(ascii: "{")) else { return skip() }
        while offset < bytes.count, !skip(UInt8(ascii: "}")) {
            let start = offset
            guard let key = string(), skip(UInt8(ascii: ":")) else {
                offset = bytes.count
                return
            }
            take(key, &self)
            _ = skip(UInt8(ascii: ","))
            if offset == start { offset = bytes.count }
        }
    }

    /// Reads a whole number or null.
    mutating func number() -> ClockCodes.Number {
        let isNegative = skip(UInt8(ascii: "-"))
        var value: Int64 = 0
        var count = 0
        while offset < bytes.count, (48...57).contains(bytes[offset]), count < 18 {
            value = value * 10 + Int64(bytes[offset] - 48)
            offset += 1
            count += 1
        }
        guard count > 0 else {
            let isNull = offset < bytes.count && bytes[offset] == UInt8(ascii: "n")
            skip()
            return isNull ? .null : .absent
        }
        while offset < bytes.count, (48...57).contains(bytes[offset]) {
            let (product, isLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, isLonger) = product.addingReportingOverflow(Int64(bytes[offset] - 48))
            if isLong || isLonger { return .absent }
            value = sum
            offset += 1
        }
        return .int(isNegative ? -value : value)
    }

    /// Reads a string that is one of some words.
    mutating func word<Word>(_ words: [([UInt8], Word)]) -> Word? {
        guard let text = string() else {
            skip()
            return nil
        }
        return words.first { $0.0.count == text.count && text.elementsEqual($0.0) }?.1
    }

    /// Passes over a value of any kind.
    mutating func skip() {
        var depth = 0
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""): if string() == nil { return }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                offset += 1
            case UInt8(ascii: ",") where depth == 0: return
            default: offset += 1
            }
        }
    }

    /// Reads a string with its escapes as they stand.
    private mutating func string() -> Slice<UnsafeBufferPointer<UInt8>>? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return bytes[start..<offset - 1]
            case UInt8(ascii: "\\"): offset += 2
            default: offset += 1
            }
        }
        offset = bytes.count
        return nil
    }

    private mutating func skip(_ mark: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == mark else { return false }
        offset += 1
        return true
    }
}
