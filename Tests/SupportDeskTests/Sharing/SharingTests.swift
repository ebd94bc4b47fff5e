import MainstayCore
import SupportDesk
import Testing

@Suite("SecretScanner") struct SecretScannerTests {
    private func kinds(
        _ text: String,
        _ names: SecretNames = SecretNames()
    ) -> [SecretKind: [String]] {
        let bytes = Array(text.utf8)
        var found: [SecretKind: [String]] = [:]
        for finding in SecretScanner(names).findings(in: text) {
            let words = String(decoding: bytes[finding.range], as: UTF8.self)
            found[finding.kind, default: []].append(words)
        }
        return found
    }

    @Test(
        "what only looks like a secret stays",
        arguments: [
            "std::string and a::b::c at 10:20:30", "version 2.4.1 of 2026-11-22",
            "127.0.0.1 and ::1",
            "see main.py, config.yml and libfoo.so", "commit 1a2b3c4d of HOST-3 and CUST-17",
            "The password is wrong", "a token expired", "DE00 1234 5678 9012 3456 78",
            "localhost:8080 refuses", "0x80070005 in line 42", "", "http://localhost/x",
            "http://", "@", "a@", "\\\\", "-", "S/N:", "password:", "::", "....",
        ]
    )
    func harmless(text: String) {
        #expect(kinds(text) == [:])
    }

    @Test("the longest secret counts, and what hangs over goes with it")
    func overlaps() {
        #expect(kinds("root@nas7.acme.example") == [.mail: ["root@nas7.acme.example"]])
        #expect(kinds("password=x@acme.example") == [.token: ["x@acme.example"]])
    }

    @Test("names are whole words, in any case, with any space; single words of them as written")
    func names() {
        let names = SecretNames(people: ["Will May", "cxq9"], customers: ["Acme Ltd", "acme"])
        #expect(kinds("WILL   MAY asks", names) == [.person: ["WILL   MAY"]])
        #expect(kinds("will\nmay it work", names) == [.person: ["will\nmay"]])
        #expect(kinds("It may work, and will", names) == [:])
        #expect(kinds("Mayor of Acmeville", names) == [:])
        #expect(kinds("May says", names) == [.person: ["May"]])
        #expect(kinds("CXQ9 at ACME", names) == [.person: ["CXQ9"], .customer: ["ACME"]])
        #expect(kinds("a Ltd company", names) == [:])
    }

    @Test("known commits and releases are no secrets")
    func allowed() {
        let commit = "1f0c5d2e9a1f0c5d2e9a1f0c5d2e9a1f0c5d2e9a"
        #expect(kinds(commit) == [.token: [commit]])
        #expect(kinds("fixed by \(commit).", SecretNames(harmless: [commit])) == [:])
        #expect(kinds("1.2.3.4", SecretNames(harmless: ["1.2.3.4"])) == [:])
    }
}

@Suite("Disguise") struct DisguiseTests {
    @Test("a word that has the form of a stand-in by itself never comes to mean a secret")
    func collision() {
        var disguise = Disguise()
        let scanner = SecretScanner(SecretNames())
        let text = "HOST-1 is our name for nas.acme.example"
        let covered = disguise.cover(text, scanner).text
        #expect(covered == "HOST-1 is our name for HOST-2")
        #expect(disguise.restore(covered) == text)
        #expect(
            disguise.restore("XHOST-2 HOST-22 HOST-2x HOST-2.") == "XHOST-2 HOST-22 HOST-2x "
                + "nas.acme.example."
        )
    }

    @Test("a stand-in whose secret was redacted stays as it is")
    func redacted() {
        let disguise = Disguise([.init(token: "HOST-1", kind: .host, value: nil)])
        #expect(disguise.restore("HOST-1 is down") == "HOST-1 is down")
        var next = disguise
        let text = next.cover("nas.acme.example", SecretScanner(SecretNames())).text
        #expect(text == "HOST-2")
    }
}

@Suite("CaseGate") struct CaseGateTests {
    private func pass(
        _ message: CaseMessage,
        fields: Set<SharedField> = [],
        texts: [String] = [],
        letsNames: Bool = false
    ) -> CaseGate.Passed {
        var policy = SharingPolicy()
        policy.fields = fields
        let names = SecretNames(people: ["Carl Berger"], customers: ["Acme Ltd"])
        var disguise = Disguise()
        return CaseGate(policy, names: names, customerTexts: texts, letsNames: letsNames)
            .pass(message, &disguise)
    }

