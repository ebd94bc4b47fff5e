import MainstayCore
import MainstayService
import SupportDesk

extension ReportView {
    /// What it is about: `MST, acme`.
    var about: String {
        let named = [product, customer].compactMap(\.self)
        return named.isEmpty ? "All products and customers" : named.joined(separator: ", ")
    }

    /// The days: `2026-03-01 to 2026-03-31`.
    var days: String { "\(span.from) to \(span.to)" }

    /// How the first levels did against their aim, in one sentence.
    var aimWords: String {
        let aim = DeskReport.aim
        guard let share = report.share(upTo: .firstContact) else { return "Nothing was solved." }
        let place =
            share < aim.lowerBound
            ? "below" : share > aim.upperBound ? "above" : "within"
        return "Levels 0 and 1 solved \(share) %, \(place) the aim of "
            + "\(aim.lowerBound) to \(aim.upperBound) %."
    }

    /// The tickets that missed a target because it changed, by clock: `MST-4 (fix of A-1)`.
    var byChange: [String] {
        report.promises.flatMap { promise in
            promise.byChange.map { ref in
                "\(ref) (\(promise.clock.rawValue), \(promise.priority)"
                    + (promise.contract.map { " of \($0)" } ?? "") + ")"
            }
        }
    }

    /// How all clocks under contracts ended.
    var allClocks: (met: Int, share: Int?) {
        let met = report.promises.reduce(0) { $0 + $1.tally.met }
        let all = report.promises.reduce(met) { $0 + $1.tally.missed }
        return (met, DeskReport.percent(met, of: all))
    }

    /// How many requests were solved.
    var solvedCount: Int { report.levels.reduce(0) { $0 + $1.solved } }

    /// How many tickets are open at the end.
    var openCount: Int { report.levels.reduce(0) { $0 + $1.open } }
}

extension DeskReport.Level {
    /// The number with the usual name: `1 First contact`.
    var words: String { "\(level.rawValue) \(level.defaultName)" }
}

extension DeskReport.Tally {
    /// `4 of 5`; empty where nothing was counted.
    var words: String { met + missed == 0 ? "" : "\(met) of \(met + missed)" }
}

/// A mean in tenths as people read it: `4.3`; `-` for none.
func ratingWords(_ tenths: Int64?) -> String {
    tenths.map { "\($0 / 10).\($0 % 10)" } ?? "-"
}

/// Real time as people read it: `45 min`, `3 h 20 min`, `12 d 4 h`.
func timeWords(milliseconds: Int64) -> String {
    let hours = milliseconds / 3_600_000
    if hours < 48 { return Minutes.words(milliseconds / 60_000) }
    return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
}
