import Glibc
import MainstayCore
import SupportDesk
import Testing

@Suite("CaseGate, with planted secrets") struct PlantedSecretTests {
    private static let words = [
        "the", "volume", "stops", "after", "a", "reboot", "since", "Tuesday", "und", "der",
        "Dienst",
        "läuft", "nicht", "mehr", "error", "0x80070005", "v2.4.1", "std::string", "config.yml",
        "main.py", "see", "line", "42", "10:30:07", "2026-11-22", "überall", "日本語", "🙂", "C:\\",
        "/var/log", "size_t", "50%", "ok;", "(again)", "--force", "NULL", "three", "times",
    ]
    private static let befores = [
        " ", "\n", "\t", " (", " \"", " <", " [", ", ", "; ", " - ", " '",
    ]
    private static let afters = [
        " ", "\n", "\t", ") ", "\" ", "> ", "] ", ", ", "; ", ". ", "' ", "! ",
    ]

    /// What a message says by itself, where a short name could not be told from it.
    private static let own = {
        var message = CaseMessage(.openCase, key: "MS-1")
        message.title = ""
        message.body = words.joined(separator: " ")
        return (message.text + message.json.json).lowercased()
    }()

    private static func secret(_ generator: inout SecretGenerator) -> PlantedSecret {
        while true {
            let secret = generator.secret()
            if !secret.secrets.contains(where: { own.contains($0.lowercased()) }) { return secret }
        }
    }

    private static func filler(_ generator: inout SecretGenerator) -> String {
        (0..<generator.number(2, 12)).map { _ in generator.pick(words) }.joined(separator: " ")
    }

    @Test("5,000 secrets in 1,000 random cases: none is in the bytes, all come back in replies")
    func planted() throws {
        let given = getenv("MAINSTAY_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: 1...UInt64.max)
        print("PlantedSecretTests seed \(seed)")
        var random = SeededRandom(seed: seed)
        var (planted, found) = (0, [SecretKind: Int]())
        for _ in 0..<1000 {
            var generator = SecretGenerator(SeededRandom(seed: random.next()))
            let names = SecretNames(
                people: generator.people.flatMap { [$0.name, $0.login] },
                customers: [generator.customer.name, generator.customer.ref]
            )
            var text = Self.filler(&generator)
            var secrets: [PlantedSecret] = []
            for _ in 0..<5 {
                let secret = Self.secret(&generator)
                secrets.append(secret)
                found[secret.kind, default: 0] += 1
                text += generator.pick(Self.befores) + secret.text + generator.pick(Self.afters)
                text += Self.filler(&generator)
            }
            planted += secrets.count
            try check(text, secrets, names, &generator, "seed \(seed)")
        }
        #expect(planted == 5000)
        #expect(found.count == SecretKind.allCases.count, "\(found)")
    }

    private func check(
        _ text: String,
        _ secrets: [PlantedSecret],
        _ names: SecretNames,
        _ generator: inout SecretGenerator,
        _ comment: String
    ) throws {
        let gate = CaseGate(SharingPolicy(), names: names, customerTexts: [], letsNames: false)
        var disguise = Disguise()
        var message = CaseMessage(.openCase, key: "MS-1")
        message.title = text.split(separator: "\n").first.map(String.init)
        message.body = text
        let passed = gate.pass(message, &disguise)
        var bytes = (passed.message.text + passed.message.json.json).lowercased()
        for entry in disguise.entries {
            bytes = bytes.replacing(entry.token.lowercased(), with: "-")
        }
        for secret in secrets.flatMap(\.secrets) {
            #expect(
                !bytes.contains(secret.lowercased()),
                "\(comment): '\(secret)' of \(secrets.map(\.text)) left: \(passed.message.body)"
            )
        }
        #expect(passed.grounds.contains(.standIn))
        // What the vendor quotes comes back as we wrote it.
        let back = disguise.restore(passed.message.body)
        #expect(back.lowercased() == text.lowercased(), "\(comment)")
        for entry in disguise.entries {
            let reply =
                "Please restart" + generator.pick(Self.befores) + entry.token
                + generator.pick(Self.afters) + "and tell us."
            #expect(disguise.restore(reply).contains(entry.value ?? "?"), "\(comment): \(reply)")
        }
        // The same secret has the same stand-in in the next message of the case.
        let again = gate.pass(message, &disguise)
        #expect(again.message.body == passed.message.body, "\(comment)")
    }
}
