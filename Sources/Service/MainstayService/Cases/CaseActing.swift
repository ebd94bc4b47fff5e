import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What an act on a case reads and writes: the case, its chain, its tickets, and who acts.
struct CaseActing: ~Copyable {
    /// The change so far.
    var change: CaseChange
    /// Whom the case is at.
    let vendor: Vendor
    /// The body's connection.
    let connection: any Connection
    /// Who acts.
    let acting: ActingAccount
    /// Ids and salts.
    var provision: Provision
    /// The heads of the chains of the case and its tickets, locked, by their numbers.
    var heads: [Int64: ChainHead]
    /// The desk at which it happens: its time zones and blobs.
    let desk: Desk
    /// Events of the change that are written already.
    private var writtenCount = 0
    /// How the case stood before the acts.
    private let before: VendorCase
    /// The tickets whose waiting has been settled by the acts.
    private var settled: Set<Int64> = []

    /// Begins to act on a case whose chain and whose tickets' chains are locked.
    init(
        _ change: CaseChange,
        at vendor: Vendor,
        _ connection: any Connection,
        by acting: ActingAccount,
        _ provision: Provision,
        heads: [Int64: ChainHead],
        at desk: Desk
    ) {
        self.change = change
        self.vendor = vendor
        self.connection = connection
        self.acting = acting
        self.provision = provision
        self.heads = heads
        self.desk = desk
        before = change.vendorCase
    }

    /// Writes the events so far and returns the last one; rows may name it.
    @discardableResult
    mutating func flush() throws -> Event? {
        let id = change.vendorCase.id
        guard var head = heads[id] else { return nil }
        var last: Event?
        for event in change.events[writtenCount...] {
            last = try connection.append(event, by: acting.account.id, to: &head, &provision)
        }
        writtenCount = change.events.count
        heads[id] = head
        return last
    }

    /// Lets a ticket wait for the case, or only have to do with it.
    mutating func link(_ ticket: Ticket, isHolding: Bool) throws {
        let id = change.vendorCase.id
        let known = try connection.tickets(ofCase: id).first { $0.ticketID == ticket.id }
        try change.setTicket(
            ticket.id,
            ref: ticket.ref,
            isHolding: isHolding,
            known: known?.isHolding
        )
        try flush()
        let levels = try connection.levels(of: ticket.origin.productID)
        if isHolding {
            try act(on: ticket.id) { try $0.wait(forCase: id, in: levels) }
        } else if known == nil {
            try act(on: ticket.id) { $0.noteCase(id) }
        } else {
            try settle(ticket.id)
        }
    }

    /// Takes a ticket from the case.
    mutating func drop(_ ticket: Ticket) throws {
        change.dropTicket(ticket.id)
        try flush()
        try settle(ticket.id)
    }

    /// Lets a ticket wait for the case no more, as when its fix was verified.
    mutating func release(_ ticket: Ticket) throws {
        try change.setTicket(ticket.id, ref: ticket.ref, isHolding: false, known: true)
        try flush()
        try settle(ticket.id)
    }

    /// Ends the waiting of a ticket that waits for no case any more.
    private mutating func settle(_ id: Int64) throws {
        let caseID = change.vendorCase.id
        settled.insert(id)
        let waits = try connection.cases(ofTicket: id).contains(where: \.isHolding)
        try act(on: id) { [connection] change in
            if waits { return change.leaveCase(caseID) }
            let levels = try connection.levels(of: change.ticket.origin.productID)
            change.stopWaiting(forCase: caseID, in: levels)
        }
    }

    /// Carries out acts on a ticket of the case.
    private mutating func act(
        on id: Int64,
        _ act: (inout TicketChange) throws -> Void
    ) throws {
        guard let ticket = try connection.ticket(id) else { return }
        var head = try heads[id] ?? connection.lockChain(id)
        let signature = try Signature(
            accountID: acting.account.id,
            isCustomer: false,
            roles: [],
            occurredAt: max(change.signature.occurredAt, ticket.openedAt),
            now: max(change.signature.now, ticket.openedAt)
        )
        var ticketChange = try TicketChange(of: ticket, by: signature)
        try act(&ticketChange)
        _ = try connection.store(
            ticketChange,
            by: acting.account.id,
            after: &head,
            &provision,
            desk.zones
        )
        heads[id] = head
    }

