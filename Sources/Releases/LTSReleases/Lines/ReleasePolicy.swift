package import MainstayCore

/// Who must approve a defect before a release may hold it.
package enum Approver: String, Sendable, Hashable, CaseIterable {
    /// Nobody: what is wanted is in.
    case nobody
    /// Somebody with the role `release_manager`.
    case releaseManager = "release_manager"
    /// Somebody with the role `security`.
    case security
}

/// What a line takes while it is in one phase.
package struct PhaseRule: Sendable, Hashable {
    /// The kinds of defect that are taken.
    package var kinds: Set<DefectKind>
    /// The mildest severity that is taken: 1 is the worst, 5 takes all.
    package var mildest: Severity
    /// Who must approve.
    package var approver: Approver

    /// Creates a rule.
    package init(
        _ kinds: Set<DefectKind>,
        mildest: Severity = .lowest,
        approver: Approver = .nobody
    ) {
        self.kinds = kinds
        self.mildest = mildest
        self.approver = approver
    }
}

/// What each lifecycle phase of a product's lines accepts and who must approve.
///
/// A change is a new policy that is in force from an instant; earlier ones are kept. As JSON, with
/// the phases that take nothing left out:
///
///     {"security": {"approver": "security", "kinds": ["security"], "severity": 5},
///      "extended": {"approver": "security", "kinds": ["security"], "severity": 2}}
package struct ReleasePolicy: Sendable, Hashable {
    /// The rule of each phase; a phase without one takes nothing.
    package private(set) var rules: [LifecyclePhase: PhaseRule]

    /// Creates a policy.
    package init(_ rules: [LifecyclePhase: PhaseRule]) {
        self.rules = rules
    }

    /// Until a product has its own: active and maintenance take every fix, security only security
    /// defects, extended those of severity 1 or 2, and new functions go to development and active
    /// alone.
    package static let usual = ReleasePolicy([
        .development: PhaseRule(Set(DefectKind.allCases)),
        .active: PhaseRule(Set(DefectKind.allCases), approver: .releaseManager),
        .maintenance: PhaseRule([.bug, .regression, .security], approver: .releaseManager),
        .security: PhaseRule([.security], approver: .releaseManager),
        .extended: PhaseRule([.security], mildest: .high, approver: .releaseManager),
    ])

    /// Why a line in `phase` does not take a defect, as a clause; `nil` if it does.
    package func refusal(
        of kind: DefectKind,
        _ severity: Severity,
        in phase: LifecyclePhase
    ) -> String? {
        guard let rule = rules[phase] else { return "phase \(phase.rawValue) takes nothing" }
        guard rule.kinds.contains(kind) else {
            let taken = DefectKind.allCases.filter(rule.kinds.contains).map(\.rawValue)
            return "phase \(phase.rawValue) takes only \(taken.joined(separator: ", "))"
        }
        guard severity <= rule.mildest else {
            return "phase \(phase.rawValue) takes severity \(rule.mildest.rawValue) and worse, "
                + "this is \(severity.rawValue)"
        }
        return nil
    }

    /// Who must approve what a line in `phase` takes.
    package func approver(in phase: LifecyclePhase) -> Approver {
        rules[phase]?.approver ?? .releaseManager
    }
}

extension ReleasePolicy {
    /// The policy as it is stored.
    package var json: JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: rules.map { phase, rule in
                    let kinds = DefectKind.allCases.filter(rule.kinds.contains)
                    let value: JSONValue = [
                        "kinds": .list(kinds.map { .text($0.rawValue) }),
                        "severity": .int(rule.mildest.rawValue),
                        "approver": .text(rule.approver.rawValue),
                    ]
                    return (phase.rawValue, value)
                }
            )
        )
    }

    /// Reads a policy.
    ///
    /// - Throws: ``ReleaseError`` with ``ReleaseError/Code/policy`` that names the phase and key.
    package init(_ json: JSONValue) throws(ReleaseError) {
        guard let object = json.members else {
            throw ReleaseError(.policy, "A policy is a JSON object with a key for each phase")
        }
        rules = [:]
        for (name, value) in object.sorted(by: { $0.key < $1.key }) {
            guard let phase = LifecyclePhase(rawValue: name) else {
                throw ReleaseError.unknown("phase", name, LifecyclePhase.self)
            }
            rules[phase] = try PhaseRule(value, phase: name)
        }
    }
}

extension PhaseRule {
    fileprivate init(_ json: JSONValue, phase: String) throws(ReleaseError) {
        guard let object = json.members, let words = object["kinds"]?.list else {
            throw ReleaseError(
                .policy,
                "Phase '\(phase)' of the policy has no list 'kinds'",
                hint: #"Such as {"kinds": ["security"], "severity": 2, "approver": "security"}"#
            )
        }
        for key in object.keys.sorted() where !["kinds", "severity", "approver"].contains(key) {
            throw ReleaseError(
                .policy,
                "Phase '\(phase)' of the policy has the unknown key '\(key)'",
                hint: "The keys are kinds, severity and approver"
            )
        }
        var kinds: Set<DefectKind> = []
        for word in words {
            guard let kind = word.text.flatMap(DefectKind.init) else {
                throw ReleaseError.unknown("kind", word.text ?? word.json, DefectKind.self)
            }
            kinds.insert(kind)
        }
        let number = object["severity"].map { $0.int ?? 0 } ?? Severity.lowest.rawValue
        guard let mildest = Severity(rawValue: number) else {
            throw ReleaseError(
                .policy,
                "Phase '\(phase)' of the policy has severity \(number), expected 1 to 5"
            )
        }
        let word = object["approver"].map { $0.text ?? "" } ?? Approver.nobody.rawValue
        guard let approver = Approver(rawValue: word) else {
            throw ReleaseError.unknown("approver", word, Approver.self)
        }
        self.init(kinds, mildest: mildest, approver: approver)
    }
}

extension ReleaseError {
    fileprivate static func unknown<Word>(
        _ what: String,
        _ word: String,
        _ type: Word.Type
    ) -> ReleaseError where Word: RawRepresentable<String> & CaseIterable {
        let known = Word.allCases.map(\.rawValue)
        let meant = Spelling.nearest(to: word, among: known).map { "Did you mean '\($0)'?" }
        return ReleaseError(
            .policy,
            "The policy names the unknown \(what) '\(word)'",
            hint: meant ?? "Known are \(known.joined(separator: ", "))"
        )
    }
}
