/// Merges two changes of one text line by line, as Git's merge does.
///
/// Changes that touch or overlap conflict, unless both sides made the same lines of them. The
/// method of comparing is the histogram one, with Git's rules for placing changes; what differs
/// between the methods is which of several equal lines is called unchanged.
package struct TextMerge {
    /// How a merge ends.
    package enum Outcome: Equatable {
        /// In a text.
        case merged([UInt8])
        /// In a conflict.
        case conflict
        /// The method does not apply: too many equal lines.
        case inapplicable
    }

    /// A region that one or both sides changed; lines counted from 0.
    private struct Region {
        enum Side { case line, fix, both, same }

        var side: Side
        var line: Range<Int>
        var fix: Range<Int>
    }

    private let line: LineTable.Text
    private let fix: LineTable.Text
    private let lineCount: Int
    private var regions: [Region] = []

    /// Merges `line` and `fix`, which were both made from `base`.
    package static func merge(base: [UInt8], line: [UInt8], fix: [UInt8]) -> Outcome {
        var table = LineTable(byteCount: base.count + line.count + fix.count)
        let (old, ours, theirs) = (table.add(base), table.add(line), table.add(fix))
        let lineDiff = HistogramDiff(old: old.lines, new: ours.lines, lineCount: table.count)
        let fixDiff = HistogramDiff(old: old.lines, new: theirs.lines, lineCount: table.count)
        if lineDiff.isGivenUp || fixDiff.isGivenUp { return .inapplicable }
        let (mine, others) = (lineDiff.changes, fixDiff.changes)
        if mine.isEmpty { return .merged(fix) }
        if others.isEmpty { return .merged(line) }
        var merge = TextMerge(line: ours, fix: theirs, lineCount: table.count)
        merge.collect(mine[...], others[...], tail: theirs.lines.count - old.lines.count)
        return merge.finish()
    }

    private init(line: LineTable.Text, fix: LineTable.Text, lineCount: Int) {
        self.line = line
        self.fix = fix
        self.lineCount = lineCount
    }

    private typealias Change = HistogramDiff.Change

    private mutating func collect(
        _ mine: ArraySlice<Change>,
        _ others: ArraySlice<Change>,
        tail: Int
    ) {
        var (mine, others) = (mine, others)
        while let left = mine.first, let right = others.first {
            if left.old.upperBound < right.old.lowerBound {
                let shift = right.new.lowerBound - right.old.lowerBound
                append(.line, left.new, Self.shifted(left.old, by: shift))
                mine.removeFirst()
                continue
            }
            if right.old.upperBound < left.old.lowerBound {
                let shift = left.new.lowerBound - left.old.lowerBound
                append(.fix, Self.shifted(right.old, by: shift), right.new)
                others.removeFirst()
                continue
            }
            if !isSame(left, right) { appendOverlap(left, right) }
            let (leftEnd, rightEnd) = (left.old.upperBound, right.old.upperBound)
            if leftEnd >= rightEnd { others.removeFirst() }
            if rightEnd >= leftEnd { mine.removeFirst() }
        }
        for left in mine { append(.line, left.new, Self.shifted(left.old, by: tail)) }
        let lineTail = line.lines.count - (fix.lines.count - tail)
        for right in others { append(.fix, Self.shifted(right.old, by: lineTail), right.new) }
    }

    private static func shifted(_ range: Range<Int>, by shift: Int) -> Range<Int> {
        range.lowerBound + shift..<range.upperBound + shift
    }

    private func isSame(_ left: Change, _ right: Change) -> Bool {
        left.old == right.old && left.new.count == right.new.count
            && line.lines[left.new] == fix.lines[right.new]
    }

    /// Widens both changes to the lines of the old text that either replaced.
    private mutating func appendOverlap(_ left: Change, _ right: Change) {
        let start = min(left.old.lowerBound, right.old.lowerBound)
        let end = max(left.old.upperBound, right.old.upperBound)
        func widened(_ change: Change) -> Range<Int> {
            let first = change.new.lowerBound - (change.old.lowerBound - start)
            return first..<(change.new.upperBound + end - change.old.upperBound)
        }
        append(.both, widened(left), widened(right))
    }

    /// Adds a region, or joins it to the last one where they touch.
    private mutating func append(_ side: Region.Side, _ line: Range<Int>, _ fix: Range<Int>) {
        guard let last = regions.last,
            line.lowerBound <= last.line.upperBound || fix.lowerBound <= last.fix.upperBound
        else {
            regions.append(Region(side: side, line: line, fix: fix))
            return
        }
        let joined = Region(
            side: side == last.side ? side : .both,
            line: last.line.lowerBound..<line.upperBound,
            fix: last.fix.lowerBound..<fix.upperBound
        )
        regions[regions.count - 1] = joined
    }

    private mutating func finish() -> Outcome {
        for index in regions.indices where regions[index].side == .both {
            let region = regions[index]
            guard !region.line.isEmpty, line.lines[region.line] == fix.lines[region.fix]
            else { return .conflict }
            regions[index].side = .same
        }
        var merged: [UInt8] = []
        merged.reserveCapacity(max(line.bytes.count, fix.bytes.count) + 64)
        var place = 0
        for region in regions where region.side == .fix {
            line.copy(place..<region.line.lowerBound, to: &merged)
            fix.copy(region.fix, to: &merged)
            place = region.line.upperBound
        }
        line.copy(place..<line.lines.count, to: &merged)
        return .merged(merged)
    }
}
