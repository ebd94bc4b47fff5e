import MainstayCore
package import MainstayService

/// The matrix as one HTML file that needs nothing from outside.
///
/// Without scripts everything can be seen and reached, also the evidence; the script adds filters,
/// hover cards and arrow keys. Cells are as short as HTML allows: end tags that may be left out are.
package struct MatrixPage {
    let matrix: Matrix
    let counts: [StatusCounts]
    private let answer: Answer<Matrix>
    private let now: Instant

    /// Prepares the page of `answer`, made at `now`: seconds since 1970, UTC.
    package init(_ answer: Answer<Matrix>, now: Int64) {
        self.answer = answer
        self.now = Instant(milliseconds: now * 1000)
        matrix = answer.results
        var counts = Array(repeating: StatusCounts(), count: answer.results.lines.count)
        for fix in answer.results.fixes {
            for (index, cell) in fix.cells.enumerated() where index < counts.count {
                counts[index].add(cell.status)
            }
        }
        self.counts = counts
    }

    /// Writes the page.
    package func write(to buffer: inout TextBuffer) {
        writeHead(to: &buffer)
        writeHeader(to: &buffer)
        writeLines(to: &buffer)
        writeTools(to: &buffer)
        writeTable(to: &buffer)
        buffer.add("<footer>Made by Mainstay \(MainstayVersion.current) from Git alone. ")
        buffer.add("Click a fix or a cell for its commits and the evidence")
        buffer.line("; arrow keys move between cells.</footer>")
        buffer.add("<div id=card hidden role=status></div>\n<script>")
        buffer.add(PageScript.text)
        buffer.line("</script>")
    }

    /// The last part of the repository's path, without `.git`.
    private var name: String {
        let parts = answer.repository.split(separator: "/")
        guard var last = parts.last(where: { $0 != ".git" }) else { return answer.repository }
        if last.hasSuffix(".git") { last = last.dropLast(4) }
        return String(last)
    }

    private func writeHead(to buffer: inout TextBuffer) {
        buffer.add("<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n")
        buffer.add("<meta name=viewport content=\"width=device-width,initial-scale=1\">\n")
        buffer.add("<meta http-equiv=Content-Security-Policy content=\"default-src 'none';")
        buffer.add("style-src 'unsafe-inline';script-src 'unsafe-inline'\">\n<title>")
        buffer.add(html: "\(name): fixes by release line")
        buffer.add("</title>\n<style>:root{--n-lines:\(max(1, matrix.lines.count))}")
        buffer.add(PageStyle.text)
        buffer.add(PageStyle.table)
        buffer.line("</style>")
    }

    private func writeHeader(to buffer: inout TextBuffer) {
        buffer.add("<header><p class=brow>Fixes by release line</p>\n<h1>")
        buffer.add(html: name)
        buffer.add("</h1>\n<p class=sub>")
        buffer.add(html: answer.repository)
        buffer.add(" &middot; <time datetime=\"\(now)\">\(now.minute) UTC</time>")
        buffer.add(" &middot; \(matrix.isQuick ? "quick" : "full") evidence</p>\n")
        writeTiles(to: &buffer)
        for warning in answer.warnings {
            buffer.add("<p class=note>")
            buffer.add(html: warning)
            buffer.line("</p>")
        }
        buffer.line("</header>")
    }

    private func writeTiles(to buffer: inout TextBuffer) {
        var (done, queued, open) = (0, 0, 0)
        for (line, counts) in zip(matrix.lines, counts) {
            done += counts[.fixed]
            queued += counts[.fixedUnreleased]
            guard line.phase != .eol else { continue }
            open += counts.occurring.reduce(0) { $0 + ($1.status.isOpen ? $1.count : 0) }
        }
        let tiles = [
            ("Fixes", matrix.fixes.count), ("Lines", matrix.lines.count),
            ("Released", done), ("Waiting for a release", queued),
            ("Open on living lines", open),
        ]
        buffer.add("<dl class=tiles>")
        for (label, number) in tiles {
            buffer.add("<div><dt>\(label)<dd>\(grouped(number))</div>")
        }
        buffer.line("</dl>")
    }

    private func writeTools(to buffer: inout TextBuffer) {
        var all = StatusCounts()
        for fix in matrix.fixes {
            for cell in fix.cells { all.add(cell.status) }
        }
        buffer.add("<section><h2>Fixes <small>oldest first</small></h2>\n")
        buffer.add("<div class=tools data-js hidden><input id=q type=search ")
        buffer.add("placeholder=\"Filter by title or id\" aria-label=\"Filter by title or id\">")
        buffer.line("<span id=shown role=status></span></div>")
        buffer.add("<ul class=key aria-label=\"Statuses\">")
        for (status, number) in all.occurring {
            let letter = status.letter
            buffer.add("<li><label class=\(letter) title=\"\(status.meaning)\">")
            buffer.add("<input type=checkbox checked data-js hidden value=\(letter)>")
            buffer.add("\(status.pageWords) <b>\(grouped(number))</b></label>")
        }
        buffer.line("</ul></section>")
    }
}

/// `12,345`.
func grouped(_ number: Int) -> String {
    var result = ""
    for (index, digit) in String(number).reversed().enumerated() {
        if index > 0 && index % 3 == 0 { result.append(",") }
        result.append(digit)
    }
    return String(result.reversed())
}

extension LineStatus {
    /// The class of cells of this status on the page.
    var letter: String {
        switch self {
        case .unknown: "x"
        case .notAffected: "n"
        case .fixed: "f"
        case .fixedUnreleased: "u"
        case .partial: "p"
        case .reverted: "r"
        case .affected: "a"
        case .missing: "m"
        }
    }

    /// The status in a cell of the page.
    var pageWords: String {
        switch self {
        case .fixedUnreleased: "unreleased"
        case .notAffected: "not affected"
        default: rawValue
        }
    }
}

extension TextBuffer {
    /// Adds `text` made safe to show and escaped for HTML text and for quoted attributes.
    package mutating func add(html text: String) {
        for byte in text.utf8 {
            switch byte {
            case 38, 60, 62, 34, 39, 0..<32, 127...255: return addHTMLSlowly(text)
            default: break
            }
        }
        add(text)
    }

    private mutating func addHTMLSlowly(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": add("&amp;")
            case "<": add("&lt;")
            case ">": add("&gt;")
            case "\"": add("&quot;")
            case "'": add("&#39;")
            default:
                for byte in UTF8.encode(makeSafe(scalar)) ?? UTF8.encodedReplacementCharacter {
                    add(byte: byte)
                }
            }
        }
    }
}
