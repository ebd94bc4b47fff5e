import MainstayCore
import SupportDesk
import Testing

@Suite("Reports of the desk")
struct DeskReportTests {
    @Test("the way through the levels agrees with a look at every minute")
    func courses() throws {
        for seed in UInt64(1)...400 {
            var random = SeededRandom(seed: seed)
            let oracle = CourseOracle(&random)
            let clocks = try oracle.clocks()
            for _ in 0..<4 {
                let end = Int64.random(in: 0...250, using: &random)
                let course = clocks.course(until: DeskFixture.at(end))
                let solved = oracle.solved(end)
                #expect(course.solvedAt == solved.map(DeskFixture.at), "seed \(seed)")
                #expect(course.solvedLevel == solved.flatMap(oracle.level), "seed \(seed)")
                #expect(course.returns == oracle.returns(end), "seed \(seed)")
                let current = end < oracle.start || solved != nil ? nil : oracle.level(end)
                #expect(course.currentLevel == current, "seed \(seed)")
                for level in SupportLevel.allCases {
                    let time = course.time(at: level, until: DeskFixture.at(end))
                    let minutes = oracle.minutes(at: level, end)
                    #expect(time == minutes.map { $0 * 60_000 }, "seed \(seed), \(level)")
                }
            }
        }
    }

    @Test("a level that gets a ticket after it was solved did not solve it")
    func afterwards() throws {
        var story = try ClockStory()
        story.move(10, to: .resolved)
        story.take(.escalated, 20, ["now": ["level": 3]])
        #expect(story.clocks.course(until: ClockStory.at(30)).solvedLevel == .firstContact)
        story.move(40, to: .open)
        let course = story.clocks.course(until: ClockStory.at(50))
        #expect(course.currentLevel == .specialists)
        let tenMinutes: Int64 = 600_000
        #expect(course.time(at: .firstContact, until: ClockStory.at(50)) == tenMinutes)
        #expect(course.time(at: .specialists, until: ClockStory.at(50)) == tenMinutes)
    }

    @Test("the figures of a span agree with a count of every ticket")
    func figures() throws {
        for seed in UInt64(1)...60 {
            var random = SeededRandom(seed: seed)
            let oracles = (0..<Int.random(in: 0...25, using: &random))
                .map { _ in CourseOracle(&random) }
            let first = Int64.random(in: 0...120, using: &random)
            let end = first + Int64.random(in: 0...120, using: &random)
            let last = DeskFixture.at(end)
            let ratings = oracles.map { _ in
                random.oneIn(2) ? nil : Int64.random(in: 1...5, using: &random)
            }
            let tickets = try oracles.enumerated()
                .map { place, oracle in
                    var ticket = ReportedTicket(
                        ref: "MST-\(place)",
                        openedAt: DeskFixture.at(oracle.start),
                        course: try oracle.clocks().course(until: last)
                    )
                    ticket.rating = ratings[place]
                    return ticket
                }
            let selfSolved = random.pick(0...5)
            let span = DeskFixture.at(first)..<last.advanced(by: 1)
            let report = DeskReport(tickets, contracts: [:], selfSolved: selfSolved, in: span)
            check(report, oracles, ratings, selfSolved, first...end, seed)
        }
    }

    private func check(
        _ report: DeskReport,
        _ oracles: [CourseOracle],
        _ ratings: [Int64?],
        _ selfSolved: Int,
        _ span: ClosedRange<Int64>,
        _ seed: UInt64
    ) {
        let end = span.upperBound
        let solved = oracles.indices.filter { place in
            oracles[place].solved(end).map(span.contains) ?? false
        }
        let open = oracles.indices.filter {
            oracles[$0].start <= end && oracles[$0].solved(end) == nil
        }
        var early = selfSolved
        for figures in report.levels {
            let level = figures.level
            let here = solved.filter { place in
                oracles[place].solved(end).flatMap(oracles[place].level) == level
            }
            let extra = level == .selfService ? selfSolved : 0
            #expect(figures.solved == here.count + extra, "seed \(seed)")
            if level <= .firstContact { early += here.count }
            let rated = here.compactMap { ratings[$0] }
            #expect(figures.rated == rated.count, "seed \(seed)")
            #expect(figures.ratingSum == rated.reduce(0, +), "seed \(seed)")
            let waiting = open.filter { oracles[$0].level(end) == level }
            #expect(figures.open == waiting.count, "seed \(seed)")
            let oldest = waiting.map { oracles[$0].start }.min()
            #expect(figures.oldest?.openedAt == oldest.map(DeskFixture.at), "seed \(seed)")
            let times = solved.compactMap { oracles[$0].minutes(at: level, end) }
            #expect(figures.medianTime == halfMedian(times).map { $0 * 30_000 }, "seed \(seed)")
        }
        let all = solved.count + selfSolved
        let share = all == 0 ? nil : Int((Double(early) * 100 / Double(all)).rounded())
        #expect(report.share(upTo: .firstContact) == share, "seed \(seed)")
        let back = (solved + open).map { oracles[$0].returns(end) }.filter { $0 > 0 }
        #expect(report.pingPong.map(\.returns) == back.sorted(by: >), "seed \(seed)")
        #expect(report.solved == solved.map { "MST-\($0)" }, "seed \(seed)")
    }

    /// The middle by taking away the least and the most in turn, in halves.
    private func halfMedian(_ values: [Int64]) -> Int64? {
        var rest = values.map { $0 * 2 }.sorted()
        while rest.count > 2 { rest = Array(rest.dropFirst().dropLast()) }
        return rest.isEmpty ? nil : rest.reduce(0, +) / Int64(rest.count)
    }

    @Test("promises are counted where they were decided, and missed by a change they are named")
    func promises() {
        let at = DeskFixture.at
        func ticket(_ ref: String, _ verdicts: [ClockVerdict]) -> ReportedTicket {
            ReportedTicket(
                ref: ref,
                openedAt: at(0),
                course: TicketCourse(),
                verdicts: verdicts
            )
        }
        let tickets = [
            ticket(
                "MST-1",
                [
                    ClockVerdict(.fix, .p1, contract: 2, at: at(10), isMet: true),
                    ClockVerdict(.reaction, .p1, contract: 1, at: at(9), isMet: true),
                    ClockVerdict(.update, .p1, contract: 1, at: at(20), isMet: true),
                    ClockVerdict(.accept, .p1, level: .analysis, at: at(15), isMet: false),
                    ClockVerdict(.handback, .p1, level: .analysis, at: at(19), isMet: true),
                ]
            ),
            ticket(
                "MST-2",
                [
                    ClockVerdict(
                        .fix,
                        .p1,
                        contract: 2,
                        at: at(12),
                        isMet: false,
                        isByChange: true
                    )
                ]
            ),
        ]
        let names: [Int64: String] = [1: "A", 2: "B"]
        let report = DeskReport(tickets, contracts: names, selfSolved: 0, in: at(10)..<at(20))
        #expect(report.promises.count == 1)
        #expect(report.promises.first?.contract == "B")
        #expect(report.promises.first?.tally.met == 1)
        #expect(report.promises.first?.tally.missed == 1)
        #expect(report.promises.first?.tally.share == 50)
        #expect(report.promises.first?.byChange == ["MST-2"])
        let analysis = report.levels[2]
        #expect((analysis.accept.met, analysis.accept.missed) == (0, 1))
        #expect((analysis.handback.met, analysis.handback.missed) == (1, 0))
        #expect(report.levels[1].accept.share == nil)
        #expect(report.share(upTo: .vendor) == nil)
    }
}
