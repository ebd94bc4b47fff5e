package import MainstayCore

// CSAF 2.0, profile 5 (VEX), https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html.

extension AdvisoryWriter {
    /// Path of the CSAF document below the folder of them.
    var csafPath: String {
        WrittenAdvisory.csafPath(document.id, published: document.published)
    }

    /// The CSAF document: of profile VEX, or without any claim once the advisory is withdrawn.
    ///
    /// Of the groups of releases it has the four that test 6.1.27.7 names; the first fixed release of
    /// a line stands in the remediations.
    package var csaf: JSONValue {
        var header: [String: JSONValue] = [
            "category": document.withdrawn == nil ? "csaf_vex" : "csaf_base",
            "csaf_version": "2.0",
            "distribution": ["tlp": ["label": "WHITE", "url": "https://www.first.org/tlp/"]],
            "lang": "en",
            "title": .text((document.withdrawn == nil ? "" : "Withdrawn: ") + document.title),
            "notes": .list(notes),
            "publisher": publisher.csaf,
            "references": .list(references),
            "tracking": tracking,
        ]
        if !document.credits.isEmpty {
            header["acknowledgments"] = .list(
                document.credits.map { credit in
                    let role = credit.role.rawValue.lowercased().replacing("_", with: " ")
                    return ["names": [.text(credit.name)], "summary": .text(role)]
                }
            )
        }
        guard document.withdrawn == nil else { return ["document": .object(header)] }
        return [
            "document": .object(header),
            "product_tree": ["branches": .list(productTree)],
            "vulnerabilities": .list(document.vulnerabilities.map { vulnerability($0) }),
        ]
    }

    private var notes: [JSONValue] {
        var notes: [JSONValue] = [
            ["category": "details", "title": "Details", "text": .text(document.details)]
        ]
        if let withdrawn = document.withdrawn {
            let text = "This advisory was withdrawn on \(withdrawn.day) and holds no longer."
            notes.append(["category": "general", "title": "Withdrawn", "text": .text(text)])
        }
        return notes
    }

    private var references: [JSONValue] {
        [
            [
                "category": "self", "summary": "This document",
                "url": .text("\(publisher.folderURL)/csaf/\(csafPath)"),
            ]
        ]
            + document.references.map { reference in
                [
                    "category": "external", "url": .text(reference.url),
                    "summary": .text(reference.title.isEmpty ? reference.url : reference.title),
                ]
            }
    }

    private var tracking: JSONValue {
        var revisions = document.revisions
        if let withdrawn = document.withdrawn {
            revisions.append(AdvisoryDocument.Revision(withdrawn, "Withdrawn"))
        }
        let history = revisions.enumerated()
            .map { number, revision -> JSONValue in
                [
                    "date": .text(revision.date.description), "number": .text("\(number + 1)"),
                    "summary": .text(revision.summary.isEmpty ? "Changed" : revision.summary),
                ]
            }
        var tracking: [String: JSONValue] = [
            "id": .text(document.id),
            "status": .text(document.stage.rawValue),
            "version": .text("\(revisions.count)"),
            "initial_release_date": .text(document.published.description),
            "current_release_date": .text(document.modified.description),
            "revision_history": .list(history),
            "generator": ["engine": ["name": "Mainstay"]],
        ]
        let aliases = Set(document.aliases + document.vulnerabilities.compactMap(\.cve)).sorted()
        if !aliases.isEmpty { tracking["aliases"] = .list(aliases.map { .text($0) }) }
        return .object(tracking)
    }

    // MARK: - Products

    /// Vendors, their products, and the releases of these, each once.
    private var productTree: [JSONValue] {
        let products = document.vulnerabilities.flatMap(\.products)
        return Self.groups(products, by: \.vendor)
            .map { vendor, products in
                let named = Self.groups(products, by: \.name)
                    .map { name, products in
                        Self.branch("product_name", name, Self.versions(of: products))
                    }
                return Self.branch("vendor", vendor, named)
            }
    }

    private static func versions(of products: [AffectedProduct]) -> [JSONValue] {
        var seen: Set<String> = []
        return products.flatMap { product in
            product.lines.flatMap(\.releases)
                .compactMap { release in
                    let id = product.id(of: release)
                    guard seen.insert(id).inserted else { return nil }
                    return [
                        "category": "product_version",
                        "name": .text(release.version),
                        "product": [
                            "name": .text("\(product.name) \(release.version)"),
                            "product_id": .text(id),
                            "product_identification_helper": [
                                "purl": .text(product.packageURL(of: release))
                            ],
                        ],
                    ]
                }
        }
    }

    private static func branch(
        _ category: String,
        _ name: String,
        _ branches: [JSONValue]
    ) -> JSONValue {
        ["category": .text(category), "name": .text(name), "branches": .list(branches)]
    }

    /// The products under each value, in the order of first use.
    private static func groups(
        _ products: [AffectedProduct],
        by key: KeyPath<AffectedProduct, String>
    ) -> [(String, [AffectedProduct])] {
        var order: [String] = []
        var found: [String: [AffectedProduct]] = [:]
        for product in products {
            let name = product[keyPath: key]
            if found[name] == nil { order.append(name) }
            found[name, default: []].append(product)
        }
        return order.map { ($0, found[$0] ?? []) }
    }
}

extension AffectedProduct {
    /// The id of a release in a CSAF document.
    package func id(of release: AffectedRelease) -> String { "\(repository)#\(release.tag)" }

    /// The release as a package URL, https://github.com/package-url/purl-spec, by the place that its
    /// source is had from.
    func packageURL(of release: AffectedRelease) -> String {
        let source = "\(repository.hasPrefix("git:") ? "" : "git+")\(repository)@\(release.tag)"
        return "pkg:generic/\(Self.encoded(name))@\(Self.encoded(release.version))"
            + "?vcs_url=\(Self.encoded(source))"
    }

    /// Every byte but letters, digits and `-._~` in percent encoding.
    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += (byte < 16 ? "%0" : "%") + digits
            }
        }
        return result
    }
}

extension AdvisoryPublisher {
    /// The publisher as CSAF documents and the metadata of their provider name it.
    var csaf: JSONValue {
        var value: [String: JSONValue] = [
            "category": "vendor", "name": .text(name), "namespace": .text(namespace),
        ]
        if let contact { value["contact_details"] = .text(contact) }
        return .object(value)
    }
}
