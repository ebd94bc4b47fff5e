package import MainstayCore

/// All that is published about a set of advisories, as files of one folder that any web server can
/// hand out.
///
/// | path | holds |
/// |---|---|
/// | `osv/<id>.json` | the OSV records |
/// | `csaf/<year>/<id>.json` | the CSAF documents |
/// | `csaf/index.txt`, `csaf/changes.csv` | their list and when each changed, sections 7.1.12 and 7.1.13 of CSAF 2.0 |
/// | `csaf/provider-metadata.json` | who provides them, section 7.1.7 |
/// | `feed.atom` | all of them, newest first |
package enum AdvisoryFolder {
    /// Returns the content of each file by its path.
    ///
    /// The same advisories give the same bytes, in whatever order they come. `now` is written only
    /// where there is no advisory whose date could stand there. Drafts are left out.
    ///
    /// - Throws: ``AdvisoryError`` for two advisories that would be written to one file.
    package static func files(
        _ advisories: [WrittenAdvisory],
        by publisher: AdvisoryPublisher,
        at now: Instant
    ) throws(AdvisoryError) -> [String: [UInt8]] {
        let advisories = advisories.filter { !$0.isDraft }
        var files: [String: [UInt8]] = [:]
        for advisory in advisories {
            let contents = [
                osvPath(advisory): advisory.osv, "csaf/" + advisory.csafPath: advisory.csaf,
            ]
            for (path, bytes) in contents where files.updateValue(bytes, forKey: path) != nil {
                throw AdvisoryError(
                    .id,
                    "Advisory '\(advisory.id)' would be written to \(path), as another one is",
                    hint: "Ids must differ in more than the case of letters and . or _"
                )
            }
        }
        let updated = advisories.map(\.modified).max() ?? now
        files["csaf/index.txt"] = Array(index(advisories).utf8)
        files["csaf/changes.csv"] = Array(changes(advisories).utf8)
        files["csaf/provider-metadata.json"] = Array(
            provider(publisher, updated: updated).indented.utf8
        )
        files["feed.atom"] = Array(AtomFeed(advisories, by: publisher).text(at: now).utf8)
        return files
    }

    /// Path of the OSV record in the folder.
    static func osvPath(_ advisory: WrittenAdvisory) -> String { "osv/\(advisory.osvID).json" }

    private static func index(_ advisories: [WrittenAdvisory]) -> String {
        advisories.map(\.csafPath).sorted().map { $0 + "\n" }.joined()
    }

    /// Newest first, both fields in quotation marks, no heading.
    private static func changes(_ advisories: [WrittenAdvisory]) -> String {
        advisories.map { ($0.modified, $0.csafPath) }
            .sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
            .map { "\"\($0.1)\",\"\($0.0)\"\n" }.joined()
    }

    /// Nobody is asked to list or mirror the folder: whoever hands it out may say otherwise.
    private static func provider(_ publisher: AdvisoryPublisher, updated: Instant) -> JSONValue {
        let address = "\(publisher.folderURL)/csaf"
        return [
            "canonical_url": .text("\(address)/provider-metadata.json"),
            "distributions": [["directory_url": .text(address + "/")]],
            "last_updated": .text(updated.description),
            "list_on_CSAF_aggregators": .bool(false),
            "metadata_version": "2.0",
            "mirror_on_CSAF_aggregators": .bool(false),
            "publisher": publisher.csaf,
            "role": "csaf_publisher",
        ]
    }
}
