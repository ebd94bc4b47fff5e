import CLibPQ
import Glibc
import SQLDatabase

/// One run of `pg_dump`, which sees one snapshot.
struct Backup {
    private let file: String
    private let target: String
    private let password: String?

    /// Prepares a dump of the database that a session is connected to.
    init(of session: borrowing Session, to file: String) throws(SQLError) {
        guard let options = PQconninfo(session.handle) else { throw .lost }
        defer { PQconninfoFree(options) }
        let all = settings(options)
        self.file = file
        password = all.first { $0.0 == "password" }?.1
        target = all.filter { $0.0 != "password" && !$0.1.isEmpty }
            .map { "\($0.0)='\(Self.quoted($0.1))'" }.joined(separator: " ")
    }

    /// Writes the file, or leaves nothing.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/full`` when there is no space.
    func run() throws(SQLError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SQLError(.other, "The backup cannot be made as \(file): error \(errno)")
        }
        close(descriptor)
        do { try runDump() } catch {
            unlink(file)
            throw error
        }
    }

    private func runDump() throws(SQLError) {
        // Arguments are seen by everybody on the machine, the environment is not.
        var environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C"]
        if let password { environment.append("PGPASSWORD=\(password)") }
        let words = [
            "pg_dump", "--format=custom", "--no-password", "--file=\(file)", "--dbname=\(target)",
        ]
        let (status, said) = try Self.spawn(words, environment)
        guard status == 0 else {
            let isFull = said.contains("No space left on device")
            throw SQLError(
                isFull ? .full : .other,
                "pg_dump could not write \(file): status \(status)",
                hint: isFull ? "Make space there" : nil,
                detail: said
            )
        }
    }

    /// Runs a program to its end; returns its status and what it wrote to standard error.
    private static func spawn(
        _ words: [String],
        _ environment: [String]
    ) throws(SQLError) -> (CInt, String) {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw notStarted(words[0], errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var process: pid_t = 0
        let status = withCStrings(words) { argv in
            withCStrings(environment) { envp in
                posix_spawnp(&process, words[0], &actions, nil, argv, envp)
            }
        }
        close(ends[1])
        guard status == 0 else { throw notStarted(words[0], status) }
        let said = readAll(ends[0])
        var code: CInt = 0
        while waitpid(process, &code, 0) < 0 && errno == EINTR {}
        return (code, said)
    }

    private static func readAll(_ descriptor: CInt) -> String {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return String(decoding: all, as: UTF8.self) }
            all += piece[..<count]
        }
    }

    private static func notStarted(_ program: String, _ status: CInt) -> SQLError {
        SQLError(
            .other,
            "'\(program)' did not start: error \(status)",
            hint: "apt-get install postgresql-client"
        )
    }

    /// Escapes a value for a connection string.
    private static func quoted(_ value: String) -> String {
        String(value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}
