import Foundation
import MainstayTesting
import Testing

@Suite("The fifteen requests of the demonstration's desk")
struct DemoDeskTests {
    private typealias Facts = [String: Any]

    private struct Place {
        let folder: String
        let environment: [String: String]

        /// What a command answers as JSON: its results.
        func results(_ words: [String]) throws -> [Facts] {
            let run = try Mainstay.run(
                program: Mainstay.products + "/mainstay",
                words + ["--json"],
                environment: environment,
                in: folder
            )
            #expect(run.status == 0, "\(words): \(run.errors)")
            let document = try JSONSerialization.jsonObject(with: Data(run.bytes)) as? Facts
            return try #require(document?["results"] as? [Facts])
        }

        /// The one thing that a command shows.
        func facts(_ words: String...) throws -> Facts {
            try #require(try results(words).first)
        }
    }

    @Test("three for each level, each solved there by its means", arguments: TestEngine.allCases)
    func requests(_ engine: TestEngine) async throws {
        try needEngine(engine)
        try await DeskPlace.with(engine) { place in
            let outside = Place(folder: place.folder.path, environment: place.environment)
            let requests = try outside.results(["demo", "--desk", "--keep", "demo"])
            let levels = requests.compactMap { $0["level"] as? Int }
            #expect(levels == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
            #expect(requests.allSatisfy { $0["isSolved"] as? Bool == true })
            let inside = Place(
                folder: place.folder.path + "/demo",
                environment: place.environment
            )
            let refs = requests.compactMap { $0["ref"] as? String }
            try checkArticles(inside, Array(refs[0..<3]))
            for (ref, level) in zip(refs, levels) where (1...3).contains(level) {
                #expect(try levelAtResolution(inside, ref) == level, "\(ref)")
            }
            try checkMeans(inside, refs)
            try checkDefects(inside, requests.compactMap { $0["defect"] as? String })
            try checkVendors(inside, Array(refs[12...]))
            #expect(try inside.results(["db", "verify"]).isEmpty)
        }
    }

    /// Level 0: found without a person, and counted.
    private func checkArticles(_ place: Place, _ slugs: [String]) throws {
        #expect(slugs == ["reset-password", "create-user", "databases-2"])
        for slug in slugs {
            let article = try place.facts("kb", "show", slug)
            #expect(article["isLive"] as? Bool == true)
            #expect((article["uses"] as? Facts)?["solved"] as? Int == 1, "\(slug)")
        }
        #expect((try place.facts("kb", "show", "databases-1")["uses"] as? Facts)?["solved"] == nil)
    }

    /// The level at which a ticket stood when it was resolved, by its log.
    private func levelAtResolution(_ place: Place, _ ref: String) throws -> Int? {
        let ticket = try place.facts("ticket", "show", ref)
        #expect(ticket["status"] as? String == "resolved", "\(ref)")
        var level: Int?
        for event in ticket["events"] as? [Facts] ?? [] {
            let now = (event["facts"] as? Facts)?["now"] as? Facts
            level = now?["level"] as? Int ?? level
            if event["kind"] as? String == "resolved" { return level }
        }
        return nil
    }

