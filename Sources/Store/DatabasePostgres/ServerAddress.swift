import CLibPQ
import SQLDatabase

/// Where a server is and who asks it, as a connection URL says; it never shows its password.
struct ServerAddress: Sendable, CustomStringConvertible {
    private let url: String
    /// Database, host and user, for messages.
    let description: String

    /// Reads a URL such as `postgres://mainstay@db.example.org/mainstay`.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/connection``; it shows nothing of the URL.
    init(_ url: String) throws(SQLError) {
        // libpq's own message may name a part of the password.
        guard let options = PQconninfoParse(url, nil) else {
            throw SQLError(
                .connection,
                "The connection URL of the database is not one",
                hint: "Write it as 'postgres://USER@HOST/DATABASE'"
            )
        }
        defer { PQconninfoFree(options) }
        let given = Dictionary(uniqueKeysWithValues: settings(options))
        let host = given["host"] ?? given["hostaddr"] ?? "this machine"
        description = "database '\(given["dbname"] ?? "")' on '\(host)'"
        self.url = url
    }

    /// Connects, and gives the connection even if that failed.
    func connect() -> OpaquePointer? {
        // A dead network shows within 30 s. What the URL says goes before what stands above it.
        let settings = [
            ("connect_timeout", "5"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
            ("application_name", "mainstay"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        return withCStrings(settings.map(\.0)) { names in
            withCStrings(settings.map(\.1)) { values in
                PQconnectdbParams(
                    names.map { UnsafePointer($0) },
                    values.map { UnsafePointer($0) },
                    1
                )
            }
        }
    }
}

/// The options of a connection that have a value, by keyword.
func settings(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [(String, String)] {
    var settings: [(String, String)] = []
    var option = options
    while let keyword = option.pointee.keyword {
        if let value = option.pointee.val {
            settings.append((String(cString: keyword), String(cString: value)))
        }
        option += 1
    }
    return settings
}
