package import MainstayCore

/// A defect: the record that ties tickets to code, over all lines of a product.
package struct Defect: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// What people call it: `MST-D7`.
    package let ref: String
    /// The product that has it.
    package let productID: Int64
    /// The component that has it.
    package var componentID: Int64?
    /// What it is to the lines.
    package var kind: DefectKind
    /// Where it stands.
    package var status: DefectStatus
    /// How bad it is.
    package var severity: Severity
    /// What brought it about, once that is known.
    package var cause: DefectCause?
    /// The vector of its CVSS score, of version 3.1 or 4.0.
    package var cvssVector: String?
    /// What it is, in one line.
    package var title: String
    /// What it is, at length.
    package var body: String
    /// The defect that it turned out to be.
    package var duplicateOfID: Int64?
    /// Who works on it.
    package var assigneeID: Int64?
    /// When it was opened.
    package let openedAt: Instant
    /// When it was changed last.
    package var updatedAt: Instant
    /// When it was closed, found invalid or found a duplicate.
    package var closedAt: Instant?

    /// Creates a defect that nobody has judged.
    package init(
        id: Int64,
        ref: String,
        productID: Int64,
        kind: DefectKind,
        severity: Severity,
        title: String,
        body: String,
        openedAt: Instant
    ) {
        self.id = id
        self.ref = ref
        self.productID = productID
        self.kind = kind
        self.severity = severity
        self.title = title
        self.body = body
        self.openedAt = openedAt
        status = .new
        updatedAt = openedAt
    }

    /// Whether a reference has the form of a defect's: `MST-D7`.
    package static func isRef(_ text: String) -> Bool {
        let parts = text.uppercased().split(separator: "-", maxSplits: 1)
        guard parts.count == 2, parts[1].first == "D" else { return false }
        return !parts[1].dropFirst().isEmpty && parts[1].dropFirst().allSatisfy(\.isNumber)
    }
}
