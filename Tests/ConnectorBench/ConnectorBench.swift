import ConnectorLink
import ConnectorMessages
import Glibc
import MainstayCore

/// Measures a connector: `ConnectorBench HOST LIBRARY DESCRIPTOR OPTIONS ROUNDS [RUNTIME]`.
///
/// The descriptor and the options are JSON; the last is the folder of a runtime. Prints one line a
/// round, in nanoseconds: the start of `/bin/true` to its end, a start of the connector until its first
/// answer, one echo of the bytes of a call and its answer by `cat`, one call. The last line is how long
/// it takes to see that the library is the pinned one, and the PSS in KiB of one of five connectors'
/// processes that run side by side.
@main
struct ConnectorBench {
    static let calls = 500

    static func main() async throws {
        let words = CommandLine.arguments
        guard (6...7).contains(words.count), let rounds = Int(words[5]) else { exit(64) }
        var plugin = LinkedPlugin(
            host: words[1],
            library: words[2],
            sha256: try LinkedPlugin.sha256(of: words[2]),
            descriptor: try ConnectorDescriptor(json: Array(words[3].utf8), of: "The descriptor")
        )
        let options = try JSONValue(json: words[4])
        plugin.runtimeFolder = words.count > 6 ? words[6] : nil
        let hashed = try nanoseconds { _ = try LinkedPlugin.sha256(of: words[2]) }
        // A process for each call. Whether the file is the pinned one is looked at by the first.
        var once = LinkLimits()
        once.callsPerLife = 1
        let starts = ConnectorLink(plugin, options: options, limits: once, record: { _ in })
        _ = try await answer(starts)
        for _ in 0..<rounds {
            let plain = nanoseconds { _ = Echo(["/bin/true"]) }
            let start = try await nanoseconds { _ = try await answer(starts) }
            let link = ConnectorLink(plugin, options: options, record: { _ in })
            _ = try await answer(link)
            let echo = Echo(["/bin/cat"])
            let size = Frame(.call, id: 1, name: "map_status", payload: request).bytes.count
            echo.ask(size)
            let echoed = nanoseconds { for _ in 0..<calls { echo.ask(size) } }
            let called = try await nanoseconds {
                // Fewer than a process serves: no other one is started.
                for _ in 2..<calls { _ = try await answer(link) }
            }
            await link.close()
            print(plain, start, echoed / calls, called / (calls - 2))
        }
        print(hashed, try await size(of: 5, plugin, options))
    }

    /// The mean PSS of so many processes, each of which has served calls.
    static func size(
        of count: Int,
        _ plugin: LinkedPlugin,
        _ options: JSONValue
    ) async throws -> Int {
        let links = (0..<count)
            .map { _ in
                ConnectorLink(plugin, options: options, record: { _ in })
            }
        for link in links {
            // Fewer than a process serves, which would end it.
            for _ in 1..<calls { _ = try await answer(link) }
        }
        var sum = 0
        for link in links {
            if let process = await link.process { sum += proportionalSize(of: process) }
        }
        for link in links { await link.close() }
        return sum / count
    }

    static func answer(_ link: ConnectorLink) async throws -> CaseState {
        try await link.call(.mapStatus("x")) { _ in ServiceReply(.unsupported) }.state
    }

    static let request = Array(#"{"status":"x"}"#.utf8)

    static func nanoseconds(_ work: () async throws -> Void) async rethrows -> Int {
        let start = ContinuousClock.now
        try await work()
        return Int((ContinuousClock.now - start) / .nanoseconds(1))
    }

    static func nanoseconds(_ work: () throws -> Void) rethrows -> Int {
        let start = ContinuousClock.now
        try work()
        return Int((ContinuousClock.now - start) / .nanoseconds(1))
    }

    static func proportionalSize(of process: Int32) -> Int {
        guard let file = fopen("/proc/\(process)/smaps_rollup", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            let words = text.split(separator: " ")
            if words.first == "Pss:" { return Int(words[1]) ?? 0 }
        }
        return 0
    }
}

/// A program with a pipe to it and one from it, ended with this value.
final class Echo {
    private var input: CInt = -1
    private var output: CInt = -1
    private var process: pid_t = 0

    init(_ words: [String]) {
        var (to, from): ([CInt], [CInt]) = ([0, 0], [0, 0])
        pipe(&to)
        pipe(&from)
        for end in to + from { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, to[0], 0)
        posix_spawn_file_actions_adddup2(&actions, from[1], 1)
        let argv = words.map { strdup($0) } + [nil]
        posix_spawn(&process, words[0], &actions, nil, argv, [nil])
        close(to[0])
        close(from[1])
        (input, output) = (to[1], from[0])
    }

    /// Sends bytes and waits until they are back.
    func ask(_ count: Int) {
        var bytes = [UInt8](repeating: 65, count: count)
        write(input, &bytes, count)
        var left = count
        while left > 0 {
            let got = read(output, &bytes, left)
            if got <= 0 { break }
            left -= got
        }
    }

    deinit {
        close(input)
        var status: CInt = 0
        waitpid(process, &status, 0)
        close(output)
    }
}
