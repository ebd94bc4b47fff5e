/// What a ticket is about.
package enum TicketKind: String, Sendable, Hashable, CaseIterable {
    /// Somebody wants to know something.
    case question
    /// Somebody wants something done.
    case request
    /// A new function is wanted.
    case feature
    /// Something does not work for one customer.
    case incident
    /// What several incidents have in common.
    case problem
    /// The product is wrong.
    case defect
    /// The product is open to attack: under embargo.
    case security
}

/// Which side of the house a ticket concerns.
package enum TicketArea: String, Sendable, Hashable, CaseIterable {
    /// How the product works.
    case technical
    /// Invoices, licences, contracts.
    case commercial
    /// Anything else.
    case other
}

/// How a ticket or a message came.
package enum TicketChannel: String, Sendable, Hashable, CaseIterable {
    /// The web pages of the desk.
    case web
    /// E-mail.
    case email
    /// A call.
    case phone
    /// A chat.
    case chat
    /// Another program.
    case api
    /// Face to face.
    case inPerson = "in_person"
    /// A program that watches an installation.
    case monitoring
}
