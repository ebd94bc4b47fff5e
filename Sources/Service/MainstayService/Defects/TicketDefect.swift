import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// A defect of a ticket and how it stood on each line when a scan looked last.
package struct TicketDefect: Sendable {
    /// How it stood on one line.
    package struct Standing: Sendable {
        /// The line.
        package let line: String
        /// What git said.
        package let status: LineStatus
        /// The first release that holds the fix.
        package let release: String?
        /// The release to come that will hold the fix, where that is approved.
        package let planned: String?
    }

    /// What people call it.
    package let ref: String
    /// What it is, for staff; `nil`: the words are ours.
    package let title: String?
    /// Its other names, such as CVE ids.
    package let aliases: [String]
    /// The lines, newest first; none before a scan has judged it.
    package let lines: [Standing]
}

extension Connection {
    /// How the defects of a ticket stand on the lines, as far as the account may know of them: a
    /// customer knows what his own ticket waits for, unless it is under embargo.
    func standings(
        ofDefectsOf ticket: Ticket,
        for acting: ActingAccount
    ) throws -> [TicketDefect] {
        let known = try defects(ofTicket: ticket.id)
            .filter { defect in
                if acting.isCustomer { return try !isUnderEmbargo(defect) }
                return try isVisible(defect, to: acting)
            }
        return try standings(of: known, for: acting)
    }

    /// How defects stand on the lines, as the ledger said when a scan looked last.
    func standings(
        of defects: [Defect],
        for acting: ActingAccount
    ) throws -> [TicketDefect] {
        try defects.map { defect in
            let told = try lastLineFacts(of: [defect.id])[defect.id] ?? [:]
            let lines = try lines(of: defect.productID)
            let releases = try releasesToCome(with: defect.id)
            return TicketDefect(
                ref: defect.ref,
                title: acting.isCustomer ? nil : defect.title,
                aliases: try aliases(of: defect.productID)[defect.id] ?? [],
                lines: lines.compactMap { line in
                    let facts = told[line.id]
                    guard let status = facts?["status"]?.text.flatMap(LineStatus.init) else {
                        return nil
                    }
                    return .init(
                        line: line.name,
                        status: status,
                        release: facts?["release"]?.text,
                        planned: releases.first { $0.lineID == line.id }?.name
                    )
                }
            )
        }
    }
}
