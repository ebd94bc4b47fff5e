import MainstayCore
import MainstayService
import SupportDesk

extension ReportPage {
    /// Writes who solved what: the levels in one bar with the band of the aim, and their numbers.
    func writeSolved(to buffer: inout TextBuffer) {
        buffer.line("<section><h2>Solved per level</h2>\n<p>\(view.aimWords)</p>")
        if view.solvedCount > 0 { writeStack(to: &buffer) }
        let columns = ["Level", "Solved", "Share", "Satisfaction", "Open", "Oldest open ticket"]
        openTable("Solved per level", columns, to: &buffer)
        for level in view.report.levels {
            let share = DeskReport.percent(level.solved, of: view.solvedCount).map { "\($0) %" }
            let oldest = level.oldest.map { oldest in
                "\(escaped(oldest.ref)) <small>since \(oldest.openedAt.day)</small>"
            }
            let rated = "\(ratingWords(level.meanRating)) <small>by \(level.rated)</small>"
            row(
                level.words,
                [
                    grouped(level.solved) + swatch(level.level), share ?? "-",
                    level.rated == 0 ? "-" : rated, grouped(level.open), oldest ?? "-",
                ],
                to: &buffer
            )
        }
        close(&buffer)
    }

    private func swatch(_ level: SupportLevel) -> String { "<i class=l\(level.rawValue)></i>" }

    private func writeStack(to buffer: inout TextBuffer) {
        let aim = DeskReport.aim
        buffer.add(
            "<div class=stack><svg viewBox=\"0 0 1000 20\" preserveAspectRatio=none role=img "
        )
        let words = view.report.levels.filter { $0.solved > 0 }
            .map { "level \($0.level.rawValue): \($0.solved)" }
        buffer.add("aria-label=\"Solved by \(words.joined(separator: ", "))\">")
        var done = 0
        for level in view.report.levels {
            let start = done * 1_000 / view.solvedCount
            done += level.solved
            let width = done * 1_000 / view.solvedCount - start
            guard width > 0 else { continue }
            buffer.add(
                "<rect class=l\(level.level.rawValue) x=\(start) width=\(width) height=20 />"
            )
        }
        buffer.add("</svg><p class=aim>aim: ")
        buffer.line("\(aim.lowerBound) to \(aim.upperBound) %</p></div>")
    }

    /// Writes how long solved tickets stayed with each level.
    func writeTimes(to buffer: inout TextBuffer) {
        let times = view.report.levels.compactMap { level in level.medianTime.map { (level, $0) } }
        guard !times.isEmpty else { return }
        open("Time per level", ["Level", "Median of solved tickets", "Time"], to: &buffer)
        let longest = max(1, times.map(\.1).max() ?? 1)
        for (level, time) in times {
            let width = Int(time * 1_000 / longest)
            let picture = bar([("l\(level.level.rawValue)", max(4, width))])
            row(level.words, [picture, timeWords(milliseconds: time)], to: &buffer)
        }
        close(&buffer)
    }

    /// Writes how the clocks under contracts ended.
    func writeClocks(to buffer: inout TextBuffer) {
        guard !view.report.promises.isEmpty else {
            buffer.line(
                "<section><h2>Clocks</h2><p>No clock was decided in these days.</p></section>"
            )
            return
        }
        let columns = [
            "Contract", "Priority", "Clock", "Met", "Share", "Missed", "Missed by a change",
        ]
        open("Clocks met", columns, to: &buffer)
        for promise in view.report.promises {
            row(
                promise.contract ?? "-",
                [
                    "\(promise.priority)", promise.clock.rawValue,
                    picture(of: promise.tally), share(of: promise.tally),
                    grouped(promise.tally.missed),
                    escaped(promise.byChange.joined(separator: ", ")),
                ],
                to: &buffer
            )
        }
        close(&buffer)
    }

    /// Writes how the targets within the house ended.
    func writeTargets(to buffer: inout TextBuffer) {
        let levels = view.report.levels.filter {
            $0.accept.share != nil || $0.handback.share != nil
        }
        guard !levels.isEmpty else { return }
        open(
            "Targets within the house",
            ["Level", "Target", "Met", "Share", "Missed"],
            to: &buffer
        )
        for level in levels {
            for (name, tally) in [("accept", level.accept), ("return", level.handback)]
            where tally.share != nil {
                row(
                    level.words,
                    [name, picture(of: tally), share(of: tally), grouped(tally.missed)],
                    to: &buffer
                )
            }
        }
        close(&buffer)
    }

    private func share(of tally: DeskReport.Tally) -> String {
        "\(tally.share ?? 0) % <small>\(grouped(tally.met)) of "
            + "\(grouped(tally.met + tally.missed))</small>"
    }

    private func picture(of tally: DeskReport.Tally) -> String {
        let met = tally.met * 1_000 / max(1, tally.met + tally.missed)
        return bar([("met", met), ("missed", 1_000 - met)])
    }

    /// A bar of parts of a thousand; its numbers stand beside it, so it is no picture to be read.
    private func bar(_ parts: [(name: String, width: Int)]) -> String {
        var text =
            "<svg class=bar viewBox=\"0 0 1000 8\" preserveAspectRatio=none aria-hidden=true>"
        var start = 0
        for part in parts where part.width > 0 {
            text += "<rect class=\(part.name) x=\(start) width=\(part.width) height=8 />"
            start += part.width
        }
        return text + "</svg>"
    }
}
