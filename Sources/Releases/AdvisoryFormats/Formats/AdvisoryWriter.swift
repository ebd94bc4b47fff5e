import MainstayCore

/// Writes one advisory in every format; what it was made of has been checked.
package struct AdvisoryWriter: Sendable {
    let document: AdvisoryDocument
    let publisher: AdvisoryPublisher

    /// Checks what the formats ask for.
    ///
    /// Releases of which nobody can say whether they are affected are refused unless
    /// `allowsUnknown`, which names them in every format.
    ///
    /// - Throws: ``AdvisoryError``.
    package init(
        _ document: AdvisoryDocument,
        by publisher: AdvisoryPublisher,
        allowsUnknown: Bool = false
    ) throws(AdvisoryError) {
        self.document = document
        self.publisher = publisher
        try checkNames()
        try checkRevisions()
        try checkAddresses()
        for vulnerability in document.vulnerabilities {
            for product in vulnerability.products { try check(product) }
        }
        if !allowsUnknown { try refuseUnknown() }
    }

    private func checkNames() throws(AdvisoryError) {
        let id = document.id
        let isPlain = id.utf8.allSatisfy { Self.isWordByte($0) || [46, 43, 45, 95].contains($0) }
        guard isPlain, id.utf8.first.map(Self.isWordByte) == true else {
            throw AdvisoryError(
                .id,
                "Advisory '\(id)' cannot be named so in files",
                hint: "Use letters, digits and . _ + - alone, a letter or digit first"
            )
        }
        var texts = [("title", document.title), ("details", document.details)]
        for vulnerability in document.vulnerabilities {
            texts.append(("title of \(vulnerability.ref)", vulnerability.title))
        }
        for (name, text) in texts where text.allSatisfy(\.isWhitespace) {
            throw AdvisoryError(.text, "Advisory '\(id)' has no \(name)")
        }
        let cves = document.vulnerabilities.compactMap(\.cve)
        for cve in cves where !Self.isCVE(cve) {
            throw AdvisoryError(
                .id,
                "Advisory '\(id)' names '\(cve)', which is no CVE id",
                hint: "A CVE id is like CVE-2026-12345"
            )
        }
        if Set(cves).count < cves.count {
            throw AdvisoryError(.id, "Advisory '\(id)' names one CVE id for two defects")
        }
    }

    private func checkRevisions() throws(AdvisoryError) {
        let dates = document.revisions.map(\.date)
        guard !dates.isEmpty, zip(dates, dates.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw AdvisoryError(
                .revisions,
                dates.isEmpty
                    ? "Advisory '\(document.id)' has no revision"
                    : "Advisory '\(document.id)' has a revision that is older than the one before"
            )
        }
    }

    private func checkAddresses() throws(AdvisoryError) {
        let own = [publisher.namespace, publisher.folderURL]
        for url in own where !Self.isURL(url, schemes: ["https"]) {
            throw AdvisoryError(
                .address,
                "Address '\(url)' of publisher '\(publisher.name)' is no https URL"
            )
        }
        let read = document.references.map(\.url) + document.credits.flatMap(\.contacts)
        for url in read where !Self.isURL(url, schemes: nil) {
            throw AdvisoryError(
                .address,
                "Advisory '\(document.id)' refers to '\(url)', which is no URL",
                hint: "Write it with its scheme: https://..., or mailto:..."
            )
        }
    }

    private func check(_ product: AffectedProduct) throws(AdvisoryError) {
        let schemes = ["https", "http", "git", "ssh"]
        guard Self.isURL(product.repository, schemes: schemes) else {
            throw AdvisoryError(
                .address,
                "Repository '\(product.repository)' of '\(product.name)' is no URL that others can "
                    + "clone",
                hint: "Name its public address: https://..."
            )
        }
        var tags: Set<String> = []
        for release in product.lines.flatMap(\.releases)
        where !tags.insert(release.tag).inserted {
            throw AdvisoryError(
                .product,
                "Release '\(release.tag)' of '\(product.name)' stands on two lines"
            )
        }
        guard !tags.isEmpty else {
            throw AdvisoryError(
                .product,
                "'\(product.name)' has no release that an advisory could speak of"
            )
        }
        if let event = product.events.first, case .fixed(let commit) = event {
            throw AdvisoryError(
                .product,
                "The range of '\(product.name)' begins with fix \(commit.short)"
            )
        }
    }

    private func refuseUnknown() throws(AdvisoryError) {
        let tags = document.vulnerabilities.flatMap(\.products).flatMap(\.lines)
            .flatMap(\.releases).filter { $0.state == .unknown }.map(\.tag)
        guard !tags.isEmpty else { return }
        let shown = Set(tags).sorted().prefix(5).joined(separator: ", ")
        throw AdvisoryError(
            .unknown,
            "Advisory '\(document.id)' cannot say whether \(shown) are affected",
            hint: "Find out, decide it for the line, or publish it as unknown: --allow-unknown"
        )
    }

    // MARK: - Words and addresses

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// Whether `text` is an id of the form `CVE-2026-12345`.
    package static func isCVE(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "CVE", parts[1].utf8.count == 4 else { return false }
        let digits = parts[1].utf8.allSatisfy { (48...57).contains($0) }
        return digits && parts[2].utf8.count >= 4
            && parts[2].utf8.allSatisfy { (48...57).contains($0) }
    }

    /// Whether `text` has a scheme, one of `schemes` if given, and only bytes that RFC 3986 allows.
    private static func isURL(_ text: String, schemes: [String]?) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        let scheme = text[..<colon]
        let rest = text[text.index(after: colon)...]
        if let schemes {
            guard schemes.contains(String(scheme)), rest.hasPrefix("//"), rest.utf8.count > 2 else {
                return false
            }
        }
        let marks = Set("-._~:/?#[]@!$&'()*+,;=%".utf8)
        return scheme.utf8.first.map(isWordByte) == true && !rest.isEmpty
            && text.utf8.allSatisfy { isWordByte($0) || marks.contains($0) }
    }
}
