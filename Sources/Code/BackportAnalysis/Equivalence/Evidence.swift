/// Why two commits are held to be the same change: the rules, in the order they are tried.
///
/// The raw value is the name in output.
package enum EvidenceKind: String, Sendable, Hashable, CaseIterable {
    /// A person has confirmed it.
    case human
    /// The message names the origin, and title, author date or content agrees.
    case trailer
    /// Same author, same author time, same title.
    case authorDateTitle = "author-date-title"
    /// Equal patch-id: the same diff, blanks and line numbers apart.
    case patchID = "patch-id"
    /// Equal Gerrit Change-Id.
    case changeID = "change-id"
    /// Same author and author time; the titles differ.
    case authorDate = "author-date"
    /// Same title, unique on the mainline.
    case title
    /// The same lines changed under a similar title, the same request number or the same paths.
    case similar
    /// Several commits, applied in order in memory, give exactly the files of the one that gathers
    /// them; or all of a commit is at the same places in a larger one.
    case replay
}

/// Which part of a commit's change another commit holds, where a line has it in several.
package struct ChangePart: Sendable, Hashable {
    /// The first commit of those that make up the change; it stands for this way to split it.
    package var split: CommitRow
    /// Place among the parts, from 0.
    package var number: Int
    /// How many parts there are, at least 2; `nil` where what is missing has not been seen.
    package var count: Int?

    /// Creates a part.
    package init(of split: CommitRow, number: Int, count: Int?) {
        self.split = split
        self.number = number
        self.count = count
    }
}

/// One piece of evidence with its weight.
package struct Evidence: Sendable, Hashable {
    /// The rule.
    package var kind: EvidenceKind
    /// Thousandths: 1,000 is certain.
    ///
    /// From 900 a match changes status, from 600 it is shown.
    package var permille: Int
    /// What was seen, for people; absent where the kind says all.
    package var detail: String?

    /// Creates evidence of `permille` thousandths.
    package init(_ kind: EvidenceKind, _ permille: Int, detail: String? = nil) {
        self.kind = kind
        self.permille = permille
        self.detail = detail
    }

    /// The weight as a number from 0 to 1.
    package var confidence: Double { Double(permille) / 1000 }
}

/// One commit of a line, held to repeat another commit.
package struct BackportMatch: Sendable, Hashable {
    /// The commit on the line.
    package var backport: CommitRow
    /// The commit that it repeats: on the mainline, or the oldest on the lines where the fix was
    /// born there.
    package var upstream: CommitRow
    /// Strongest first, never empty.
    package var evidence: [Evidence]
    /// Whether `upstream` is part of the mainline.
    package var isOnMainline: Bool
    /// Set where the commit repeats only a part of `upstream`.
    package var part: ChangePart?

    /// Creates a match.
    package init(
        backport: CommitRow,
        upstream: CommitRow,
        evidence: [Evidence],
        isOnMainline: Bool = true,
        part: ChangePart? = nil
    ) {
        self.backport = backport
        self.upstream = upstream
        self.evidence = evidence
        self.isOnMainline = isOnMainline
        self.part = part
    }

    /// The weight of the strongest evidence, in thousandths.
    package var permille: Int { evidence.first?.permille ?? 0 }
}

/// Everything that comparing the commits of one history has found.
package struct MatchSet: Sendable, Hashable {
    /// By backport id, then by weight and upstream id.
    package var matches: [BackportMatch]
    /// By row.
    package var reverts: [Revert]
    /// How many commits of lines were not compared by content, because quick evidence was asked
    /// for.
    package var notCompared: Int
    /// In a partial clone, for the root of each class that has any: commits of lines that match
    /// nothing and may repeat it for all that can be read, ascending.
    package var doubts: [CommitRow: [CommitRow]] = [:]
    /// How much of a fix each revert takes back, for the fixes that lines hold.
    package var extents: [RevertedPair: RevertExtent] = [:]

    /// Creates a set.
    package init(matches: [BackportMatch], reverts: [Revert], notCompared: Int) {
        self.matches = matches
        self.reverts = reverts
        self.notCompared = notCompared
    }
}

/// A revert and the commit that stands for the fix it takes back.
package struct RevertedPair: Sendable, Hashable {
    /// The commit that takes back.
    package var revert: CommitRow
    /// The root of the fix.
    package var fix: CommitRow

    /// Creates a pair.
    package init(revert: CommitRow, fix: CommitRow) {
        self.revert = revert
        self.fix = fix
    }
}

/// How much of a fix a revert takes back, judged by paths.
package enum RevertExtent: UInt8, Sendable, Hashable {
    /// Every path of the fix, or none of them under its old name.
    case whole
    /// Some of its paths.
    case partial
    /// Objects are absent.
    case unknown

    /// Compares the paths of a revert with those of the fix.
    package init(of pair: RevertedPair, source: any ChangeSource) {
        guard let taken = source.paths(of: pair.revert), let given = source.paths(of: pair.fix)
        else {
            self = .unknown
            return
        }
        let paths = Set(given)
        self = !paths.isSubset(of: taken) && !paths.isDisjoint(with: taken) ? .partial : .whole
    }
}

/// From which weight on, in thousandths, a match counts.
package enum MatchWeight {
    /// Equivalent: changes status.
    package static let equivalent = 900
    /// A suggestion: shown and counted apart, without effect until confirmed.
    package static let suggestion = 600
}

/// A person's word on whether a commit makes the change of another.
package struct HumanMatch: Sendable, Hashable {
    /// The commit.
    package let backport: CommitRow
    /// The commit whose change it may make.
    package let upstream: CommitRow
    /// Whether it does.
    package let isSame: Bool

    /// Creates a word.
    package init(_ backport: CommitRow, _ upstream: CommitRow, isSame: Bool) {
        self.backport = backport
        self.upstream = upstream
        self.isSame = isSame
    }
}

extension MatchSet {
    /// The set as it is once people's words count more than what was compared.
    ///
    /// A denied match is gone. A confirmed one has the evidence `human`, and takes the place of
    /// whatever else the commit was held to repeat.
    package func overruled(by words: [HumanMatch]) -> MatchSet {
        guard !words.isEmpty else { return self }
        let confirmed = words.filter(\.isSame)
        let settled = Set(confirmed.map(\.backport))
        let denied = Set(words.filter { !$0.isSame })
        var set = self
        set.matches = matches.filter { match in
            let word = HumanMatch(match.backport, match.upstream, isSame: false)
            return !settled.contains(match.backport) && !denied.contains(word)
        }
        set.matches += confirmed.map { word in
            BackportMatch(
                backport: word.backport,
                upstream: word.upstream,
                evidence: [Evidence(.human, 1000)]
            )
        }
        return set
    }
}
