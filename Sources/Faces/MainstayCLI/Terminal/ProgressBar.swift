import Glibc
import MainstayCore
import Synchronization

/// Shows progress on standard error while long work runs, and removes it afterwards.
///
/// Shows nothing in the first half second and nothing at all where standard error is no terminal.
package final class ProgressBar: ProgressSink {
    private struct State {
        var isShown = false
        var isFinished = false
        var last: Int64 = 0
    }

    private let state = Mutex(State())
    private let isActive: Bool
    private let descriptor: CInt
    private let start = ProgressBar.milliseconds()

    /// Creates a bar on the open file `descriptor`; without `isActive` it shows only on a terminal.
    package init(on descriptor: CInt = STDERR_FILENO, isActive: Bool? = nil) {
        self.descriptor = descriptor
        self.isActive = isActive ?? (isatty(descriptor) == 1)
    }

    /// Draws the bar anew, at most twenty times a second.
    package func report(_ work: String, done: Int, total: Int) {
        guard isActive else { return }
        let now = ProgressBar.milliseconds()
        guard now - start >= 500 else { return }
        state.withLock { state in
            guard !state.isFinished, now - state.last >= 50 || done == total else { return }
            state.last = now
            state.isShown = true
            write("\r\u{1B}[K" + ProgressBar.picture(work, done: done, total: total))
        }
    }

    /// Removes the bar; later reports show nothing.
    package func finish() {
        guard isActive else { return }
        state.withLock { state in
            if state.isShown { write("\r\u{1B}[K") }
            state.isShown = false
            state.isFinished = true
        }
    }

    /// The line that is drawn: the work, a bar of 24 columns and the share that is done.
    package static func picture(_ work: String, done: Int, total: Int) -> String {
        let name = clip(work, to: 40).text
        guard total > 0 else { return done > 0 ? "\(name) \(done)" : "\(name) ..." }
        let share = min(max(Double(done) / Double(total), 0), 1)
        let full = Int(share * 24)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 24 - full)
        return "\(name) \(bar) \(Int(share * 100)) %"
    }

    private func write(_ text: String) {
        OutputFile(descriptor: descriptor).write(Array(text.utf8))
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
