package import MainstayCore

/// How the clocks under a contract behave: the value behind `policy_json`.
///
/// As JSON it is an object; a key that is missing stands for the default, another key is refused:
///
///     {"maximum_pause_minutes":20160,"pauses":["waiting_customer"],"reopening":"resume",
///      "response_channels":["chat","email","phone","web"],"warnings":[50,75,90]}
///
/// Whatever a policy says, being resolved or closed pauses `fix` and `update`, and no wait pauses
/// `reaction`.
package struct ClockPolicy: Sendable, Hashable {
    /// What becomes of the fix clock when a ticket is reopened.
    package enum Reopening: String, Sendable, Hashable, CaseIterable {
        /// It goes on; the time for which the ticket was resolved is a pause.
        case resume
        /// A new cycle starts at the reopening.
        case restart
    }

    /// The waits that pause `fix`, `update` and `return`.
    ///
    /// Without ``TicketStatus/waitingVendor`` a vendor's slowness is ours towards the customer.
    package private(set) var pauses: Set<TicketStatus> = [.waitingCustomer]
    /// What reopening does.
    package var reopening = Reopening.resume
    /// Through which channels a public message of ours is a response and an update.
    ///
    /// A call is one through ``TicketChannel/phone``. What a program writes never is a response.
    package var responseChannels = Set(TicketChannel.allCases)
    /// At which parts of the target the person responsible is warned: per cent, ascending.
    package private(set) var warnings: [Int] = [50, 75, 90]
    /// After how many minutes of real time an open pause is reminded of; `nil` for never.
    package private(set) var maximumPauseMinutes: Int64? = 20_160

    /// The statuses that can be among ``pauses``.
    package static let waits: [TicketStatus] = [.waitingCustomer, .waitingVendor, .waitingRelease]

    /// The defaults.
    package init() {}

    /// The policy with other pauses.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` for a status that is no wait.
    package func pausing(on statuses: Set<TicketStatus>) throws(DeskError) -> ClockPolicy {
        for status in statuses where !Self.waits.contains(status) {
            throw DeskError(
                .clock,
                "Status '\(status.rawValue)' cannot be a pause, expected one of "
                    + Self.waits.map { "'\($0.rawValue)'" }.listed()
            )
        }
        var policy = self
        policy.pauses = statuses
        return policy
    }

    /// The policy with other warnings.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` unless they ascend within 1 to 99 and
    ///   are ten at most.
    package func warning(at percents: [Int]) throws(DeskError) -> ClockPolicy {
        guard percents.count <= 10, percents.allSatisfy((1...99).contains),
            zip(percents, percents.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw DeskError(
                .clock,
                "Warnings at \(percents.listed()) per cent, expected up to ten numbers from 1 to "
                    + "99, each greater than the one before"
            )
        }
        var policy = self
        policy.warnings = percents
        return policy
    }

    /// The policy with another maximum of a pause; `nil` for none.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` for minutes out of bounds.
    package func limitingPauses(toMinutes minutes: Int64?) throws(DeskError) -> ClockPolicy {
        if let minutes, !(1...ClockTarget.longestMinutes).contains(minutes) {
            throw DeskError(
                .clock,
                "Maximum of a pause is \(minutes) minutes, expected 1 to "
                    + "\(ClockTarget.longestMinutes)"
            )
        }
        var policy = self
        policy.maximumPauseMinutes = minutes
        return policy
    }
}

extension ClockPolicy {
    private enum Key: String, CaseIterable {
        case maximumPause = "maximum_pause_minutes"
        case pauses
        case reopening
        case responseChannels = "response_channels"
        case warnings
    }

    /// The policy as JSON: all keys, lists sorted.
    package var json: JSONValue {
        [
            Key.maximumPause.rawValue: maximumPauseMinutes.map { .int($0) } ?? .null,
            Key.pauses.rawValue: .texts(pauses.map(\.rawValue).sorted()),
            Key.reopening.rawValue: .text(reopening.rawValue),
            Key.responseChannels.rawValue: .texts(responseChannels.map(\.rawValue).sorted()),
            Key.warnings.rawValue: .list(warnings.map { .int(Int64($0)) }),
        ]
    }

    /// Reads a policy; what is missing has its default.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/clock`` for another key, another kind of
    ///   value, an unknown word or a number out of bounds.
    package init(json: JSONValue) throws(DeskError) {
        self.init()
        guard let members = json.members else {
            throw DeskError(.clock, "Clock policy is \(json.json), expected an object")
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let key = Key(rawValue: name) else {
                let known = Key.allCases.map(\.rawValue)
                throw DeskError(
                    .clock,
                    "Clock policy has the key '\(name)', expected one of "
                        + known.map { "'\($0)'" }.listed(),
                    hint: Spelling.nearest(to: name, among: known).map { "Did you mean '\($0)'?" }
                )
            }
            try read(value, as: key)
        }
    }

    private mutating func read(_ value: JSONValue, as key: Key) throws(DeskError) {
        switch key {
        case .maximumPause:
            guard value == .null || value.int != nil else {
                throw Self.fault(key, value, "a number of minutes or null")
            }
            self = try limitingPauses(toMinutes: value.int)
        case .pauses:
            let words = try Self.words(value, key, TicketStatus.self)
            self = try pausing(on: Set(words))
        case .reopening:
            guard let word = value.text.flatMap(Reopening.init) else {
                throw Self.fault(key, value, "'resume' or 'restart'")
            }
            reopening = word
        case .responseChannels:
            responseChannels = Set(try Self.words(value, key, TicketChannel.self))
        case .warnings:
            guard let numbers = value.list?.map(\.int), !numbers.contains(nil) else {
                throw Self.fault(key, value, "a list of numbers")
            }
            self = try warning(at: numbers.compactMap(\.self).map { Int(clamping: $0) })
        }
    }

    private static func words<Word: RawRepresentable & CaseIterable>(
        _ value: JSONValue,
        _ key: Key,
        _: Word.Type
    ) throws(DeskError) -> [Word] where Word.RawValue == String {
        let words = value.list?.map { $0.text.flatMap(Word.init) }
        guard let words, !words.contains(where: { $0 == nil }) else {
            let known = Word.allCases.map { "'\($0.rawValue)'" }
            throw fault(key, value, "a list of \(known.listed())")
        }
        return words.compactMap(\.self)
    }

    private static func fault(_ key: Key, _ value: JSONValue, _ expected: String) -> DeskError {
        DeskError(
            .clock,
            "Clock policy has \(value.json) as '\(key.rawValue)', expected \(expected)"
        )
    }
}
