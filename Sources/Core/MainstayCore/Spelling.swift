/// Finds the name that was probably meant.
package enum Spelling {
    /// Returns the one of `names` that a misspelt `word` is nearest to.
    ///
    /// - Returns: The nearest at a distance of two letters at most, or one that `word` begins with;
    ///   `nil` if nothing is that near.
    package static func nearest(to word: String, among names: [String]) -> String? {
        let near = names.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        return near.flatMap { $0.1 <= 2 || word.hasPrefix($0.0) ? $0.0 : nil }
    }

    /// How many letters must be changed, added, dropped or swapped to make one word the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (from, to) = (Array(left.utf8.prefix(40)), Array(right.utf8))
        var rows = [Array(0...to.count)]
        for (row, letter) in from.enumerated() {
            var next = [row + 1]
            for (column, other) in to.enumerated() {
                var best = min(rows[row][column + 1], next[column]) + 1
                best = min(best, rows[row][column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == to[column - 1], from[row - 1] == other {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                next.append(best)
            }
            rows.append(next)
        }
        return rows[from.count][to.count]
    }
}
