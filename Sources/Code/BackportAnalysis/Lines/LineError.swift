import MainstayCore

/// Why release lines could not be told.
package struct LineError: ExplainedError, Hashable {
    /// The kinds of failure.
    package enum Code: String, Sendable, Hashable {
        /// No branch can be taken for the mainline.
        case noMainline = "no-mainline"
        /// Settings name a branch or tag that does not exist.
        case unknownRef = "unknown-ref"
        /// A line was asked for that does not exist.
        case unknownLine = "unknown-line"
        /// Several lines go by the name that was asked for.
        case ambiguousLine = "ambiguous-line"
        /// No branch or tag is named like a line.
        case noLines = "no-lines"
        /// Settings contradict themselves or the repository.
        case badSettings = "bad-settings"
    }

    /// What kind of failure this is.
    package let code: Code
    /// What failed, with the names seen.
    package let message: String
    /// How to mend it.
    package let hint: String?

    init(_ code: Code, _ message: String, hint: String?) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func noMainline(branches: [String]) -> LineError {
        let seen =
            branches.isEmpty
            ? "the repository has no branches" : "branches seen: \(listed(branches))"
        return LineError(
            .noMainline,
            "No branch can be taken for the mainline, \(seen)",
            hint: branches.isEmpty
                ? "Fetch the branches, or check that this is the right repository"
                : "Name it in .mainstay.yml, for example 'mainline: \(branches[0])'"
        )
    }

    static func unknownRef(_ ref: String, key: String, known: [String]) -> LineError {
        LineError(
            .unknownRef,
            "Setting '\(key)' in .mainstay.yml names '\(ref)', which is no branch or tag here",
            hint: NameSuggestion.hint(for: ref, among: known)
                ?? "Fetch that branch, or name one that 'git branch --all' lists"
        )
    }

    static func unknownLine(_ name: String, known: [String], others: [String]) -> LineError {
        LineError(
            .unknownLine,
            "No line is called '\(name)', lines here: \(listed(known))",
            hint: NameSuggestion.hint(for: name, among: known + others)
                ?? "See 'mainstay lines' for names and refs"
        )
    }

    static func ambiguousLine(_ name: String, refs: [String]) -> LineError {
        LineError(
            .ambiguousLine,
            "'\(name)' may mean several lines: \(listed(refs))",
            hint: "Give the full ref, for example '\(refs.first ?? name)'"
        )
    }

    static func badSettings(_ message: String, hint: String? = nil) -> LineError {
        LineError(.badSettings, message, hint: hint)
    }

    /// For callers that cannot go on without a line; `namesSeen` are short names of branches.
    package static func noLines(namesSeen: [String]) -> LineError {
        let seen =
            namesSeen.isEmpty
            ? "there are no other branches" : "names seen: \(listed(namesSeen))"
        let example = namesSeen.first ?? "my-branch-1.0"
        return LineError(
            .noLines,
            "No branch or tag is named like a release line, \(seen)",
            hint: """
                Name the lines in .mainstay.yml at the top of the repository:
                lines:
                  - name: "1.0"
                    ref: "\(example)"
                """
        )
    }

    /// At most eight names in quotes, then how many more there are.
    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }
}

/// Finds what a misspelt name may have meant.
package enum NameSuggestion {
    /// `Did you mean 'x'?`, or `nil` if nothing among `known` is close to `name`.
    package static func hint(for name: String, among known: [String]) -> String? {
        closest(to: name, among: known).map { "Did you mean '\($0)'?" }
    }

    /// The nearest of `known`, at most a third of the letters away; the first of equals.
    package static func closest(to name: String, among known: [String]) -> String? {
        let wanted = Array(name.utf8)
        var best: (distance: Int, name: String)?
        for candidate in known {
            let limit = max(1, max(wanted.count, candidate.utf8.count) / 3)
            let distance = distance(wanted, Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.name
    }

    /// How many bytes must be added, dropped, changed or swapped with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var next = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var cost = min(
                    last[column] + (isSame ? 0 : 1),
                    last[column + 1] + 1,
                    next[column] + 1
                )
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, before[column - 1] + 1)
                }
                next.append(cost)
            }
            before = last
            last = next
        }
        return last[right.count]
    }
}
