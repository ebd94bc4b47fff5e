import Glibc

extension [UInt8] {
    /// E-mail addresses, and users at machines; the sign may be written as `%40`, `[at]` or `(at)`.
    func mailAddresses() -> [SecretFinding] {
        let signs: [StaticString] = ["@", "%40", "[at]", "(at)", " [at] ", " (at) "]
        func isOfUser(_ byte: UInt8) -> Bool {
            byte.isAlphanumeric || byte.isBeyondASCII || Set(".%+'_-".utf8).contains(byte)
        }
        var found: [SecretFinding] = []
        let beginnings = Set("@%[( ".utf8)
        for place in indices where beginnings.contains(self[place]) {
            for sign in signs where has(sign, at: place) {
                let start = self.start(of: isOfUser, before: place)
                let behind = place + sign.utf8CodeUnitCount
                guard start < place, behind < count else { continue }
                let end = self.end(of: { $0.isOfHost }, from: behind)
                let trimmed = self.start(
                    of: { !$0.isAlphanumeric && !$0.isBeyondASCII },
                    before: end
                )
                if trimmed > behind { found.append(SecretFinding(start..<trimmed, .mail)) }
            }
        }
        return found
    }

    /// Addresses of machines but those that every machine has for itself.
    func machineAddresses() -> [SecretFinding] {
        let dotted = runs { $0.isDigit || $0 == UInt8(ascii: ".") }
            .compactMap { run -> SecretFinding? in
                let end = start(of: { $0 == UInt8(ascii: ".") }, before: run.upperBound)
                guard run.lowerBound < end, isAddress(run.lowerBound..<end, AF_INET) else {
                    return nil
                }
                return SecretFinding(run.lowerBound..<end, .address)
            }
        let colons = runs { $0.isHex || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
            .compactMap { run -> SecretFinding? in
                guard self[run].count(where: { $0 == UInt8(ascii: ":") }) >= 2 else { return nil }
                return versionSix(in: run)
            }
        return dotted + colons
    }

    /// The longest address of version 6 in a run; what touches other letters is none.
    private func versionSix(in run: Range<Int>) -> SecretFinding? {
        guard !isInWord(run.lowerBound), !isInWord(run.upperBound) else { return nil }
        for start in run {
            for end in stride(from: run.upperBound, to: start + 2, by: -1) {
                let range = start..<end
                let hasDigit = self[range].contains(where: \.isDigit)
                guard hasDigit, isAddress(range, AF_INET6) else { continue }
                return SecretFinding(range, .address)
            }
            // Behind its first sign, an address could only begin in the middle of one.
            if self[start] == UInt8(ascii: ":"), start > run.lowerBound { return nil }
        }
        return nil
    }

    private func isAddress(_ range: Range<Int>, _ family: Int32) -> Bool {
        let text = String(decoding: self[range], as: UTF8.self)
        if ["127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::"].contains(text) { return false }
        var bytes = (UInt64(0), UInt64(0))
        return inet_pton(family, text, &bytes) == 1
    }

    /// Numbers of bank accounts whose check digits are right, in groups or not.
    func bankAccounts() -> [SecretFinding] {
        var found: [SecretFinding] = []
        for start in indices where self[start].isLetter {
            guard at(start + 2)?.isDigit == true, !isInWord(start) else { continue }
            var digits: [UInt8] = []
            var ends: [(count: Int, end: Int)] = []
            var place = start
            while let byte = at(place), digits.count < 34 {
                if byte.isAlphanumeric {
                    digits.append(byte.lowered)
                    ends.append((digits.count, place + 1))
                } else if !(byte == 32 || byte == UInt8(ascii: "-")) || at(place - 1) == byte {
                    break
                }
                place += 1
            }
            guard digits.count >= 15, digits[1].isLetter, digits[2].isDigit, digits[3].isDigit
            else { continue }
            let end = ends.last { end in
                end.count >= 15 && !isInWord(end.end) && Self.isChecked(digits.prefix(end.count))
            }
            if let end { found.append(SecretFinding(start..<end.end, .account)) }
        }
        return found
    }

    /// Whether the check digits of an account number hold: ISO 13616, modulo 97.
    private static func isChecked(_ account: ArraySlice<UInt8>) -> Bool {
        var rest = 0
        for byte in Array(account.dropFirst(4)) + account.prefix(4) {
            let value = byte.isDigit ? Int(byte - 48) : Int(byte - 97 + 10)
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97
        }
        return rest == 1
    }

    /// Serial numbers and licence keys behind words that announce them, keys in groups, and hardware
    /// addresses.
    func serialNumbers() -> [SecretFinding] {
        let keys: [StaticString] = [
            "serial", "serial number", "serial no", "serial no.", "serialnumber", "s/n", "sn",
            "seriennummer", "service tag", "licence", "license", "licence key", "license key",
            "product key", "lizenz", "asset", "asset tag", "imei", "device id", "customer number",
            "customer no", "kundennummer",
        ]
        func isOfSerial(_ byte: UInt8) -> Bool {
            byte.isAlphanumeric || Set("-_./".utf8).contains(byte)
        }
        var found: [SecretFinding] = []
        for place in values(behind: keys, needsSign: false) {
            let end = start(
                of: { !$0.isAlphanumeric },
                before: self.end(of: isOfSerial, from: place)
            )
            guard end - place >= 4, self[place..<end].contains(where: \.isDigit) else { continue }
            found.append(SecretFinding(place..<end, .serial))
        }
        for run in runs(of: { $0.isAlphanumeric || $0 == UInt8(ascii: "-") })
        where !isInWord(run.lowerBound) && !isInWord(run.upperBound) {
            let groups = self[run].split(separator: UInt8(ascii: "-"))
            let isKey =
                groups.count >= 3 && groups.allSatisfy { (4...12).contains($0.count) }
                && self[run].contains(where: \.isDigit) && groups.allSatisfy(Self.isKeyGroup)
            if isKey { found.append(SecretFinding(run, .serial)) }
        }
        return found + hardwareAddresses()
    }

    private static func isKeyGroup(_ group: ArraySlice<UInt8>) -> Bool {
        group.allSatisfy { $0.isDigit || $0.isUpper } || group.allSatisfy(\.isHex)
    }

    private func hardwareAddresses() -> [SecretFinding] {
        runs { $0.isHex || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
            .filter { run in
                guard run.count == 17, !isInWord(run.lowerBound), !isInWord(run.upperBound) else {
                    return false
                }
                return (0..<17)
                    .allSatisfy { place in
                        self[run.lowerBound + place].isHex != (place % 3 == 2)
                    }
            }
            .map { SecretFinding($0, .serial) }
    }
}

extension UInt8 {
    /// Whether it can stand in the name of a machine.
    var isOfHost: Bool {
        isAlphanumeric || isBeyondASCII || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
            || self == UInt8(ascii: "_")
    }
}
