package import ArgumentParser
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// An amount as people type it: `2`, `0.5`, `1.250`.
package struct Quantity: ExpressibleByArgument, Sendable, Hashable {
    /// How much, in thousandths.
    package let milli: Int64

    /// Reads an amount with up to three decimals.
    package init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        guard parts.count <= 2, decimals.utf8.count <= 3, parts.count == 1 || !decimals.isEmpty,
            let whole = Int64(parts[0]), (0...1_000_000_000).contains(whole),
            let rest = Int64((decimals + "000").prefix(3)), rest >= 0
        else { return nil }
        milli = whole * 1000 + rest
    }

    /// An amount as people read it.
    package static func words(_ milli: Int64) -> String {
        let (whole, rest) = (milli.magnitude / 1000, milli.magnitude % 1000)
        let sign = milli < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        var decimals = String(String(1000 + rest).dropFirst())
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(sign)\(whole).\(decimals)"
    }
}

/// What is said of time or material beside its amount.
package struct EffortOptions: ParsableArguments {
    @Flag(help: "The customer does not pay it.")
    var free = false

    @Option(help: ArgumentHelp("The day of the work; today, in UTC.", valueName: "day"))
    var day: CalendarDay?

    @Option(help: ArgumentHelp("The billing system's word for what it costs.", valueName: "code"))
    var rate: String?

    @Option(help: ArgumentHelp("What was done, for the staff.", valueName: "text"))
    var note: String?

    @Option(help: ArgumentHelp("Take this entry back.", valueName: "number"))
    var undo: Int64?

    /// Creates the defaults.
    package init() {}

    /// What the service takes.
    var words: EffortWords {
        var words = EffortWords()
        words.isBillable = !free
        words.day = day
        words.rateCode = rate
        words.text = note
        return words
    }
}

/// `mainstay ticket time`.
package struct TicketTime: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "time",
        abstract: "Enter time that was worked; it counts rounded as the contract says.",
        discussion: """
            Examples:
              mainstay ticket time MST-7 1h20m --rate senior --note "Read the core dump"
              mainstay ticket time MST-7 --undo 1234
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: ArgumentHelp("How long: 45m, 1h20m.", valueName: "time"))
    var time: Minutes?

    @OptionGroup var effort: EffortOptions

    /// Creates the command.
    package init() {}

    /// Asks for one of both.
    package func validate() throws {
        if (time == nil) == (effort.undo == nil) {
            throw ValidationError("Give a time such as 45m, or --undo NUMBER")
        }
    }

    /// Enters it and tells what counts.
    package func run() async throws {
        try await ticket.enter { desk, handle in
            guard let time else {
                try await desk.takeBackTime(handle, effort.undo ?? 0, effort.note)
                return
            }
            try await desk.enterTime(handle, minutes: time.count, effort.words)
        }
    }
}

/// `mainstay ticket material`.
package struct TicketMaterial: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "material",
        abstract: "Enter material that was used.",
        discussion: """
            Examples:
              mainstay ticket material MST-7 "disk 2 TB" 2 --unit piece --rate D2
              mainstay ticket material MST-7 --undo 1234
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: ArgumentHelp("What it is.", valueName: "item"))
    var item: String?

    @Argument(help: ArgumentHelp("How much: 2, 0.5.", valueName: "quantity"))
    var quantity: Quantity?

    @Option(help: ArgumentHelp("What the quantity counts.", valueName: "word"))
    var unit = "piece"

    @OptionGroup var effort: EffortOptions

    /// Creates the command.
    package init() {}

    /// Asks for one of both.
    package func validate() throws {
        if (quantity == nil) == (effort.undo == nil) {
            throw ValidationError("Give an item and how much of it, or --undo NUMBER")
        }
    }

    /// Enters it and tells what stands.
    package func run() async throws {
        try await ticket.enter { desk, handle in
            guard let item, let quantity else {
                try await desk.takeBackMaterial(handle, effort.undo ?? 0, effort.note)
                return
            }
            let amount = (name: item, unit: unit, quantityMilli: quantity.milli)
            try await desk.enterMaterial(handle, amount, effort.words)
        }
    }
}

/// `mainstay ticket contract`.
package struct TicketContractCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "contract",
        abstract: "Put a ticket under another contract, or under none."
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: ArgumentHelp("The contract, or 'none'.", valueName: "contract"))
    var contract: String

    /// Creates the command.
    package init() {}

    /// Changes it.
    package func run() async throws {
        let named = contract == "none" ? nil : contract
        try await ticket.act { try await $0.setContract($1, to: named) }
    }
}

