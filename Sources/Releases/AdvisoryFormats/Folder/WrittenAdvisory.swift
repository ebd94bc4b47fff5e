import MainstayCore

/// An advisory as it was written: both documents byte for byte, and what lists and feeds tell of it.
package struct WrittenAdvisory: Sendable, Hashable {
    /// The OSV record.
    package let osv: [UInt8]
    /// The CSAF document.
    package let csaf: [UInt8]
    /// The id of the OSV record.
    let osvID: String
    /// Path of the CSAF document below the folder of them.
    package let csafPath: String
    /// Its own name.
    let id: String
    /// Its own name and the CVE ids, with commas.
    let names: String
    /// What it is about, in one line.
    let title: String
    /// What it says.
    let details: String
    /// When it was published first.
    let published: Instant
    /// When it was changed last.
    let modified: Instant
    /// Whether it was taken back.
    let isWithdrawn: Bool
    /// Whether it is not for the public yet.
    let isDraft: Bool

    /// Takes the documents that ``AdvisoryWriter`` wrote of advisory `id`, now or long ago.
    ///
    /// - Throws: ``AdvisoryError`` with ``AdvisoryError/Code/document`` for an OSV record that is none.
    package init(
        id: String,
        osv: [UInt8],
        csaf: [UInt8],
        isDraft: Bool = false
    ) throws(AdvisoryError) {
        self.osv = osv
        self.csaf = csaf
        self.isDraft = isDraft
        let record = try? JSONValue(json: String(decoding: osv, as: UTF8.self))
        guard let record, let osvID = record["id"]?.text, let title = record["summary"]?.text,
            let details = record["details"]?.text,
            let published = (record["published"]?.text).flatMap({ Instant($0) }),
            let modified = (record["modified"]?.text).flatMap({ Instant($0) })
        else {
            throw AdvisoryError(
                .document,
                "The OSV record of advisory '\(id)' lacks its id, title or dates"
            )
        }
        let cves = (record["aliases"]?.list ?? []).compactMap(\.text)
            .filter { $0.hasPrefix("CVE-") }
        self.id = id
        self.osvID = osvID
        self.title = title
        self.details = details
        self.published = published
        self.modified = modified
        names = ([id] + cves).joined(separator: ", ")
        csafPath = Self.csafPath(id, published: published)
        isWithdrawn = record["withdrawn"] != nil
    }

    /// Path of the CSAF document of an advisory: the year of the first publication, then the name of
    /// section 5.1 of CSAF 2.0.
    static func csafPath(_ id: String, published: Instant) -> String {
        var name = ""
        for byte in id.utf8 {
            let lower = (65...90).contains(byte) ? byte + 32 : byte
            switch lower {
            case 48...57, 97...122, 43, 45: name.unicodeScalars.append(Unicode.Scalar(lower))
            default: if !name.hasSuffix("_") { name.append("_") }
            }
        }
        return "\(published.day.parts.year)/\(name).json"
    }
}

extension AdvisoryWriter {
    /// Both documents.
    ///
    /// - Throws: ``AdvisoryError``.
    package func written() throws(AdvisoryError) -> WrittenAdvisory {
        try WrittenAdvisory(
            id: document.id,
            osv: Array(osv.indented.utf8),
            csaf: Array(csaf.indented.utf8),
            isDraft: document.stage == .draft
        )
    }
}
