/// What is kept from a vendor wherever it stands in a text.
package enum SecretKind: String, Sendable, Hashable, CaseIterable {
    /// An e-mail address, or a user at a machine.
    case mail = "MAIL"
    /// An address of a machine, of version 4 or 6.
    case address = "IP"
    /// A name of a machine.
    case host = "HOST"
    /// A password, key or token.
    case token = "TOKEN"
    /// The number of a bank account.
    case account = "IBAN"
    /// The serial number of a device, a licence key, a hardware address.
    case serial = "SERIAL"
    /// One of the customer's people.
    case person = "PERSON"
    /// The customer.
    case customer = "CUST"

    /// Whether it is a name, which a customer's agreement can let leave as it is.
    package var isName: Bool { self == .person || self == .customer }
}

/// A secret in a text.
package struct SecretFinding: Sendable, Hashable {
    /// Where it stands: bytes of the text as UTF-8.
    package let range: Range<Int>
    /// What it is.
    package let kind: SecretKind

    /// Creates a finding.
    package init(_ range: Range<Int>, _ kind: SecretKind) {
        self.range = range
        self.kind = kind
    }
}

/// The names that are secret, and what looks like a secret and is none.
package struct SecretNames: Sendable, Hashable {
    /// Names, logins and short names of the customer's people.
    package var people: [String]
    /// Names and short names of customers.
    package var customers: [String]
    /// What may stand as it is: commits and releases of ours and of the vendor's.
    package var harmless: Set<String>

    /// Creates the names.
    package init(people: [String] = [], customers: [String] = [], harmless: Set<String> = []) {
        self.people = people
        self.customers = customers
        self.harmless = harmless
    }
}
