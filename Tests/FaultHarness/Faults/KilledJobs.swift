import Glibc
import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage

/// Eight workers do jobs while they are killed, their clocks jump and their leases end early.
///
/// Four processes on PostgreSQL; on SQLite, where one may have the file, one with eight tasks.
enum KilledJobs {
    static let queue = "fault"
    private static let tasks = 8

    static func meet(_ order: FaultKind.Order, on kind: TestEngine) async throws -> Tally {
        var tally = Tally()
        try await kind.withPlace { place, folder in
            try await place.opened { engine in
                try await Ledger.found(on: engine)
                try await enqueue(order.count, on: engine)
            }
            let processes = kind == .sqlite ? 1 : 4
            var crew = Crew(place, folder, tasks: tasks / processes, order.random)
            try crew.start(processes)
            let kills = min(order.count / 100, 200)
            let told = try await crew.work(through: order.count, kills: kills)
            try await place.check(told.effects, &tally)
            (tally.rounds, tally.met) = (crew.kills, told.effects.count)
            tally.expect(crew.kills == kills, "too few kills")
            tally.expect(told.lostLeases > 0, "no lease was lost")
            tally.notes = ["kills \(crew.kills)", "lost leases \(told.lostLeases)"]
            let left = try await place.opened { engine in
                try await engine.read { connection in
                    try connection.value("SELECT COUNT(*) FROM job", as: Int.self)
                }
            }
            tally.expect(left == 0, "\(left ?? -1) jobs are left")
        }
        return tally
    }

    private static func enqueue(_ count: Int, on engine: any SQLEngine) async throws {
        let ledger = try await Ledger(engine)
        for start in stride(from: 0, to: count, by: 1000) {
            let numbers = start..<min(start + 1000, count)
            let provision = try await ledger.ids.provision(ids: numbers.count)
            try await engine.write { connection in
                var provision = provision
                for number in numbers {
                    let wish = JobWish("effect", in: queue, args: ["number": .int(Int64(number))])
                    try connection.enqueue(wish, &provision)
                }
            }
        }
        try await ledger.ids.leave()
    }
}

/// The processes that do jobs, of which one is killed now and then and another takes its place.
private struct Crew {
    /// What all workers said.
    struct Told {
        var effects: [Int: Int64] = [:]
        var lostLeases = 0
    }

    private let place: Place
    private let folder: String
    private let tasks: Int
    private var random: SeededGenerator
    private var atWork: [WorkerProcess] = []
    private var outputs: [String] = []
    private(set) var kills = 0
    private var linesOfKilled = 0

    init(_ place: Place, _ folder: String, tasks: Int, _ random: SeededGenerator) {
        self.place = place
        self.folder = folder
        self.tasks = tasks
        self.random = random
    }

    mutating func start(_ processes: Int) throws {
        for _ in 0..<processes {
            outputs.append("\(folder)/jobs-\(outputs.count)")
            let words = ["jobs", place.text, "\(tasks)", "\(random.next() >> 1)"]
            atWork.append(try WorkerProcess(words, output: outputs[outputs.count - 1]))
        }
    }

    /// Kills so many, evenly over so many jobs, and returns once no jobs are left.
    mutating func work(through jobs: Int, kills wanted: Int) async throws -> Told {
        while !atWork.isEmpty {
            try await Task.sleep(for: .milliseconds(5 + random.below(10)))
            try dismissIdle()
            let due = jobs * (kills + 1) / (wanted + 2)
            guard kills < wanted, try lines() >= due else { continue }
            let busy = try atWork.indices.filter { try !atWork[$0].lines().isEmpty }
            guard let chosen = busy.randomElement(using: &random) else { continue }
            let victim = atWork.remove(at: chosen)
            if victim.end() { kills += 1 }
            linesOfKilled += try victim.lines().count
            try start(1)
        }
        return try told()
    }

    /// Lets those go that found no more jobs.
    private mutating func dismissIdle() throws {
        for place in atWork.indices.reversed() where !atWork[place].isRunning() {
            let said = try atWork[place].lines().last ?? ""
            guard atWork[place].exitStatus() == 0 else {
                throw FixtureError("A worker ended: \(said)")
            }
            atWork.remove(at: place)
        }
    }

    private func lines() throws -> Int {
        try atWork.reduce(linesOfKilled) { try $0 + $1.lines().count }
    }

    private func told() throws -> Told {
        var told = Told()
        for output in outputs {
            for line in try WorkerProcess.lines(of: output) {
                let words = line.split(separator: " ").compactMap { Int64($0) }
                if words.count == 2 {
                    told.effects[Int(words[0])] = words[1]
                } else {
                    told.lostLeases += 1
                }
            }
        }
        return told
    }
}
