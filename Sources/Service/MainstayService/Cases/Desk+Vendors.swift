import LTSReleases
import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// What shall be different about a vendor; what is `nil` or empty stays.
package struct VendorWords: Sendable, Hashable {
    /// What it is.
    package var kind: Vendor.Kind?
    /// Whom to ask there; empty takes it back.
    package var contact: String?
    /// All fields that may leave.
    package var fields: Set<SharedField>?
    /// Prefixes of products in whose repositories its commits are looked for.
    package var repositories: [String] = []
    /// Those in which they are looked for no more.
    package var droppedRepositories: [String] = []
    /// Whether cases are opened there no more, or again.
    package var isClosed: Bool?

    /// Creates words that change nothing.
    package init() {}
}

/// A vendor with all that a person wants to see of it.
package struct VendorView: Sendable {
    /// The vendor.
    package let vendor: Vendor
    /// What our contracts with it are called, and whether each holds today.
    package let contracts: [(ref: String, holds: Bool)]
    /// The prefixes of the products in whose repositories its commits are looked for.
    package let repositories: [String]
    /// The connectors to its systems, by name.
    package let connectors: [ConnectorInstance]
    /// The cases there that are not over.
    package let cases: [CaseSummary]
}

extension Desk {
    /// Makes a vendor.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists`` or ``UseError/Code/badName``.
    package func makeVendor(_ name: String, _ words: VendorWords) async throws {
        try await write { connection, acting, provision in
            try acting.require(.keepVendors)
            let name = try ShortName.vendor.check(name)
            if try connection.vendor(named: name) != nil { throw UseError.taken("vendor", name) }
            var vendor = Vendor(
                id: try provision.id(),
                name: name,
                kind: words.kind ?? .company,
                contact: nil,
                createdAt: try connection.now()
            )
            try vendor.take(words, at: vendor.createdAt)
            try connection.put(vendor)
            var head = try connection.beginChain(vendor.id, .vendor)
            let made = EventDraft(
                "made",
                facts: ["now": .object(vendor.codes)],
                text: vendor.contact
            )
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            try connection.setRepositories(of: vendor, words, by: acting, &head, &provision)
            return .int(vendor.id)
        }
    }

    /// Changes a vendor.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` where that
    ///   would change nothing.
    package func edit(vendor name: String, _ words: VendorWords) async throws {
        try await write { connection, acting, provision in
            try acting.require(.keepVendors)
            let before = try connection.knownVendor(name)
            var head = try connection.lockChain(before.id)
            var vendor = before
            try vendor.take(words, at: try connection.now())
            if vendor != before {
                try connection.put(vendor)
                let changed = vendor.codes.filter { before.codes[$0.key] != $0.value }
                var facts: [String: JSONValue] = [:]
                if !changed.isEmpty {
                    facts["now"] = .object(changed)
                    facts["was"] = .object(before.codes.filter { changed[$0.key] != nil })
                }
                let edited = EventDraft(
                    "edited",
                    facts: .object(facts),
                    text: vendor.contact == before.contact ? nil : vendor.contact ?? ""
                )
                try connection.append(edited, by: acting.account.id, to: &head, &provision)
            }
            let seq = head.seq
            try connection.setRepositories(of: vendor, words, by: acting, &head, &provision)
            guard vendor != before || head.seq != seq else {
                throw UseError(.refused, "Vendor '\(name)' is so already")
            }
            return .null
        }
    }

    /// Returns the vendors, by name, with how many cases there are not over.
    package func vendors() async throws -> [(vendor: Vendor, openCases: Int)] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "vendors")
            let cases = try connection.vendorCases()
            return try connection.vendors()
                .map { vendor in (vendor, cases.count { $0.vendorID == vendor.id }) }
        }
    }

    /// Returns a vendor.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func vendor(_ name: String) async throws -> VendorView {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "vendors")
            let vendor = try connection.knownVendor(name)
            let today = try connection.now().day
            let numbers = Set(try connection.repositories(ofVendor: vendor.id))
            let products = try connection.products()
                .filter { product in
                    try connection.repository(of: product.id).map { numbers.contains($0.id) }
                        ?? false
                }
            return VendorView(
                vendor: vendor,
                contracts: try connection.contracts(withVendor: vendor.id)
                    .map { ($0.ref, $0.holds(on: today)) },
                repositories: products.map(\.prefix),
                connectors: try connection.connectors().filter { $0.vendorID == vendor.id },
                cases: try connection.caseSummaries(
                    try connection.vendorCases(of: vendor.id),
                    for: acting
                )
            )
        }
    }
}

extension Vendor {
    /// Takes over what shall be different.
    fileprivate mutating func take(_ words: VendorWords, at moment: Instant) throws {
        kind = words.kind ?? kind
        if let words = words.contact {
            contact = words.isEmpty ? nil : try DeskText.title(words, as: "Contact")
        }
        policy.fields = words.fields ?? policy.fields
        if let isClosed = words.isClosed { closedAt = isClosed ? closedAt ?? moment : nil }
    }
}

extension Connection {
    /// Returns a vendor by its short name.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownVendor(_ name: String) throws -> Vendor {
        if let vendor = try vendor(named: name) { return vendor }
        let names = try vendors().map(\.name)
        throw UseError.unknown("vendor", name, among: names, list: "vendor list")
    }

    fileprivate func setRepositories(
        of vendor: Vendor,
        _ words: VendorWords,
        by acting: ActingAccount,
        _ head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        for (prefixes, isOn) in [(words.repositories, true), (words.droppedRepositories, false)] {
            for prefix in prefixes {
                let product = try knownProduct(prefix)
                guard let repository = try repository(of: product.id) else {
                    throw UseError.noRepository(product.prefix)
                }
                guard try setRepository(repository.id, ofVendor: vendor.id, isOn: isOn) else {
                    continue
                }
                let draft = EventDraft(
                    isOn ? "repository_added" : "repository_removed",
                    facts: ["repository_id": .int(repository.id)]
                )
                try append(draft, by: acting.account.id, to: &head, &provision)
            }
        }
    }
}
