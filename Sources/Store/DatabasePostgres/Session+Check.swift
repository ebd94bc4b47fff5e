import CLibPQ
import SQLDatabase

extension Session {
    /// Refuses a server older than 15, and a database that is not UTF8 in byte order.
    ///
    /// SQLite orders texts by their bytes, and both engines must give one order.
    /// - Returns: The number of the server's process; a pooler had told another.
    func check(_ address: ServerAddress) throws(SQLError) -> Int64 {
        let version = PQserverVersion(handle)
        guard version >= 150_000 else {
            throw SQLError(.unfit, "The server of \(address) is \(version / 10_000), older than 15")
        }
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) }
        guard encoding == "UTF8" else {
            throw .unfit(address, "encoding '\(encoding ?? "")' instead of 'UTF8'")
        }
        try queue(
            """
            SELECT pg_backend_pid(), datcollate, datlocprovider::text FROM pg_database
            WHERE datname = current_database()
            """,
            isKept: false
        )
        guard let answer = try collect(), answer.rows == 1,
            let process = try? answer.int(0), let collation = try? answer.text(1),
            let provider = try? answer.text(2)
        else { throw lose(.lost) }
        guard collation == "C" || collation == "POSIX", provider != "i" else {
            throw .unfit(address, "collation '\(collation)' instead of 'C'")
        }
        return process
    }

    /// Sets what holds for every transaction of this connection.
    func prepareSettings() throws(SQLError) {
        try queue(
            """
            SELECT set_config('statement_timeout', '30s', false),
                set_config('idle_in_transaction_session_timeout', '30s', false),
                set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                    WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)
            """,
            isKept: false
        )
        _ = try collect()
    }
}

extension SQLError {
    fileprivate static func unfit(_ address: ServerAddress, _ reason: String) -> SQLError {
        SQLError(
            .unfit,
            "The \(address) has \(reason)",
            hint: "createdb --template=template0 --encoding=UTF8 --locale=C NAME"
        )
    }

    /// Nobody answers there, or whoever does refuses.
    static func unreachable(_ address: ServerAddress, _ said: String) -> SQLError {
        let line = said.split(separator: "\n").joined(separator: "; ")
        let reason = reason(line).map { ": \($0)" } ?? ""
        return SQLError(.connection, "There is no connection to \(address)\(reason)", detail: line)
    }

    /// Why there is no connection, in words that cannot hold a part of the URL's password.
    ///
    /// They are the server's own, or those of the system. The rest of what libpq says repeats the
    /// URL.
    private static func reason(_ said: String) -> String? {
        if let fatal = said.ranges(of: "FATAL:  ").last {
            return String(said[fatal.upperBound...])
        }
        let known = [
            "Connection refused", "No such file or directory", "Permission denied",
            "could not translate host name", "timeout expired", "No route to host",
            "server does not support SSL",
        ]
        return known.first(where: said.contains)
    }
}
