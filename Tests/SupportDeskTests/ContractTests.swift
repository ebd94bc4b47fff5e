import MainstayCore
import Testing

@testable import SupportDesk

@Suite("Contracts")
struct ContractTests {
    private func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    private func contract(
        _ ref: String,
        _ id: Int64,
        from: String = "2026-01-01",
        to: String? = nil,
        model: ContractModel = .timeAndMaterials
    ) throws -> Contract {
        try Contract(
            id: id,
            ref: ref,
            party: (7, nil),
            model: model,
            period: (try day(from), try to.map(day))
        )
    }

    private func term(
        _ contract: Int64,
        from: String = "2026-01-01",
        covering coverage: [CoveredLine] = []
    ) throws -> ContractTerm {
        let start = try day(from).start
        var term = ContractTerm(
            of: contract,
            validFrom: start,
            createdAt: start,
            calendar: "office"
        )
        term.coverage = coverage
        return term
    }

    private func message(_ act: () throws -> Void) -> String? {
        do {
            try act()
            return nil
        } catch let error as DeskError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    @Test("a contract says why it does not hold, and yesterday and tomorrow by name")
    func obstacles() throws {
        let one = try contract("A", 1, from: "2026-03-01", to: "2026-03-31")
        #expect(one.obstacle(on: try day("2026-02-27")) == "starts on 2026-03-01")
        #expect(one.obstacle(on: try day("2026-02-28")) == "starts on 2026-03-01, tomorrow")
        #expect(one.obstacle(on: try day("2026-03-01")) == nil)
        #expect(one.obstacle(on: try day("2026-03-31")) == nil)
        #expect(one.obstacle(on: try day("2026-04-01")) == "ended on 2026-03-31, yesterday")
        #expect(one.obstacle(on: try day("2026-04-02")) == "ended on 2026-03-31")
    }

    @Test("a request gets the one contract that covers its product at its moment")
    func choice() throws {
        let a = try contract("A", 1, to: "2026-06-30")
        let b = try contract("B", 2, from: "2026-07-01")
        let book = ContractBook(
            [b, a],
            terms: [
                1: [try term(1, covering: [CoveredLine(product: 5)])],
                2: [try term(2, from: "2026-07-01"), try term(2, from: "2027-01-01")],
            ]
        )
        func ref(_ product: Int64?, _ at: String) throws -> String? {
            try book.contract(covering: product, at: day(at).start)?.ref
        }
        #expect(try ref(5, "2025-12-31") == nil)
        #expect(try ref(5, "2026-06-30") == "A")
        #expect(try ref(6, "2026-06-30") == nil)
        #expect(try ref(nil, "2026-06-30") == "A")
        #expect(try ref(6, "2026-07-01") == "B")
        let named = try book.contract(named: "B", at: day("2026-07-01").start)
        #expect(named.id == 2)
        #expect(
            message { _ = try book.contract(named: "A", at: day("2026-07-01").start) }
                == "Contract A does not hold on 2026-07-01: it ended on 2026-06-30, yesterday"
        )
        #expect(
            message { _ = try book.contract(named: "B", at: day("2026-06-30").start) }
                == "Contract B does not hold on 2026-06-30: it starts on 2026-07-01, tomorrow"
        )
        #expect(
            message { _ = try book.contract(named: "C", at: day("2026-06-30").start) }
                == "The customer has no contract 'C', only A, B"
        )
    }

    @Test("two contracts overlap exactly where one request could get both")
    func overlap() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let contracts = try (1...2)
                .map { id -> Contract in
                    let start = Int.random(in: 0...40, using: &random)
                    let length = Int.random(in: 0...30, using: &random)
                    let first = try day("2026-01-01").advanced(by: start)
                    return try Contract(
                        id: Int64(id),
                        ref: "C\(id)",
                        party: (7, nil),
                        model: .timeAndMaterials,
                        period: (
                            first, Bool.random(using: &random) ? nil : first.advanced(by: length)
                        )
                    )
                }
            var terms: [Int64: [ContractTerm]] = [:]
            for contract in contracts {
                var from = contract.startsDay
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let products = (1...3).filter { _ in Bool.random(using: &random) }
                    terms[contract.id, default: []]
                        .append(
                            try term(
                                contract.id,
                                from: from.description,
                                covering: products.map { CoveredLine(product: Int64($0)) }
                            )
                        )
                    from = from.advanced(by: Int.random(in: 1...15, using: &random))
                }
            }
            let book = ContractBook(contracts, terms: terms)
            let days = try (0..<120).map { try day("2026-01-01").advanced(by: $0) }
            let isAmbiguous = days.contains { day in
                (1...3)
                    .contains { product in
                        message { _ = try book.contract(covering: Int64(product), at: day.start) }
                            != nil
                    }
            }
            let isRefused = message { try book.refuseOverlap(with: "C1") } != nil
            #expect(isRefused == isAmbiguous, "seed \(seed), round \(round)")
        }
    }

    @Test("time rounds up to whole steps, and to the least")
    func rounding() throws {
        let rounding = try TimeRounding(step: 15, least: 30)
        #expect([1, 30, 31, 45, 46].map(rounding.counted) == [30, 30, 45, 45, 60])
        #expect([1, 59].map(TimeRounding.none.counted) == [1, 59])
        #expect(try [1, 25].map(TimeRounding(step: 15, least: 20).counted) == [30, 30])
        #expect(message { _ = try TimeRounding(step: 0, least: 0) } != nil)
    }

    @Test("an entitlement names everything that a demand goes beyond, and nothing else")
    func entitlement() throws {
        let one = try contract("A", 1, to: "2026-12-31", model: .managedServices)
        var agreed = try term(
            1,
            covering: [
                CoveredLine(product: 5, line: 50),
                CoveredLine(product: 5, line: 51, phases: [.active]),
                CoveredLine(product: 6),
            ]
        )
        agreed.channels = [.phone]
        agreed.highestLevel = .analysis
        let service = try CoveredService(
            id: 1,
            contract: 1,
            product: 5,
            name: "Server",
            period: (try day("2026-02-01"), try day("2026-02-28"))
        )
        let entitlement = Entitlement(one, agreed, services: [service])
        func excesses(
            _ product: Int64?,
            _ channel: TicketChannel = .phone,
            _ level: SupportLevel = .analysis,
            line: (Int64, LifecyclePhase)? = nil,
            on text: String = "2026-02-28"
        ) throws -> [String] {
            let origin = TicketOrigin(product: product, customer: 7, reporter: 1, channel: channel)
            var demand = Demand(.incident, origin, at: level)
            demand.line = line.map { (id: $0.0, phase: $0.1) }
            return entitlement.excesses(of: demand, on: try day(text)).map(\.words)
        }
        #expect(try excesses(5) == [])
        #expect(try excesses(5, line: (50, .security)) == [])
        #expect(try excesses(5, line: (51, .active)) == [])
        #expect(
            try excesses(5, line: (51, .security)) == ["its line is not covered in phase security"]
        )
        #expect(try excesses(5, line: (52, .active)) == ["its line is not covered"])
        #expect(
            try excesses(5, .email, .specialists) == [
                "by email, agreed is phone", "level 3 is beyond level 2",
            ]
        )
        #expect(try excesses(6) == ["no service that is covered is about it"])
        #expect(try excesses(6, line: (60, .eol)) == ["no service that is covered is about it"])
        #expect(
            try excesses(9) == [
                "its product is not covered", "no service that is covered is about it",
            ]
        )
        #expect(try excesses(5, on: "2026-03-01") == ["no service that is covered is about it"])
        #expect(
            try excesses(5, on: "2027-01-01") == ["its contract ended on 2026-12-31, yesterday"]
        )
        #expect(Entitlement.mayStop(.incident))
        #expect(!Entitlement.mayStop(.defect) && !Entitlement.mayStop(.security))
    }

    @Test("a policy is read back as it was written, and nothing else is")
    func policy() throws {
        var policy = ContractPolicy()
        policy.rounding = try TimeRounding(step: 15, least: 30)
        policy.warnRests = [600, 120]
        #expect(try ContractPolicy(try JSONValue(json: policy.json.json)) == policy)
        #expect(message { _ = try ContractPolicy([:]) } != nil)
        #expect(message { _ = try ContractPolicy(["clocks": [:]]) } != nil)
    }
}
