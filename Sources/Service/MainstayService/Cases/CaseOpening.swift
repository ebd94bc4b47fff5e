import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Connection {
    /// Writes a case as somebody opens it, with what belongs to it.
    func open(
        _ new: NewCase,
        as ref: String,
        at desk: Desk,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        let vendor = try knownVendor(new.vendor)
        if let closedAt = vendor.closedAt {
            throw UseError(.refused, "Vendor '\(vendor.name)' takes no cases since \(closedAt)")
        }
        let tickets = try new.tickets.map { try visibleTicket($0, to: acting) }
        if tickets.isEmpty { try acting.require(.keepCases) }
        let now = try now()
        let id = try provision.id()
        var heads = try lockChains(tickets.map(\.id))
        let isSecret =
            try tickets.contains(where: \.isUnderEmbargo)
            || new.defects.contains { try visibleDefect($0, to: acting).isUnderEmbargo }
        let signature = try CaseSignature(occurredAt: new.occurredAt, now: now, isSecret: isSecret)
        let draft = VendorCase(
            id: id,
            ref: ref,
            vendor: vendor.id,
            connector: try new.connector.map { try connector($0, to: vendor).id },
            contract: try contract(of: vendor, named: new.contract, isChosen: true)?.id,
            priority: new.priority ?? tickets.map(\.standing.priority)
                .min { $0.rawValue < $1.rawValue }
                ?? .p3,
            title: new.title,
            openedAt: signature.occurredAt
        )
        let change = try CaseChange(opening: draft, body: new.body, checkAt: new.checkAt, signature)
        try put(change.vendorCase)
        heads[id] = try beginChain(id, .vendorCase)
        var state = CaseActing(
            change,
            at: vendor,
            self,
            by: acting,
            provision,
            heads: heads,
            at: desk
        )
        let opened = try state.flush()
        for ticket in tickets {
            try state.requireWork(on: ticket)
            try state.link(ticket, isHolding: new.isHolding)
        }
        for defect in new.defects { try state.tie(defect) }
        var message = CaseMessage(.openCase, key: ref)
        message.title = change.vendorCase.title
        message.body = DeskText.body(new.body)
        try state.fill(&message)
        try state.queue(message, askedBy: opened?.seq ?? 1)
        try state.store()
        provision = state.provision
    }

    private func connector(_ name: String, to vendor: Vendor) throws -> ConnectorInstance {
        let connector = try knownConnector(name)
        if connector.vendorID == vendor.id { return connector }
        throw UseError(
            .refused,
            "Connector '\(name)' leads to another vendor than '\(vendor.name)'"
        )
    }

    /// Returns our contract with a vendor by its name; without one, where `isChosen` says so, the only
    /// one that holds today.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``, or ``UseError/Code/refused`` where
    ///   several hold.
    func contract(of vendor: Vendor, named ref: String?, isChosen: Bool = false) throws -> Contract?
    {
        let contracts = try contracts(withVendor: vendor.id)
        if let ref {
            if let found = contracts.first(where: { $0.ref == ref }) { return found }
            throw UseError.unknown(
                "contract with '\(vendor.name)'",
                ref,
                among: contracts.map(\.ref),
                list: "vendor show \(vendor.name)"
            )
        }
        guard isChosen else { return nil }
        let today = try now().day
        let valid = contracts.filter { $0.holds(on: today) }
        guard valid.count > 1 else { return valid.first }
        throw UseError(
            .refused,
            "Contracts \(valid.map(\.ref).joined(separator: ", ")) with vendor '\(vendor.name)' all "
                + "hold today",
            hint: "Name one with --contract"
        )
    }
}
