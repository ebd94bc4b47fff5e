import MainstayCore
import MainstayService
import SupportDesk

/// A report as one HTML file that needs nothing from outside and no script.
///
/// Every picture stands in or above the table with its numbers, and says nothing that is not there.
struct ReportPage {
    let view: ReportView

    /// Prepares the page.
    init(_ view: ReportView) { self.view = view }

    /// Writes the page.
    func write(to buffer: inout TextBuffer) {
        writeHead(to: &buffer)
        writeHeader(to: &buffer)
        buffer.line("<main>")
        if !view.isForCustomer {
            writeSolved(to: &buffer)
            writeTimes(to: &buffer)
        }
        writeClocks(to: &buffer)
        if !view.isForCustomer {
            writeTargets(to: &buffer)
            writeTickets(to: &buffer)
            writeSteps(to: &buffer)
            writeArticles(to: &buffer)
        }
        writeHours(to: &buffer)
        buffer.line(
            "</main>\n<footer>Made by Mainstay \(MainstayVersion.current). Days are in UTC;"
        )
        buffer.line("time at a level is real time, not service hours.</footer>")
    }

    private func writeHead(to buffer: inout TextBuffer) {
        buffer.add("<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n")
        buffer.add("<meta name=viewport content=\"width=device-width,initial-scale=1\">\n")
        buffer.add("<meta http-equiv=Content-Security-Policy content=\"default-src 'none';")
        buffer.add("style-src 'unsafe-inline'\">\n<title>")
        buffer.add(html: "How the desk did: \(view.about), \(view.days)")
        buffer.add("</title>\n<style>")
        buffer.add(PageStyle.text)
        buffer.add(PageStyle.report)
        buffer.line("</style>")
    }

    private func writeHeader(to buffer: inout TextBuffer) {
        buffer.add("<header><p class=brow>How the desk did</p>\n<h1>")
        buffer.add(html: view.about)
        buffer.add("</h1>\n<p class=sub>\(view.days) &middot; read at ")
        buffer.line("<time datetime=\"\(view.span.last)\">\(view.span.last.minute) UTC</time></p>")
        var tiles: [(String, String)] = []
        if !view.isForCustomer {
            tiles += [
                ("Solved", grouped(view.solvedCount)), ("Open", grouped(view.openCount)),
                ("By levels 0 and 1", percent(view.report.share(upTo: .firstContact))),
            ]
        }
        tiles.append(("Clocks met", percent(view.allClocks.share)))
        if !view.isForCustomer {
            tiles.append(("Satisfaction of 5", ratingWords(view.report.meanRating)))
            tiles.append(("Late steps", grouped(view.lateSteps.count)))
        }
        buffer.add("<dl class=tiles>")
        for (label, value) in tiles { buffer.add("<div><dt>\(label)<dd>\(value)</div>") }
        buffer.line("</dl></header>")
    }

    private func percent(_ share: Int?) -> String { share.map { "\($0) %" } ?? "-" }

    /// Starts a section with a table and its columns.
    func open(_ title: String, _ columns: [String], to buffer: inout TextBuffer) {
        buffer.line("<section><h2>\(title)</h2>")
        openTable(title, columns, to: &buffer)
    }

    /// Starts a table with its columns.
    func openTable(_ title: String, _ columns: [String], to buffer: inout TextBuffer) {
        buffer.add(
            "<div class=sheet tabindex=0 role=region aria-label=\"\(title)\"><table><thead><tr>"
        )
        for column in columns { buffer.add("<th scope=col>\(column)") }
        buffer.line("<tbody>")
    }

    /// Writes a row: its name, then cells that are HTML already.
    func row(_ name: String, _ cells: [String], to buffer: inout TextBuffer) {
        buffer.add("<tr><th scope=row>")
        buffer.add(html: name)
        for cell in cells { buffer.add("<td>\(cell)") }
        buffer.endLine()
    }

    /// Ends a section with a table.
    func close(_ buffer: inout TextBuffer) { buffer.line("</table></div></section>") }

    /// A text as HTML.
    func escaped(_ text: String) -> String {
        var buffer = TextBuffer()
        buffer.add(html: text)
        return buffer.text
    }
}
