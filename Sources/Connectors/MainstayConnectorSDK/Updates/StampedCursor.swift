internal import FoundationEssentials

/// How far a list that is sorted by stamps was read.
struct StampedCursor: Codable {
    /// By how much each pass begins before the last stamp, in milliseconds.
    static let overlap: Int64 = 120_000
    /// How long the text may become; the contract allows 16 KiB.
    static let mostBytes = 15_000

    /// Where this pass began; empty: with the oldest entry.
    private(set) var base = ""
    /// The stamp of the last entry that was listed.
    private var stamp = ""
    /// The entries of that stamp that are done, within a pass; none: the pass is at its end.
    ///
    /// Within a second entries are sorted by a fraction that the vendor does not tell.
    private var here: [Int]?
    /// An entry with more updates than a page holds, and how many of them were told.
    private var partial: [Int] = []
    /// The entries read once, and those read twice, by their stamps.
    private var once: [String: [Int]] = [:]
    private var twice: [String: [Int]] = [:]

    init(_ text: String) throws {
        if text.isEmpty { return }
        guard let known = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
            let why = "Cursor '\(text.prefix(80))' is none of this connector's"
            throw ConnectorError(.invalid, code: "cursor", why)
        }
        self = known
        guard here == nil, let moment = Instant(vendorTime: stamp) else { return }
        base = Instant(milliseconds: moment.milliseconds - Self.overlap).description
    }

    /// Where to ask from.
    var start: String { here == nil ? base : stamp }

    /// Whether there is nothing new to read of an entry.
    func isDone(_ item: some StampedItem) -> Bool {
        if let here, item.stamp == stamp, here.contains(item.id) { return true }
        return twice[item.stamp]?.contains(item.id) == true
    }

    /// How many updates of an entry were told already.
    func told(of item: some StampedItem) -> Int { partial.first == item.id ? partial[1] : 0 }

    /// Remembers that only so many updates of an entry were told.
    mutating func tell(_ count: Int, of item: some StampedItem) { partial = [item.id, count] }

    /// Remembers that an entry was read and told.
    mutating func read(_ item: some StampedItem) {
        if partial.first == item.id { partial = [] }
        if let place = once[item.stamp]?.firstIndex(of: item.id) {
            once[item.stamp]?.remove(at: place)
            twice[item.stamp, default: []].append(item.id)
        } else {
            once[item.stamp, default: []].append(item.id)
        }
    }

    /// Goes on behind an entry.
    mutating func pass(_ item: some StampedItem) {
        if item.stamp == stamp, here != nil {
            here?.append(item.id)
        } else {
            (stamp, here) = (item.stamp, [item.id])
        }
    }

    /// The text that the next page is asked with, or, at the end of a pass, the next pass.
    mutating func text(isAtEnd: Bool) -> String {
        if isAtEnd { here = nil }
        once = once.filter { $0.key >= base && !$0.value.isEmpty }
        twice = twice.filter { $0.key >= base }
        while true {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let bytes = (try? encoder.encode(self)) ?? Data()
            let oldest = min(once.keys.min() ?? "~", twice.keys.min() ?? "~")
            if bytes.count <= Self.mostBytes || oldest == "~" {
                return String(decoding: bytes, as: UTF8.self)
            }
            // What is forgotten is read again, which does no harm.
            once[oldest] = nil
            twice[oldest] = nil
        }
    }
}
