package import MainstayCore
import SQLDatabase
package import Storage
package import SupportDesk

/// A contract with all that a person wants to see of it.
package struct ContractView: Sendable {
    /// The contract.
    package let contract: Contract
    /// The short name of the customer, or of the vendor.
    package let party: String
    /// All terms, oldest first.
    package let terms: [ContractTerm]
    /// What it covers.
    package let services: [CoveredService]
    /// Who pays its hours.
    package let drawDown: DrawDown
    /// The minutes of work that the customer does not pay.
    package let unbilledMinutes: Int64
    /// The minutes of work that the customer pays, by hours or otherwise.
    package let billedMinutes: Int64
    /// The material that the customer pays.
    package let material: [MaterialSum]
    /// The day of the question, in UTC.
    package let day: CalendarDay
    /// The moment of the question.
    package let moment: Instant
    /// The names of products and lines.
    package let names: Names

    /// The term in force; `nil` before the first.
    package var term: ContractTerm? { terms.inForce(at: moment) }
    /// The chosen rests of hours that are reached.
    package var warnings: [Int64] {
        drawDown.warnings(at: term?.policy.warnRests ?? [], on: day)
    }
}

/// One contract in a list.
package struct ContractSummary: Sendable, Hashable {
    /// The contract.
    package let contract: Contract
    /// The short name of the customer, or of the vendor.
    package let party: String
    /// Whether it holds on the day of the question.
    package let holds: Bool
    /// The minutes that are left of its hours; `nil` where it has none.
    package let leftMinutes: Int64?
}

extension Desk {
    /// Returns a contract with its terms and hours.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    package func contract(_ ref: String) async throws -> ContractView {
        try await read { connection, acting in
            let contract = try connection.visibleContract(ref, to: acting)
            return try connection.view(of: contract)
        }
    }

    /// Returns the contracts that the account may see, by ref: of one customer, with `nil` of all, or
    /// ours with vendors.
    package func contracts(
        of customer: String?,
        withVendors: Bool = false
    ) async throws -> [ContractSummary] {
        try await read { connection, acting in
            try acting.requireAnyRole()
            let only = try customer.map { try connection.knownCustomer($0, to: acting).id }
            let day = try connection.now().day
            let all =
                withVendors ? try connection.contractsWithVendors() : try connection.contracts()
            let contracts = try all.filter { contract in
                try (only == nil || contract.customerID == only)
                    && connection.sees(contract, acting)
            }
            return try contracts.map { contract in
                ContractSummary(
                    contract: contract,
                    party: try connection.partyName(of: contract),
                    holds: contract.holds(on: day),
                    leftMinutes: contract.model == .prepaidBlock
                        ? try connection.drawDown(of: contract.id).left(on: day) : nil
                )
            }
        }
    }
}

extension Connection {
    /// The short name of whom a contract is with.
    fileprivate func partyName(of contract: Contract) throws -> String {
        if let vendor = contract.vendorID { return try self.vendor(vendor)?.name ?? "" }
        return try contract.customerID.flatMap { try customer($0) }?.ref ?? ""
    }

    fileprivate func view(of contract: Contract) throws -> ContractView {
        let terms = try terms(of: contract.id)
        let services = try services(of: contract.id)
        let products = Set(
            terms.flatMap { $0.coverage.map(\.productID) } + services.compactMap(\.productID)
        )
        var names = try names(
            accounts: [],
            products: products,
            customers: Set([contract.customerID].compactMap { $0 })
        )
        names.lines = try self.names(
            "name",
            of: "release_line",
            where: "product_id",
            isIn: products
        )
        let now = try now()
        return ContractView(
            contract: contract,
            party: try partyName(of: contract),
            terms: terms,
            services: services,
            drawDown: try drawDown(of: contract.id),
            unbilledMinutes: try work(under: contract.id, billable: false).values.reduce(0, +),
            billedMinutes: try work(under: contract.id, billable: true).values.reduce(0, +),
            material: try material(under: contract.id),
            day: now.day,
            moment: now,
            names: names
        )
    }
}
