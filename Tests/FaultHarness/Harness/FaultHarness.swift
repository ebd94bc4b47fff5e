import Glibc
import MainstayTesting

/// Meets faults and counts what they did to acknowledged effects.
///
/// `FaultHarness [--short] [--only NAME] [--count N] [--seed N]` meets all faults, or one, and
/// prints a line for each; the exit status is 1 when something does not hold.
/// `FaultHarness worker ...` is a process that the faults start, and kill.
@main struct FaultHarness {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            if words.first == "worker" { return try await Worker.run(Array(words.dropFirst())) }
            try await meetAll(words)
        } catch {
            say("error \(error)")
            exit(1)
        }
    }

    private static func meetAll(_ words: [String]) async throws {
        var options = Options()
        try options.read(words)
        let chosen = FaultKind.all.filter { options.only == nil || options.only == $0.name }
        guard !chosen.isEmpty else {
            throw FixtureError("There is no fault '\(options.only ?? "")'")
        }
        var isGood = true
        for fault in chosen where try await !meets(fault, options) { isGood = false }
        exit(isGood ? 0 : 1)
    }

    private static func meets(_ fault: FaultKind, _ options: Options) async throws -> Bool {
        if fault.needsPostgres, let obstacle = TestEngine.postgres.obstacle {
            say("\(fault.name): not met: \(obstacle)")
            return false
        }
        let count = options.count ?? (options.isShort ? fault.short : fault.long)
        let seed = options.seed ?? UInt64.random(in: 1...UInt64.max)
        do {
            let order = FaultKind.Order(count: count, random: SeededGenerator(seed: seed))
            let tally = try await fault.meet(order)
            say(tally.report(of: fault.name, count: count, seed: seed))
            return tally.holds(for: count)
        } catch {
            say("\(fault.name): broke off, seed \(seed): \(error)")
            return false
        }
    }

    private struct Options {
        var isShort = false
        var only: String?
        var count: Int?
        var seed: UInt64?

        mutating func read(_ words: [String]) throws {
            var words = words[...]
            while let word = words.popFirst() {
                switch word {
                case "--short": isShort = true
                case "--only": only = words.popFirst()
                case "--count": count = words.popFirst().flatMap { Int($0) }
                case "--seed": seed = words.popFirst().flatMap { UInt64($0) }
                default: throw FixtureError("Unknown argument '\(word)'")
                }
            }
        }
    }
}

/// Prints a line by one call, for whoever reads it while this process lives or after it was killed.
func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
}