    /// Levels 1 and 2: what each was solved by.
    private func checkMeans(_ place: Place, _ refs: [String]) throws {
        let tickets = try refs[3..<9].map { try place.facts("ticket", "show", $0) }
        #expect(tickets.map { $0["area"] as? String == "commercial" }.first == true)
        func said(_ ticket: Facts) -> String {
            (ticket["events"] as? [Facts] ?? []).compactMap { $0["text"] as? String }.joined()
        }
        #expect(said(tickets[1]).contains("line 2.0; its newest release is v2.0.3"))
        #expect(said(tickets[2]).contains("(activate-plus)"))
        for ticket in tickets[3...] { #expect((ticket["time"] as? [Facts])?.count == 1) }
        let born = try place.facts("kb", "show", "train-document-type")
        #expect((born["tickets"] as? [Facts])?.first?["ticket"] as? String == refs[8])
    }

    /// Level 3: where the ledger sees each fix, and what was put right without one.
    private func checkDefects(_ place: Place, _ names: [String]) throws {
        let defects = try names.map { try place.facts("defect", "show", $0) }
        #expect(
            defects.map { $0["cause"] as? String } == [
                "code", "code", "configuration", "third_party",
            ]
        )
        func releases(_ defect: Facts) -> [String] {
            (defect["lines"] as? [Facts] ?? [])
                .filter { $0["status"] as? String == "fixed" }
                .compactMap { $0["release"] as? String }
        }
        #expect(releases(defects[0]) == ["v2.2.1", "v2.0.3", "v1.2.3"])
        func events(_ defect: Facts, _ kind: String) -> [Facts] {
            (defect["events"] as? [Facts] ?? []).filter { $0["kind"] as? String == kind }
                .compactMap { $0["facts"] as? Facts }
        }
        let tries = events(defects[0], "reproduced")
        #expect(tries.map { $0["outcome"] as? String } == ["reproduced"])
        #expect(releases(defects[1]) == ["v2.2.0", "v2.2.0", "v2.0.2"], "picked to 2.0 alone")
        #expect(releases(defects[2]) == [])
        let put = events(defects[2], "intervened")
        #expect(put.map { $0["kind"] as? String } == ["configuration"])
        #expect(defects[2]["status"] as? String == "closed")
    }

    /// Level 4: each was with a vendor, whose fix was verified, and came back.
    private func checkVendors(_ place: Place, _ refs: [String]) throws {
        for ref in refs {
            let ticket = try place.facts("ticket", "show", ref)
            #expect(ticket["level"] as? Int == 3, "\(ref)")
            #expect(ticket["status"] as? String == "resolved", "\(ref)")
            let events = ticket["events"] as? [Facts] ?? []
            let levels = events.compactMap { (($0["facts"] as? Facts)?["now"] as? Facts)?["level"] }
                .compactMap { $0 as? Int }
            #expect(Array(levels.suffix(2)) == [4, 3], "\(ref)")
            #expect((ticket["tasks"] as? [Facts])?.isEmpty == true, "\(ref)")
        }
        let cases = try place.results(["case", "list", "--all"])
            .sorted { ($0["ref"] as? String ?? "") < ($1["ref"] as? String ?? "") }
        #expect(cases.map { $0["state"] as? String } == ["closed", "closed", "closed"])
        let messages = try cases.map { found in
            try place.facts("case", "preview", found["ref"] as? String ?? "", "--all")["messages"]
                as? [Facts] ?? []
        }
        #expect(messages.allSatisfy { $0.first?["state"] as? String == "sent" })
        let grounds = messages.map { ($0.first?["attempts"] as? [Facts])?.first?["agreements"] }
            .map { ($0 as? [Int])?.count }
        #expect(grounds == [1, 0, 1], "the department is told nothing of the customer's")
        let said = messages.flatMap { $0 }.compactMap { $0["bytes"] as? String }.joined()
        for secret in ["Carl", "Acme", "10.20.0.7", "nas-2.acme.example"] {
            #expect(!said.contains(secret), "\(secret)")
        }
        #expect(cases[2]["fixedVersion"] as? String == "11.4")
        let defects = cases[2]["defects"] as? [String] ?? []
        let defect = try place.facts("defect", "show", try #require(defects.first))
        let sources = (defect["commits"] as? [Facts] ?? []).map { $0["source"] as? String }
        #expect(sources == ["vendor"])
        let fixed = (defect["lines"] as? [Facts] ?? [])
            .filter { $0["status"] as? String == "fixed" }
        #expect(!fixed.isEmpty)
    }

    @Test("it needs a folder that stays, and fills none that has something")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let unkept = try Mainstay.run("demo", "--desk", in: folder.path)
        #expect(unkept.status == 64)
        #expect(unkept.errors.contains("--desk needs --keep"))
        try Data().write(to: URL(fileURLWithPath: folder.path + "/there"))
        let full = try Mainstay.run("demo", "--desk", "--keep", ".", in: folder.path)
        #expect(full.status == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["there"])
    }
}
