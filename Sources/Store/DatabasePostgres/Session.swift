import CLibPQ
import Glibc
import SQLDatabase

/// One connection, as far as the wire goes: statements out, answers in.
///
/// It is in libpq's pipeline mode but for COPY: statements are written one after another, and the
/// answers of all are read when one is needed. After an error the server skips what follows up to
/// the next sync. The corresponding chapter is
/// https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
final class Session {
    private enum Pending {
        case prepare(String)
        case statement(String)
        case sync
    }

    /// The connection; other files of this module use it too.
    let handle: OpaquePointer
    private var statements: StatementCache
    private var arguments = ArgumentBuffer()
    private var pending: [Pending] = []
    private var isSynced = true
    /// Whether a pooler hands each transaction to another connection, so that nothing outlasts one.
    private(set) var hasPooler = false
    /// Whether the connection is of no use any more.
    private(set) var isLost = false

    /// Connects and checks the server.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/connection``, or with ``SQLError/Code/other``
    ///   for a server or database that does not fit.
    init(_ address: ServerAddress, statements limit: Int) throws(SQLError) {
        statements = StatementCache(limit: limit)
        guard let handle = address.connect() else { throw .lost }
        self.handle = handle
        mst_pq_silence(handle)
        guard PQstatus(handle) == CONNECTION_OK else {
            throw SQLError.unreachable(address, String(cString: PQerrorMessage(handle)))
        }
        PQenterPipelineMode(handle)
        hasPooler = try check(address) != Int64(PQbackendPID(handle))
        if !hasPooler { try prepareSettings() }
    }

    deinit { PQfinish(handle) }

    // MARK: Statements

    /// Writes a statement; its answer is read later.
    ///
    /// - Parameters:
    ///   - sql: The statement.
    ///   - values: Its arguments.
    ///   - isKept: Whether it is prepared for the next time.
    /// - Throws: ``SQLError`` with ``SQLError/Code/connection``, or for more than 65535 arguments.
    func queue(_ sql: String, _ values: [Value] = [], isKept: Bool = true) throws(SQLError) {
        guard values.count <= 65_535 else {
            throw SQLError(.other, "A statement has \(values.count) arguments, more than 65535")
        }
        let name = isKept && !hasPooler ? try prepare(sql) : nil
        let count = CInt(values.count)
        let sent = arguments.withPointers(to: values) { pointers in
            if let name { return PQsendQueryPrepared(handle, name, count, pointers, nil, nil, 0) }
            return PQsendQueryParams(handle, sql, count, nil, pointers, nil, nil, 0)
        }
        try note(.statement(sql), sent)
    }

    private func prepare(_ sql: String) throws(SQLError) -> String {
        if let name = statements.name(of: sql) { return name }
        let (name, replaced) = statements.add(sql)
        if let replaced {
            try queue("DEALLOCATE \(replaced)", isKept: false)
            // It must not share a transaction with a BEGIN that may come next.
            try sync()
        }
        try note(.prepare(sql), PQsendPrepare(handle, name, sql, 0, nil))
        return name
    }

    private func note(_ command: Pending, _ sent: CInt) throws(SQLError) {
        guard sent == 1 else { throw lose(.lost) }
        pending.append(command)
        isSynced = false
    }

    /// Sends what was written, without waiting; an error in it does not touch what comes after.
    func sync() throws(SQLError) {
        guard !isSynced else { return }
        guard PQpipelineSync(handle) == 1 else { throw lose(.lost) }
        pending.append(.sync)
        isSynced = true
    }

    /// Sends what was written, reads all answers and returns the last.
    ///
    /// - Throws: ``SQLError``: the first that the server refused.
    func collect() throws(SQLError) -> Answer? {
        try sync()
        var last: Answer?
        var failure: SQLError?
        for command in pending {
            switch command {
            case .sync:
                guard try result().status == PGRES_PIPELINE_SYNC else { throw lose(.lost) }
            case .prepare(let sql):
                if try read(sql, &failure) == nil { statements.remove(sql) }
            case .statement(let sql):
                last = try read(sql, &failure)
            }
        }
        pending.removeAll(keepingCapacity: true)
        if let failure { throw failure }
        return last
    }

    /// Reads the answer to one statement; `nil` if it failed or was skipped.
    private func read(_ sql: String, _ failure: inout SQLError?) throws(SQLError) -> Answer? {
        let answer = try result()
        if answer.status == PGRES_FATAL_ERROR {
            let error = SQLError.refused(answer, statement: sql)
            if error.code == .connection { throw lose(error) }
            failure = failure ?? error
        }
        // A null ends the answer.
        guard PQgetResult(handle) == nil else { throw lose(.lost) }
        let isDone = answer.status == PGRES_COMMAND_OK || answer.status == PGRES_TUPLES_OK
        return isDone || answer.status == PGRES_EMPTY_QUERY ? answer : nil
    }

    private func result() throws(SQLError) -> Answer {
        guard let result = PQgetResult(handle) else { throw lose(.lost) }
        return Answer(result)
    }

    /// Marks the connection as lost and returns the error that says so.
    func lose(_ error: SQLError) -> SQLError {
        isLost = true
        return error
    }

    // MARK: Between transactions

    /// Reads what the last transaction left unread; the connection is lost if one is still open.
    func settle() {
        // A refused ROLLBACK, of a transaction that never began, is no harm.
        _ = try? collect()
        if PQtransactionStatus(handle) != PQTRANS_IDLE { isLost = true }
    }

    /// Whether the server has closed its end.
    ///
    /// Costs one system call.
    var hasEnded: Bool {
        // Linux's POLLRDHUP, which Swift does not import.
        var descriptor = pollfd(fd: PQsocket(handle), events: 0x2000, revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }
}
