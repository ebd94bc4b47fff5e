import MainstayCore
import SQLDatabase
package import Storage
import SupportDesk

extension Desk {
    /// Makes a customer.
    package func makeCustomer(
        _ ref: String,
        name: String,
        kind: Customer.Kind
    ) async throws {
        try await write { connection, acting, provision in
            try acting.require(.keepCustomers)
            let ref = try ShortName.customer.check(ref)
            if try connection.customer(ref: ref) != nil { throw UseError.taken("customer", ref) }
            let customer = Customer(
                id: try provision.id(),
                ref: ref,
                name: try DeskText.title(name, as: "Name"),
                kind: kind,
                createdAt: try connection.now()
            )
            try connection.insert(customer)
            var head = try connection.beginChain(customer.id, .customer)
            let made = EventDraft("made", facts: ["ref": .text(ref)])
            try connection.append(made, by: acting.account.id, to: &head, &provision)
            return .int(customer.id)
        }
    }

    /// Returns the customers that the account may see, by short name.
    package func customers() async throws -> [Customer] {
        try await read { connection, acting in
            try connection.customers().filter { acting.knows($0) }
        }
    }
}
