import CLibPQ
import Glibc
import Synchronization

/// An empty database on the server of `MAINSTAY_TEST_POSTGRES`.
///
/// A few are made, because making one takes a second; one that a test is done with is emptied for the
/// next test that waits, and dropped when none does.
package struct FreshPostgres: Sendable {
    /// The server's URL; `nil` if there is none.
    ///
    /// `Scripts/test` starts one.
    package static let server = getenv("MAINSTAY_TEST_POSTGRES").map { String(cString: $0) }

    private static let shelf = Shelf()
    private let name: String

    /// The URL of the database.
    package var url: String {
        (Self.server ?? "").replacing("/postgres?", with: "/\(name)?", maxReplacements: 1)
    }

    /// The folder of the server's socket.
    package var folder: String { Self.folder(of: url) }

    /// The URL with another folder for the server's socket, such as that of a proxy.
    package func url(at folder: String) -> String { Self.url(url, at: folder) }

    /// The folder of the server's socket that a URL names.
    package static func folder(of url: String) -> String {
        url.firstMatch(of: /host=([^&]*)/).map { String($0.1) } ?? ""
    }

    /// A URL with another folder for the server's socket.
    package static func url(_ url: String, at folder: String) -> String {
        url.replacing(/host=[^&]*/, with: "host=\(folder)")
    }

    /// Calls `body` with a database that nobody else uses.
    ///
    /// - Throws: ``FixtureError`` when there is no server, or it refuses; what `body` throws.
    package static func using<T>(_ body: (FreshPostgres) async throws -> T) async throws -> T {
        let name = try await shelf.take()
        defer { shelf.giveBack(name) }
        return try await body(FreshPostgres(name: name))
    }

    /// As ``using(_:)``, with a database that does not fit.
    package static func using<T>(
        collation: String,
        encoding: String,
        _ body: (FreshPostgres) async throws -> T
    ) async throws -> T {
        let name = "test_\(getpid())_odd_\(collation.hashValue.magnitude)"
        try shelf.make(name, collation: collation, encoding: encoding)
        defer { shelf.drop(name) }
        return try await body(FreshPostgres(name: name))
    }
}

/// The databases that were made.
private final class Shelf: Sendable {
    private struct State {
        var made = 0
        var waiting: [CheckedContinuation<String, Never>] = []
    }

    private static let limit = 4
    private let state = Mutex(State())

    func take() async throws -> String {
        let own = state.withLock { state -> String? in
            guard state.made < Self.limit else { return nil }
            state.made += 1
            return "test_\(getpid())_\(UInt64.random(in: 0...(.max)))"
        }
        if let own {
            do { try make(own, collation: "C", encoding: "UTF8") } catch {
                state.withLock { $0.made -= 1 }
                throw error
            }
            return own
        }
        return await withCheckedContinuation { continuation in
            state.withLock { $0.waiting.append(continuation) }
        }
    }

    func giveBack(_ name: String) {
        if (try? empty(name)) == nil { drop(name) }
        let next = state.withLock { state in
            if state.waiting.isEmpty { state.made -= 1 }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        if let next { next.resume(returning: name) } else { drop(name) }
    }

    func make(_ name: String, collation: String, encoding: String) throws {
        guard let server = FreshPostgres.server else {
            throw FixtureError("MAINSTAY_TEST_POSTGRES is not set: Scripts/test sets it")
        }
        try RawPostgres(server)
            .run(
                """
                CREATE DATABASE \(name) TEMPLATE template0 ENCODING '\(encoding)'
                LC_COLLATE '\(collation)' LC_CTYPE '\(collation)'
                """
            )
    }

    func drop(_ name: String) {
        guard let server = FreshPostgres.server else { return }
        _ = try? RawPostgres(server).run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    private func empty(_ name: String) throws {
        guard let server = FreshPostgres.server else { return }
        let url = server.replacing("/postgres?", with: "/\(name)?", maxReplacements: 1)
        try RawPostgres(url)
            .run(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid();
                DROP SCHEMA public CASCADE;
                CREATE SCHEMA public;
                """
            )
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

    /// Ends another connection by the number of its process, and waits until it has.
    package func terminate(_ process: Int?) throws {
        try run("SELECT pg_terminate_backend(\(process ?? 0), 5000)")
    }

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
