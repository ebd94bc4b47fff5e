package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

extension Desk {
    /// Records that a customer runs a release of a product.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` or ``UseError/Code/forbidden``.
    package func install(
        _ version: String,
        of prefix: String,
        at customer: String,
        since: CalendarDay?
    ) async throws -> Int64 {
        let id = try await write { connection, acting, provision in
            let customer = try connection.knownCustomer(customer, to: acting)
            try acting.require(.keepInstallations, customer: customer.id)
            var head = try connection.lockChain(customer.id)
            let installation = try Installation(
                id: try provision.id(),
                of: customer.id,
                seq: head.seq + 1,
                product: try connection.knownProduct(prefix).id,
                version: version,
                since: try since ?? connection.now().day
            )
            try connection.put(installation)
            let draft = EventDraft("installed", for: .customer, facts: installation.facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .int(installation.id)
        }
        return id.int ?? 0
    }

    /// Records that a customer runs something no more; the day is its last.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` for a day
    ///   before its first.
    package func uninstall(_ id: Int64, at customer: String, until: CalendarDay?) async throws {
        try await write { connection, acting, provision in
            let customer = try connection.knownCustomer(customer, to: acting)
            try acting.require(.keepInstallations, customer: customer.id)
            var head = try connection.lockChain(customer.id)
            let known = try connection.installations(of: customer.id)
            guard var installation = known.first(where: { $0.id == id }) else {
                throw UseError.unknown("installation of \(customer.ref)", "\(id)")
            }
            let day = try until ?? connection.now().day
            guard day >= installation.sinceDay else {
                throw UseError(
                    .refused,
                    "Installation \(id) runs since \(installation.sinceDay) and cannot end on \(day)"
                )
            }
            installation.untilDay = day
            installation.eventSeq = head.seq + 1
            try connection.put(installation)
            let draft = EventDraft("uninstalled", for: .customer, facts: installation.facts)
            try connection.append(draft, by: acting.account.id, to: &head, &provision)
            return .null
        }
    }

    /// Returns what a customer runs and ran, oldest first, and the prefixes of the products.
    package func installations(
        of customer: String
    ) async throws -> (all: [Installation], products: [Int64: String]) {
        try await read { connection, acting in
            let customer = try connection.knownCustomer(customer, to: acting)
            try acting.require(.see, customer: customer.id)
            let all = try connection.installations(of: customer.id)
            let products = try connection.names(
                "prefix",
                of: "product",
                isIn: Set(all.map(\.productID))
            )
            return (all, products)
        }
    }
}
