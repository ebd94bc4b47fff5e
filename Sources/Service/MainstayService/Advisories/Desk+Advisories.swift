import AdvisoryFormats
package import LTSReleases
package import MainstayCore
import SQLDatabase
package import Storage
import SupportDesk

/// An advisory as somebody writes it; what is `nil` stays, or is taken from the defects.
package struct AdvisoryWords: Sendable, Hashable {
    /// The defects that it covers; `nil`: as they are.
    package var defects: [String]?
    /// Its title.
    package var title: String?
    /// What it says.
    package var body: String?
    /// Its CVE id.
    package var cve: String?
    /// Until when it is under embargo.
    package var embargoUntil: Instant?

    /// Creates words that say nothing.
    package init() {}
}

/// An advisory with all that a person wants to see of it.
package struct AdvisoryView: Sendable {
    /// The advisory.
    package let advisory: Advisory
    /// What the ledger says about the defects it covers.
    package let rows: [LedgerRow]
    /// What was published of it, the oldest first.
    package let publications: [Publication]
    /// What happened, oldest first.
    package let events: [Event]

    /// The number of its last event.
    package var version: Int64 { events.last?.seq ?? 0 }
}

/// In which format an advisory is exported.
package enum AdvisoryFormat: String, Sendable, CaseIterable {
    /// OSV 1.7.
    case osv
    /// CSAF 2.0, profile VEX.
    case csaf
}

