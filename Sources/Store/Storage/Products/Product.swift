package import MainstayCore
package import SQLDatabase
package import SupportDesk

extension SupportLevel: SQLValue {}

/// What we ship and support.
package struct Product: Sendable, Hashable, RowDecodable {
    /// The columns of `product`.
    package static let columns: Query = "id, prefix, name, created_at"

    /// Its number.
    package let id: Int64
    /// What its tickets begin with: `MST` in `MST-123`.
    package let prefix: String
    /// Its name.
    package let name: String
    /// When it was made.
    package let createdAt: Instant

    /// Creates a product.
    package init(id: Int64, prefix: String, name: String, createdAt: Instant) {
        self.id = id
        self.prefix = prefix
        self.name = name
        self.createdAt = createdAt
    }

    /// Reads the columns of `product`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        prefix = try row.next()
        name = try row.next()
        createdAt = try row.next()
    }
}

/// A part of a product with people of its own.
package struct Component: Sendable, Hashable, RowDecodable {
    /// The columns of `component`.
    package static let columns: Query = "id, product_id, name"

    /// Its number.
    package let id: Int64
    /// The product that it is part of.
    package let productID: Int64
    /// Its name, unique within the product.
    package let name: String

    /// Creates a component.
    package init(id: Int64, productID: Int64, name: String) {
        self.id = id
        self.productID = productID
        self.name = name
    }

    /// Reads the columns of `component`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        productID = try row.next()
        name = try row.next()
    }
}

extension Connection {
    /// Returns a product by its number.
    package func product(_ id: Int64) throws -> Product? {
        try one("SELECT \(Product.columns) FROM product WHERE id = \(id)")
    }

    /// Returns a product by its prefix.
    package func product(prefix: String) throws -> Product? {
        try one("SELECT \(Product.columns) FROM product WHERE prefix = \(prefix)")
    }

    /// Returns all products, by prefix.
    package func products() throws -> [Product] {
        try all("SELECT \(Product.columns) FROM product ORDER BY prefix")
    }

    /// Adds a product.
    package func insert(_ product: Product) throws {
        try exec(
            """
            INSERT INTO product (id, prefix, name, created_at)
            VALUES (\(product.id), \(product.prefix), \(product.name), \(product.createdAt))
            """
        )
    }

    /// Returns the components of a product, by name.
    package func components(of product: Int64) throws -> [Component] {
        try all(
            "SELECT \(Component.columns) FROM component WHERE product_id = \(product) ORDER BY name"
        )
    }

    /// Adds a component.
    package func insert(_ component: Component) throws {
        try exec(
            """
            INSERT INTO component (id, product_id, name)
            VALUES (\(component.id), \(component.productID), \(component.name))
            """
        )
    }
}

/// Levels and the people on them.
extension Connection {
    /// Returns the levels of a product with what each needs to receive a ticket.
    ///
    /// All five for a product that says nothing of its levels, and for no product.
    package func levels(of product: Int64?) throws -> ProductLevels {
        guard let product else { return ProductLevels() }
        var names: [SupportLevel: String] = [:]
        try run("SELECT level, name FROM product_level WHERE product_id = \(product)") {
            names[try $0.next()] = try $0.next()
        }
        var requirements: [SupportLevel: Set<String>] = [:]
        try run("SELECT level, name FROM handover_item WHERE product_id = \(product)") {
            requirements[try $0.next(), default: []].insert(try $0.next())
        }
        return ProductLevels(names: names, requirements: requirements)
    }

    /// Replaces the levels that a product has; none at all: all five, under their default names.
    package func setLevels(of product: Int64, _ names: [SupportLevel: String]) throws {
        try exec("DELETE FROM product_level WHERE product_id = \(product)")
        for (level, name) in names.sorted(by: { $0.key < $1.key }) {
            try exec(
                """
                INSERT INTO product_level (product_id, level, name)
                VALUES (\(product), \(level), \(name))
                """
            )
        }
    }

    /// Replaces what a level of a product needs to receive a ticket.
    package func setHandoverItems(
        of product: Int64,
        at level: SupportLevel,
        _ names: Set<String>
    ) throws {
        try exec("DELETE FROM handover_item WHERE product_id = \(product) AND level = \(level)")
        for name in names.sorted() {
            try exec(
                """
                INSERT INTO handover_item (product_id, level, name)
                VALUES (\(product), \(level), \(name))
                """
            )
        }
    }

    /// Returns who works on which level of a product, in a stable order.
    package func memberships(of product: Int64?) throws -> [Membership] {
        guard let product else { return [] }
        return try memberships(where: "product_id = \(product)")
    }

    /// Returns on which levels an account works, in a stable order.
    package func memberships(ofAccount account: Int64) throws -> [Membership] {
        try memberships(where: "account_id = \(account)")
    }

    private func memberships(where filter: Query) throws -> [Membership] {
        var found: [Membership] = []
        try run(
            """
            SELECT account_id, level, product_id, component_id FROM membership WHERE \(filter)
            ORDER BY product_id, level, id
            """
        ) { row in
            found.append(
                Membership(
                    accountID: try row.next(),
                    level: try row.next(),
                    productID: try row.next(),
                    componentID: try row.next()
                )
            )
        }
        return found
    }

    /// Adds a membership.
    package func insert(_ membership: Membership, id: Int64) throws {
        try exec(
            """
            INSERT INTO membership (id, account_id, level, product_id, component_id)
            VALUES (\(id), \(membership.accountID), \(membership.level), \(membership.productID),
              \(membership.componentID))
            """
        )
    }

    /// Ends a membership; returns whether there was one.
    package func delete(_ membership: Membership) throws -> Bool {
        let component: Query =
            membership.componentID.map { "component_id = \($0)" } ?? "component_id IS NULL"
        return try exec(
            """
            DELETE FROM membership WHERE account_id = \(membership.accountID)
              AND level = \(membership.level) AND product_id = \(membership.productID)
              AND \(component)
            """
        ) > 0
    }
}
