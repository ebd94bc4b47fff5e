import AdvisoryFormats
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What is kept about an advisory.
struct AdvisoryFile: Sendable {
    var advisory: Advisory
    let code: ProductCode
    let defects: [DefectFile]
    let publications: [Publication]
    let events: [Event]
    let publisher: AdvisoryPublisher?
    let now: Instant

    /// The number of its last event.
    var version: Int64 { events.last?.seq ?? 0 }
}

extension ActingAccount {
    /// Whether it may know of an advisory: all staff once it is published, before that those who
    /// handle embargoes.
    func maySee(_ advisory: Advisory) -> Bool {
        advisory.isPublic || roles(product: advisory.productID, customer: nil).contains(.security)
    }
}

extension Advisory {
    /// The title, an empty line and the body.
    var words: String { body.isEmpty ? title : "\(title)\n\n\(body)" }

    /// Who may see what happens to it.
    var audience: Audience { isPublic ? .staff : .embargo }

    /// Takes what is said of it.
    mutating func take(_ words: AdvisoryWords) throws {
        if let title = words.title { self.title = try DeskText.title(title) }
        if let body = words.body { self.body = DeskText.body(body) }
        if let cve = words.cve?.uppercased() {
            guard cve.isEmpty || AdvisoryWriter.isCVE(cve) else {
                throw UseError(
                    .badName,
                    "'\(cve)' is no CVE id",
                    hint: "A CVE id is like CVE-2026-12345"
                )
            }
            cveID = cve.isEmpty ? nil : cve
        }
        guard let until = words.embargoUntil else { return }
        guard !isPublic else {
            throw UseError(.refused, "Advisory \(ref) is public: it is too late for an embargo")
        }
        embargoUntil = until
        state = .embargoed
    }
}

extension UseError {
    static func withdrawn(_ advisory: Advisory) -> UseError {
        UseError(.refused, "Advisory \(advisory.ref) was withdrawn")
    }

    static func changed(
        _ advisory: Advisory,
        _ version: Int64,
        _ head: ChainHead
    ) -> UseError {
        UseError(
            .changedMeanwhile,
            "Advisory \(advisory.ref) is at version \(head.seq), you saw \(version)",
            hint: "Look at it with 'mainstay advisory show \(advisory.ref)', then do it again"
        )
    }
}

extension Connection {
    /// Everything that is kept about an advisory.
    func file(of advisory: Advisory, _ product: Product) throws -> AdvisoryFile {
        let covered = Set(try defects(ofAdvisory: advisory.id).map(\.id))
        return AdvisoryFile(
            advisory: advisory,
            code: try code(of: product),
            defects: try defectFiles(of: product, for: nil)
                .filter { covered.contains($0.defect.id) },
            publications: try publications(of: advisory.id),
            events: try events(of: advisory.id),
            publisher: try publisher(),
            now: try now()
        )
    }

    /// Returns an advisory that the account may see, by its name or CVE id.
    ///
    /// One that it may not see is unknown to it, so that a guess tells nothing.
    func visibleAdvisory(_ name: String, to acting: ActingAccount) throws -> Advisory {
        guard let advisory = try advisory(named: name), acting.maySee(advisory) else {
            throw UseError.unknown("advisory", name, list: "advisory list")
        }
        return advisory
    }

    /// Refuses to let a public advisory cover what nobody was told of, or no longer cover what was told.
    func refuse(_ defects: [Defect], of advisory: Advisory) throws {
        guard advisory.isPublic else { return }
        for defect in defects where try isUnderEmbargo(defect) {
            throw UseError(
                .refused,
                "Defect \(defect.ref) is under embargo and advisory \(advisory.ref) is public",
                hint: "Write another advisory on it"
            )
        }
        let told = try self.defects(ofAdvisory: advisory.id)
        if let lost = told.first(where: { old in !defects.contains { $0.id == old.id } }) {
            throw UseError(
                .refused,
                "Advisory \(advisory.ref) has told of defect \(lost.ref)",
                hint: "Withdraw the advisory and write another one"
            )
        }
    }

    /// A new advisory with what people say of it, checked.
    func draft(
        _ words: AdvisoryWords,
        _ name: (id: Int64, ref: String),
        of product: Product,
        _ acting: ActingAccount
    ) throws -> (advisory: Advisory, defects: [Defect]) {
        try acting.require(.keepAdvisories, product: product.id)
        let defects = try advisoryDefects(words.defects ?? [], product, acting)
        guard let first = defects.first else {
            throw UseError(.refused, "An advisory covers a defect", hint: "Name it: --defect")
        }
        var advisory = Advisory(
            id: name.id,
            ref: name.ref,
            productID: product.id,
            title: first.title,
            body: first.body,
            updatedAt: try now()
        )
        try advisory.take(words)
        if advisory.cveID == nil, defects.count == 1 {
            advisory.cveID = try aliases(of: product.id)[first.id]?.first { $0.hasPrefix("CVE-") }
        }
        return (advisory, defects)
    }

    /// The defects of an advisory, checked.
    func advisoryDefects(
        _ names: [String],
        _ product: Product,
        _ acting: ActingAccount
    ) throws -> [Defect] {
        try names.map { name in
            let defect = try visibleDefect(name, to: acting).defect
            guard defect.productID == product.id else {
                throw UseError(.refused, "Defect \(defect.ref) is not of \(product.prefix)")
            }
            guard defect.kind != .feature else {
                throw UseError(.refused, "Defect \(defect.ref) is a feature, of which none is told")
            }
            return defect
        }
    }
}

extension AdvisoryComposer {
    /// The writer of an advisory as it would be published at `next`.
    func writer(
        _ file: AdvisoryFile,
        next: Instant,
        summary: String? = nil,
        allowsUnknown: Bool
    ) throws -> AdvisoryWriter {
        guard let publisher = file.publisher else { throw UseError.noPublisher }
        var revisions = try file.events.compactMap { event -> AdvisoryDocument.Revision? in
            let moment = try event.facts["issued_at"]?.int.map(Instant.init(milliseconds:))
            return moment.map { .init($0, event.text ?? "Published") }
        }
        let usual = revisions.isEmpty ? "Published" : "Updated"
        revisions.append(.init(next, summary ?? usual))
        let document = try document(
            file.advisory,
            on: file.defects,
            revisions: revisions,
            vendor: publisher.name,
            withdrawn: file.advisory.state == .withdrawn ? next : nil
        )
        return try AdvisoryWriter(document, by: publisher, allowsUnknown: allowsUnknown)
    }
}
