package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay verify`.
package struct VerifyCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove every claim about a product's defects against Git.",
        discussion: """
            Claims are what advisories and release notes say that were published last, what the \
            last scan told, and what is planned. Each that does not hold is named with what speaks \
            against it. 'mainstay db verify' proves the store itself.

            Examples:
              mainstay verify GLIBC
              mainstay verify GLIBC --as-of 2026-03-01     what was claimed then
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Option(help: ArgumentHelp("Tell what was claimed at this time.", valueName: "time"))
    var asOf: Instant?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Proves, or tells.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            if let asOf { return try await tell(asOf, session) }
            let report = try await session.desk.verify(product, try session.tools())
            session.progress.finish()
            try session.write("verify", report.findings.map(\.json)) { buffer in
                for finding in report.findings { finding.write(to: &buffer, on: session.screen) }
                let claims = count(report.claims, "claim", "claims")
                if report.findings.isEmpty {
                    buffer.line("\(claims) proven, all hold.")
                } else {
                    buffer.line("\(claims) proven, \(report.findings.count) do not hold.")
                }
            }
            warn(report.warnings)
            if !report.findings.isEmpty { throw ExitCode(1) }
        }
    }

    private func tell(_ moment: Instant, _ session: InstanceSession) async throws {
        let claims = try await session.desk.claims(of: product, asOf: moment)
        let rows = claims.map { claim -> JSONValue in
            [
                "defect": .text(claim.defect), "line": .text(claim.line),
                "status": .text(claim.status.rawValue), "release": .text(claim.release),
                "document": .text(claim.document), "at": .time(claim.publishedAt),
            ]
        }
        try session.write("verify", rows) { buffer in
            if claims.isEmpty { return buffer.line("Nothing was claimed by \(moment).") }
            var table = GridTable(["DEFECT", "LINE", "STATUS", "SINCE", "DOCUMENT", "PUBLISHED"])
            for claim in claims {
                table.add([
                    claim.defect, claim.line, claim.status.rawValue, claim.release ?? "-",
                    claim.document, "\(claim.publishedAt)",
                ])
            }
            table.write(to: &buffer, on: session.screen)
        }
    }
}

extension VerifyFinding {
    /// Writes the claim and what speaks against it.
    fileprivate func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(kind.rawValue, .red, on: screen)
        buffer.add("  ")
        buffer.add(defect, .bold, on: screen)
        if let line { buffer.add(" on \(makeSafe(line))") }
        buffer.endLine()
        buffer.line("    claim    \(makeSafe(claim))")
        buffer.line("    against  \(makeSafe(counterEvidence))")
    }

    /// The finding with stable keys.
    fileprivate var json: JSONValue {
        [
            "kind": .text(kind.rawValue), "defect": .text(defect), "line": .text(line),
            "claim": .text(claim), "counterEvidence": .text(counterEvidence),
        ]
    }
}
