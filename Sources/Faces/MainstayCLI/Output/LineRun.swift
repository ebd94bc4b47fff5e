/// Neighbouring rows that say the same.
///
/// Old lines mostly share their fate: `2.35 to 2.3` reads better than 26 rows.
struct LineRun<Words: Equatable> {
    /// The names of the rows in order, never empty.
    private(set) var names: [String]
    /// What all of them say.
    let words: Words

    /// The one name, the names, or the first and the last of more than three.
    var name: String {
        guard names.count > 3 else { return names.joined(separator: ", ") }
        return "\(names[0]) to \(names[names.count - 1])"
    }

    /// Gathers rows, which keep their order.
    static func gather(_ rows: [(name: String, words: Words)]) -> [LineRun<Words>] {
        var runs: [LineRun<Words>] = []
        for row in rows {
            if let last = runs.indices.last, runs[last].words == row.words {
                runs[last].names.append(row.name)
            } else {
                runs.append(LineRun<Words>(names: [row.name], words: row.words))
            }
        }
        return runs
    }
}
