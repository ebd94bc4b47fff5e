import MainstayCore
import MainstayTesting
import SQLDatabase
import Storage
import Testing

@Suite("Jobs") struct JobTests {
    private func claim(
        _ store: StoreFixture,
        limit: Int = 10,
        leaseMs: Int64 = 60_000
    ) async throws -> [Job] {
        try await store.engine.write(.queue) {
            try $0.claimJobs(in: "q", by: "me", limit: limit, leaseMs: leaseMs)
        }
    }

    private func enqueue(_ store: StoreFixture, _ wishes: JobWish...) async throws {
        try await store.write { connection, provision in
            for wish in wishes { try connection.enqueue(wish, &provision) }
        }
    }

    @Test(
        "due jobs are claimed once, the longest due first, and gone when done",
        arguments: TestEngine.allCases
    )
    func claiming(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            let early = Instant(milliseconds: 5)
            try await enqueue(
                store,
                JobWish("b", in: "q"),
                JobWish("a", in: "q", runAt: early),
                JobWish("later", in: "q", runAt: .latest),
                JobWish("other", in: "elsewhere")
            )
            let first = try await claim(store, limit: 1)
            #expect(first.map(\.kind) == ["a"])
            #expect(first[0].attempt == 1)
            let second = try await claim(store)
            #expect(second.map(\.kind) == ["b"])
            #expect(try await claim(store) == [])
            try await store.engine.write { connection in
                for job in first + second { try connection.complete(job) }
            }
            #expect(try await store.read("SELECT COUNT(*) FROM job", as: Int.self) == [2])
        }
    }

    @Test(
        "a lease that is over goes to another, and the fence keeps the first out",
        arguments: TestEngine.allCases
    )
    func expiry(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await enqueue(store, JobWish("a", in: "q"))
            let slow = try await claim(store, leaseMs: -1)[0]
            let quick = try await claim(store)[0]
            #expect(quick.id == slow.id && quick.attempt == 2)
            let acts: [@Sendable (any Connection) throws -> Void] = [
                { try $0.extendLease(of: slow) }, { try $0.checkLease(of: slow) },
                { try $0.complete(slow) }, { try $0.fail(slow, because: "x") },
            ]
            for act in acts {
                let error = await #expect(throws: StorageError.self) {
                    try await store.engine.write(act)
                }
                #expect(error?.code == .leaseLost)
            }
            let late = await #expect(throws: StorageError.self) {
                try await store.engine.writeOnce(slow.effectKey(step: "s"), for: slow) { _ in 1 }
            }
            #expect(late?.code == .leaseLost)
            #expect(
                try await store.engine.writeOnce(quick.effectKey(step: "s"), for: quick) { _ in 2 }
                    == 2
            )
            try await store.engine.write { try $0.complete(quick) }
        }
    }

    @Test("a job that waits for another one uses up no try", arguments: TestEngine.allCases)
    func postponing(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await enqueue(store, JobWish("a", in: "q", maxAttempts: 2))
            for _ in 1...5 {
                let job = try await claim(store)[0]
                try await store.engine.write { try $0.postpone(job, waitMs: -1) }
            }
            let late = try await claim(store)[0]
            try await store.engine.write { try $0.postpone(late, waitMs: 60_000) }
            #expect(try await claim(store) == [])
            #expect(try await store.read("SELECT COUNT(*) FROM job", as: Int.self) == [1])
            #expect(try await store.read("SELECT COUNT(*) FROM job_dead", as: Int.self) == [0])
        }
    }

    @Test("an extended lease is not claimed", arguments: TestEngine.allCases)
    func extending(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await enqueue(store, JobWish("a", in: "q"))
            let job = try await claim(store, leaseMs: -1)[0]
            try await store.engine.write { try $0.extendLease(of: job) }
            #expect(try await claim(store) == [])
        }
    }

    @Test(
        "a wish with a key joins the live job, and one that comes while it runs runs it again",
        arguments: TestEngine.allCases
    )
    func wanted(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await enqueue(
                store,
                JobWish("scan", in: "q", dedup: "k", runAt: .latest),
                JobWish("scan", in: "q", dedup: "k")
            )
            let job = try await claim(store)[0]
            #expect(job.wanted == 2)
            try await enqueue(store, JobWish("scan", in: "q", dedup: "k"))
            #expect(try await claim(store) == [])
            try await store.engine.write { try $0.complete(job) }
            let again = try await claim(store)[0]
            #expect(again.id == job.id && again.wanted == 3)
            #expect(again.maxAttempts == job.maxAttempts + 1)
            try await store.engine.write { try $0.complete(again) }
            #expect(try await store.read("SELECT COUNT(*) FROM job", as: Int.self) == [0])
        }
    }

    @Test(
        "a job that fails waits longer each time and then is dead",
        arguments: TestEngine.allCases
    )
    func failing(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await enqueue(store, JobWish("a", in: "q", maxAttempts: 2))
            let first = try await claim(store)[0]
            let next = try await store.engine.write { connection in
                let next = try connection.fail(first, because: "no route")
                return (next, try connection.now())
            }
            #expect(next.0 == next.1.advanced(by: 5000))
            try await store.engine.write { try $0.exec("UPDATE job SET run_at = 0") }
            let second = try await claim(store)[0]
            #expect(
                try await store.engine.write { try $0.fail(second, because: "no route") } == nil
            )
            #expect(try await store.read("SELECT COUNT(*) FROM job", as: Int.self) == [0])
            #expect(
                try await store.read("SELECT error || attempt FROM job_dead", as: String.self)
                    == ["no route2"]
            )
            #expect(Job.backoffMs(afterAttempt: 100) == 3_600_000)
        }
    }

    @Test("eight workers do each job once", arguments: TestEngine.allCases)
    func workers(kind: TestEngine) async throws {
        try await StoreFixture.with(kind) { store in
            try await store.write(ids: 200) { connection, provision in
                for _ in 0..<200 { try connection.enqueue(JobWish("a", in: "q"), &provision) }
            }
            let done = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var done: [Int64] = []
                        while true {
                            let jobs = try await claim(store, limit: 5)
                            if jobs.isEmpty {
                                let left = try await store.read(
                                    "SELECT COUNT(*) FROM job",
                                    as: Int.self
                                )
                                if left == [0] { return done }
                                continue
                            }
                            try await store.engine.write { try jobs.forEach($0.complete) }
                            done += jobs.map(\.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(done.count == 200 && Set(done).count == 200)
        }
    }
}
