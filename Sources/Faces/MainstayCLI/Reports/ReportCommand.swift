package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService

/// `mainstay report`.
package struct ReportCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Tell how the desk did: solved per level, clocks met, time.",
        discussion: """
            Days are in UTC and both belong to the report; without --from it looks back 30 days. \
            What it says of days that are over stays as it is, unless an event of that time is \
            recorded later.

            A ticket counts where it was solved in these days and still is at their end, or is \
            open then. A clock counts in the days in which it was decided: every cycle of updates, and \
            every level that had the ticket. Solved is a ticket by the level that had it, and at \
            level 0 a request that an article answered before it was sent. Time at a level is real \
            time, not service hours. The staff sees the tickets that each account may see; a \
            customer sees the own clocks and hours.

            Examples:
              mainstay report
              mainstay report --from 2026-01-01 --to 2026-03-31 --product MST
              mainstay report --format html > report.html     a page to look at
            """
    )

    @Option(help: ArgumentHelp("The first day.", valueName: "day"))
    var from: CalendarDay?

    @Option(help: ArgumentHelp("The last day; without it today.", valueName: "day"))
    var to: CalendarDay?

    @Option(help: ArgumentHelp("Only of this product.", valueName: "prefix"))
    var product: String?

    @Option(help: "Only of this customer.")
    var customer: String?

    @OptionGroup var place: DataOptions
    @OptionGroup var output: FormatOptions<PageFormat>

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        var query = ReportQuery()
        (query.from, query.to) = (from, to)
        (query.product, query.customer) = (product, customer)
        let asked = query
        let form: ReportFormat = output.chosen == .json ? .json : .table
        try await InstanceSession.run(place, as: form) { session in
            let view = try await session.desk.report(asked)
            guard output.chosen == .html else { return try session.show(view) }
            let file = OutputFile(descriptor: STDOUT_FILENO)
            var buffer = TextBuffer(to: file)
            ReportPage(view).write(to: &buffer)
            buffer.flush()
            try file.check()
        }
    }
}
