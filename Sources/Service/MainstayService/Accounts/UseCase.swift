package import SupportDesk

/// What can be done at the desk, and the one table of who may.
///
/// A role holds for a product, a customer or everywhere; any of those named is enough. What an act
/// on a ticket forbids a customer's account beyond this is said by ``SupportDesk/TicketChange``.
package enum UseCase: String, Sendable, Hashable, CaseIterable {
    /// Looking at tickets, products, customers.
    case see
    /// Registering requests.
    case register
    /// Writing on a ticket, resolving, reopening and closing it.
    case write
    /// All other acts on a ticket.
    case work
    /// Making customers.
    case keepCustomers
    /// Making products, components, levels, handover items; memberships.
    case setUpProducts
    /// Accounts, roles, tokens of others.
    case setUpAccounts
    /// Priority matrices.
    case setUpPriority
    /// Acts on defects: linking, reproducing, deciding, picking.
    case workOnDefects
    /// Repositories, lines, their phases and policies.
    case keepLines
    /// Fetching a repository and computing the ledger again.
    case scan
    /// Planning, approving and publishing releases.
    case keepReleases
    /// Approving what the policy wants approved by security.
    case approveForSecurity
    /// Writing and publishing advisories.
    case keepAdvisories
    /// Contracts with their terms, services and hours.
    case keepContracts
    /// Calendars of service hours.
    case keepCalendars
    /// What customers run.
    case keepInstallations
    /// Writing, reviewing and publishing articles.
    case keepKnowledge
    /// Opening, writing in and keeping cases at vendors.
    case keepCases
    /// Recording that a customer lets his data leave.
    case agree
    /// Vendors, what may leave towards them, connectors to their systems.
    case keepVendors
    /// Rotas, receivers of notices, sending what is due.
    case keepNotices
    /// The log of the installation, its dumps and its state.
    case keepDatabase

    /// The roles of which any is enough.
    package var roles: Set<Role> {
        let staff: Set<Role> = [.agent, .engineer, .releaseManager, .security]
        return switch self {
        case .see: Set(Role.allCases)
        case .register, .write: staff.union([.customer])
        case .work, .keepKnowledge, .keepCases: staff
        case .agree: staff.union([.customer])
        case .keepCustomers: [.agent, .admin]
        case .keepInstallations: [.customer, .agent, .engineer, .admin]
        case .workOnDefects: [.engineer, .releaseManager, .security]
        case .keepLines: [.releaseManager, .admin]
        case .scan: [.engineer, .releaseManager, .security, .admin]
        case .keepReleases: [.releaseManager]
        case .keepAdvisories, .approveForSecurity: [.security]
        case .setUpProducts, .setUpAccounts, .setUpPriority, .keepContracts, .keepCalendars,
            .keepDatabase, .keepNotices, .keepVendors:
            [.admin]
        }
    }

    /// Completes "may not ...".
    var words: String {
        switch self {
        case .see: "see this"
        case .register: "register requests"
        case .write: "write on this ticket"
        case .work: "work on this ticket"
        case .keepCustomers: "make customers"
        case .workOnDefects: "work on defects"
        case .keepLines: "keep repositories and lines"
        case .scan: "scan repositories"
        case .keepReleases: "keep releases"
        case .approveForSecurity: "approve what security must approve"
        case .keepAdvisories: "keep advisories"
        case .setUpProducts: "set up products"
        case .setUpAccounts: "set up accounts"
        case .setUpPriority: "set up priority matrices"
        case .keepContracts: "keep contracts"
        case .keepCalendars: "keep calendars"
        case .keepInstallations: "record installations"
        case .keepKnowledge: "write articles"
        case .keepCases: "keep cases at vendors"
        case .agree: "record what a customer lets leave the house"
        case .keepVendors: "keep vendors and connectors"
        case .keepNotices: "keep rotas and notices"
        case .keepDatabase: "keep the database"
        }
    }
}
