import LTSReleases
import MainstayCore
import SupportDesk

// What the specialists of the demonstration solve in code: level 3.
extension DemoDesk {
    /// The three requests of level 3.
    func solveInCode() async throws -> [DemoRequest] {
        [
            try await solveDatabaseTrouble(), try await solveExpression(),
            try await solveSettings(),
        ]
    }

    private func solveDatabaseTrouble() async throws -> DemoRequest {
        let title = "Connections to the database break at random"
        var ticket = try await handedUp(title, "Mostly after a client was lost.", .incident)
        let (mara, fix) = (try asking(.mara), repository.fixOfConnections)
        let defect = try await enterDefect(for: ticket.ref, .code, severity: .high)
        try await mara.reproduce(
            defect,
            on: "v2.0.1",
            .reproduced,
            words: "Close a session whose peer is gone: the descriptor is closed twice, and the "
                + "second time it is that of the database.",
            tools
        )
        try await tie(defect, fixedBy: fix)
        let words = "The socket was closed twice; release 2.0.3 has the fix."
        try await mara.move(ticket.after(minutes: 240), to: .resolved, words)
        return DemoRequest(
            level: .specialists,
            title: title,
            means: "defect, reproduced, fixed on its lines",
            ref: ticket.ref,
            defect: defect
        )
    }

    private func solveExpression() async throws -> DemoRequest {
        let title = "A name that the regular expression refuses costs memory"
        var ticket = try await handedUp(title, "peer = [a-z]+ and a client named 7.", .defect)
        let defect = try await enterDefect(for: ticket.ref, .code, severity: .low)
        try await tie(defect, fixedBy: repository.fixOfNames)
        let words = "Release 2.0.2 gives the memory back; line 2.2 began with the fix."
        try await asking(.mara).move(ticket.after(minutes: 120), to: .resolved, words)
        return DemoRequest(
            level: .specialists,
            title: title,
            means: "defect, its fix picked to one line",
            ref: ticket.ref,
            defect: defect
        )
    }

    private func solveSettings() async throws -> DemoRequest {
        let title = "The API refuses every call since it was set up"
        let ticket = try await handedUp(title, "It says 401.", .incident)
        let defect = try await enterDefect(for: ticket.ref, .configuration, severity: .medium)
        let isClosed = try await asking(.mara)
            .intervene(
                defect,
                for: ticket.ref,
                .configuration,
                words: "The key stood in [client], not in [api]; moved it and reloaded."
            )
        guard isClosed else {
            throw DemoError(message: "Defect \(defect) stayed open", hint: nil)
        }
        return DemoRequest(
            level: .specialists,
            title: title,
            means: "cause configuration, put right by an intervention",
            ref: ticket.ref,
            defect: defect
        )
    }

    /// A request that levels 1 and 2 handed up to the specialists.
    func handedUp(
        _ title: String,
        _ body: String,
        _ kind: TicketKind
    ) async throws -> DemoTicket {
        var ticket = try await register(title, body, kind, hoursAgo: 9)
        let judgement = Judgement(impact: .high, urgency: .high)
        try await asking(.anna).prioritise(ticket.after(minutes: 5), judgement)
        let tried = ["what was tried": "Restarted it; the same."]
        try await escalate(&ticket, from: .anna, to: .ben, because: .skill, tried)
        let handover = [
            "what was tried": "Restarted it, compared the settings with ours.",
            "steps to reproduce": body,
        ]
        try await escalate(&ticket, from: .ben, to: .mara, because: .defect, handover)
        return ticket
    }

    func enterDefect(
        for ticket: String,
        _ cause: DefectCause,
        severity: Severity
    ) async throws -> String {
        let mara = try asking(.mara)
        var new = NewDefect()
        new.ticket = ticket
        new.severity = severity
        let defect = try await mara.makeDefect(new)
        var edit = DefectEdit()
        edit.cause = cause
        try await mara.edit(defect: defect, edit, words: nil)
        return defect
    }

    private func tie(_ defect: String, fixedBy fix: CommitID) async throws {
        var links = NewLinks()
        links.fixes = [fix.hex]
        links.introducers = ["0"]
        _ = try await asking(.mara).link(defect, links, tools)
        _ = try await desk.scan(Self.product, fetching: false, tools)
    }
}
