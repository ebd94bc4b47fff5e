package import MainstayCore

/// What the clocks must know of one event of a ticket: codes and instants, nothing on the heap.
package struct ClockEvent: Sendable {
    /// Who acted.
    package enum Writer: Sendable, Hashable {
        /// A person on our side, or a vendor's where his clocks are measured.
        case staff
        /// The customer, or we where a vendor's clocks are measured.
        case customer
        /// A program: what it writes is no response.
        case program
    }

    /// When it happened, but not later than it was recorded; milliseconds since 1970.
    let at: Int64
    /// Who acted.
    let writer: Writer
    /// Whether it registered the ticket.
    private(set) var isOpening = false
    /// Whether it is a public message, or an act that came with one.
    private(set) var isMessage = false
    /// The codes in its facts.
    let codes: ClockCodes

    /// Reads an event as it stands in the store, without making any string.
    ///
    /// - Parameters:
    ///   - kind: The raw value of its ``TicketEventKind``, as UTF-8.
    ///   - facts: Its facts in the form of ``MainstayCore/JSONValue/json``, as UTF-8; what cannot be
    ///     read there counts as missing.
    ///   - occurredAt: When it happened in the world.
    ///   - recordedAt: When the desk wrote it down.
    ///   - writer: Who acted.
    package init(
        kind: UnsafeBufferPointer<UInt8>,
        facts: UnsafeBufferPointer<UInt8>,
        occurredAt: Instant,
        recordedAt: Instant,
        by writer: Writer
    ) {
        at = min(occurredAt.milliseconds, recordedAt.milliseconds)
        self.writer = writer
        isOpening = kind.elementsEqual(Self.opened)
        isMessage = kind.elementsEqual(Self.commented)
        codes = ClockCodes(facts)
        if codes.isPublic { isMessage = true }
    }

    /// Reads an event from its values.
    package init(
        _ kind: TicketEventKind,
        facts: JSONValue,
        occurredAt: Instant,
        recordedAt: Instant? = nil,
        by writer: Writer
    ) {
        var bytes: [UInt8] = []
        facts.append(to: &bytes)
        let word = Array(kind.rawValue.utf8)
        self = word.withUnsafeBufferPointer { word in
            bytes.withUnsafeBufferPointer { facts in
                ClockEvent(
                    kind: word,
                    facts: facts,
                    occurredAt: occurredAt,
                    recordedAt: recordedAt ?? occurredAt,
                    by: writer
                )
            }
        }
    }

    private static let opened = Array(TicketEventKind.opened.rawValue.utf8)
    private static let commented = Array(TicketEventKind.commented.rawValue.utf8)

    /// Whether it says anything to a clock.
    var isHeard: Bool { isFromCustomer != nil || codes.hasAny }

    /// Whether the customer speaks in it; `nil` where it is no public message of a person.
    var isFromCustomer: Bool? {
        guard isMessage else { return nil }
        if codes.isFromCustomer || writer == .customer { return true }
        return writer == .staff ? false : nil
    }
}
