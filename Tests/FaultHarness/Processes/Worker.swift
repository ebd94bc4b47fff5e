import Glibc
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage

/// What a started process does, until it is killed or has nothing more to do.
enum Worker {
    /// Does what the arguments say: a task, a place, and more.
    ///
    /// It ends by itself with the process that started it.
    static func run(_ words: [String]) async throws {
        let parent = getppid()
        Task.detached {
            while getppid() == parent { try await Task.sleep(for: .milliseconds(200)) }
            _exit(1)
        }
        switch words.first {
        case "write": try await write(Place(words[1]), round: Int(words[2]) ?? 0)
        case "serve": try await serve(Place(words[1]))
        case "hold": HeldFile.hold(words[1])
        case "jobs":
            let (tasks, seed) = (Int(words[2]) ?? 1, UInt64(words[3]) ?? 0)
            try await JobWorker.run(Place(words[1]), tasks: tasks, seed: seed)
        case "notices": try await NoticeWorker.run(Place(words[1]), folder: words[2])
        default: throw FixtureError("Unknown worker \(words)")
        }
    }

    /// Has a database open until standard input ends.
    private static func serve(_ place: Place) async throws {
        try await place.opened { _ in
            say("held")
            _ = readLine()
        }
    }

    /// Four tasks cause effects and say the number and place of each, without end.
    private static func write(_ place: Place, round: Int) async throws {
        let ledger = try await Ledger(place.open())
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for turn in 0... {
                        let number = round * 10_000_000 + turn * 4 + writer
                        say("\(number) \(try await ledger.cause(number))")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
