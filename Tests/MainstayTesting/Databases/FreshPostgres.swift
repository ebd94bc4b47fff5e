import CLibPQ
import Glibc
import Synchronization

/// A new, empty database on the server of `MAINSTAY_TEST_POSTGRES`, dropped with this object.
package final class FreshPostgres: Sendable {
    /// The server's URL; `nil` if there is none.
    ///
    /// `Scripts/test` starts one.
    package static let server = getenv("MAINSTAY_TEST_POSTGRES").map { String(cString: $0) }

    private static let count = Atomic(0)
    private let name: String
    /// The URL of the database.
    package let url: String

    /// Makes a database, in C collation unless told otherwise.
    ///
    /// - Throws: ``FixtureError`` when there is no server, or it refuses.
    package init(collation: String = "C", encoding: String = "UTF8") throws {
        guard let server = Self.server else {
            throw FixtureError("MAINSTAY_TEST_POSTGRES is not set: Scripts/test sets it")
        }
        name = "test_\(getpid())_\(Self.count.add(1, ordering: .relaxed).newValue)"
        url = server.replacing("/postgres?", with: "/\(name)?", maxReplacements: 1)
        try RawPostgres(server)
            .run(
                """
                CREATE DATABASE \(name) TEMPLATE template0 ENCODING '\(encoding)'
                LC_COLLATE '\(collation)' LC_CTYPE '\(collation)'
                """
            )
    }

    deinit {
        guard let server = Self.server, let raw = try? RawPostgres(server) else { return }
        _ = try? raw.run("DROP DATABASE \(name) WITH (FORCE)")
    }

    /// Reaches this database at another place, such as a proxy's folder.
    package func url(at folder: String) -> String {
        url.replacing(/host=[^&]*/, with: "host=\(folder)")
    }

    /// The folder of the server's socket.
    package var folder: String {
        url.firstMatch(of: /host=([^&]*)/).map { String($0.1) } ?? ""
    }
}

/// A connection without any of our engine: the other party of a test.
///
/// Not thread-safe, but good for one thread after another.
package final class RawPostgres: @unchecked Sendable {
    private let handle: OpaquePointer?

    /// Connects.
    package init(_ url: String) throws {
        handle = PQconnectdb(url)
        guard PQstatus(handle) == CONNECTION_OK else {
            throw FixtureError("No connection: \(String(cString: PQerrorMessage(handle)))")
        }
        mst_pq_silence(handle)
    }

    deinit { PQfinish(handle) }

    /// Runs statements and returns the rows of the last.
    @discardableResult
    package func run(_ sql: String) throws -> [[String?]] {
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw FixtureError(String(cString: PQresultErrorMessage(result)))
        }
        return (0..<PQntuples(result))
            .map { row in
                (0..<PQnfields(result))
                    .map { column in
                        PQgetisnull(result, row, column) == 1
                            ? nil : String(cString: PQgetvalue(result, row, column))
                    }
            }
    }
}
