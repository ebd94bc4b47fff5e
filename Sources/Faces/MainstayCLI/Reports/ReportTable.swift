import MainstayCore
import MainstayService
import SupportDesk

extension ReportView: Shown {
    /// A report.
    static let name = "report"

    /// Writes the report for people, with small bars drawn in text.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add("Report", .bold, on: screen)
        buffer.line("  \(makeSafe(about)), \(days)")
        if !isForCustomer { writeLevels(to: &buffer, on: screen) }
        writeClocks(to: &buffer, on: screen)
        if !isForCustomer {
            writeLists(to: &buffer, on: screen)
            writeSteps(to: &buffer, on: screen)
            writeArticles(to: &buffer, on: screen)
        }
        writeHours(to: &buffer, on: screen)
    }

    private func title(_ text: String, to buffer: inout TextBuffer, on screen: Screen) {
        buffer.line()
        buffer.add(text, .bold, on: screen)
        buffer.endLine()
    }

    private func writeLevels(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.line("\(solvedCount) solved, \(openCount) open at the end. \(aimWords)")
        if solvedCount > 0 { writeStack(to: &buffer) }
        title("Levels", to: &buffer, on: screen)
        let longest = report.levels.compactMap(\.medianTime).max() ?? 0
        var table = GridTable([
            "LEVEL", "SOLVED", "SHARE", "OPEN", "OLDEST", "TIME", "", "RATED", "ACCEPTED",
            "RETURNED",
        ])
        for level in report.levels {
            let share = DeskReport.percent(level.solved, of: solvedCount).map { "\($0) %" }
            let oldest = level.oldest.map { "\($0.ref) \($0.openedAt.day)" }
            let parts = level.medianTime.map { longest == 0 ? 0 : Int($0 * 10 / longest) } ?? 0
            table.add([
                level.words, "\(level.solved)", share ?? "-", "\(level.open)", oldest ?? "-",
                level.medianTime.map { timeWords(milliseconds: $0) } ?? "-",
                String(repeating: "█", count: parts),
                level.rated == 0 ? "-" : "\(ratingWords(level.meanRating)) (\(level.rated))",
                level.accept.words, level.handback.words,
            ])
        }
        table.write(to: &buffer, on: screen)
        let rated = report.levels.reduce(0) { $0 + $1.rated }
        if rated > 0 {
            buffer.line("Satisfaction \(ratingWords(report.meanRating)) of 5, by \(rated) ratings.")
        }
    }

    /// Draws the levels behind each other, each with its number, above the band of the aim.
    private func writeStack(to buffer: inout TextBuffer) {
        let width = 50
        var drawn = 0
        for level in report.levels {
            let end = (report.share(upTo: level.level) ?? 0) * width / 100
            buffer.add(String(repeating: "\(level.level.rawValue)", count: max(0, end - drawn)))
            drawn = max(drawn, end)
        }
        buffer.endLine()
        let aim = DeskReport.aim
        buffer.add(spaces: aim.lowerBound * width / 100 - 1)
        let inside = (aim.upperBound - aim.lowerBound) * width / 100
        buffer.line("└" + String(repeating: "─", count: inside) + "┘ the aim of levels 0 and 1")
    }

    private func writeClocks(to buffer: inout TextBuffer, on screen: Screen) {
        title("Clocks", to: &buffer, on: screen)
        if report.promises.isEmpty { return buffer.line("No clock was decided in these days.") }
        var table = GridTable(["CONTRACT", "PRIORITY", "CLOCK", "MET", "MISSED", "SHARE", ""])
        for promise in report.promises {
            let share = promise.tally.share ?? 0
            let bar =
                String(repeating: "█", count: share / 5)
                + String(repeating: "░", count: 20 - share / 5)
            table.add([
                promise.contract ?? "-", "\(promise.priority)", promise.clock.rawValue,
                "\(promise.tally.met)", "\(promise.tally.missed)", "\(share) %", bar,
            ])
        }
        table.write(to: &buffer, on: screen)
        writeNames("Missed by a change of target", byChange, to: &buffer, on: screen)
    }

    private func writeLists(to buffer: inout TextBuffer, on screen: Screen) {
        let lists: [(String, [String])] = [
            ("Came back to a level", report.pingPong.map { "\($0.ref) (\($0.returns)x)" }),
            ("Beyond the entitlement", report.beyond),
            (
                "Urgency disputed",
                report.disputed.map { disputed in
                    "\(disputed.ref) (ours \(disputed.dispute.ours.rawValue), "
                        + "the customer's \(disputed.dispute.customers.rawValue))"
                }
            ),
        ]
        if lists.contains(where: { !$0.1.isEmpty }) { title("Tickets", to: &buffer, on: screen) }
        for (name, tickets) in lists { writeNames(name, tickets, to: &buffer, on: screen) }
    }

    private func writeNames(
        _ name: String,
        _ tickets: [String],
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        guard !tickets.isEmpty else { return }
        let names = tickets.dropLast().map { makeSafe($0) + "," } + [makeSafe(tickets.last ?? "")]
        buffer.add(wrapped: ["\(name):"] + names, indent: 2, on: screen)
    }

    private func writeSteps(to buffer: inout TextBuffer, on screen: Screen) {
        guard !lateSteps.isEmpty else { return }
        title("Late steps", to: &buffer, on: screen)
        var table = GridTable(["OF", "STEP", "DUE", "OWNER", "WHAT"])
        for step in lateSteps {
            table.add([
                step.ref, "\(step.position)", step.dueDay.description, step.owner, step.what,
            ])
        }
        table.write(to: &buffer, on: screen)
    }

    private func writeArticles(to buffer: inout TextBuffer, on screen: Screen) {
        guard !articles.isEmpty else { return }
        title("Articles that solved", to: &buffer, on: screen)
        var table = GridTable(["ARTICLE", "ALONE", "TICKETS", "TITLE"])
        for article in articles {
            let tickets = article.tickets.isEmpty ? "-" : article.tickets.joined(separator: ", ")
            table.add([article.slug, "\(article.alone)", tickets, article.title])
        }
        table.write(to: &buffer, on: screen)
    }

    private func writeHours(to buffer: inout TextBuffer, on screen: Screen) {
        guard !hours.isEmpty else { return }
        title("Hours left", to: &buffer, on: screen)
        var table = GridTable(["CONTRACT", "CUSTOMER", "LEFT", "OVERDRAWN"])
        for hours in hours {
            table.add([
                hours.contract, hours.customer, Minutes.words(hours.leftMinutes),
                hours.overdrawnMinutes == 0 ? "-" : Minutes.words(hours.overdrawnMinutes),
            ])
        }
        table.write(to: &buffer, on: screen)
    }
}
