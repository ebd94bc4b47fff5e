extension [UInt8] {
    /// Names of machines: with a domain, behind words or signs that announce one, or called as
    /// machines are.
    func hostNames() -> [SecretFinding] {
        dottedHosts() + announcedHosts() + numberedHosts()
    }

    /// Ends of names that tell a machine from a file or a type.
    private static let domains: Set<String> = [
        "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "aero",
        "coop", "museum", "app", "dev", "cloud", "online", "site", "shop", "xyz", "tech", "store",
        "agency", "blog", "email", "solutions", "systems", "services", "support", "world", "zone",
        "company", "digital", "network", "software", "berlin", "hamburg", "bayern", "wien",
        "london", "paris", "local", "lan", "internal", "intern", "intranet", "corp", "home",
        "localdomain", "example", "test", "invalid", "private", "arpa", "onion", "domain", "ad",
    ]

    /// Ends of two letters that files have oftener than machines.
    private static let files: Set<String> = [
        "py", "sh", "rs", "pl", "md", "so", "cc", "js", "ts", "rb", "cs", "hs", "go", "gz", "db",
        "xz", "vb", "ps", "am", "in", "la", "mo", "po", "ac", "mk", "cu", "ml", "kt", "nu",
    ]

    private func dottedHosts() -> [SecretFinding] {
        runs(of: \.isOfHost)
            .compactMap { run in
                let start = end(
                    of: { !$0.isAlphanumeric && !$0.isBeyondASCII },
                    from: run.lowerBound
                )
                let end = self.start(
                    of: { !$0.isAlphanumeric && !$0.isBeyondASCII },
                    before: run.upperBound
                )
                guard start < end else { return nil }
                let labels = self[start..<end]
                    .split(
                        separator: UInt8(ascii: "."),
                        omittingEmptySubsequences: false
                    )
                guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }) else { return nil }
                if has("://", at: start - 3) { return SecretFinding(start..<end, .host) }
                // Behind the domain something else may stand, such as the end of a file's name.
                let last = labels.indices.dropFirst()
                    .last { Self.isDomain(labels[$0], of: $0 + 1) }
                return last.map { SecretFinding(start..<labels[$0].endIndex, .host) }
            }
    }

    private static func isDomain(_ label: ArraySlice<UInt8>, of count: Int) -> Bool {
        if label.contains(where: \.isBeyondASCII) { return true }
        let word = String(decoding: label.map(\.lowered), as: UTF8.self)
        if word.hasPrefix("xn--") || domains.contains(word) { return true }
        guard label.count == 2, label.allSatisfy(\.isLetter) else { return false }
        return count > 2 || !files.contains(word)
    }

    private func announcedHosts() -> [SecretFinding] {
        let keys: [StaticString] = [
            "host", "hostname", "host name", "server", "servername", "computer", "computername",
            "computer name", "machine", "node", "rechner", "fqdn", "domain", "workgroup",
        ]
        let behindKeys = values(behind: keys, needsSign: true)
        let behindSigns = indices.filter { has("\\\\", at: $0) || has("://", at: $0) }
            .map { has("\\\\", at: $0) ? $0 + 2 : $0 + 3 }
        return (behindKeys + behindSigns)
            .compactMap { place in
                guard place < count else { return nil }
                // A name and a secret may stand before it: `https://user:secret@host`.
                let whole = end(of: { !$0.isSpace && $0 != UInt8(ascii: "/") }, from: place)
                let sign = self[place..<whole].lastIndex(of: UInt8(ascii: "@"))
                let start = sign.map { $0 + 1 } ?? place
                let end = self.start(
                    of: { !$0.isAlphanumeric && !$0.isBeyondASCII },
                    before: end(of: \.isOfHost, from: start)
                )
                guard end - start >= 2, !isOwn(start..<end) else { return nil }
                return SecretFinding(start..<end, .host)
            }
    }

    /// Whether a name means the machine itself.
    private func isOwn(_ range: Range<Int>) -> Bool {
        ["localhost", "127.0.0.1", "0.0.0.0"]
            .contains(String(decoding: self[range].map(\.lowered), as: UTF8.self))
    }

    private func numberedHosts() -> [SecretFinding] {
        let beginnings: [StaticString] = [
            "srv", "server", "db", "web", "app", "mail", "nas", "san", "pc", "ws", "win", "dc",
            "esx", "esxi", "vm", "host", "node", "fs", "file", "proxy", "gw", "fw", "sw", "print",
            "desktop", "laptop", "client", "sql", "ora", "pg", "sap", "ts", "term", "backup",
        ]
        return runs { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            .filter { run in
                guard !isInWord(run.lowerBound), !isInWord(run.upperBound),
                    let last = self[run].last, last.isDigit, !isDotted(run)
                else { return false }
                return beginnings.contains { beginning in
                    guard has(beginning, at: run.lowerBound) else { return false }
                    let place = run.lowerBound + beginning.utf8CodeUnitCount
                    guard let next = at(place), place < run.upperBound else { return false }
                    return next.isDigit || next == UInt8(ascii: "-") || next == UInt8(ascii: "_")
                }
            }
            .map { SecretFinding($0, .host) }
    }

    /// Whether a word goes on behind a dot, or before one, as the name of a file does.
    private func isDotted(_ run: Range<Int>) -> Bool {
        let dot = UInt8(ascii: ".")
        let goesOn = at(run.upperBound) == dot && at(run.upperBound + 1)?.isAlphanumeric == true
        let began = at(run.lowerBound - 1) == dot && at(run.lowerBound - 2)?.isAlphanumeric == true
        return goesOn || began
    }
}
