import MainstayCore
import MainstayService
import SupportDesk

extension ReportPage {
    /// Writes the tickets that need a look, by name.
    func writeTickets(to buffer: inout TextBuffer) {
        let lists: [(String, [String])] = [
            ("Missed a target because it changed", view.byChange),
            (
                "Came back to a level that had handed it on",
                view.report.pingPong.map { "\($0.ref) (\($0.returns) times)" }
            ),
            ("Beyond what the customer is entitled to", view.report.beyond),
            (
                "More or less urgent to the customer than to us",
                view.report.disputed.map { disputed in
                    "\(disputed.ref) (\(disputed.dispute.customers.rawValue) to him, "
                        + "\(disputed.dispute.ours.rawValue) to us)"
                }
            ),
        ]
        .filter { !$0.1.isEmpty }
        guard !lists.isEmpty else { return }
        buffer.line("<section><h2>Tickets to look at</h2><dl class=named>")
        for (name, tickets) in lists {
            buffer.add("<dt>\(name)<dd>")
            buffer.add(html: tickets.joined(separator: ", "))
            buffer.endLine()
        }
        buffer.line("</dl></section>")
    }

    /// Writes the late steps of action plans.
    func writeSteps(to buffer: inout TextBuffer) {
        guard !view.lateSteps.isEmpty else { return }
        open("Late steps", ["Of", "Step", "Due", "Owner", "What"], to: &buffer)
        for step in view.lateSteps {
            row(
                step.ref,
                [
                    "\(step.position)", step.dueDay.description, escaped(step.owner),
                    escaped(step.what),
                ],
                to: &buffer
            )
        }
        close(&buffer)
    }

    /// Writes what articles solved.
    func writeArticles(to buffer: inout TextBuffer) {
        guard !view.articles.isEmpty else { return }
        let columns = ["Article", "Solved alone", "Solved with tickets", "Title"]
        open("Articles that solved", columns, to: &buffer)
        for article in view.articles {
            let tickets = article.tickets.joined(separator: ", ")
            row(
                article.slug,
                [
                    grouped(article.alone), tickets.isEmpty ? "-" : escaped(tickets),
                    escaped(article.title),
                ],
                to: &buffer
            )
        }
        close(&buffer)
    }

    /// Writes what is left of the hours.
    func writeHours(to buffer: inout TextBuffer) {
        guard !view.hours.isEmpty else { return }
        open("Hours left", ["Contract", "Customer", "Left", "Overdrawn"], to: &buffer)
        for hours in view.hours {
            let overdrawn = hours.overdrawnMinutes
            row(
                hours.contract,
                [
                    escaped(hours.customer), Minutes.words(hours.leftMinutes),
                    overdrawn == 0 ? "-" : Minutes.words(overdrawn),
                ],
                to: &buffer
            )
        }
        close(&buffer)
    }
}
