import Glibc
import MainstayTesting

/// A process of this program that works until it is killed.
///
/// What it says goes into a file, which outlives it. A class, because it owns a process.
final class WorkerProcess {
    private let id: pid_t
    private let output: String
    private var status: CInt?

    /// Starts `FaultHarness worker` with arguments; `settings` are added to its environment.
    init(_ arguments: [String], output: String, settings: [String] = []) throws {
        self.output = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        var process: pid_t = 0
        let code = withCStrings(["FaultHarness", "worker"] + arguments) { words in
            withCStrings(settings + Self.surroundings) {
                posix_spawn(&process, "/proc/self/exe", &actions, nil, words, $0)
            }
        }
        guard code == 0 else { throw FixtureError("A worker did not start: \(code)") }
        id = process
    }

    deinit { end() }

    private static var surroundings: [String] {
        var found: [String] = []
        var next = environ
        while let word = next.pointee {
            found.append(String(cString: word))
            next += 1
        }
        return found
    }

    /// The whole lines that it has said so far.
    func lines() throws -> [Substring] { try Self.lines(of: output) }

    /// The whole lines that a worker has written to a file.
    static func lines(of output: String) throws -> [Substring] {
        let said = String(decoding: try readFile(output), as: UTF8.self)
        guard let end = said.lastIndex(of: "\n") else { return [] }
        return said[..<end].split(separator: "\n")
    }

    /// The effects that it was told of: their numbers, and their places on their chains.
    func acknowledged() throws -> [Int: Int64] {
        var found: [Int: Int64] = [:]
        for line in try lines() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[0]), let seq = Int64(words[1]) else {
                throw FixtureError("A worker said '\(line)'")
            }
            found[number] = seq
        }
        return found
    }

    /// Returns once it has said so many lines.
    ///
    /// - Throws: ``FixtureError`` when it ends before, or takes more than a minute.
    func wait(forLines count: Int) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try lines().count < count {
            guard isRunning(), .now < end else {
                throw FixtureError("A worker stopped: \(try lines().suffix(3))")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Whether it has not ended by itself.
    func isRunning() -> Bool {
        reap(WNOHANG)
        return status == nil
    }

    /// Its exit status once it has ended by itself; waits for that.
    func exitStatus() -> CInt {
        reap(0)
        return status ?? -1
    }

    /// Kills it; returns whether it was at work until then.
    @discardableResult
    func end() -> Bool {
        guard isRunning() else { return false }
        kill(id, SIGKILL)
        reap(0)
        return status == SIGKILL
    }

    private func reap(_ options: CInt) {
        guard status == nil else { return }
        var seen: CInt = 0
        while true {
            let reaped = waitpid(id, &seen, options)
            if reaped == id { status = seen }
            if reaped >= 0 || errno != EINTR { return }
        }
    }
}
