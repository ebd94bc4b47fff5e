import LTSReleases
import MainstayCore
import Storage
import SupportDesk

// What the demonstration's desk has solved by others: level 4.
extension DemoDesk {
    /// The three requests that need a vendor: one outside, a department of the house, and one that
    /// names the version and the commit of its fix.
    func solveWithVendors() async throws -> [DemoRequest] {
        try await makeVendors()
        return [try await mendStorage(), try await tuneDatabase(), try await mendTerminal()]
    }

    private func makeVendors() async throws {
        var words = VendorWords()
        words.fields = [.product, .release]
        try await desk.makeVendor("nas-works", words)
        words.kind = .department
        words.fields = [.product]
        try await desk.makeVendor("operations", words)
        words.kind = .company
        words.repositories = [Self.product]
        try await desk.makeVendor("term-soft", words)
    }

    private func mendStorage() async throws -> DemoRequest {
        let title = "The NAS device loses files of the journal"
        let ticket = try await handedUp(title, "It did not in the old set-up.", .incident).ref
        try await agree(on: ticket, to: "nas-works")
        let ref = try await escalate(
            ticket,
            to: "nas-works",
            "Files vanish after a failover",
            "Acme Ltd, Carl Ek: the journal on nas-2.acme.example (10.20.0.7) loses files whenever "
                + "its other head takes over."
        )
        let mara = try asking(.mara)
        try await mara.takeWords(case: ref, "Does HOST-1 run 7.0? That is known.", at: nil)
        var words = CaseWords()
        (words.state, words.fixVersion) = (.fixOffered, "7.1")
        try await mara.set(case: ref, words)
        try await verify(ticket, of: ref, "With 7.1 on the device no file is lost any more.")
        return DemoRequest(
            level: .vendor,
            title: title,
            means: "case \(ref) at vendor nas-works, whose version 7.1 holds",
            ref: ticket
        )
    }

    private func tuneDatabase() async throws -> DemoRequest {
        let title = "The external database server needs tuning"
        let ticket = try await handedUp(title, "It was fast enough before.", .incident).ref
        let ref = try await escalate(
            ticket,
            to: "operations",
            "Write-ahead log on the same disk",
            "The log of the database shares a disk with its tables; please give it one of its own."
        )
        var words = CaseWords()
        words.state = .fixReleased
        words.note = "Moved, and the buffers doubled"
        try await asking(.mara).set(case: ref, words)
        try await verify(ticket, of: ref, "Our operations have moved its log; it is fast again.")
        return DemoRequest(
            level: .vendor,
            title: title,
            means: "case \(ref) at department operations, kept by hand",
            ref: ticket
        )
    }

    private func mendTerminal() async throws -> DemoRequest {
        let title = "Not as expected under the terminal server"
        let ticket = try await handedUp(title, "Windows stay empty.", .incident).ref
        let defect = try await enterDefect(for: ticket, .thirdParty, severity: .medium)
        try await agree(on: ticket, to: "term-soft")
        let ref = try await escalate(
            ticket,
            to: "term-soft",
            "Windows stay empty in a session",
            "In sessions of Acme the windows stay empty until somebody moves them.",
            defect: defect
        )
        let mara = try asking(.mara)
        var words = CaseWords()
        (words.state, words.fixVersion) = (.fixReleased, "11.4")
        words.fixCommit = repository.fixOfNames.hex
        try await mara.set(case: ref, words)
        let proposed = try await mara.proposeFix(ofCase: ref, tools)
        guard proposed.map(\.defect) == [defect] else {
            throw DemoError(message: "Commit of case \(ref) was not found", hint: nil)
        }
        _ = try await mara.judge(
            defect,
            commit: repository.fixOfNames.hex,
            isRight: true,
            words: nil,
            tools
        )
        try await verify(ticket, of: ref, "Their version 11.4 shows them at once.")
        return DemoRequest(
            level: .vendor,
            title: title,
            means: "case \(ref) at vendor term-soft, who named version 11.4 and its commit",
            ref: ticket,
            defect: defect
        )
    }

    /// The customer lets words of a ticket go to a vendor.
    private func agree(on ticket: String, to vendor: String) async throws {
        var agreement = NewAgreement(scope: [.text])
        agreement.ticket = ticket
        agreement.vendor = vendor
        agreement.words = "Yes, by all means."
        try await asking(.carl).agree(agreement)
    }

    /// Opens a case that the ticket waits for; what it says is approved and sent by hand.
    private func escalate(
        _ ticket: String,
        to vendor: String,
        _ title: String,
        _ body: String,
        defect: String? = nil
    ) async throws -> String {
        let mara = try asking(.mara)
        var new = NewCase(at: vendor, title)
        new.body = body
        new.tickets = [ticket]
        new.defects = [defect].compactMap(\.self)
        new.checkAt = now.advanced(by: 7 * 24 * 3_600_000)
        let ref = try await mara.openCase(new)
        guard let message = try await mara.preview(case: ref).messages.first else {
            throw DemoError(message: "Case \(ref) says nothing", hint: nil)
        }
        _ = try await mara.approve(case: ref, message: nil, digest: message.digest)
        try await mara.markSent(case: ref, message: nil, remoteID: nil)
        return ref
    }

    /// Finds that the vendor's fix holds: the ticket comes back and is resolved, the case ends.
    private func verify(_ ticket: String, of ref: String, _ words: String) async throws {
        let mara = try asking(.mara)
        let tasks = try await mara.show(ticket).tasks
        guard let task = tasks.first(where: { $0.kind == .verifyFix }) else {
            throw DemoError(message: "Ticket \(ticket) has no fix to verify", hint: nil)
        }
        try await mara.finishTask(task.id)
        try await mara.close(case: ref, "Verified")
        try await mara.move(TicketHandle(ticket), to: .resolved, words)
    }
}
