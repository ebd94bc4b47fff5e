package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay calendar`.
package struct CalendarCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "Make, see and change calendars of service hours.",
        discussion: """
            A calendar is never edited: a change is a new version, which holds from a moment on.

            Examples:
              mainstay calendar new 24x7 --template 24x7
              mainstay calendar new 12x5 --template 12x5 --zone Europe/Berlin
              mainstay calendar new office --zone Europe/Berlin \\
                --week "mon-thu 09:00-12:00,13:00-17:00" --week "fri 09:00-12:00" \\
                --holiday 2026-12-25 --override "2026-12-24 09:00-12:00"
              mainstay calendar change office --holiday 2027-01-01 --from 2026-12-01
            """,
        subcommands: [
            CalendarNew.self, CalendarList.self, CalendarShow.self, CalendarChange.self,
            CalendarDelete.self,
        ]
    )

    /// Creates the command.
    package init() {}
}

/// Ready calendars.
package enum CalendarTemplate: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Monday to Friday, 08:00 to 20:00.
    case twelveByFive = "12x5"
    /// Always.
    case always = "24x7"
}

/// The hours of a calendar as people type them.
package struct CalendarOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Its time zone.", valueName: "Europe/Berlin"))
    var zone: String?

    @Option(help: "Ready hours: Monday to Friday 08:00 to 20:00, or always.")
    var template: CalendarTemplate?

    @Option(
        help: ArgumentHelp(
            "Hours of weekdays (can be repeated); they replace all that were.",
            valueName: "mon-fri 09:00-12:00,13:00-17:00"
        )
    )
    var week: [String] = []

    @Option(help: ArgumentHelp("A day without service (can be repeated).", valueName: "day"))
    var holiday: [String] = []

    @Option(
        help: ArgumentHelp(
            "Other hours on one day (can be repeated).",
            valueName: "2026-12-24 09:00-12:00|closed"
        )
    )
    var override: [String] = []

    @Option(help: ArgumentHelp("From when on; now.", valueName: "time"))
    var from: Instant?

    /// Creates the defaults.
    package init() {}

    /// Refuses two sources of hours, and hours that cannot be read.
    package func validate() throws {
        if template != nil, !week.isEmpty {
            throw ValidationError("Give --template or --week, not both")
        }
        _ = try words
    }

    /// What the service takes.
    var words: CalendarWords {
        get throws {
            var words = CalendarWords()
            words.zone = zone
            words.holidays = holiday
            switch template {
            case .always: words.isAlways = true
            case .twelveByFive: words.weekly = .object(try Self.weekdays("mon-fri 08:00-20:00"))
            case nil: break
            }
            if !week.isEmpty {
                let days = try week.map { try Self.weekdays($0) }
                words.weekly = .object(
                    days.reduce(into: [:]) { all, day in
                        all.merge(day) { .list(($0.list ?? []) + ($1.list ?? [])) }
                    }
                )
            }
            for word in override {
                let parts = word.split(separator: " ", maxSplits: 1).map(String.init)
                guard parts.count == 2 else {
                    throw ValidationError(
                        "--override is '\(word)', expected such as \"2026-12-24 09:00-12:00\""
                    )
                }
                words.overrides[parts[0]] = parts[1] == "closed" ? [] : try Self.windows(parts[1])
            }
            return words
        }
    }

    /// Reads `mon-fri 09:00-12:00,13:00-17:00`, or `sat,sun 10:00-12:00`.
    private static func weekdays(_ word: String) throws -> [String: JSONValue] {
        let parts = word.split(separator: " ", maxSplits: 1).map(String.init)
        let all = Weekday.allCases.map(\.rawValue)
        guard parts.count == 2 else {
            throw ValidationError("--week is '\(word)', expected such as \"mon-fri 09:00-17:00\"")
        }
        let windows = try windows(parts[1])
        var days: [String: JSONValue] = [:]
        for range in parts[0].split(separator: ",") {
            let ends = range.split(separator: "-").map { all.firstIndex(of: String($0)) }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
                first <= last
            else {
                throw ValidationError(
                    "--week has the days '\(range)', expected such as mon or mon-fri"
                )
            }
            for day in all[first...last] { days[day] = windows }
        }
        return days
    }

    /// Reads `09:00-12:00,13:00-17:00`; whether the times make sense is the calendar's to say.
    private static func windows(_ word: String) throws -> JSONValue {
        .list(
            try word.split(separator: ",")
                .map { window in
                    let edges = window.split(separator: "-").map(String.init)
                    guard edges.count == 2 else {
                        throw ValidationError(
                            "'\(window)' is no window of a day, expected such as 09:00-17:00"
                        )
                    }
                    return .texts(edges)
                }
        )
    }
}

/// `mainstay calendar new`.
package struct CalendarNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a calendar of service hours.",
        aliases: ["add"]
    )

    @Argument(help: ArgumentHelp("What people call it.", valueName: "name"))
    var name: String

    @OptionGroup var hours: CalendarOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for hours.
    package func validate() throws {
        if hours.template == nil, hours.week.isEmpty, hours.override.isEmpty {
            throw ValidationError(
                "Give --template or --week, such as --week \"mon-fri 09:00-17:00\""
            )
        }
        if hours.template != .always, hours.zone == nil {
            throw ValidationError("Give --zone, such as --zone Europe/Berlin")
        }
    }

    /// Makes and shows it.
    package func run() async throws {
        let words = try hours.words
        try await instance.show { desk in
            try await desk.makeCalendar(name, words, from: hours.from)
            return try await desk.calendar(name)
        }
    }
}

/// `mainstay calendar list`.
package struct CalendarList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the calendars."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let all = try await session.desk.calendars()
            let json = all.map { one -> JSONValue in
                [
                    "name": .text(one.name), "zone": .text(one.zone),
                    "versions": .int(Int64(one.versions)),
                ]
            }
            try session.write("calendars", json) { buffer in
                if all.isEmpty {
                    buffer.line("No calendars.")
                    return buffer.line("Make one: mainstay calendar new 24x7 --template 24x7")
                }
                var table = GridTable(["CALENDAR", "ZONE", "VERSIONS"])
                for one in all { table.add([one.name, one.zone ?? "-", "\(one.versions)"]) }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay calendar show`.
