import SupportDesk

/// A secret with what announces it, and the parts of it that must not leave.
struct PlantedSecret {
    let text: String
    let secrets: [String]
    let kind: SecretKind
}

/// Makes secrets of every kind as people write them, without the code under test.
struct SecretGenerator {
    var random: SeededRandom
    /// The customer's people of the case: names and logins.
    let people: [(name: String, login: String)]
    /// The customer of the case.
    let customer: (name: String, ref: String)

    private static let firstNames = [
        "Carl", "Jürgen", "Mária", "Anne-Sophie", "Olena", "Siobhán", "Łukasz", "Ngozi", "Émile",
    ]
    private static let lastNames = [
        "Berger", "Öztürk", "Van Dyke", "O'Neill", "Kowalczyk", "Sørensen", "García", "Nakamura",
    ]
    private static let companies = [
        ("Acme Ltd", "acme"), ("Nordwind Logistik GmbH", "nordwind"), ("Café Zürich AG", "cafe-zh"),
        ("Blue Heron Foods", "bhf-foods"), ("Stadtwerke Aue", "swaue"),
    ]

    init(_ random: SeededRandom) {
        var random = random
        people = (0..<3)
            .map { _ in
                let first = Self.firstNames.randomElement(using: &random) ?? ""
                let last = Self.lastNames.randomElement(using: &random) ?? ""
                let number = Int.random(in: 100...999, using: &random)
                return ("\(first) \(last)", "\(first.lowercased().prefix(1))\(number)xq")
            }
        customer = Self.companies.randomElement(using: &random) ?? ("", "")
        self.random = random
    }

    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int(random.next() % UInt64(list.count))]
    }

    mutating func number(_ low: Int, _ high: Int) -> Int {
        low + Int(random.next() % UInt64(high - low + 1))
    }

    mutating func letters(_ alphabet: String, _ count: Int) -> String {
        let all = Array(alphabet)
        return String((0..<count).map { _ in pick(all) })
    }

    private static let lower = "abcdefghijklmnopqrstuvwxyz"
    private static let digits = "0123456789"
    private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    mutating func secret() -> PlantedSecret {
        switch number(0, 8) {
        case 0: mail()
        case 1: addressFour()
        case 2: addressSix()
        case 3: host()
        case 4: token()
        case 5: account()
        case 6: serial()
        case 7: person()
        default: company()
        }
    }

    private mutating func mail() -> PlantedSecret {
        let user = letters(Self.lower, number(2, 8)) + pick(["", ".x", "+inbox", "_9"])
        let domain =
            letters(Self.lower, number(3, 9)) + pick([".com", ".example", ".co.uk", ".de"])
        let whole = user + pick(["@", "@", "@", "%40", "(at)"]) + domain
        return PlantedSecret(text: whole, secrets: [whole, domain], kind: .mail)
    }

    private mutating func addressFour() -> PlantedSecret {
        let whole = [number(11, 223), number(0, 255), number(0, 255), number(1, 254)]
            .map { "\($0)" }.joined(separator: ".")
        let text = whole + pick(["", "", ":8080", "/24"])
        return PlantedSecret(text: text, secrets: [whole], kind: .address)
    }

    private mutating func addressSix() -> PlantedSecret {
        let groups = (0..<8).map { _ in letters("0123456789abcdef", number(1, 4)) }
        let whole =
            switch number(0, 2) {
            case 0: groups.joined(separator: ":")
            case 1: "2001:db8:" + groups[0] + "::" + groups[1]
            default: "fe80::1" + groups[2].prefix(3) + ":" + groups[3]
            }
        return PlantedSecret(text: whole, secrets: [whole], kind: .address)
    }

    private mutating func host() -> PlantedSecret {
        let name = letters(Self.lower, number(3, 9))
        let domain = pick([
            "local", "example", "acmecorp.com", "intra.example.org", "lan", "fritz.box",
        ])
        let whole = "\(name).\(domain == "fritz.box" ? "home" : domain)"
        let single = "srv-\(name)\(number(1, 99))"
        switch number(0, 4) {
        case 0: return PlantedSecret(text: "https://\(whole)/a?b=1", secrets: [whole], kind: .host)
        case 1: return PlantedSecret(text: "\\\\\(name)\\share", secrets: [name], kind: .host)
        case 2: return PlantedSecret(text: single, secrets: [single], kind: .host)
        case 3: return PlantedSecret(text: "hostname: \(name)", secrets: [name], kind: .host)
        default: return PlantedSecret(text: whole, secrets: [whole], kind: .host)
        }
    }

    private mutating func token() -> PlantedSecret {
        let mixed = Self.lower + Self.upper + Self.digits
        let value = letters(mixed, 8) + "7a" + letters(mixed, number(14, 30))
        switch number(0, 6) {
        case 0:
            let word = letters(mixed, number(6, 14))
            let key = pick(["password", "Passwort", "PWD", "secret", "db_password", "api-key"])
            let sign = pick([": ", "=", " = ", ":"])
            return PlantedSecret(text: "\(key)\(sign)\(word)", secrets: [word], kind: .token)
        case 1:
            return PlantedSecret(
                text: "Authorization: Bearer \(value)",
                secrets: [value],
                kind: .token
            )
        case 2:
            let whole = pick(["ghp_", "glpat-", "xoxb-", "sk-", "AKIA"]) + value
            return PlantedSecret(text: whole, secrets: [whole], kind: .token)
        case 3:
            let lines = (0..<3).map { _ in letters(mixed + "+/", 64) }
            let text =
                "-----BEGIN RSA PRIVATE KEY-----\n" + lines.joined(separator: "\n")
                + "\n-----END RSA PRIVATE KEY-----\n"
            return PlantedSecret(text: text, secrets: lines, kind: .token)
        case 4:
            let hex = "1f" + letters("0123456789abcdef", 38)
            return PlantedSecret(text: hex, secrets: [hex], kind: .token)
        case 5:
            let word = letters(mixed, number(5, 12))
            return PlantedSecret(
                text: "ftp://user:\(word)@files.example.com/x",
                secrets: [word, "files.example.com"],
                kind: .token
            )
        default: return PlantedSecret(text: value, secrets: [value], kind: .token)
        }
    }

    private mutating func account() -> PlantedSecret {
        let (country, length) = pick([("DE", 18), ("AT", 16), ("NL", 14), ("CH", 17), ("FR", 23)])
        let bank = letters(Self.digits, length)
        var rest = 0
        for character in bank + country + "00" {
            let value =
                character.isNumber
                ? character.wholeNumberValue ?? 0 : Int(character.asciiValue ?? 65) - 55
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97
        }
        let check = 98 - rest
        let plain = country + (check < 10 ? "0\(check)" : "\(check)") + bank
        guard number(0, 1) == 0 else {
            return PlantedSecret(text: plain, secrets: [plain], kind: .account)
        }
        var grouped = ""
        for (place, character) in plain.enumerated() {
            if place > 0, place % 4 == 0 { grouped.append(" ") }
            grouped.append(character)
        }
        return PlantedSecret(text: grouped, secrets: [grouped, plain], kind: .account)
    }

    private mutating func serial() -> PlantedSecret {
        let value = letters(Self.upper, 3) + "\(number(10_000, 99_999))" + letters(Self.upper, 2)
        switch number(0, 3) {
        case 0:
            let key = pick(["S/N: ", "serial number ", "Seriennummer: ", "Service Tag: ", "SN "])
            return PlantedSecret(text: key + value, secrets: [value], kind: .serial)
        case 1:
            let groups = (0..<5).map { _ in "4" + letters(Self.upper + Self.digits, 4) }
            let whole = groups.joined(separator: "-")
            return PlantedSecret(text: whole, secrets: [whole], kind: .serial)
        case 2:
            let whole = (0..<6).map { _ in letters("0123456789abcdef", 2) }
                .joined(separator: pick([":", "-"]))
            return PlantedSecret(text: whole, secrets: [whole], kind: .serial)
        default:
            return PlantedSecret(
                text: "licence key: \(value)",
                secrets: [value],
                kind: .serial
            )
        }
    }

    private mutating func person() -> PlantedSecret {
        let (name, login) = pick(people)
        let family = name.split(separator: " ").last.map(String.init) ?? name
        let form = pick([name, name.uppercased(), name.lowercased(), login, family])
        return PlantedSecret(text: form, secrets: [form], kind: .person)
    }

    private mutating func company() -> PlantedSecret {
        let form = pick([customer.name, customer.name.uppercased(), customer.ref])
        return PlantedSecret(text: form, secrets: [form], kind: .customer)
    }
}
