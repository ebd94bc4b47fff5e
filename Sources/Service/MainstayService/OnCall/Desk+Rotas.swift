package import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// A rota as an administrator sets it up.
package struct NewRota: Sendable, Hashable {
    /// What it is called; the name of one that is there changes it from now on.
    package var name: String
    /// The level.
    package var level: SupportLevel
    /// The product, by its prefix; `nil`: every one.
    package var product: String?
    /// One component of it.
    package var component: String?
    /// The zone of the wall clock.
    package var zone = "UTC"
    /// The day of the hand-over.
    package var weekday = Weekday.mon
    /// Its time.
    package var time = "09:00"
    /// Who takes turns, by login, in this order.
    package var members: [String] = []

    /// Creates a rota that hands over on Mondays at 09:00 UTC.
    package init(_ name: String, level: SupportLevel) {
        self.name = name
        self.level = level
    }
}

/// A rota and who is on call in the coming weeks.
package struct RotaView: Sendable {
    /// The rota.
    package let rota: Rota
    /// Its shifts, from the moment asked for.
    package let shifts: [OnCallShift]
    /// Who takes turns that is no member any more, by login.
    package let strangers: [String]
    /// The names that it mentions.
    package let names: Names
}

extension Desk {
    /// Makes a rota, or changes one from now on.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for somebody who is no member of the
    ///   level; ``DeskError`` for a zone or time that is none.
    package func setRota(_ new: NewRota) async throws {
        try await write { connection, acting, provision in
            let product = try new.product.map { try connection.knownProduct($0) }
            try acting.require(.keepNotices, product: product?.id)
            let component = try new.component.map { name in
                guard let product else {
                    throw UseError(.unknown, "Component '\(name)' needs a product")
                }
                return try connection.knownComponent(name, of: product).id
            }
            _ = try TimeZones.ofMachine.rules(new.zone)
            let rota = try Rota(
                try DeskText.name(new.name),
                from: try connection.now(),
                for: (new.level, product?.id, component),
                zone: new.zone,
                handover: (new.weekday, new.time),
                members: try new.members.map { try connection.knownAccount($0).id }
            )
            for (account, login) in zip(rota.members, new.members)
            where try !connection.takesTurns(account, in: rota) {
                throw UseError.noMember(login, of: rota)
            }
            try connection.insert(rota)
            let draft = EventDraft("rota_set", facts: rota.rules)
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }

    /// Lets somebody stand in for a while; only a member may.
    package func standIn(
        _ login: String,
        in name: String,
        from: Instant,
        to: Instant
    ) async throws {
        try await write { connection, acting, provision in
            let rota = try connection.knownRota(name, at: try connection.now())
            try acting.require(.keepNotices, product: rota.productID)
            let account = try connection.knownAccount(login).id
            guard try connection.takesTurns(account, in: rota) else {
                throw UseError.noMember(login, of: rota)
            }
            let override = try RotaOverride(
                id: try provision.id(),
                rota: rota.name,
                account: account,
                from: from,
                to: to,
                createdAt: try connection.now()
            )
            try connection.insert(override)
            let facts: JSONValue = ["override_id": .int(override.id), "account_id": .int(account)]
            try connection.record(EventDraft("rota_override", facts: facts), by: acting, &provision)
            return .int(override.id)
        }
    }

    /// Returns rotas with their shifts of so many weeks, by name: one, or all.
    ///
    /// - Parameters:
    ///   - name: Which; `nil`: all.
    ///   - moment: From when on; `nil`: now.
    ///   - weeks: How many, 1 or more.
    /// - Returns: The rotas.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown`` for a name, or for a customer with
    ///   ``UseError/Code/forbidden``; ``DeskError`` for a zone that the machine does not know.
    package func rotas(
        _ name: String? = nil,
        from moment: Instant? = nil,
        weeks: Int
    ) async throws -> [RotaView] {
        try await read { connection, acting in
            try acting.requireStaff(toSee: "who is on call")
            let moment = try moment ?? connection.now()
            let rotas =
                try name.map { [try connection.knownRota($0, at: moment)] }
                ?? connection.rotas(at: moment)
            return try rotas.map { try connection.view(of: $0, from: moment, weeks: weeks) }
        }
    }
}

extension TimeZones {
    /// The zones of this machine.
    static let ofMachine = TimeZones()
}

extension Connection {
    /// Returns who is on call for a level of a product or a component: of several rotas by the
    /// narrowest; nobody where there is none.
    func onCall(
        at level: SupportLevel,
        product: Int64?,
        component: Int64?,
        _ moment: Instant
    ) throws -> [Int64] {
        let fitting = try rotas(at: moment)
            .filter { rota in
                rota.level == level && [nil, product].contains(rota.productID)
                    && [nil, component].contains(rota.componentID)
            }
        let narrowest = fitting.sorted { $0.width < $1.width }
        for rota in narrowest {
            // A zone that the machine does not know any more leaves the members of the level.
            guard let zone = try? TimeZones.ofMachine.rules(rota.zone) else { continue }
            let members = try turnTakers(of: rota)
            let found = rota.onCall(
                at: moment,
                zone,
                overrides: try overrides(of: rota.name, after: moment),
                isMember: members.contains
            )
            if let account = found.account { return [account] }
        }
        return []
    }

