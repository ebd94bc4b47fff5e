import MainstayCLI
import MainstayCore
import MainstayService
import MainstayTesting

/// Answers made by hand, so that the forms can be tested without an engine.
enum Sample {
    static func id(_ seed: UInt64) -> CommitID {
        let word = seed &* 0x9E37_79B9_7F4A_7C15
        return CommitID(
            high: word,
            middle: word &* 0xBF58_476D_1CE4_E5B9 ^ word >> 31,
            low: UInt32(truncatingIfNeeded: word >> 17)
        )
    }

    static func line(
        _ name: String,
        _ phase: LifecyclePhase,
        release: String?,
        since: Int,
        seed: UInt64
    ) -> LineRow {
        LineRow(
            name: name,
            ref: phase == .development ? "refs/heads/\(name)" : "refs/heads/release/\(name)",
            tip: id(seed),
            branchPoint: phase == .development ? nil : id(seed + 1),
            version: phase == .development ? nil : name,
            phase: phase,
            phaseInferred: phase == .maintenance,
            latestRelease: release,
            commitsSince: since,
            isMainline: phase == .development
        )
    }

    static let lines = [
        line("main", .development, release: nil, since: 0, seed: 100),
        line("2.2", .active, release: "v2.2.1", since: 3, seed: 110),
        line("2.1", .maintenance, release: "v2.1.4", since: 0, seed: 120),
        line("2.0", .security, release: "v2.0.9", since: 1, seed: 130),
        line("1.4", .eol, release: "v1.4.12", since: 0, seed: 140),
    ]

    static func fixed(_ seed: UInt64, _ release: String, _ kind: String?) -> MatrixCell {
        let evidence = kind.map {
            [EvidenceItem(kind: $0, confidence: 0.99, detail: "names \(id(seed / 10 * 10).short)")]
        }
        return MatrixCell(
            status: .fixed,
            commits: [id(seed)],
            release: release,
            position: Position(tag: release, commits: 0),
            evidence: evidence ?? [],
            confidence: kind == nil ? 1 : 0.99
        )
    }

    static func queued(_ seed: UInt64, _ tag: String, _ commits: Int) -> MatrixCell {
        MatrixCell(
            status: .fixedUnreleased,
            commits: [id(seed)],
            position: Position(tag: tag, commits: commits),
            evidence: [
                EvidenceItem(kind: "author-date-title", confidence: 0.975),
                EvidenceItem(kind: "patch-id", confidence: 0.97, detail: "the same change"),
            ],
            confidence: 0.975
        )
    }

    static func absent(_ status: LineStatus, _ reason: String? = nil) -> MatrixCell {
        MatrixCell(status: status, reason: reason)
    }

    static func fix(_ seed: UInt64, _ title: String, _ cells: [MatrixCell]) -> MatrixFix {
        MatrixFix(
            fix: id(seed).hex,
            root: id(seed),
            title: title,
            commitTime: 1_767_225_600 + Int64(seed) * 86_400,
            cells: cells
        )
    }

    static let partial = MatrixCell(
        status: .partial,
        reason: "1 of 2 steps is applied",
        commits: [id(34)],
        position: Position(tag: "v2.0.8", commits: 2),
        evidence: [EvidenceItem(kind: "cherry-picked-from", confidence: 1)],
        confidence: 1,
        flags: ["suggestion"]
    )

    static let reverted = MatrixCell(
        status: .reverted,
        reason: "taken back by \(id(26).short)",
        commits: [id(24), id(26)],
        position: Position(tag: "v2.0.8", commits: 4),
        evidence: [EvidenceItem(kind: "cherry-picked-from", confidence: 1)],
        confidence: 1,
        flags: ["upgrade-regression"]
    )

    static let matrix = Matrix(
        lines: lines,
        fixes: [
            fix(
                10,
                "Reject frames longer than the receive buffer",
                [
                    fixed(10, "v2.2.0", nil), fixed(12, "v2.2.0", "same-commit"),
                    fixed(13, "v2.1.3", "cherry-picked-from"), queued(14, "v2.0.9", 1),
                    absent(.affected, "introduced by \(id(3).short)"),
                ]
            ),
            fix(
                20,
                "Close the socket when the handshake fails & log <why>",
                [
                    fixed(20, "v2.2.0", nil), fixed(22, "v2.2.0", "same-commit"),
                    fixed(23, "v2.1.4", "author-date-title"), reverted, absent(.missing),
                ]
            ),
            fix(
                30,
                "Do not read past the end of a truncated header when the peer sends options that"
                    + " are longer than the length field says",
                [
                    queued(30, "v2.2.0", 14), absent(.missing), absent(.missing), partial,
                    absent(.notAffected),
                ]
            ),
            fix(
                40,
                "修正日本語の見出し 🐟",
                [
                    fixed(40, "v2.2.1", nil), fixed(42, "v2.2.1", "patch-id"), absent(.missing),
                    absent(.missing), absent(.unknown, "history is shallow"),
                ]
            ),
        ],
        isQuick: false
    )

    static func answer<Results>(_ results: Results) -> Answer<Results> {
        Answer(
            repository: "/srv/git/packetd.git",
            results: results,
            warnings: ["Tag 'v2.3\u{1B}[31m' is no release: no commit"]
        )
    }

    /// A matrix as large as that of a big project.
    static func large(fixes: Int, lines count: Int) -> Matrix {
        var generator = SeededGenerator(seed: 7)
        let lines = (0..<count)
            .map { index in
                line(
                    index == 0 ? "main" : "2.\(count + 4 - index)",
                    index == 0 ? .development : index < 6 ? .maintenance : .eol,
                    release: index == 0 ? nil : "v2.\(count + 4 - index).9",
                    since: index,
                    seed: UInt64(900_000 + index)
                )
            }
        let statuses: [LineStatus] = [.missing, .notAffected, .missing, .affected, .missing]
        let rows = (0..<fixes)
            .map { number -> MatrixFix in
                let seed = UInt64(number * 100 + 1_000)
                let cells = (0..<count)
                    .map { index -> MatrixCell in
                        if index == 0 { return fixed(seed, "v2.40.0", nil) }
                        if generator.next() % 4 != 0 { return absent(statuses[index % 5]) }
                        return fixed(
                            seed + UInt64(index),
                            "v2.\(count + 4 - index).1",
                            "cherry-picked-from"
                        )
                    }
                return fix(seed, "Fix number \(number) of the subsystem that people rely on", cells)
            }
        return Matrix(lines: lines, fixes: rows, isQuick: false)
    }
}