/// `mainstay ticket promise`.
package struct TicketPromise: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "promise",
        abstract: "Promise a deadline by hand, which no pause moves; 'none' takes it back.",
        discussion: """
            Examples:
              mainstay ticket promise MST-7 2026-03-02T15:00:00Z
              mainstay ticket promise MST-7 none
            """
    )

    @OptionGroup var ticket: TicketOptions

    @Argument(help: ArgumentHelp("By when, or 'none'.", valueName: "time"))
    var when: String

    /// Creates the command.
    package init() {}

    /// Asks for a moment.
    package func validate() throws {
        if when != "none", Instant(argument: when) == nil {
            throw ValidationError("Deadline is '\(when)', expected such as 2026-03-02T15:00:00Z")
        }
    }

    /// Promises.
    package func run() async throws {
        let deadline = Instant(argument: when)
        try await ticket.act { try await $0.setDeadline($1, to: deadline) }
    }
}

extension TicketOptions {
    /// Enters effort and shows what counts and what is left of the hours.
    fileprivate func enter(
        _ enter: @escaping (Desk, TicketHandle) async throws -> Void
    ) async throws {
        try await InstanceSession.run(instance) { session in
            var handle = TicketHandle(ref)
            handle.version = expect
            handle.occurredAt = at
            try await enter(session.desk, handle)
            let view = try await session.desk.show(ref)
            var contract: ContractView?
            if let ref = view.contract?.ref { contract = try await session.desk.contract(ref) }
            let rest = contract
            try session.write("ticket", [view.json]) { buffer in
                TicketReport(view, on: session.screen).line(to: &buffer)
                for line in view.effortLines { buffer.line("  \(makeSafe(line))") }
                guard let rest, rest.contract.model == .prepaidBlock else { return }
                let overdrawn = rest.drawDown.overdrawn(until: rest.day)
                buffer.line(
                    "  \(rest.contract.ref): \(Minutes.words(rest.drawDown.left(on: rest.day))) left"
                        + (overdrawn > 0 ? ", overdrawn by \(Minutes.words(overdrawn))" : "")
                        + (rest.warnings.last
                            .map { ", warning at \(Minutes.words($0))" } ?? "")
                )
            }
        }
    }
}

extension TicketView {
    /// The entries of time and material, a line each.
    var effortLines: [String] {
        let worked = Dictionary(
            events.compactMap { event in
                (try? event.facts)?["worked_min"]?.int.map { (event.seq, $0) }
            },
            uniquingKeysWith: { $1 }
        )
        let hours = time.map { row -> String in
            let entry = row.entry
            let minutes = worked[row.eventSeq] ?? entry.minutes
            let rounded = minutes == entry.minutes ? "" : " for \(Minutes.words(minutes))"
            return "time \(entry.id)  \(entry.workedDay)  \(Minutes.words(entry.minutes))"
                + rounded + details(entry.isBillable, entry.rateCode, entry.accountID)
        }
        let used = material.map { row -> String in
            let entry = row.entry
            return "material \(entry.id)  \(entry.usedDay)  \(Quantity.words(entry.quantityMilli)) "
                + "\(entry.unit) \(entry.item)"
                + details(entry.isBillable, entry.rateCode, entry.accountID)
        }
        return hours + used
    }

    private func details(_ isBillable: Bool, _ rate: String?, _ account: Int64) -> String {
        (isBillable ? "" : ", free") + (rate.map { ", rate \($0)" } ?? "")
            + ", by \(names.login(account) ?? "?")"
    }

    /// The contract, the deadline and the effort with stable keys.
    var contractJSON: [String: JSONValue] {
        [
            "contract": .text(contract?.ref), "promisedAt": .time(ticket.promisedAt),
            "beyond": .list(
                (contract?.excesses ?? [])
                    .map { ["code": .text($0.code), "text": .text($0.words)] }
            ),
            "time": .list(
                time.map { row in
                    [
                        "id": .int(row.entry.id), "minutes": .int(row.entry.minutes),
                        "day": .text(row.entry.workedDay.description),
                        "isBillable": .bool(row.entry.isBillable),
                        "rate": .text(row.entry.rateCode),
                        "account": .text(names.login(row.entry.accountID)),
                    ]
                }
            ),
            "material": .list(
                material.map { row in
                    [
                        "id": .int(row.entry.id), "item": .text(row.entry.item),
                        "unit": .text(row.entry.unit),
                        "quantity": .text(Quantity.words(row.entry.quantityMilli)),
                        "day": .text(row.entry.usedDay.description),
                        "isBillable": .bool(row.entry.isBillable),
                        "rate": .text(row.entry.rateCode),
                        "account": .text(names.login(row.entry.accountID)),
                    ]
                }
            ),
        ]
    }
}
