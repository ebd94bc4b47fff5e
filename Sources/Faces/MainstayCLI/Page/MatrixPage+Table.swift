import MainstayCore
import MainstayService

extension MatrixPage {
    /// Writes one card per line, with its share of every status as a bar.
    func writeLines(to buffer: inout TextBuffer) {
        buffer.line("<section><h2>Lines</h2>")
        buffer.line(matrix.lines.count > 12 ? "<div class=\"lines many\">" : "<div class=lines>")
        for (line, counts) in zip(matrix.lines, counts) {
            buffer.add("<label><i>\(line.phaseInferred ? "~ " : "")\(line.phase.rawValue)</i>")
            buffer.add("<input type=checkbox checked data-js hidden><b>")
            buffer.add(html: line.name)
            buffer.add("</b><small>")
            if let release = line.latestRelease {
                buffer.add(html: release)
                if let since = line.commitsSince, since > 0 {
                    buffer.add(" +\(since)")
                }
            } else {
                buffer.add("no release")
            }
            buffer.add("</small>")
            writeBar(counts, to: &buffer)
            buffer.add("<small class=sum>")
            let parts = counts.occurring.map {
                "<span>\(grouped($0.count)) \($0.status.pageWords)</span>"
            }
            buffer.add(parts.joined(separator: " &middot; "))
            buffer.line("</small></label>")
        }
        buffer.line("</div></section>")
    }

    private func summary(_ counts: StatusCounts) -> String {
        counts.occurring.map { "\(grouped($0.count)) \($0.status.pageWords)" }
            .joined(separator: " &middot; ")
    }

    private func writeBar(_ counts: StatusCounts, to buffer: inout TextBuffer) {
        buffer.add("<svg class=bar viewBox=\"0 0 1000 8\" preserveAspectRatio=none role=img ")
        buffer.add("aria-label=\"\(summary(counts))\">")
        let total = max(1, counts.total)
        var done = 0
        for (status, number) in counts.occurring {
            let start = done * 1_000 / total
            done += number
            let width = done * 1_000 / total - start
            buffer.add("<rect class=\(status.letter) x=\(start) width=\(width) height=8 />")
        }
        buffer.add("</svg>")
    }

    /// Writes the table: one row per fix, the evidence inside its first cell.
    func writeTable(to buffer: inout TextBuffer) {
        buffer.add("<div class=scroll tabindex=0 role=region aria-label=\"Fixes by release line\">")
        buffer.add("<table><thead><tr><th scope=col>Fix")
        for (line, counts) in zip(matrix.lines, counts) {
            buffer.add("<th scope=col>")
            buffer.add(html: line.name)
            buffer.add("<small>\(line.phase.rawValue)</small>")
            writeBar(counts, to: &buffer)
        }
        buffer.line("<tbody>")
        for fix in matrix.fixes {
            buffer.add("<tr><th scope=row><details><summary")
            if fix.fix != fix.root.hex {
                buffer.add(" data-id=\"")
                buffer.add(html: fix.fix)
                buffer.add("\"")
            }
            buffer.add("><span>")
            buffer.add(html: clip(fix.title, to: 400).text)
            buffer.add("</span><small>\(fix.label ?? fix.root.short) &middot; ")
            buffer.add(CalendarDay(secondsSince1970: fix.commitTime).description)
            buffer.add("</small></summary><ul>")
            writeEntries(fix, to: &buffer)
            buffer.add("</ul></details>")
            for cell in fix.cells { write(cell, to: &buffer) }
            buffer.endLine()
        }
        buffer.line("</table></div>")
    }

    private func write(_ cell: MatrixCell, to buffer: inout TextBuffer) {
        buffer.add("<td class=")
        buffer.add(cell.status.letter)
        buffer.add(byte: 62)
        buffer.add(cell.status.pageWords)
        if let release = cell.release {
            buffer.add("<b>")
            buffer.add(html: release)
            buffer.add("</b>")
        } else if let position = cell.position, !cell.commits.isEmpty {
            buffer.add("<b>")
            buffer.add(html: position.tag)
            if position.commits > 0 { buffer.add("-\(position.commits)") }
            buffer.add("</b>")
        }
    }

    /// Writes what is known about each line that has a commit, a reason or a flag.
    private func writeEntries(_ fix: MatrixFix, to buffer: inout TextBuffer) {
        for (index, cell) in fix.cells.enumerated() where index < matrix.lines.count {
            guard !cell.commits.isEmpty || cell.reason != nil || !cell.flags.isEmpty else {
                continue
            }
            buffer.add("<li data-l=\(index)><b>")
            buffer.add(html: matrix.lines[index].name)
            buffer.add("</b><em class=\(cell.status.letter)>\(cell.status.pageWords)</em>")
            if let release = cell.release {
                buffer.add("since ")
                buffer.add(html: release)
            }
            for commit in cell.commits {
                buffer.add("<code>")
                buffer.add(commit)
                buffer.add("</code>")
            }
            if let reason = cell.reason { quote(reason, to: &buffer) }
            for item in cell.evidence { quote(FixReport.words(item), to: &buffer) }
            for flag in cell.flags { quote(flag, to: &buffer) }
        }
    }

    private func quote(_ text: String, to buffer: inout TextBuffer) {
        buffer.add("<q>")
        buffer.add(html: text)
        buffer.add("</q>")
    }
}
