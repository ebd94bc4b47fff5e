/// What became of the effects while a fault was met again and again.
struct Tally: Sendable {
    /// How often the fault was tried.
    var rounds = 0
    /// How often it truly struck: a process was killed at work, an answer cut.
    var met = 0
    /// Effects that a caller was told of.
    var acknowledged = 0
    /// Acknowledged effects that are not there.
    var lost = 0
    /// Effects that happened more than once.
    var doubled = 0
    /// Effects of which some tables know and others do not.
    var half = 0
    /// What else does not hold, in words.
    var problems: [String] = []
    /// What people may want to know, such as how many leases were lost.
    var notes: [String] = []

    /// Notes a problem unless `holds`.
    mutating func expect(_ holds: Bool, _ problem: @autoclosure () -> String) {
        if !holds { problems.append(problem()) }
    }

    /// Whether nothing is wrong and the fault was met `count` times.
    func holds(for count: Int) -> Bool {
        met >= count && lost == 0 && doubled == 0 && half == 0 && problems.isEmpty
    }

    /// The counts and the verdict in one line; problems follow on lines of their own.
    func report(of name: String, count: Int, seed: UInt64) -> String {
        let counts =
            "rounds \(rounds), met \(met) of \(count), acknowledged \(acknowledged), "
            + "lost \(lost), doubled \(doubled), half \(half)"
        let verdict = holds(for: count) ? "holds" : "FAILED"
        let line = (["\(name): \(counts)"] + notes).joined(separator: ", ")
        return (["\(line), seed \(seed): \(verdict)"] + problems.prefix(20).map { "  \($0)" })
            .joined(separator: "\n")
    }
}

extension Tally {
    /// Adds the counts of another, but for its rounds.
    mutating func add(_ other: Tally) {
        met += other.met
        acknowledged += other.acknowledged
        lost += other.lost
        doubled += other.doubled
        half += other.half
        problems += other.problems
        notes += other.notes
    }
}
