/// The openings of service hours over a range of instants, in milliseconds since 1970.
///
/// How much service time passed since the start of the range is known at every opening, so that
/// each question costs a binary search.
final class OpeningTable: Sendable {
    /// The instants that it knows about.
    let range: Range<Int64>
    /// When it opens, ascending.
    private let opens: [Int64]
    /// The service time before each opening, and after all.
    private let before: [Int64]

    /// Creates a table of openings in any order; those that touch or overlap become one.
    init(range: Range<Int64>, openings: [Range<Int64>]) {
        let isOrdered = zip(openings, openings.dropFirst())
            .allSatisfy { $0.lowerBound <= $1.lowerBound }
        let ordered = isOrdered ? openings : openings.sorted { $0.lowerBound < $1.lowerBound }
        var opens: [Int64] = []
        var before: [Int64] = [0]
        var end = Int64.min
        for opening in ordered {
            let start = max(opening.lowerBound, end)
            guard start < opening.upperBound else { continue }
            if start == end {
                before[before.count - 1] += opening.upperBound - start
            } else {
                opens.append(start)
                before.append(before[before.count - 1] + opening.upperBound - start)
            }
            end = opening.upperBound
        }
        self.range = range
        self.opens = opens
        self.before = before
    }

    /// All service time of the range.
    var total: Int64 { before[opens.count] }

    /// The service time between the start of the range and an instant of it.
    func time(until instant: Int64) -> Int64 {
        let place = count(openedBy: instant) - 1
        guard place >= 0 else { return 0 }
        return min(before[place] + instant - opens[place], before[place + 1])
    }

    /// The first instant at which so much service time, at least 1, has passed since the start.
    ///
    /// - Precondition: The range has as much.
    func instant(after time: Int64) -> Int64 {
        var (low, high) = (0, opens.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if before[middle + 1] >= time { high = middle } else { low = middle + 1 }
        }
        return opens[low] + time - before[low]
    }

    /// The opening of so many before it.
    func opening(_ place: Int) -> Range<Int64>? {
        guard opens.indices.contains(place) else { return nil }
        return opens[place]..<opens[place] + before[place + 1] - before[place]
    }

    /// How many openings begin at or before an instant.
    func count(openedBy instant: Int64) -> Int {
        var (low, high) = (0, opens.count)
        while low < high {
            let middle = (low + high) / 2
            if opens[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
