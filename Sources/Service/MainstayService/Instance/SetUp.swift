import MainstayCore
package import SQLDatabase
import Storage
import SupportDesk

/// The first administrator of an installation.
package struct FirstAccount: Sendable, Hashable {
    /// The operating-system user who acts as it; also its login.
    package let osUser: String
    /// The name of the person.
    package let name: String

    /// Creates it.
    package init(osUser: String, name: String) {
        self.osUser = osUser
        self.name = name
    }
}

/// What setting up an installation made.
package struct SetUpAnswer: Sendable, Hashable {
    /// The number of the installation, which its dumps carry.
    package let instance: String
    /// The login of the first account.
    package let login: String
}

extension Instance {
    /// Sets up an installation on an open database: tables, first account, first priority matrix.
    ///
    /// - Parameters:
    ///   - engine: The database; tables are made where there are none.
    ///   - location: Where its files are; only there it sends anything.
    ///   - first: The first administrator.
    ///   - identity: A number for the installation, made at random.
    ///   - casePrefix: What the names of its cases at vendors begin with. A vendor who serves two
    ///     installations tells their cases apart by it.
    /// - Returns: What was made.
    /// - Throws: ``UseError`` with ``UseError/Code/alreadyExists`` when that was done already;
    ///   ``DeskError`` for a prefix that breaks the rules.
    package static func setUp(
        on engine: any SQLEngine,
        at location: DataLocation,
        first: FirstAccount,
        identity: String,
        casePrefix: String = "MS"
    ) async throws -> SetUpAnswer {
        let cases = try ShortName.prefix.check(casePrefix)
        guard cases != "DESK" else { throw UseError.taken("case prefix", cases) }
        try await Migration.apply(on: engine)
        let isNew = try await engine.read { connection in
            try connection.setting("instance") == nil
        }
        guard isNew else { throw UseError.alreadySetUp }
        let source = try await IDSource.join(engine, name: "init") { Instant.now }
        let provision = try await source.provision()
        try await engine.write { connection in
            var provision = provision
            try connection.makeFirstRows(first, identity: identity, &provision)
            try connection.setSetting("case-prefix", to: cases)
            try connection.setDeployment(location.deployment)
        }
        try await source.leave()
        return SetUpAnswer(instance: identity, login: first.osUser)
    }
}

extension Connection {
    fileprivate func makeFirstRows(
        _ first: FirstAccount,
        identity: String,
        _ provision: inout Provision
    ) throws {
        guard try setting("instance") == nil else { throw UseError.alreadySetUp }
        try setSetting("instance", to: identity)
        let now = try now()
        let account = Account(
            id: try provision.id(),
            login: first.osUser,
            name: try DeskText.title(first.name, as: "Name"),
            createdAt: now,
            contact: (nil, nil, first.osUser)
        )
        try insert(account)
        var head = try beginChain(account.id, .account)
        try append(
            EventDraft("made", facts: ["login": .text(account.login)]),
            by: account.id,
            to: &head,
            &provision
        )
        for role in [Role.admin, .security, .releaseManager] {
            let grant = try RoleGrant(role, scope: .everywhere)
            _ = try insert(grant, to: account.id, by: account.id)
            let facts: JSONValue = ["role": .text(role.rawValue), "scope": "*"]
            try append(EventDraft("granted", facts: facts), by: account.id, to: &head, &provision)
        }
        let matrix = PriorityMatrix.first(validFrom: now)
        try insert(matrix)
        let made = EventDraft("matrix_made", facts: ["version": .int(matrix.version)])
        try append(made, by: account.id, to: &head, &provision)
    }
}

extension UseError {
    fileprivate static let alreadySetUp = UseError(
        .alreadyExists,
        "This installation is set up already",
        hint: "See its state with 'mainstay db doctor'"
    )
}