    /// Returns who is responsible for a ticket at its level: the one on call first, then the
    /// members.
    func responsible(for ticket: Ticket) throws -> [Int64] {
        let (product, component) = (ticket.origin.productID, ticket.classification.componentID)
        let members = try memberships(of: product)
            .responsible(at: ticket.level, product: product, component: component)
        let first = try onCall(
            at: ticket.level,
            product: product,
            component: component,
            try now()
        )
        return first + members.filter { !first.contains($0) }
    }

    /// Whether an account is a member of the level that a rota is for.
    fileprivate func takesTurns(_ account: Int64, in rota: Rota) throws -> Bool {
        try memberships(ofAccount: account)
            .contains { membership in
                membership.level == rota.level
                    && (rota.productID == nil || membership.productID == rota.productID)
                    && [nil, rota.componentID].contains(membership.componentID)
            }
    }

    /// Those in a rota, or who stand in, that are members still and may act.
    private func turnTakers(of rota: Rota) throws -> Set<Int64> {
        Set(
            try rota.members.filter {
                try takesTurns($0, in: rota) && account($0)?.disabledAt == nil
            }
        )
    }

    fileprivate func knownRota(_ name: String, at moment: Instant) throws -> Rota {
        let all = try rotas(at: moment)
        if let rota = all.first(where: { $0.name == name }) { return rota }
        throw UseError.unknown("rota", name, among: all.map(\.name), list: "rota list")
    }

    fileprivate func view(of rota: Rota, from moment: Instant, weeks: Int) throws -> RotaView {
        let members = try turnTakers(of: rota)
        let shifts = rota.shifts(
            from: moment,
            weeks: weeks,
            try TimeZones.ofMachine.rules(rota.zone),
            overrides: try overrides(of: rota.name, after: moment),
            isMember: members.contains
        )
        var names = Names()
        names.logins = try logins(of: Set(rota.members + shifts.compactMap(\.accountID)))
        if let id = rota.productID { names.products[id] = try product(id)?.prefix }
        return RotaView(
            rota: rota,
            shifts: shifts,
            strangers: rota.members.filter { !members.contains($0) }
                .compactMap { names.logins[$0] },
            names: names
        )
    }
}

extension Rota {
    /// 0 for one component, 1 for one product, 2 for every one.
    fileprivate var width: Int { productID == nil ? 2 : componentID == nil ? 1 : 0 }
}

extension UseError {
    fileprivate static func noMember(_ login: String, of rota: Rota) -> UseError {
        UseError(
            .refused,
            "Account '\(login)' is no member of level \(rota.level.rawValue) and takes no turns in "
                + "rota '\(rota.name)'",
            hint: "'mainstay account member \(login) --level \(rota.level.rawValue)' makes it one"
        )
    }
}
