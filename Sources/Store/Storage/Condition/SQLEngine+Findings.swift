package import MainstayCore
package import SQLDatabase

extension SQLEngine {
    /// Tells how the store is: its level, jobs, log, clocks, backups, anchors and redactions.
    ///
    /// - Parameters:
    ///   - blobs: The folder with `redactions.jsonl`.
    ///   - clock: The clock of this process.
    /// - Returns: Findings in a fixed order, those that are good too.
    /// - Throws: ``StorageError`` or ``SQLError``.
    package func findings(
        blobs: BlobFolder,
        clock: @escaping @Sendable () -> Instant
    ) async throws -> [Finding] {
        let orders = try RedactionList(blobs).read()
        var findings = try await read { connection in
            let now = try connection.now()
            return try [
                connection.levelFinding(), connection.clockFinding(now, clock()),
                connection.deadJobsFinding(), connection.dueJobsFinding(now),
                connection.backupFinding(now), connection.anchorFinding(now),
                connection.redactionFinding(orders), connection.webhookFinding(),
            ]
        }
        // What the engine calls its log; PostgreSQL looks after its own.
        let log = try await condition().first { $0.name == "write-ahead log" }
        if let bytes = log?.value.prefix(while: \.isNumber), let size = Int64(bytes) {
            findings.append(
                Finding(
                    "log-size",
                    size > 256 << 20 ? .warning : .good,
                    "The write-ahead log has \(size) bytes",
                    hint: "Look for a dump or another read that does not end"
                )
            )
        }
        return findings
    }

    /// Notes that a backup was made just now; `mainstay db doctor` looks at it.
    package func noteBackup() async throws {
        try await write { connection in
            try connection.exec(
                """
                INSERT INTO setting (name, value, updated_at) VALUES ('backup', '', \(try connection.now()))
                ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at
                """
            )
        }
    }
}

extension Connection {
    fileprivate func levelFinding() throws -> Finding {
        let missing = try Migration.plan(self).missing.count
        return Finding(
            "level",
            missing == 0 ? .good : .fault,
            missing == 0
                ? "The tables are of level \(Migration.programLevel)"
                : "\(missing) migrations have not run",
            hint: "Run 'mainstay db migrate'"
        )
    }

    /// Beyond 2 s times look odd to people; beyond 60 s a process takes no jobs.
    fileprivate func clockFinding(_ database: Instant, _ process: Instant) -> Finding {
        let difference = abs(database.milliseconds - process.milliseconds)
        return Finding(
            "clock",
            difference > 60_000 ? .fault : difference > 2000 ? .warning : .good,
            "The clocks of database and process are \(difference) ms apart",
            hint: "Set both by a time server"
        )
    }

    fileprivate func deadJobsFinding() throws -> Finding {
        let dead: Int = try value("SELECT COUNT(*) FROM job_dead") ?? 0
        return Finding(
            "dead-jobs",
            dead == 0 ? .good : .warning,
            "\(dead) jobs used up their tries",
            hint: "Look at their errors in table 'job_dead'"
        )
    }

    fileprivate func dueJobsFinding(_ now: Instant) throws -> Finding {
        let oldest: Instant? = try value("SELECT run_at FROM job ORDER BY run_at, id LIMIT 1")
        let seconds = oldest.map { max(0, now.milliseconds - $0.milliseconds) / 1000 } ?? 0
        return Finding(
            "due-jobs",
            seconds > 300 ? .warning : .good,
            "The job that is due for longest has waited for \(seconds) s",
            hint: "Look whether a server runs and takes jobs"
        )
    }

    fileprivate func backupFinding(_ now: Instant) throws -> Finding {
        let last: Instant? = try value("SELECT updated_at FROM setting WHERE name = 'backup'")
        let hint = "Run 'mainstay db backup DIR' every day"
        guard let last else {
            return Finding("backup", .warning, "No backup was ever made", hint: hint)
        }
        let hours = (now.milliseconds - last.milliseconds) / 3_600_000
        return Finding(
            "backup",
            hours > 48 ? .warning : .good,
            "The last backup was made \(hours) h ago",
            hint: hint
        )
    }

    fileprivate func anchorFinding(_ now: Instant) throws -> Finding {
        let newest: Anchor? = try one(
            "SELECT \(Anchor.columns) FROM anchor ORDER BY made_at DESC LIMIT 1"
        )
        guard let newest else {
            return Finding(
                "anchors",
                .warning,
                "No history is anchored",
                hint: "Run 'mainstay db anchor' each hour, and keep the root elsewhere"
            )
        }
        let place = newest.sentTo?.rawValue ?? "an unknown place"
        return Finding(
            "anchors",
            newest.sentTo == .log ? .warning : .good,
            "The last root, of \(newest.madeAt), went to \(place)",
            hint: "Have roots sent by mail or to a git repository: without a copy outside, an "
                + "administrator can rewrite a whole chain"
        )
    }

    fileprivate func webhookFinding() throws -> Finding {
        let paused: Int =
            try value("SELECT COUNT(*) FROM webhook WHERE disabled_at IS NOT NULL") ?? 0
        let open: Int = try value("SELECT COUNT(*) FROM outbox WHERE settled_at IS NULL") ?? 0
        return Finding(
            "webhooks",
            paused == 0 ? .good : .warning,
            "\(paused) receivers of notices are paused; \(open) messages are to be sent",
            hint: "'mainstay webhook list' shows them; see why, then 'mainstay webhook resume'"
        )
    }

    fileprivate func redactionFinding(_ orders: [Redaction]) throws -> Finding {
        let pending = try orders.count { order in
            let left: Int64? = try value(
                """
                SELECT COUNT(*) FROM event WHERE chain_id = \(order.chainID)
                  AND seq IN \(list: order.seqs) AND text IS NOT NULL
                """
            )
            return left != 0
        }
        return Finding(
            "redactions",
            pending == 0 ? .good : .fault,
            "\(pending) of \(orders.count) redactions are not done here",
            hint: "Start the server again: each start ends them"
        )
    }
}