    private func message(_ body: String, _ fields: [SharedField: String] = [:]) -> CaseMessage {
        var message = CaseMessage(.openCase, key: "MS-1")
        message.title = "It stops"
        message.body = body
        message.priority = .p2
        message.fields = fields.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { CaseMessage.Field($0.key, $0.value) }
        return message
    }

    @Test("no field leaves that the policy does not name, for every field")
    func fields() {
        let all = Dictionary(uniqueKeysWithValues: SharedField.allCases.map { ($0, "value of it") })
        for allowed in SharedField.allCases {
            let passed = pass(message("It stops", all), fields: [allowed])
            #expect(passed.message.fields.map(\.field) == [allowed])
            #expect(passed.grounds.contains(.field) == allowed.isOfCustomer)
            #expect(Set(passed.dropped) == Set(SharedField.allCases).subtracting([allowed]))
            #expect((passed.message.priority != nil) == (allowed == .priority))
        }
        let none = pass(message("It stops", all))
        #expect(none.message.fields.isEmpty)
        #expect(none.message.text == "[MS-1] It stops\n\nIt stops\n")
        #expect(none.scope.isEmpty)
    }

    @Test("words that the customer wrote need his agreement, ours do not")
    func words() {
        let texts = ["Since the reboot nobody can write any more", "Help!", "It hangs"]
        #expect(pass(message("After a reboot it is read-only"), texts: texts).scope.isEmpty)
        let quoted = pass(message("He says: THE reboot, nobody can... write"), texts: texts)
        #expect(quoted.grounds == [.words])
        #expect(quoted.scope == [.text])
        #expect(pass(message("Sometimes it hangs"), texts: texts).grounds == [.words])
    }

    @Test("names leave as they are only where that was agreed, and then it is a ground of its own")
    func names() {
        let asked = message("Ask Carl Berger of Acme Ltd at carl@acme.example")
        #expect(pass(asked).message.body == "Ask PERSON-1 of CUST-1 at MAIL-1")
        #expect(pass(asked).scope == [.text])
        let open = pass(asked, letsNames: true)
        #expect(open.message.body == "Ask Carl Berger of Acme Ltd at MAIL-1")
        #expect(open.scope == [.text, .names])
    }

    @Test("a file needs an agreement on files, and its name is disguised")
    func files() {
        var asked = CaseMessage(.addAttachment, key: "MS-1.2")
        let sha = String(repeating: "a", count: 64)
        asked.file = CaseMessage.File(
            name: "nas.acme.example.log",
            mediaType: "text/plain",
            size: 5,
            sha: sha
        )
        let passed = pass(asked)
        #expect(passed.scope == [.text, .files])
        #expect(passed.message.file?.name.contains("acme") == false)
        #expect(passed.message.file?.sha == sha)
    }

    @Test("what may be left is shown, each once")
    func risks() {
        let text =
            "Tell Bob Miller, then Bob Miller again: +49 30 123456, /home/bob/x. "
            + "It is Monday. Visual Studio crashes"
        let risks = RemainingRisk.risks(in: text)
        #expect(
            risks.map(\.words)
                == ["+49 30 123456", "/home/bob/x.", "Bob Miller", "Bob Miller "]
                .filter { $0 != "Bob Miller " }
        )
        #expect(RemainingRisk.risks(in: "PERSON-1 restarted HOST-12").isEmpty)
    }

    @Test("a message is kept and read again as it was")
    func codec() throws {
        var whole = message("Body\nof two", [.product: "Server", .ticketText: "two\nlines"])
        whole.file = CaseMessage.File(name: "a", mediaType: "b/c", size: 1, sha: "d")
        let read = try CaseMessage(json: try JSONValue(json: whole.json.json))
        #expect(read == whole)
        #expect(throws: DeskError.self) { try CaseMessage(json: ["operation": "dance"]) }
    }

    @Test("a policy names fields and nothing else")
    func policy() throws {
        var policy = SharingPolicy()
        policy.fields = [.product, .release]
        #expect(policy.json.json == #"{"fields":["product","release"]}"#)
        #expect(try SharingPolicy(json: policy.json) == policy)
        for bad in [#"{"field":[]}"#, "[]", #"{"fields":["colour"]}"#] {
            let json = try JSONValue(json: bad)
            let error = #expect(throws: DeskError.self) { try SharingPolicy(json: json) }
            #expect(error?.code == .sharing)
        }
    }
}
