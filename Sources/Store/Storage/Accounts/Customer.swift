package import MainstayCore
package import SQLDatabase

/// A company that asks for support, or a department of our own house.
package struct Customer: Sendable, Hashable, RowDecodable {
    /// What a customer is.
    package enum Kind: String, Sendable, Hashable, CaseIterable, SQLValue {
        /// Somebody outside.
        case company
        /// A part of our own house.
        case department
    }

    /// The columns of `customer`.
    package static let columns: Query = "id, ref, name, kind, created_at, closed_at"

    /// Its number.
    package let id: Int64
    /// The short name that people type, such as `acme`.
    package let ref: String
    /// Its full name.
    package let name: String
    /// What it is.
    package let kind: Kind
    /// When it was made.
    package let createdAt: Instant
    /// Since when it is no customer any more.
    package let closedAt: Instant?

    /// Creates a customer.
    package init(id: Int64, ref: String, name: String, kind: Kind, createdAt: Instant) {
        self.id = id
        self.ref = ref
        self.name = name
        self.kind = kind
        self.createdAt = createdAt
        closedAt = nil
    }

    /// Reads the columns of `customer`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        ref = try row.next()
        name = try row.next()
        kind = try row.next()
        createdAt = try row.next()
        closedAt = try row.next()
    }
}

extension Connection {
    /// Returns a customer by its number.
    package func customer(_ id: Int64) throws -> Customer? {
        try one("SELECT \(Customer.columns) FROM customer WHERE id = \(id)")
    }

    /// Returns a customer by its short name.
    package func customer(ref: String) throws -> Customer? {
        try one("SELECT \(Customer.columns) FROM customer WHERE ref = \(ref)")
    }

    /// Returns all customers, by short name.
    package func customers() throws -> [Customer] {
        try all("SELECT \(Customer.columns) FROM customer ORDER BY ref")
    }

    /// Adds a customer.
    package func insert(_ customer: Customer) throws {
        try exec(
            """
            INSERT INTO customer (id, ref, name, kind, created_at)
            VALUES (\(customer.id), \(customer.ref), \(customer.name), \(customer.kind),
              \(customer.createdAt))
            """
        )
    }
}
