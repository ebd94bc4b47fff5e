/// A run of changed lines of one text, possibly empty, between two unchanged lines.
private struct ChangedRun {
    var start = 0
    var end = 0

    init(_ marks: [Bool]) {
        while marks[end] { end += 1 }
    }

    var isEmpty: Bool { start == end }

    /// Goes to the run after the next unchanged line; `false` at the end of the text.
    mutating func moveForward(_ marks: [Bool]) -> Bool {
        guard end < marks.count - 1 else { return false }
        start = end + 1
        end = start
        while marks[end] { end += 1 }
        return true
    }

    /// Goes to the run before the last unchanged line; `false` at the start of the text.
    mutating func moveBack(_ marks: [Bool]) -> Bool {
        guard start > 0 else { return false }
        end = start - 1
        start = end
        while start > 0, marks[start - 1] { start -= 1 }
        return true
    }

    /// Shifts the run one line down, if that says the same; joins a run that it meets.
    mutating func slideDown(_ lines: [Int32], _ marks: inout [Bool]) -> Bool {
        guard end < lines.count, lines[start] == lines[end] else { return false }
        marks[start] = false
        marks[end] = true
        start += 1
        end += 1
        while marks[end] { end += 1 }
        return true
    }

    /// Shifts the run one line up, if that says the same; joins a run that it meets.
    mutating func slideUp(_ lines: [Int32], _ marks: inout [Bool]) -> Bool {
        guard start > 0, lines[start - 1] == lines[end - 1] else { return false }
        start -= 1
        end -= 1
        marks[start] = true
        marks[end] = false
        while start > 0, marks[start - 1] { start -= 1 }
        return true
    }
}

extension HistogramDiff {
    /// Shifts runs of changed lines as far down as they go, joining those that meet; a run that
    /// can stand beside a run of the other text is put there.
    static func compact(_ lines: [Int32], _ marks: inout [Bool], _ others: [Bool]) {
        var run = ChangedRun(marks)
        var other = ChangedRun(others)
        while true {
            if !run.isEmpty { place(&run, &other, lines, &marks, others) }
            guard run.moveForward(marks) else { return }
            _ = other.moveForward(others)
        }
    }

    private static func place(
        _ run: inout ChangedRun,
        _ other: inout ChangedRun,
        _ lines: [Int32],
        _ marks: inout [Bool],
        _ others: [Bool]
    ) {
        var size = 0
        var earliestEnd = 0
        var hasMatch = false
        repeat {
            size = run.end - run.start
            while run.slideUp(lines, &marks) { _ = other.moveBack(others) }
            earliestEnd = run.end
            hasMatch = !other.isEmpty
            while run.slideDown(lines, &marks) {
                _ = other.moveForward(others)
                if !other.isEmpty { hasMatch = true }
            }
        } while size != run.end - run.start
        guard run.end != earliestEnd, hasMatch else { return }
        while other.isEmpty, run.slideUp(lines, &marks) { _ = other.moveBack(others) }
    }
}
