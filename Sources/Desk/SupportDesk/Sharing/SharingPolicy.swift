package import MainstayCore

/// A field of our tickets and defects that a vendor can be told beside what people write for him.
package enum SharedField: String, Sendable, Hashable, CaseIterable {
    /// The product's name.
    case product
    /// The name of the component.
    case component
    /// The release that the customer runs, in his words.
    case release
    /// How urgent the case is to us.
    case priority
    /// The titles of the defects that the case is about.
    case defect
    /// The title of the ticket, which is the customer's.
    case ticketTitle = "ticket_title"
    /// The text of the ticket, which is the customer's.
    case ticketText = "ticket_text"

    /// Whether it is the customer's, so that it takes his agreement.
    package var isOfCustomer: Bool { [.release, .ticketTitle, .ticketText].contains(self) }
}

/// What may leave the house towards one vendor; what is not named may not.
///
/// As JSON an object with one key, the fields sorted: `{"fields":["component","product"]}`.
package struct SharingPolicy: Sendable, Hashable {
    /// The fields that may leave.
    package var fields: Set<SharedField> = []

    /// Creates the policy that lets no field leave.
    package init() {}

    /// The policy as JSON.
    package var json: JSONValue {
        ["fields": .texts(fields.map(\.rawValue).sorted())]
    }

    /// Reads a policy.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/sharing`` for an unknown key or field.
    package init(json: JSONValue) throws(DeskError) {
        guard let members = json.members, Set(members.keys).isSubset(of: ["fields"]) else {
            throw DeskError(
                .sharing,
                "Sharing policy is \(json.json), expected an object with the key 'fields'"
            )
        }
        for value in members["fields"]?.list ?? [] {
            guard let field = value.text.flatMap(SharedField.init) else {
                throw DeskError(
                    .sharing,
                    "Sharing policy names the field \(value.json), expected one of "
                        + SharedField.allCases.map { "'\($0.rawValue)'" }.listed()
                )
            }
            fields.insert(field)
        }
    }
}
