package import MainstayCore

/// What a project says about its lines: the content of `.mainstay.yml`.
package struct LineSettings: Sendable, Hashable {
    /// What is said about one line.
    package struct Line: Sendable, Hashable {
        /// Shown name.
        package var name: String
        /// Short or full name of its branch or tag; `nil` keeps the line that was found under
        /// this name, or takes the branch of this name.
        package var ref: String?
        /// Whether it is kept for long; `nil` leaves that to the name.
        package var kind: LineKind?
        /// The day on which each phase starts.
        package var phases: [LifecyclePhase: CalendarDay]

        /// Creates what is said about one line.
        package init(
            name: String,
            ref: String? = nil,
            kind: LineKind? = nil,
            phases: [LifecyclePhase: CalendarDay] = [:]
        ) {
            self.name = name
            self.ref = ref
            self.kind = kind
            self.phases = phases
        }
    }

    /// Short or full name of the mainline; `nil` finds it.
    package var mainline: String?
    /// Lines beside those that are found; one with the ref of a found line replaces it.
    package var lines: [Line]
    /// Patterns over short names that are no lines; `*` stands for any text, `?` for one letter.
    package var ignore: [String]
    /// Shown names, newest first; lines that are not named here follow.
    package var order: [String]
    /// A regular expression over whole short tag names, whose group is the version.
    package var releasePattern: String?
    /// Whether pre-releases count as releases.
    package var countsPrereleases: Bool
    /// Whether a family of release tags without a branch becomes an ended line.
    package var findsTagLines: Bool

    /// Creates settings that change nothing but what is given.
    package init(
        mainline: String? = nil,
        lines: [Line] = [],
        ignore: [String] = [],
        order: [String] = [],
        releasePattern: String? = nil,
        countsPrereleases: Bool = false,
        findsTagLines: Bool = true
    ) {
        self.mainline = mainline
        self.lines = lines
        self.ignore = ignore
        self.order = order
        self.releasePattern = releasePattern
        self.countsPrereleases = countsPrereleases
        self.findsTagLines = findsTagLines
    }

    /// Whether `pattern` matches the whole of `name`.
    static func glob(_ pattern: String, matches name: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let name = Array(name.utf8)
        var (place, letter) = (0, 0)
        var star: (place: Int, letter: Int)?
        while letter < name.count {
            if place < pattern.count, pattern[place] == 42 {
                star = (place, letter)
                place += 1
            } else if place < pattern.count, pattern[place] == 63 || pattern[place] == name[letter]
            {
                place += 1
                letter += 1
            } else if let last = star {
                place = last.place + 1
                letter = last.letter + 1
                star = (last.place, letter)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == 42 }
    }
}
