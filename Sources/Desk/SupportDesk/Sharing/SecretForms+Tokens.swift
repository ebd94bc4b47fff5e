import Glibc

extension [UInt8] {
    /// Passwords, keys and tokens: behind words that announce them, with a beginning that gives them
    /// away, between the lines of a key file, or too random for words.
    func tokens() -> [SecretFinding] {
        announcedTokens() + begunTokens() + keyFiles() + randomTokens() + urlCredentials()
    }

    private func announcedTokens() -> [SecretFinding] {
        let keys: [StaticString] = [
            "password", "passwd", "passphrase", "pwd", "pass", "passwort", "kennwort", "secret",
            "token", "apikey", "api key", "api-key", "api_key", "access key", "accesskey",
            "access_key", "access-key", "secret key", "secret_key", "secret-key", "private key",
            "credential", "credentials", "authorization", "x-api-key", "session", "sessionid",
            "session_id", "cookie", "pin", "otp",
        ]
        var found = values(behind: keys, needsSign: true).compactMap(token(at:))
        for scheme in ["bearer", "basic"] as [StaticString] {
            for place in indices where has(scheme, at: place) && !isInWord(place) {
                let value = place + scheme.utf8CodeUnitCount
                guard at(value) == 32, let token = token(at: value + 1), token.range.count >= 8
                else { continue }
                found.append(token)
            }
        }
        return found
    }

    /// The token that begins at a place: up to white space or a closing quote.
    private func token(at place: Int) -> SecretFinding? {
        // `Authorization: Bearer x` announces a scheme, and that the token.
        for scheme in ["bearer ", "basic ", "token "] as [StaticString] where has(scheme, at: place)
        {
            return token(at: place + scheme.utf8CodeUnitCount)
        }
        let stops = Set("\"'`,;<>)]}|".utf8)
        let end = end(of: { !$0.isSpace && !stops.contains($0) }, from: place)
        return end - place >= 3 ? SecretFinding(place..<end, .token) : nil
    }

    private func begunTokens() -> [SecretFinding] {
        let beginnings: [StaticString] = [
            "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
            "xoxa-", "sk-", "sk_live_", "sk_test_", "rk_live_", "pk_live_", "akia", "asia", "aiza",
            "eyj", "hvs.", "npm_", "pypi-", "dop_v1_", "shpat_", "sq0atp-", "ya29.",
        ]
        func isOfToken(_ byte: UInt8) -> Bool {
            byte.isAlphanumeric || Set("-_.+/=".utf8).contains(byte)
        }
        let first = Set(beginnings.map(\.utf8Start.pointee))
        return indices.filter { first.contains(self[$0].lowered) && !isInWord($0) }
            .compactMap { place in
                guard beginnings.contains(where: { has($0, at: place) }) else { return nil }
                let end = end(of: isOfToken, from: place)
                return end - place >= 16 ? SecretFinding(place..<end, .token) : nil
            }
    }

    private func keyFiles() -> [SecretFinding] {
        var found: [SecretFinding] = []
        var place = 0
        while place < count {
            guard has("-----begin", at: place) else {
                place += 1
                continue
            }
            var end = place + 10
            while end < count, !has("-----end", at: end) { end += 1 }
            if end < count {
                end = self.end(of: { $0 != 10 }, from: end)
            }
            found.append(SecretFinding(place..<end, .token))
            place = end
        }
        return found
    }

    /// What stands before the machine in an address: `https://user:secret@host`.
    private func urlCredentials() -> [SecretFinding] {
        indices.filter { has("://", at: $0) }
            .compactMap { place in
                let start = place + 3
                let end = end(
                    of: { !$0.isSpace && !Set("/?#\"'<>".utf8).contains($0) },
                    from: start
                )
                guard let sign = self[start..<end].lastIndex(of: UInt8(ascii: "@")), sign > start
                else { return nil }
                return SecretFinding(start..<sign, .token)
            }
    }

    private func randomTokens() -> [SecretFinding] {
        func isOfToken(_ byte: UInt8) -> Bool {
            byte.isAlphanumeric || Set("+/=_".utf8).contains(byte)
        }
        return runs(of: isOfToken).filter { run in isRandom(self[run]) }
            .map { SecretFinding($0, .token) }
    }

    /// Whether a word is long and mixed as no word of a language or a program is.
    private func isRandom(_ word: ArraySlice<UInt8>) -> Bool {
        let digits = word.count(where: \.isDigit)
        let letters = word.count(where: \.isLetter)
        if word.count >= 32, word.allSatisfy(\.isHex), digits > 0 { return true }
        let isMixed = word.contains(where: \.isUpper) && word.contains(where: \.isLower)
        guard word.count >= 20, digits >= (isMixed ? 1 : 2), letters >= 4 else { return false }
        var counts: [UInt8: Int] = [:]
        for byte in word { counts[byte, default: 0] += 1 }
        let size = Double(word.count)
        let entropy = counts.values.reduce(0.0) { $0 - Double($1) / size * log2(Double($1) / size) }
        return entropy >= 3.4
    }
}
