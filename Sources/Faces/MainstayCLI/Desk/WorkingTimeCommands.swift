package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay product target`.
package struct ProductTarget: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "target",
        abstract: "Say how fast a level is to take a ticket and to be done with it.",
        discussion: """
            These targets are our own: they never touch what a customer was promised, and are \
            reported apart. What is not named has no target.

            Examples:
              mainstay product target MST 2 --accept 1h --return 16h --calendar 12x5
              mainstay product target MST 3 --accept 4h --calendar 12x5 --from 2027-01-01T00:00:00Z
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: ArgumentHelp("The level.", valueName: "0-4"))
    var level: SupportLevel
    @Option(help: ArgumentHelp("Until somebody of the level has taken it.", valueName: "1h"))
    var accept: Minutes?
    @Option(
        name: .customLong("return"),
        help: ArgumentHelp("From there until it leaves the level or is solved.", valueName: "8h")
    )
    var handback: Minutes?
    @Option(help: ArgumentHelp("The calendar whose hours count.", valueName: "name"))
    var calendar: String
    @Option(name: .customLong("from"), help: ArgumentHelp("From when on; now.", valueName: "time"))
    var validFrom: Instant?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for minutes that can be met.
    package func validate() throws {
        if accept?.count == 0 || handback?.count == 0 {
            throw ValidationError("A target is 0 minutes, expected 1 or more")
        }
    }

    /// Sets them.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.setTarget(
                of: product,
                level,
                minutes: (accept?.count, handback?.count),
                calendar: calendar,
                from: validFrom
            )
            let words = [
                accept.map { "taken within \(Minutes.words($0.count))" },
                handback.map { "done within \(Minutes.words($0.count))" },
            ]
            let said = words.compactMap { $0 }.joined(separator: ", ")
            let result: JSONValue = [
                "product": .text(product), "level": .int(level.rawValue),
                "acceptMin": (accept?.count).map { .int($0) } ?? .null,
                "returnMin": (handback?.count).map { .int($0) } ?? .null,
                "calendar": .text(calendar),
            ]
            let target = said.isEmpty ? "no target" : said
            let whole = "Level \(level.rawValue) of \(product): \(target), by \(calendar)"
            try session.tell("product target", result, whole)
        }
    }
}

/// `mainstay account hours`.
package struct AccountHours: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "hours",
        abstract: "Say by which calendar a person works: warnings come in those hours.",
        discussion: """
            Examples:
              mainstay account hours anna 12x5
              mainstay account hours anna --always
            """
    )

    @Argument(help: ArgumentHelp("The account, by its login.", valueName: "login"))
    var login: String
    @Argument(help: ArgumentHelp("The calendar.", valueName: "calendar"))
    var calendar: String?
    @Flag(help: "At all times.") var always = false
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for one of the two.
    package func validate() throws {
        if (calendar == nil) != always { throw ValidationError("Name a calendar, or --always") }
    }

    /// Sets them.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.setWorkingHours(of: login, to: calendar)
            let result: JSONValue = ["login": .text(login), "calendar": .text(calendar)]
            let words = "\(login) works \(calendar.map { "by \($0)" } ?? "at all times")"
            try session.tell("account hours", result, words)
        }
    }
}
