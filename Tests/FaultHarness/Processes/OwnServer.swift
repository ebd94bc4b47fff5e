import FoundationEssentials
import Glibc
import MainstayTesting

/// A PostgreSQL server that one fault has for itself, started and stopped as `Scripts/lib.sh` does.
///
/// A class, because it owns a running server, which ends with it.
final class OwnServer {
    /// How a server goes down.
    enum Ending: String, CaseIterable {
        /// Sessions are broken off, then everything is written down.
        case fast
        /// As if it had crashed.
        case immediate
        /// All its processes are killed.
        case killed
    }

    private let folder: TemporaryFolder
    /// The URL of its one database.
    let url: String

    /// Sets a server up and starts it.
    init() throws {
        folder = try TemporaryFolder()
        // The server runs as another user, who must come through.
        chmod(folder.path, 0o755)
        url = "postgresql:///postgres?host=\(folder.path)/postgres&user=mainstay"
        try run("start_postgres \"$1\"")
    }

    deinit { try? run("find_postgres; stop_postgres \"$1\"") }

    /// Lets it go down, and starts it again.
    func restart(after ending: Ending) async throws {
        if ending == .killed {
            try await killAll()
            try run("find_postgres; run_postgres \"$1\"")
        } else {
            try run("find_postgres; stop_postgres \"$1\" \(ending.rawValue); run_postgres \"$1\"")
        }
    }

    private func run(_ command: String) throws {
        let library = #filePath.replacing(/Tests\/FaultHarness\/.*/, with: "Scripts/lib.sh")
        let script = "set -e; source \"$0\"; \(command)"
        try runProgram(["bash", "-c", script, library, folder.path])
    }

    /// Kills the first process and all that it started, and returns once they are gone.
    private func killAll() async throws {
        let file = folder.path + "/postgres/data/postmaster.pid"
        let text = String(decoding: try readFile(file), as: UTF8.self)
        guard let first = text.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
            throw FixtureError("No process in '\(file)'")
        }
        let all = try [first] + Self.children(of: first)
        for process in all { kill(process, SIGKILL) }
        while all.contains(where: { kill($0, 0) == 0 }) {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func children(of parent: pid_t) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            .filter { process in
                // After the name, which is in brackets: the state, then the parent.
                let words = try? String(decoding: readFile("/proc/\(process)/stat"), as: UTF8.self)
                let rest = words?.split(separator: ")").last?.split(separator: " ")
                return rest?.dropFirst().first.flatMap { pid_t($0) } == parent
            }
    }
}
