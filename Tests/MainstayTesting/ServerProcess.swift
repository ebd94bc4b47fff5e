import Glibc

/// A program that serves a test until its input ends, which is when nobody refers to this.
///
/// Not Foundation's `Process`: that takes a program for running as long as another one, started at
/// the same moment, has inherited the socket by which its end is told.
package final class ServerProcess: Sendable {
    private let process: pid_t
    private let input: CInt
    private let output: CInt

    /// Starts a program of the PATH, with the environment of the tests.
    ///
    /// - Throws: ``FixtureError`` when it cannot start.
    package init(_ words: [String]) throws {
        var (to, from): ([CInt], [CInt]) = ([-1, -1], [-1, -1])
        guard pipe(&to) == 0, pipe(&from) == 0 else {
            throw FixtureError("No pipe for \(words[0]): \(String(cString: strerror(errno)))")
        }
        for end in to + from { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, to[0], 0)
        posix_spawn_file_actions_adddup2(&actions, from[1], 1)
        var process: pid_t = 0
        let status = withCStrings(words) {
            posix_spawnp(&process, words[0], &actions, nil, $0, environ)
        }
        close(to[0])
        close(from[1])
        (self.process, input, output) = (process, to[1], from[0])
        guard status == 0 else { throw FixtureError("\(words[0]) did not start: \(status)") }
    }

    deinit {
        close(input)
        close(output)
        var status: CInt = 0
        while process > 0, waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Waits for the next line that it says; what there is where it ends before.
    package func readLine() -> String {
        var (line, byte): ([UInt8], UInt8) = ([], 0)
        while read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}