extension Desk {
    /// Writes a draft of an advisory and returns what people call it.
    ///
    /// - Throws: ``UseError``, or ``DeskError`` for a title that breaks the rules.
    package func makeAdvisory(of prefix: String, _ words: AdvisoryWords) async throws -> String {
        let product = try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            // A number is drawn only for what can be.
            _ = try connection.draft(words, (0, ""), of: product, acting)
            return product
        }
        let number = try await instance.engine.drawNumber(of: "advisory:\(product.prefix)")
        let ref = "\(product.prefix)-SA-\(number)"
        try await write(ids: 4) { connection, acting, provision in
            let name = (try provision.id(), ref)
            let (advisory, defects) = try connection.draft(words, name, of: product, acting)
            try connection.insert(advisory)
            try connection.setDefects(defects.map(\.id), of: advisory.id)
            var head = try connection.beginChain(advisory.id, .advisory)
            let facts: JSONValue = ["defects": .list(defects.map { .int($0.id) })]
            let made = EventDraft("made", for: .embargo, facts: facts, text: advisory.words)
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            return .null
        }
        return ref
    }

    /// Changes an advisory; one that is published keeps its state and is published again by hand.
    ///
    /// - Parameters:
    ///   - name: The advisory.
    ///   - words: What it shall say.
    ///   - version: The version that the person looked at; `nil`: whatever it is now.
    /// - Throws: ``UseError`` with ``UseError/Code/changedMeanwhile`` where it is another version, with
    ///   ``UseError/Code/refused`` for one that was withdrawn, and for what would tell of a published
    ///   one before it is published again, or take back what was told.
    package func edit(
        advisory name: String,
        _ words: AdvisoryWords,
        expecting version: Int64? = nil
    ) async throws {
        try await change(advisory: name, expecting: version) {
            connection,
            acting,
            advisory,
            product in
            guard advisory.state != .withdrawn else { throw UseError.withdrawn(advisory) }
            var facts: [String: JSONValue] = [:]
            if let names = words.defects {
                let defects = try connection.advisoryDefects(names, product, acting)
                try connection.refuse(defects, of: advisory)
                try connection.setDefects(defects.map(\.id), of: advisory.id)
                facts["defects"] = .list(defects.map { .int($0.id) })
            }
            try advisory.take(words)
            if words.cve != nil { facts["cve"] = .text(advisory.cveID) }
            if words.embargoUntil != nil {
                facts["embargo_until"] =
                    advisory.embargoUntil.map { .int($0.milliseconds) } ?? .null
            }
            let draft = EventDraft(
                "changed",
                for: advisory.audience,
                facts: .object(facts),
                text: advisory.words
            )
            return AdvisoryEvent(draft)
        }
    }

    /// Returns the advisories that the account may see, the oldest first; `nil`: of all products.
    package func advisories(of prefix: String?) async throws -> [Advisory] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "advisories but as they are published")
            let product = try prefix.map { try connection.knownProduct($0) }
            return try connection.advisories(of: product?.id).filter { acting.maySee($0) }
        }
    }

    /// Returns an advisory with the rows of its defects, computed now.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for one that the account may not see, with
    ///   ``UseError/Code/forbidden`` for a customer's: it reads what is published.
    package func advisory(_ name: String, _ tools: CodeTools) async throws -> AdvisoryView {
        let file = try await advisoryFile(name)
        let ledger = try instance.ledger(of: file.code, tools)
        return AdvisoryView(
            advisory: file.advisory,
            rows: file.defects.map(ledger.row(of:)),
            publications: file.publications,
            events: file.events
        )
    }

    /// Returns an advisory in a format, as it would be published now.
    ///
    /// - Parameters:
    ///   - name: The advisory.
    ///   - format: The format.
    ///   - allowsUnknown: Whether releases may be in it of which nobody can say whether they are
    ///     affected.
    ///   - tools: The day, and who is told of progress.
    /// - Returns: The document.
    /// - Throws: ``AdvisoryError`` for what the format cannot hold.
    package func export(
        _ name: String,
        as format: AdvisoryFormat,
        allowsUnknown: Bool,
        _ tools: CodeTools
    ) async throws -> String {
        let file = try await advisoryFile(name)
        let ledger = try instance.ledger(of: file.code, tools)
        let writer = try AdvisoryComposer(ledger)
            .writer(file, next: file.now, allowsUnknown: allowsUnknown)
        return format == .osv ? writer.osv.indented : writer.csaf.indented
    }

    /// Publishes an advisory, or what changed about it: everybody may know of it and of its defects
    /// from now on.
    ///
    /// Both documents are kept byte for byte, with what they claim of each line.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` before the end of an embargo, and for one
    ///   that was withdrawn; ``AdvisoryError``, and then nothing is published.
    package func publish(
        advisory name: String,
        summary: String?,
        allowsUnknown: Bool,
        endsEmbargo: Bool,
        _ tools: CodeTools
    ) async throws {
        let file = try await advisoryFile(name, for: .keepAdvisories)
        if let until = file.advisory.embargoUntil, until > file.now, !endsEmbargo {
            throw UseError(
                .refused,
                "Advisory \(file.advisory.ref) is under embargo until \(until)",
                hint: "Wait, or end the embargo now with --end-embargo"
            )
        }
        guard file.advisory.state != .withdrawn else { throw UseError.withdrawn(file.advisory) }
        let words = try summary.map { try DeskText.title($0, as: "Summary") }
        try await issue(file, as: .published, words, allowsUnknown: allowsUnknown, tools)
    }

    /// Takes an advisory back; it stays readable, marked so and without claims.
    package func withdraw(
        advisory name: String,
        words: String,
        _ tools: CodeTools
    ) async throws {
        let file = try await advisoryFile(name, for: .keepAdvisories)
        guard file.advisory.state == .published else {
            throw UseError(
                .refused,
                "Advisory \(file.advisory.ref) is \(file.advisory.state.rawValue), not published"
            )
        }
        let words = try DeskText.title(words, as: "Reason")
        try await issue(file, as: .withdrawn, words, allowsUnknown: true, tools)
    }

    /// Keeps the documents of an advisory as they are from now on.
    private func issue(
        _ file: AdvisoryFile,
        as state: AdvisoryState,
        _ words: String?,
        allowsUnknown: Bool,
        _ tools: CodeTools
    ) async throws {
        let composer = AdvisoryComposer(try instance.ledger(of: file.code, tools))
        var issued = file
        issued.advisory.state = state
        let written =
            try composer
            .writer(issued, next: file.now, summary: words, allowsUnknown: allowsUnknown).written()
        let claims = state == .published ? composer.claims(on: file.defects) : []
        let osv = try instance.blobs.keep(written.osv)
        let csaf = try instance.blobs.keep(written.csaf)
        try await change(advisory: file.advisory.ref, expecting: file.version) {
            connection,
            acting,
            advisory,
            _ in
            for var old in try connection.publications(of: advisory.id)
            where state == .withdrawn && old.withdrawnAt == nil {
                old.withdrawnAt = file.now
                try connection.update(old)
            }
            advisory.state = state
            advisory.embargoUntil = nil
            let facts: JSONValue = ["issued_at": .int(file.now.milliseconds)]
            return AdvisoryEvent(
                EventDraft(state.rawValue, for: .staff, facts: facts, text: words),
                issuing: [(.osv, osv, []), (.csaf, csaf, claims)]
            )
        }
    }

    private func change(
        advisory name: String,
        expecting version: Int64?,
        _ act:
            @escaping @Sendable (any Connection, ActingAccount, inout Advisory, Product) throws ->
            AdvisoryEvent
    ) async throws {
        try await write(ids: 6) { connection, acting, provision in
            let seen = try connection.visibleAdvisory(name, to: acting)
            try acting.require(.keepAdvisories, product: seen.productID)
            guard let product = try connection.product(seen.productID) else {
                throw UseError.unknown("product", "\(seen.productID)")
            }
            var head = try connection.lockChain(seen.id)
            var advisory = try connection.visibleAdvisory(name, to: acting)
            if let version, version != head.seq { throw UseError.changed(advisory, version, head) }
            let made = try act(connection, acting, &advisory, product)
            let event = try connection.append(
                made.draft,
                by: acting.account.id,
                to: &head,
                &provision
            )
            for (kind, file, claims) in made.documents {
                let subject = (advisory.id, event)
                let id = try provision.id()
                try connection.publish(kind, file, of: subject, claims, by: acting, id: id)
            }
            advisory.updatedAt = event.recordedAt
            try connection.update(advisory)
            return .null
        }
    }

    /// Everything that is kept about an advisory; `use` is what it is read for.
    func advisoryFile(_ name: String, for use: UseCase = .see) async throws -> AdvisoryFile {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "advisories but as they are published")
            let advisory = try connection.visibleAdvisory(name, to: acting)
            try acting.require(use, product: advisory.productID)
            guard let product = try connection.product(advisory.productID) else {
                throw UseError.unknown("product", "\(advisory.productID)")
            }
            return try connection.file(of: advisory, product)
        }
    }
}

/// An event of an advisory, and the documents that it issues.
private struct AdvisoryEvent {
    typealias Document = (kind: PublicationKind, file: BlobFolder.Kept, claims: [NewClaim])

    let draft: EventDraft
    let documents: [Document]

    init(_ draft: EventDraft, issuing documents: [Document] = []) {
        self.draft = draft
        self.documents = documents
    }
}