    /// Writes the case, and what its move means for its tickets.
    mutating func store() throws {
        try flush()
        let after = change.vendorCase
        if before.state == .draft, after.state.isOver { try takeBackAll() }
        if after.state != before.state {
            let isOurs = change.isMovedByUs
            for link in try connection.tickets(ofCase: after.id) {
                let offers = after.state.offersFix || after.state == .closed && !isOurs
                // One task is enough, whether he offers it again or closes after it.
                let verify = link.isHolding && offers && !before.state.offersFix
                try act(on: link.ticketID) {
                    $0.noteCase(after.id, is: after.state, verify: verify)
                }
                if after.state.isOver, link.isHolding,
                    let ticket = try connection.ticket(link.ticketID)
                {
                    try release(ticket)
                }
            }
            if before.state.offersFix, !after.state.offersFix, !after.state.isOver {
                try withdrawVerifications()
            }
        }
        try finishChecks(after)
        try connection.put(change.vendorCase)
    }

    /// Takes back what has not left.
    mutating func takeBackAll() throws {
        for message in try connection.messages(ofCase: change.vendorCase.id, open: true)
        where message.state == .held || message.state == .approved {
            try takeBack(message, words: nil)
        }
    }

    /// Ends the tasks to verify a fix that is offered no more.
    private func withdrawVerifications() throws {
        for link in try connection.tickets(ofCase: change.vendorCase.id) {
            for task in try connection.openTasks(on: link.ticketID) where task.kind == .verifyFix {
                let event = try connection.event(task.chainID, task.eventSeq)
                guard try event?.facts["case_id"]?.int == change.vendorCase.id else { continue }
                try finish(task)
            }
        }
    }

    /// Ends the tasks that the case as it now stands needs no more.
    private func finishChecks(_ after: VendorCase) throws {
        for task in try connection.openTasks(on: after.id) {
            let isDone: Bool =
                switch task.kind {
                case .checkCase:
                    after.state.isOver
                        || after.isByHand
                            && after.nextCheckAt.map { $0 > change.signature.now } ?? false
                case .mapStatus: after.state != .unknown
                default: false
                }
            if isDone { try finish(task) }
        }
    }

    private func finish(_ task: DeskTask) throws {
        let now = try connection.now()
        _ = try connection.finishTask(task.id, at: now, by: acting.account.id)
    }
}

extension Desk {
    /// Carries out acts of one person on one case, at a moment or now: all of them, or none.
    ///
    /// It returns what the act returns, and throws ``UseError`` with ``UseError/Code/unknown`` or
    /// ``UseError/Code/forbidden``, and ``DeskError`` when a rule forbids the act.
    @discardableResult
    func change(
        case ref: String,
        occurredAt: Instant? = nil,
        ids count: Int = 64,
        _ act: @escaping @Sendable (inout CaseActing) throws -> JSONValue
    ) async throws -> JSONValue {
        try await write(ids: count) { connection, acting, provision in
            let seen = try connection.visibleCase(ref, to: acting)
            try connection.requireKeeping(seen, by: acting)
            return try connection.change(
                seen.id,
                at: self,
                by: acting,
                on: occurredAt,
                &provision,
                act
            )
        }
    }
}

extension Connection {
    /// Locks a case and its tickets, acts on it, and writes what came of it.
    func change(
        _ id: Int64,
        at desk: Desk,
        by acting: ActingAccount,
        on occurredAt: Instant? = nil,
        _ provision: inout Provision,
        _ act: (inout CaseActing) throws -> JSONValue
    ) throws -> JSONValue {
        let heads = try lockChains([id] + (try tickets(ofCase: id).map(\.ticketID)))
        guard let vendorCase = try vendorCase(id), let vendor = try vendor(vendorCase.vendorID)
        else {
            throw UseError.unknown("case", "\(id)", list: "case list")
        }
        let signature = try CaseSignature(
            occurredAt: occurredAt,
            now: max(try now(), vendorCase.openedAt),
            isSecret: try isUnderEmbargo(vendorCase)
        )
        var state = CaseActing(
            try CaseChange(of: vendorCase, signature),
            at: vendor,
            self,
            by: acting,
            provision,
            heads: heads,
            at: desk
        )
        let result = try act(&state)
        try state.store()
        provision = state.provision
        return result
    }

    /// Locks chains in order of their numbers and returns their heads.
    func lockChains(_ ids: [Int64]) throws -> [Int64: ChainHead] {
        var heads: [Int64: ChainHead] = [:]
        for id in Set(ids).sorted() { heads[id] = try lockChain(id) }
        return heads
    }
}
