/// Which lines differ between two texts, by the histogram method that Git's merge uses.
///
/// The method looks for the longest common run of lines around the line that is rarest in the old
/// text, then does the same before and after it. It gives up where all common lines stand more
/// than 64 times in the old text: ``isGivenUp`` is then true and the answer is worthless.
struct HistogramDiff {
    /// A run of lines that was replaced, counted from 0.
    struct Change: Equatable {
        /// Lines of the old text.
        var old: Range<Int>
        /// Lines of the new text.
        var new: Range<Int>
    }

    private static let mostRepeats = 64

    private let old: [Int32]
    private let new: [Int32]
    /// Whether each line is changed, with one unchanged line added at the end.
    private var oldMarks: [Bool]
    private var newMarks: [Bool]
    /// First place of each line number in the part of `old` at hand, and how often it is there.
    private var firstPlace: [Int32]
    private var repeats: [Int32]
    /// Next place of the same line in the part of `old` at hand.
    private var nextPlace: [Int32]
    /// Whether the method does not apply to these texts.
    private(set) var isGivenUp = false

    private struct Common {
        var old: Range<Int>
        var new: Range<Int>
    }

    /// Compares two texts whose line numbers are all below `lineCount`.
    init(old: [Int32], new: [Int32], lineCount: Int) {
        self.old = old
        self.new = new
        oldMarks = Array(repeating: false, count: old.count + 1)
        newMarks = Array(repeating: false, count: new.count + 1)
        firstPlace = Array(repeating: -1, count: lineCount)
        repeats = Array(repeating: 0, count: lineCount)
        nextPlace = Array(repeating: -1, count: old.count)
        compare(0..<old.count, 0..<new.count)
        guard !isGivenUp else { return }
        Self.compact(old, &oldMarks, newMarks)
        Self.compact(new, &newMarks, oldMarks)
    }

    /// The changes, in order.
    var changes: [Change] {
        var found: [Change] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if !oldMarks[left], !newMarks[right] {
                left += 1
                right += 1
                continue
            }
            let (oldStart, newStart) = (left, right)
            while oldMarks[left] { left += 1 }
            while newMarks[right] { right += 1 }
            found.append(Change(old: oldStart..<left, new: newStart..<right))
        }
        return found
    }

    private mutating func compare(_ oldPart: Range<Int>, _ newPart: Range<Int>) {
        var (oldPart, newPart) = (oldPart, newPart)
        while !isGivenUp, !oldPart.isEmpty || !newPart.isEmpty {
            guard !oldPart.isEmpty, !newPart.isEmpty,
                let common = longestCommon(oldPart, newPart)
            else {
                for index in oldPart { oldMarks[index] = true }
                for index in newPart { newMarks[index] = true }
                return
            }
            compare(
                oldPart.lowerBound..<common.old.lowerBound,
                newPart.lowerBound..<common.new.lowerBound
            )
            oldPart = common.old.upperBound..<oldPart.upperBound
            newPart = common.new.upperBound..<newPart.upperBound
        }
    }

    private mutating func longestCommon(_ oldPart: Range<Int>, _ newPart: Range<Int>) -> Common? {
        for index in oldPart.reversed() {
            let line = Int(old[index])
            nextPlace[index] = firstPlace[line]
            firstPlace[line] = Int32(index)
            repeats[line] += 1
        }
        defer {
            for index in oldPart {
                firstPlace[Int(old[index])] = -1
                repeats[Int(old[index])] = 0
            }
        }
        var best: Common?
        var fewest = Int32(Self.mostRepeats + 1)
        var hasCommon = false
        var place = newPart.lowerBound
        while place < newPart.upperBound {
            let line = Int(new[place])
            var next = place + 1
            if repeats[line] > 0 {
                hasCommon = true
                if repeats[line] <= fewest {
                    next = extend(from: place, oldPart, newPart, &best, &fewest)
                }
            }
            place = next
        }
        if hasCommon, fewest > Self.mostRepeats { isGivenUp = true }
        return best
    }

    /// Tries every place of one line of the new text; returns the line to go on with.
    private func extend(
        from place: Int,
        _ oldPart: Range<Int>,
        _ newPart: Range<Int>,
        _ best: inout Common?,
        _ fewest: inout Int32
    ) -> Int {
        var goOn = place + 1
        var start = Int(firstPlace[Int(new[place])])
        while start >= 0 {
            var rarest = repeats[Int(new[place])]
            var (oldStart, newStart) = (start, place)
            while oldStart > oldPart.lowerBound, newStart > newPart.lowerBound,
                old[oldStart - 1] == new[newStart - 1]
            {
                oldStart -= 1
                newStart -= 1
                rarest = min(rarest, repeats[Int(old[oldStart])])
            }
            var (oldEnd, newEnd) = (start + 1, place + 1)
            while oldEnd < oldPart.upperBound, newEnd < newPart.upperBound,
                old[oldEnd] == new[newEnd]
            {
                rarest = min(rarest, repeats[Int(old[oldEnd])])
                oldEnd += 1
                newEnd += 1
            }
            goOn = max(goOn, newEnd)
            // Git measures a run by the distance of its ends: one line and none are the same.
            let longest = best.map { $0.old.count - 1 } ?? 0
            if longest < oldEnd - oldStart - 1 || rarest < fewest {
                best = Common(old: oldStart..<oldEnd, new: newStart..<newEnd)
                fewest = rarest
            }
            repeat { start = Int(nextPlace[start]) } while start >= 0 && start < oldEnd
        }
        return goOn
    }
}
