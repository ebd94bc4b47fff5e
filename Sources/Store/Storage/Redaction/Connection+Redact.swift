import MainstayCore
import SQLDatabase

extension Connection {
    /// Applies redactions in their order; returns how many had not been done.
    func apply(_ redactions: [Redaction]) throws -> Int {
        let done = try redactions.count { try apply($0) }
        if done > 0 { try purgeSearch() }
        return done
    }

    /// Blanks what is still there of the words, and appends the event that says so.
    ///
    /// Done again, or on a chain that a backup does not have, it changes nothing. The files of the
    /// blobs that it marks as erased are still there.
    /// - Returns: Whether there was anything to blank.
    private func apply(_ redaction: Redaction) throws -> Bool {
        let (chain, seqs) = (redaction.chainID, redaction.seqs)
        let present: Int64? = try value(
            """
            SELECT COUNT(*) FROM event WHERE chain_id = \(chain) AND seq IN \(list: seqs)
              AND text IS NOT NULL
            """
        )
        let files = try erasableBlobs(of: redaction)
        guard present != 0 || !files.isEmpty else { return false }
        var head = try lockChain(chain)
        try exec(
            """
            UPDATE event SET text = NULL, salt = NULL
            WHERE chain_id = \(chain) AND seq IN \(list: seqs)
            """
        )
        if head.kind == .ticket { try blankTicket(redaction) }
        if head.kind == .defect { try blankDefect(redaction) }
        if head.kind == .article { try blankArticle(redaction) }
        try giveUpNotices(of: redaction)
        if head.kind == .vendorCase { try blankCase(redaction) }
        for edit in ["UPDATE action_step SET what = ''", "UPDATE attachment SET name = ''"]
            as [Query]
        {
            try exec("\(edit) WHERE chain_id = \(chain) AND event_seq IN \(list: seqs)")
        }
        if !files.isEmpty {
            try exec("UPDATE blob SET erased_at = \(try now()) WHERE sha IN \(list: files)")
        }
        var none = Provision(ids: [], seed: [])
        try append(redaction.event, by: redaction.by, to: &head, &none)
        if head.kind == .ticket { try indexTicket(chain) }
        if head.kind == .article { try indexArticle(chain) }
        return true
    }

    /// The blobs that came with the events and that no other event, of those that stay, has, and the
    /// notices of them: the name of a file is blank once its event was redacted, and never else.
    private func erasableBlobs(of redaction: Redaction) throws -> [String] {
        let here: Query =
            "chain_id = \(redaction.chainID) AND event_seq IN \(list: redaction.seqs)"
        return try values(
            """
            SELECT DISTINCT blob_sha FROM attachment JOIN blob ON blob.sha = blob_sha
            WHERE \(here) AND erased_at IS NULL
              AND blob_sha NOT IN
                (SELECT blob_sha FROM attachment WHERE NOT (\(here)) AND name <> '')
            UNION SELECT body_sha FROM outbox JOIN blob ON blob.sha = body_sha
            WHERE \(here) AND erased_at IS NULL AND channel IN \(list: Self.noticeChannels)
            ORDER BY 1
            """
        )
    }

    private static var noticeChannels: [OutboxChannel] { [.mail, .webhook] }

    /// Notices that have not left tell nobody any more.
    private func giveUpNotices(of redaction: Redaction) throws {
        try exec(
            """
            UPDATE outbox SET state = \(OutboxState.failed), settled_at = \(try now())
            WHERE chain_id = \(redaction.chainID) AND event_seq IN \(list: redaction.seqs)
              AND channel IN \(list: Self.noticeChannels) AND settled_at IS NULL
            """
        )
    }

    private func blankTicket(_ redaction: Redaction) throws {
        let (id, seqs) = (redaction.chainID, redaction.seqs)
        if try lastEvent(of: ["opened", "retitled"], on: id, isIn: seqs) {
            try exec("UPDATE ticket SET title = '' WHERE id = \(id)")
        }
        if try lastEvent(of: ["opened"], on: id, isIn: seqs) {
            try exec("UPDATE ticket SET body = '', customer_release = NULL WHERE id = \(id)")
        }
    }

    private func blankDefect(_ redaction: Redaction) throws {
        let (id, seqs) = (redaction.chainID, redaction.seqs)
        if try lastEvent(of: ["made", "retitled"], on: id, isIn: seqs) {
            try exec("UPDATE defect SET title = '' WHERE id = \(id)")
        }
        if try lastEvent(of: ["made"], on: id, isIn: seqs) {
            try exec("UPDATE defect SET body = '' WHERE id = \(id)")
        }
    }

    private func blankArticle(_ redaction: Redaction) throws {
        if try lastEvent(of: ["made", "edited"], on: redaction.chainID, isIn: redaction.seqs) {
            try exec(
                """
                UPDATE article SET title = '', body = '', guide_json = NULL
                WHERE id = \(redaction.chainID)
                """
            )
        }
    }

    /// Blanks the title of a case, and the secrets behind its stand-ins: words that are gone from our
    /// side must not be readable from the vendor's.
    private func blankCase(_ redaction: Redaction) throws {
        let (id, seqs) = (redaction.chainID, redaction.seqs)
        if try lastEvent(of: ["opened"], on: id, isIn: seqs) {
            try exec("UPDATE vendor_case SET title = '' WHERE id = \(id)")
        }
        try exec("UPDATE pseudonym SET value = NULL WHERE case_id = \(id)")
    }

    private func lastEvent(of kinds: [String], on chain: Int64, isIn seqs: [Int64]) throws -> Bool {
        let last: Int64? = try value(
            "SELECT MAX(seq) FROM event WHERE chain_id = \(chain) AND kind IN \(list: kinds)"
        )
        return last.map(seqs.contains) ?? false
    }
}