package struct CalendarShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Draw the week of a calendar, and say when it is open next."
    )

    @Argument(help: ArgumentHelp("The calendar.", valueName: "name"))
    var name: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await instance.show { try await $0.calendar(name) }
    }
}

/// `mainstay calendar change`.
package struct CalendarChange: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change a calendar from a moment on; what is not said stays as it is."
    )

    @Argument(help: ArgumentHelp("The calendar.", valueName: "name"))
    var name: String

    @OptionGroup var hours: CalendarOptions

    @Option(
        help: ArgumentHelp("A day that is no holiday and no override any more.", valueName: "day")
    )
    var plain: [String] = []

    @OptionGroup var preview: PreviewOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for something.
    package func validate() throws {
        if try hours.words == CalendarWords(), plain.isEmpty {
            throw ValidationError("Say what is different, such as --holiday 2026-12-25")
        }
    }

    /// Changes and shows it.
    package func run() async throws {
        var words = try hours.words
        words.plainDays = plain
        let changed = words
        try await preview.show(on: instance) { desk in
            desk.changeOfCalendar(name, changed, from: hours.from)
        } then: { desk, _ in
            try await desk.calendar(name)
        }
    }
}

/// `mainstay calendar delete`.
package struct CalendarDelete: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a calendar that nothing goes by."
    )

    @Argument(help: ArgumentHelp("The calendar.", valueName: "name"))
    var name: String

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Deletes it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.deleteCalendar(name)
            try session.tell("calendar", ["name": .text(name)], "Calendar \(name) is deleted.")
        }
    }
}
