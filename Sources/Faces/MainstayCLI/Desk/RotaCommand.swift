package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

extension Weekday: ExpressibleByArgument {}

/// `mainstay rota`.
package struct RotaCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "rota",
        abstract: "Say who is on call, and look who is.",
        discussion: """
            The members of a level take turns, week by week; notices about a ticket that nobody has \
            go to the one on call.

            Examples:
              mainstay rota new kernel --level 3 --product MST --member anna --member bob \
            --day mon --time 09:00 --zone Europe/Berlin
              mainstay rota override kernel bob --from 2026-12-24 --to 2026-12-27
              mainstay rota who --at 2026-12-25T12:00:00Z
            """,
        subcommands: [
            RotaNew.self, RotaShow.self, RotaList.self, RotaOverrideCommand.self, RotaWho.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay rota new`.
package struct RotaNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a rota; the name of one that is there changes it from now on."
    )

    @Argument(help: "What it is called.")
    var name: String

    @Option(help: ArgumentHelp("The level.", valueName: "0-4"))
    var level: SupportLevel

    @Option(help: ArgumentHelp("The product; without: every one.", valueName: "prefix"))
    var product: String?

    @Option(help: ArgumentHelp("One component of it.", valueName: "name"))
    var component: String?

    @Option(
        name: .customLong("member"),
        help: ArgumentHelp("Who takes turns, in order (can be repeated).", valueName: "login")
    )
    var members: [String] = []

    @Option(help: "The day of the hand-over.")
    var day = Weekday.mon

    @Option(help: ArgumentHelp("Its time.", valueName: "hh:mm"))
    var time = "09:00"

    @Option(help: ArgumentHelp("The zone of that time.", valueName: "zone"))
    var zone = "UTC"

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        var new = NewRota(name, level: level)
        new.product = product
        new.component = component
        new.members = members
        new.weekday = day
        new.time = time
        new.zone = zone
        let wish = new
        try await instance.showRota(name) { try await $0.setRota(wish) }
    }
}

/// `mainstay rota show`.
package struct RotaShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a rota and who is on call in the coming weeks."
    )

    @Argument(help: "What it is called.")
    var name: String

    @Option(help: ArgumentHelp("From when on, if not now.", valueName: "time"))
    var from: Instant?

    @Option(help: ArgumentHelp("How many weeks.", valueName: "1-104"))
    var weeks = 6

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Refuses a number out of range.
    package func validate() throws {
        guard !(1...104).contains(weeks) else { return }
        throw ValidationError("--weeks is \(weeks), expected 1 to 104")
    }

    /// Asks and shows.
    package func run() async throws {
        try await instance.showRota(name, from: from, weeks: weeks)
    }
}

/// `mainstay rota list`.
package struct RotaList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the rotas with who is on call now."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws { try await instance.showOnCall(at: nil) }
}

/// `mainstay rota who`.
package struct RotaWho: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "who",
        abstract: "Tell who is on call at a moment."
    )

    @Option(help: ArgumentHelp("When, if not now.", valueName: "time"))
    var at: Instant?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws { try await instance.showOnCall(at: at) }
}

/// `mainstay rota override`.
package struct RotaOverrideCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Let somebody stand in; of two that overlap the last one made holds."
    )

    @Argument(help: "What the rota is called.")
    var name: String

    @Argument(help: ArgumentHelp("Who stands in.", valueName: "login"))
    var login: String

    @Option(help: ArgumentHelp("From when on.", valueName: "time"))
    var from: Instant

    @Option(help: ArgumentHelp("Until when.", valueName: "time"))
    var to: Instant

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        try await instance.showRota(name) {
            try await $0.standIn(login, in: name, from: from, to: to)
        }
    }
}

extension InstanceOptions {
    /// Acts on a rota and shows it with its coming weeks.
    fileprivate func showRota(
        _ name: String,
        from: Instant? = nil,
        weeks: Int = 6,
        after act: (Desk) async throws -> Void = { _ in }
    ) async throws {
        try await InstanceSession.run(self) { session in
            try await act(session.desk)
            for view in try await session.desk.rotas(name, from: from, weeks: weeks) {
                try session.show(view)
            }
        }
    }

    /// Shows who is on call by each rota.
    fileprivate func showOnCall(at moment: Instant?) async throws {
        try await InstanceSession.run(self) { session in
            let views = try await session.desk.rotas(from: moment, weeks: 1)
            try session.write("rotas", views.map(\.json)) { buffer in
                if views.isEmpty { return buffer.line("No rotas.") }
                var table = GridTable(["ROTA", "LEVEL", "PRODUCT", "ON CALL", "UNTIL"])
                for view in views {
                    let product = view.rota.productID.flatMap { view.names.products[$0] }
                    table.add([
                        view.rota.name, "\(view.rota.level.rawValue)", product ?? "every",
                        view.names.login(view.shifts.first?.accountID) ?? "nobody",
                        view.shifts.first?.to.minute ?? "-",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

extension RotaView: Shown {
    /// A rota.
    static let name = "rota"

    /// Writes the rota with its shifts.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(makeSafe(rota.name), .bold, on: screen)
        let product = rota.productID.flatMap { names.products[$0] } ?? "every product"
        buffer.line("  level \(rota.level.rawValue) of \(makeSafe(product))")
        buffer.line("  hands over  \(rota.weekday.rawValue) \(rota.time) \(makeSafe(rota.zone))")
        let turns = rota.members.map { names.login($0) ?? "?" }.joined(separator: ", ")
        buffer.line("  turns       \(makeSafe(turns))")
        for login in strangers {
            buffer.line("  passed over \(makeSafe(login)), who is no member any more")
        }
        var table = GridTable(["FROM", "TO", "ON CALL", ""])
        for shift in shifts {
            table.add([
                shift.from.minute, shift.to.minute, names.login(shift.accountID) ?? "nobody",
                shift.isOverride ? "stands in" : "",
            ])
        }
        table.write(to: &buffer, on: screen)
    }

    /// The rota with stable keys.
    var json: JSONValue {
        [
            "name": .text(rota.name), "level": .int(rota.level.rawValue),
            "product": .text(rota.productID.flatMap { names.products[$0] }),
            "zone": .text(rota.zone), "day": .text(rota.weekday.rawValue),
            "time": .text(rota.time),
            "members": .texts(rota.members.map { names.login($0) ?? "?" }),
            "passedOver": .texts(strangers),
            "shifts": .list(
                shifts.map { shift in
                    [
                        "from": .time(shift.from), "to": .time(shift.to),
                        "account": .text(names.login(shift.accountID)),
                        "standsIn": .bool(shift.isOverride),
                    ]
                }
            ),
        ]
    }
}
