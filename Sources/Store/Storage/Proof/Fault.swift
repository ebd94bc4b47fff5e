/// Something stored that does not agree with the rest.
package struct Fault: Sendable, Hashable, CustomStringConvertible {
    /// The table.
    package let table: String
    /// The key of the row: its values, separated by `/`.
    package let id: String
    /// The number of the event, where one is meant.
    package let seq: Int64?
    /// What is wrong, with the value seen and the value expected.
    package let what: String

    init(
        _ table: StaticString,
        _ id: some CustomStringConvertible,
        seq: Int64? = nil,
        _ what: String
    ) {
        self.table = table.description
        self.id = id.description
        self.seq = seq
        self.what = what
    }

    /// The fault in one line.
    package var description: String {
        "\(table) \(id)\(seq.map { " event \($0)" } ?? ""): \(what)"
    }
}

/// Takes faults one by one.
typealias FaultReport = (Fault) -> Void
