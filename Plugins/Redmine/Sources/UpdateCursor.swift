internal import FoundationEssentials
import MainstayConnectorSDK

/// How far the list of issues, sorted by their stamps, was read.
///
/// Stamps are the vendor's and have a second's resolution, and a change may appear after others
/// with a later stamp. So each pass begins 120 s before the last stamp, and what was read in that
/// time is remembered: an issue is read once more a pass later, when the second of its stamp is
/// surely over, and then not until it has another stamp.
struct UpdateCursor: Codable {
    static let overlap: Int64 = 120_000
    /// How long the text may become; the contract allows 16 KiB.
    static let mostBytes = 15_000

    /// Where this pass began; empty: with the oldest issue.
    var base = ""
    /// The stamp of the last issue that was listed.
    var stamp = ""
    /// The issues of that stamp that are done, within a pass; none: the pass is at its end.
    ///
    /// Within
    /// a second issues are sorted by a fraction that Redmine does not tell.
    private var here: [Int]?
    /// An issue with more updates than a page holds, and how many of them were told.
    private var partial: [Int] = []
    /// The issues read once, and those read twice, by their stamps.
    private var once: [String: [Int]] = [:]
    private var twice: [String: [Int]] = [:]

    init(_ text: String) throws {
        if text.isEmpty { return }
        guard let known = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
            let why = "Cursor '\(text.prefix(80))' is none of Redmine's"
            throw ConnectorError(.invalid, code: "cursor", why)
        }
        self = known
        guard here == nil, let moment = Instant(vendorTime: stamp) else { return }
        base = Instant(milliseconds: moment.milliseconds - Self.overlap).description
    }

    /// Where to ask from.
    var start: String { here == nil ? base : stamp }

    /// Whether there is nothing new to read of an issue.
    func isDone(_ issue: Issue) -> Bool {
        if let here, issue.updatedOn == stamp, here.contains(issue.id) { return true }
        return twice[issue.updatedOn]?.contains(issue.id) == true
    }

    /// How many updates of an issue were told already.
    func told(of issue: Issue) -> Int { partial.first == issue.id ? partial[1] : 0 }

    /// Remembers that only so many updates of an issue were told.
    mutating func tell(_ count: Int, of issue: Issue) { partial = [issue.id, count] }

    /// Remembers that an issue was read and told.
    mutating func read(_ issue: Issue) {
        if partial.first == issue.id { partial = [] }
        if let place = once[issue.updatedOn]?.firstIndex(of: issue.id) {
            once[issue.updatedOn]?.remove(at: place)
            twice[issue.updatedOn, default: []].append(issue.id)
        } else {
            once[issue.updatedOn, default: []].append(issue.id)
        }
    }

    /// Goes on behind an issue.
    mutating func pass(_ issue: Issue) {
        if issue.updatedOn == stamp, here != nil {
            here?.append(issue.id)
        } else {
            (stamp, here) = (issue.updatedOn, [issue.id])
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
