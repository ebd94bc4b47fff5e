/// The events of one ticket as its clocks see them, in order of occurrence.
///
/// A late event goes to where it belongs. What it says of a code holds from there on: what was said
/// of that code for later instants, but recorded earlier, is overwritten.
struct ClockLog {
    /// What an entry is about.
    enum Topic: UInt8 { case status, priority, contract, assignee, level, deadline, message }

    /// One change of a code, or a message.
    struct Entry {
        let at: Int64
        let topic: Topic
        /// The place of a status among all, the number of a priority, level, contract or account,
        /// the instant of a deadline, or for a message whether the customer wrote it.
        let value: Int64
        /// The place of a message's channel among all; -1 where it is not known.
        var channel: Int8 = -1

        /// Stands for no contract, account or deadline.
        static let none = Int64.min
    }

    /// All entries, ascending; what the opening said stands apart, in ``opening``.
    private(set) var entries: [Entry] = []
    /// What held when the ticket was opened.
    private(set) var opening: [Entry] = []
    /// When the ticket was opened; `nil` before the first event.
    private(set) var start: Int64?
    /// Whether it was split from another.
    private(set) var isSplit = false
    /// How many events came late: others that happened after them had been recorded before.
    private(set) var lateEvents = 0

    /// Forgets everything but its memory.
    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        opening.removeAll(keepingCapacity: true)
        start = nil
        isSplit = false
        lateEvents = 0
    }

    /// Takes in the next event of the ticket's chain.
    mutating func take(_ event: ClockEvent) {
        start = start ?? event.at
        if event.codes.isSplit { isSplit = true }
        let isLate = entries.last.map { event.at < $0.at } ?? false
        if isLate, event.isHeard { lateEvents += 1 }
        let at = max(event.at, start ?? event.at)
        let codes = event.codes
        takeMessage(event, at)
        if let status = codes.status { put(.status, Int64(status.place), at, event) }
        if let priority = codes.priority { put(.priority, priority.rawValue, at, event) }
        put(.contract, codes.contract, at, event)
        put(.assignee, codes.assignee, at, event)
        if let level = codes.level { put(.level, level.rawValue, at, event) }
        put(.deadline, codes.promised, at, event)
    }

    /// Takes in an event of a ticket that was merged into this one: the earlier opening counts, and
    /// the messages of both.
    mutating func takeMerged(_ event: ClockEvent) {
        start = min(start ?? event.at, event.at)
        takeMessage(event, event.at)
    }

    private mutating func takeMessage(_ event: ClockEvent, _ at: Int64) {
        guard let isFromCustomer = event.isFromCustomer else { return }
        var entry = Entry(at: at, topic: .message, value: isFromCustomer ? 1 : 0)
        entry.channel = event.codes.channel.map { Int8($0.place) } ?? -1
        insert(entry)
    }

    private mutating func put(
        _ topic: Topic,
        _ number: ClockCodes.Number,
        _ at: Int64,
        _ event: ClockEvent
    ) {
        switch number {
        case .absent: return
        case .null: put(topic, Entry.none, at, event)
        case .int(let value): put(topic, value, at, event)
        }
    }

    private mutating func put(_ topic: Topic, _ value: Int64, _ at: Int64, _ event: ClockEvent) {
        let entry = Entry(at: at, topic: topic, value: value)
        guard !event.isOpening else { return opening.append(entry) }
        if let last = entries.last, last.at > at {
            entries.removeAll { $0.topic == topic && $0.at > at }
        }
        insert(entry)
    }

    private mutating func insert(_ entry: Entry) {
        var place = entries.count
        while place > 0, entries[place - 1].at > entry.at { place -= 1 }
        entries.insert(entry, at: place)
    }
}

extension TicketStatus {
    /// Its place among all cases.
    var place: Int {
        switch self {
        case .new: 0
        case .open: 1
        case .waitingCustomer: 2
        case .waitingVendor: 3
        case .waitingRelease: 4
        case .resolved: 5
        case .closed: 6
        }
    }

    static let all = TicketStatus.allCases
}

extension TicketChannel {
    /// Its place among all cases.
    var place: Int {
        switch self {
        case .web: 0
        case .email: 1
        case .phone: 2
        case .chat: 3
        case .api: 4
        case .inPerson: 5
        case .monitoring: 6
        }
    }

    static let all = TicketChannel.allCases
}
