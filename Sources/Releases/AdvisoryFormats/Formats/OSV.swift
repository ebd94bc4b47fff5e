package import MainstayCore

// The OSV format, https://ossf.github.io/osv-schema/, version 1.7.5.

extension AdvisoryWriter {
    /// The id of the OSV record.
    package var osvID: String {
        let id = document.id
        if let prefix = publisher.registeredPrefix, id.hasPrefix(prefix + "-") { return id }
        return id.hasPrefix("x_") ? id : "x_" + id
    }

    /// The OSV record.
    ///
    /// One `GIT` range for each defect and repository, and every release that is affected by name. A
    /// reader takes a version as affected if the range or a name says so. A release of which nobody
    /// can say anything is not among the names but in `unknown_versions`; the range says of it what
    /// git says.
    package var osv: JSONValue {
        var record: [String: JSONValue] = [
            "schema_version": "1.7.5",
            "id": .text(osvID),
            "published": .text(document.published.description),
            "modified": .text(document.modified.description),
            "summary": .text(document.title),
            "details": .text(document.details),
            "affected": .list(affected),
        ]
        let aliases = document.vulnerabilities.compactMap(\.cve) + document.aliases
        if !aliases.isEmpty { record["aliases"] = .list(aliases.map { .text($0) }) }
        if let withdrawn = document.withdrawn { record["withdrawn"] = .text(withdrawn.description) }
        if document.vulnerabilities.count == 1 {
            record["severity"] = document.vulnerabilities[0].severity.map(Self.osv)
        }
        if !document.references.isEmpty {
            record["references"] = .list(
                document.references.map { ["type": .text($0.kind.rawValue), "url": .text($0.url)] }
            )
        }
        if !document.credits.isEmpty { record["credits"] = .list(document.credits.map(Self.osv)) }
        return .object(record)
    }

    private var affected: [JSONValue] {
        document.vulnerabilities.flatMap { vulnerability in
            vulnerability.products.map { product in
                var entry: [String: JSONValue] = [:]
                if !product.events.isEmpty { entry["ranges"] = [Self.range(product)] }
                entry["versions"] = .list(product.tags(.affected))
                // A severity stands at one place: here only where there are several.
                if document.vulnerabilities.count > 1, let severity = vulnerability.severity {
                    entry["severity"] = Self.osv(severity)
                }
                var own: [String: JSONValue] = ["defect": .text(vulnerability.ref)]
                let unknown = product.tags(.unknown)
                if !unknown.isEmpty { own["unknown_versions"] = .list(unknown) }
                if product.lacksIntroducer { own["note"] = .text(Self.introducerNote) }
                entry["database_specific"] = .object(own)
                return .object(entry)
            }
        }
    }

    /// What is said where a release is taken as affected only because nothing is recorded.
    static let introducerNote = "The commit that introduced the defect is not recorded"

    private static func range(_ product: AffectedProduct) -> JSONValue {
        let events: [JSONValue] = product.events.map { event in
            switch event {
            case .introduced(let commit): ["introduced": .text(commit?.hex ?? "0")]
            case .fixed(let commit): ["fixed": .text(commit.hex)]
            }
        }
        return ["type": "GIT", "repo": .text(product.repository), "events": .list(events)]
    }

    private static func osv(_ severity: CVSSVector) -> JSONValue {
        let type: JSONValue = severity.version == "4.0" ? "CVSS_V4" : "CVSS_V3"
        return [["type": type, "score": .text(severity.text)]]
    }

    private static func osv(_ credit: AdvisoryDocument.Credit) -> JSONValue {
        var value: [String: JSONValue] = [
            "name": .text(credit.name), "type": .text(credit.role.rawValue),
        ]
        if !credit.contacts.isEmpty { value["contact"] = .list(credit.contacts.map { .text($0) }) }
        return .object(value)
    }
}

extension AffectedProduct {
    /// Tags of the releases in a state, in the order of the lines.
    fileprivate func tags(_ state: VersionState) -> [JSONValue] {
        lines.flatMap(\.releases).filter { $0.state == state }.map { .text($0.tag) }
    }
}
