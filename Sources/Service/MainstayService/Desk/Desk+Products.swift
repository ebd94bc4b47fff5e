import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// A product with all that an administrator wants to see of it.
package struct ProductView: Sendable {
    /// The product.
    package let product: Product
    /// Its levels and what each needs to receive a ticket.
    package let levels: ProductLevels
    /// Its components, by name.
    package let components: [Component]
    /// Who works on which level: login, level, name of the one component or `nil`.
    package let members: [(login: String, level: SupportLevel, component: String?)]
    /// How many of its tickets, of those that the viewer may see, are neither resolved nor closed.
    package let openTickets: Int
    /// Its suggestions, the most wanted first.
    package let suggestions: [SuggestionCount]
}

extension Desk {
    /// Makes a product with all five levels.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists`` or ``UseError/Code/badName``.
    package func makeProduct(prefix: String, name: String) async throws {
        try await write { connection, acting, provision in
            try acting.require(.setUpProducts)
            let prefix = try ShortName.prefix.check(prefix)
            guard prefix != "DESK", try prefix != connection.casePrefix,
                try connection.product(prefix: prefix) == nil
            else {
                throw UseError.taken("product", prefix)
            }
            let product = Product(
                id: try provision.id(),
                prefix: prefix,
                name: try DeskText.title(name, as: "Name"),
                createdAt: try connection.now()
            )
            try connection.insert(product)
            var head = try connection.beginChain(product.id, .product)
            let made = EventDraft("made", facts: ["prefix": .text(prefix)])
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            return .int(product.id)
        }
    }

    /// Adds a component to a product.
    package func makeComponent(_ name: String, of prefix: String) async throws {
        try await changeProduct(prefix) { connection, product, provision in
            let name = try DeskText.name(name)
            guard try !connection.components(of: product.id).contains(where: { $0.name == name })
            else { throw UseError.taken("component", name) }
            let component = Component(id: try provision.id(), productID: product.id, name: name)
            try connection.insert(component)
            return EventDraft("component_made", facts: ["component_id": .int(component.id)])
        }
    }

    /// Says which levels a product has and what they are called; none at all: all five.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` when a ticket stands at a level that
    ///   would go.
    package func setLevels(of prefix: String, _ names: [SupportLevel: String]) async throws {
        try await changeProduct(prefix) { connection, product, _ in
            let checked = try names.mapValues { try DeskText.name($0) }
            let kept = ProductLevels(names: checked)
            let used = try connection.levelsInUse(of: product.id)
            if let lost = used.first(where: { kept.name(of: $0) == nil }) {
                throw UseError(
                    .refused,
                    "Tickets of \(product.prefix) stand at level \(lost.rawValue), which would go",
                    hint: "Move them first: 'mainstay ticket list --product \(product.prefix) "
                        + "--level \(lost.rawValue)'"
                )
            }
            try connection.setLevels(of: product.id, checked)
            let levels = checked.keys.sorted().map { JSONValue.int($0.rawValue) }
            return EventDraft("levels_set", facts: ["levels": .list(levels)])
        }
    }

    /// Says what a level of a product needs to receive a ticket.
    package func setHandoverItems(
        of prefix: String,
        at level: SupportLevel,
        _ names: Set<String>
    ) async throws {
        try await changeProduct(prefix) { connection, product, _ in
            guard try connection.levels(of: product.id).name(of: level) != nil else {
                throw UseError.noLevel(level, product.prefix)
            }
            let checked = Set(try names.map { try DeskText.name($0) })
            try connection.setHandoverItems(of: product.id, at: level, checked)
            let items = checked.sorted().map(JSONValue.text)
            let facts: JSONValue = ["level": .int(level.rawValue), "items": .list(items)]
            return EventDraft("handover_set", facts: facts)
        }
    }

    /// Returns all products, by prefix.
    package func products() async throws -> [ProductView] {
        try await read { connection, acting in
            try connection.products()
                .filter { !acting.roles(product: $0.id, customer: nil).isEmpty }
                .map { try connection.view(of: $0, for: acting) }
        }
    }

    /// Returns one product.
    package func product(_ prefix: String) async throws -> ProductView {
        try await read { connection, acting in
            let product = try connection.knownProduct(prefix)
            try acting.require(.see, product: product.id)
            return try connection.view(of: product, for: acting)
        }
    }

    private func changeProduct(
        _ prefix: String,
        _ body:
            @escaping @Sendable (any Connection, Product, inout Provision) throws -> EventDraft
    ) async throws {
        try await write { connection, acting, provision in
            let product = try connection.knownProduct(prefix)
            try acting.require(.setUpProducts, product: product.id)
            var head = try connection.lockChain(product.id)
            let draft = try body(connection, product, &provision)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(head.seq)
        }
    }
}

extension Connection {
    fileprivate func view(of product: Product, for acting: ActingAccount) throws -> ProductView {
        let components = try components(of: product.id)
        let memberships = try memberships(of: product.id)
        let logins = try logins(of: Set(memberships.map(\.accountID)))
        let labels = try labels(for: product.id).filter(\.isSuggestion)
        var filter = TicketFilter(for: acting)
        let counts = try ticketCounts(ofLabels: Set(labels.map(\.id)), on: filter)
        filter.product = product.id
        return ProductView(
            product: product,
            levels: try levels(of: product.id),
            components: components,
            members: memberships.map { membership in
                let component = components.first { $0.id == membership.componentID }
                return (logins[membership.accountID] ?? "?", membership.level, component?.name)
            },
            openTickets: try countTickets(filter),
            suggestions: labels.map { SuggestionCount($0, tickets: counts[$0.id] ?? 0) }.sorted()
        )
    }
}
