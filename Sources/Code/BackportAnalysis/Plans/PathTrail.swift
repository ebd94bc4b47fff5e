import MainstayCore

/// The part of one file that a conflict is about, followed back through history.
struct PathTrail {
    /// The path at the commit at hand.
    private(set) var path: TreePath
    /// Lines of the file at the commit at hand, counted from 0; `nil` stands for all of it.
    private(set) var ranges: [Range<Int>]?

    private typealias Change = HistogramDiff.Change

    /// Starts at the commit before the fix, where the file is `base`.
    ///
    /// `line` and `fix` are what the line and the fix made of it; `nil` where they lack it. The
    /// lines are those that both sides changed, or all that one side changed where the other has
    /// no file.
    init(path: TreePath, base: [UInt8]?, line: [UInt8]?, fix: [UInt8]?) {
        self.path = path
        guard let base else { return }
        let (mine, others) = (Self.changes(base, line), Self.changes(base, fix))
        switch (mine, others) {
        case (let mine?, let others?):
            ranges = others.flatMap { other in
                mine.filter { Self.touch($0.old, other.old) }
                    .map { Self.union($0.old, other.old) }
            }
        case (let changes?, nil), (nil, let changes?): ranges = changes.map(\.old)
        case (nil, nil): ranges = nil
        }
    }

    /// Goes back over one change of the file, from `newer` to `older`.
    ///
    /// Returns whether the change meets the trail; the trail then covers what it replaced too.
    mutating func goBack(from newer: [UInt8]?, to older: [UInt8]?) -> Bool {
        guard let tracked = ranges else { return true }
        guard let changes = Self.changes(older, newer) else {
            ranges = nil
            return true
        }
        var isMet = false
        ranges = tracked.map { range in
            var start = Self.back(range.lowerBound, over: changes)
            var end = max(start, Self.back(range.upperBound, over: changes))
            for change in changes where Self.touch(change.new, range) {
                isMet = true
                start = min(start, change.old.lowerBound)
                end = max(end, change.old.upperBound)
            }
            return start..<end
        }
        return isMet
    }

    /// Goes on at the path from which the file was moved.
    mutating func move(to source: TreePath) { path = source }

    /// What turned `old` into `new`; `nil` where one is absent, or they cannot be compared.
    private static func changes(_ old: [UInt8]?, _ new: [UInt8]?) -> [Change]? {
        guard let old, let new else { return nil }
        guard !ContentFingerprint.isBinary(old), !ContentFingerprint.isBinary(new) else {
            return nil
        }
        var table = LineTable(byteCount: old.count + new.count)
        let (before, after) = (table.add(old), table.add(new))
        let diff = HistogramDiff(old: before.lines, new: after.lines, lineCount: table.count)
        return diff.isGivenUp ? nil : diff.changes
    }

    /// The place in the older file of a place in the newer one.
    private static func back(_ place: Int, over changes: [Change]) -> Int {
        var shift = 0
        for change in changes where change.new.lowerBound < place {
            if place < change.new.upperBound { return change.old.lowerBound }
            shift = change.old.upperBound - change.new.upperBound
        }
        return place + shift
    }

    /// Whether two ranges overlap or stand side by side, as in a merge.
    private static func touch(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.lowerBound <= right.upperBound && right.lowerBound <= left.upperBound
    }

    private static func union(_ left: Range<Int>, _ right: Range<Int>) -> Range<Int> {
        min(left.lowerBound, right.lowerBound)..<max(left.upperBound, right.upperBound)
    }
}
