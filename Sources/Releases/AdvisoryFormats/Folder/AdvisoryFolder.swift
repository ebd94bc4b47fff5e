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
    /// - Throws: ``AdvisoryError`` for an advisory that cannot be written, or two that would be
    ///   written to one file.
    package static func files(
        _ documents: [AdvisoryDocument],
        by publisher: AdvisoryPublisher,
        at now: Instant,
        allowsUnknown: Bool = false
    ) throws(AdvisoryError) -> [String: [UInt8]] {
        var writers: [AdvisoryWriter] = []
        for document in documents where document.stage != .draft {
            writers.append(
                try AdvisoryWriter(document, by: publisher, allowsUnknown: allowsUnknown)
            )
        }
        var files: [String: [UInt8]] = [:]
        for writer in writers {
            let contents = [osvPath(writer): writer.osv, "csaf/" + writer.csafPath: writer.csaf]
            for (path, value) in contents
            where files.updateValue(Array(value.indented.utf8), forKey: path) != nil {
                throw AdvisoryError(
                    .id,
                    "Advisory '\(writer.document.id)' would be written to \(path), as another one is",
                    hint: "Ids must differ in more than the case of letters and . or _"
                )
            }
        }
        let updated = writers.map(\.document.modified).max() ?? now
        files["csaf/index.txt"] = Array(index(writers).utf8)
        files["csaf/changes.csv"] = Array(changes(writers).utf8)
        files["csaf/provider-metadata.json"] = Array(
            provider(publisher, updated: updated).indented.utf8
        )
        files["feed.atom"] = Array(AtomFeed(writers, by: publisher).text(at: now).utf8)
        return files
    }

    /// Path of the OSV record in the folder.
    package static func osvPath(_ writer: AdvisoryWriter) -> String { "osv/\(writer.osvID).json" }

    private static func index(_ writers: [AdvisoryWriter]) -> String {
        writers.map(\.csafPath).sorted().map { $0 + "\n" }.joined()
    }

    /// Newest first, both fields in quotation marks, no heading.
    private static func changes(_ writers: [AdvisoryWriter]) -> String {
        writers.map { ($0.document.modified, $0.csafPath) }
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
