/// How bad a vulnerability is: a vector of the Common Vulnerability Scoring System, version 3.0, 3.1
/// or 4.0.
///
/// The base metrics must be there, each once; others may follow and are kept as they are.
package struct CVSSVector: Sendable, Hashable {
    /// The vector as given.
    package let text: String
    /// `3.0`, `3.1` or `4.0`.
    package let version: String
    private let metrics: [String: String]

    /// Reads `CVSS:3.1/AV:N/...`.
    ///
    /// - Throws: ``AdvisoryError`` with ``AdvisoryError/Code/severity``.
    package init(_ text: String) throws(AdvisoryError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let version = parts[0].hasPrefix("CVSS:") ? String(parts[0].dropFirst(5)) : ""
        guard let metrics = Self.baseMetrics[version] else {
            throw AdvisoryError(
                .severity,
                "Severity '\(text)' is no CVSS vector of version 3.0, 3.1 or 4.0",
                hint: "A vector begins with 'CVSS:3.1/' and names its metrics: 'AV:N/AC:L/...'"
            )
        }
        var found: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: ":", omittingEmptySubsequences: false)
            let name = String(pair[0])
            guard pair.count == 2, !pair[1].isEmpty, found[name] == nil,
                metrics[name]?.contains(String(pair[1])) ?? !name.isEmpty
            else {
                throw AdvisoryError(
                    .severity,
                    "Severity '\(text)' has the metric '\(part)', which CVSS \(version) does not take"
                )
            }
            found[name] = String(pair[1])
        }
        if let missing = metrics.keys.sorted().first(where: { found[$0] == nil }) {
            throw AdvisoryError(
                .severity,
                "Severity '\(text)' lacks the base metric '\(missing)'"
            )
        }
        self.text = text
        self.version = version
        self.metrics = found
    }

    private static let baseMetrics: [String: [String: Set<String>]] = {
        let impact: Set<String> = ["N", "L", "H"]
        let third: [String: Set<String>] = [
            "AV": ["N", "A", "L", "P"], "AC": ["L", "H"], "PR": ["N", "L", "H"], "UI": ["N", "R"],
            "S": ["U", "C"], "C": impact, "I": impact, "A": impact,
        ]
        let fourth: [String: Set<String>] = [
            "AV": ["N", "A", "L", "P"], "AC": ["L", "H"], "AT": ["N", "P"], "PR": ["N", "L", "H"],
            "UI": ["N", "P", "A"], "VC": impact, "VI": impact, "VA": impact, "SC": impact,
            "SI": impact, "SA": impact,
        ]
        return ["3.0": third, "3.1": third, "4.0": fourth]
    }()
}

extension CVSSVector {
    /// The base score in tenths, 0 to 100; `nil` for version 4.0.
    ///
    /// The formula is that of section 7.1 of the specifications of version 3.0 and 3.1, rounded up as
    /// appendix A of the latter says.
    package var baseScoreTenths: Int64? {
        guard version != "4.0" else { return nil }
        let isChanged = metrics["S"] == "C"
        func weight(_ name: String, _ weights: [String: Double]) -> Double {
            metrics[name].flatMap { weights[$0] } ?? 0
        }
        let loss = ["C", "I", "A"].reduce(1) { $0 * (1 - weight($1, ["L": 0.22, "H": 0.56])) }
        let base = 1 - loss
        let power = (0..<15).reduce(1.0) { power, _ in power * (base - 0.02) }
        let impact = isChanged ? 7.52 * (base - 0.029) - 3.25 * power : 6.42 * base
        guard impact > 0 else { return 0 }
        let privileges =
            isChanged ? ["N": 0.85, "L": 0.68, "H": 0.5] : ["N": 0.85, "L": 0.62, "H": 0.27]
        let exploitability =
            8.22 * weight("AV", ["N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2])
            * weight("AC", ["L": 0.77, "H": 0.44]) * weight("PR", privileges)
            * weight("UI", ["N": 0.85, "R": 0.62])
        let score = min((isChanged ? 1.08 : 1) * (impact + exploitability), 10)
        let hundredThousandths = Int64((score * 100_000).rounded())
        return (hundredThousandths + 9_999) / 10_000
    }

    /// The word of CVSS for the base score.
    var severityWord: String? {
        baseScoreTenths.map { score in
            switch score {
            case 0: "NONE"
            case ..<40: "LOW"
            case ..<70: "MEDIUM"
            case ..<90: "HIGH"
            default: "CRITICAL"
            }
        }
    }
}
