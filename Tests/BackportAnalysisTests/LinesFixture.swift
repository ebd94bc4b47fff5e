import BackportAnalysis
import MainstayCore

/// A history by names: a mainline of `length` commits, branches and tags on it.
struct LinesFixture {
    var history = HistoryFixture()
    var refs: [String: Int] = [:]
    var symbolic: [String: String] = [:]
    /// Rows of the mainline, oldest first.
    private(set) var mainline: [Int] = []

    init(mainline name: String = "main", length: Int = 10) {
        for place in 0..<length {
            mainline.append(
                history.commit("Main \(place)", parents: mainline.last.map { [$0] } ?? [])
            )
        }
        refs["refs/heads/\(name)"] = length - 1
    }

    /// Adds a branch of `length` commits that leaves the mainline after commit `place`.
    @discardableResult
    mutating func branch(_ name: String, after place: Int, length: Int = 2) -> Int {
        var tip = mainline[place]
        for _ in 0..<length { tip = history.commit("On \(name)", parents: [tip]) }
        refs["refs/heads/\(name)"] = tip
        return tip
    }

    /// Adds a tag at `row`.
    mutating func tag(_ name: String, at row: Int) { refs["refs/tags/\(name)"] = row }

    func index() throws -> CommitIndex { try history.index(refs: refs, symbolic: symbolic) }

    func detect(
        _ settings: LineSettings? = nil,
        day: String = "2026-06-01",
        isBare: Bool = false
    ) throws -> ReleaseLines {
        try LineDetector.detect(
            in: index(),
            settings: settings,
            today: CalendarDay(day) ?? CalendarDay(secondsSince1970: 0),
            isBare: isBare
        )
    }

    /// The shown names of the lines when branches with these names exist.
    static func names(of branches: [String]) throws -> [String] {
        var fixture = LinesFixture()
        for branch in branches { fixture.branch(branch, after: 3) }
        return try fixture.detect().lines.map(\.name)
    }
}
