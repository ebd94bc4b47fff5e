import CLibPQ
import SQLDatabase

extension SQLError {
    /// What the server said against a statement; the values it names are left out.
    ///
    /// The codes are those of https://www.postgresql.org/docs/15/errcodes-appendix.html
    static func refused(_ answer: Answer, statement: String) -> SQLError {
        guard let state = answer.errorField(mst_pq_sqlstate) else { return .lost }
        let detail = "\(state): \(answer.errorField(mst_pq_primary) ?? "")"
        let shown = "the statement '\(head(of: statement))'"
        switch state {
        case "40001", "40P01":
            return SQLError(
                .serialization,
                "Another transaction came before \(shown)",
                detail: detail
            )
        case "53100", "58030":
            let message = "The server could not write to its disk for \(shown)"
            return SQLError(.full, message, hint: "Make space on the server", detail: detail)
        case "42501":
            let message = "The server does not let this user run \(shown)"
            return SQLError(.unfit, message, hint: "GRANT it to the user", detail: detail)
        case "57014":
            return SQLError(.busy, "The server stopped \(shown) after 30 s", detail: detail)
        case "55P03":
            return SQLError(.busy, "Another transaction holds a row of \(shown)", detail: detail)
        case "53300":
            return SQLError(.busy, "The server has no connection left", detail: detail)
        case "0A000" where answer.errorField(mst_pq_function) == "RevalidateCachedQuery":
            // A migration changed the columns of what is prepared: a new connection prepares it
            // anew.
            return .lost(detail)
        case "25P03", "57P01", "57P02", "57P03", "57P05": return .lost(detail)
        case "XX001", "XX002":
            return SQLError(.damaged, "The server found damage in \(shown)", detail: detail)
        default: break
        }
        switch state.prefix(2) {
        case "08": return .lost(detail)
        case "22":
            return SQLError(.constraint, "A value of \(shown) cannot be held", detail: state)
        case "23": return broken(answer, state, detail)
        default:
            return SQLError(.other, "The server refused \(shown) with \(state)", detail: detail)
        }
    }

    private static func broken(_ answer: Answer, _ state: String, _ detail: String) -> SQLError {
        let table = answer.errorField(mst_pq_table) ?? ""
        let rule = answer.errorField(mst_pq_constraint) ?? answer.errorField(mst_pq_column) ?? ""
        let reason =
            switch state {
            case "23502": "it must not be null"
            case "23503": "the row it names is missing, or still in use"
            case "23505": "there is such a row already"
            default: "its condition is not met"
            }
        return SQLError(
            .constraint,
            "A row of '\(table)' breaks the rule '\(rule)': \(reason)",
            detail: detail
        )
    }

    /// The first words of a statement on one line.
    private static func head(of statement: String) -> String {
        let words = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 80 ? words.prefix(79) + "…" : words
    }

    /// The connection broke before COMMIT was sent.
    static let lost = lost(nil)

    private static func lost(_ detail: String?) -> SQLError {
        SQLError(.connection, "The connection to the server was lost", detail: detail)
    }

    /// Whether the body is to be run again.
    var isPassing: Bool { code == .serialization || code == .connection }

    static let commitUnknown = SQLError(
        .commitUnknown,
        "The connection to the server was lost during COMMIT: what was written is there or not"
    )

    static let closed = SQLError(.connection, "The database was closed")

    static func tooManyWait(_ limit: Int) -> SQLError {
        SQLError(.busy, "More than \(limit) bodies wait for a connection")
    }

    static func waitedTooLong(_ patience: Duration) -> SQLError {
        SQLError(.busy, "A body waited \(patience) for a connection")
    }

    static func noThread(_ status: CInt) -> SQLError {
        SQLError(.busy, "No thread could be started for a connection: error \(status)")
    }
}
