package import ArgumentParser
import LTSReleases
import MainstayCore
import MainstayService

/// `mainstay product repository`.
package struct ProductRepository: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "repository",
        abstract: "Name the Git repository of a product.",
        discussion: """
            Mainstay keeps a mirror of its own; Git fetches it with your credentials.

            Examples:
              mainstay product repository GLIBC https://sourceware.org/git/glibc.git
              mainstay product scan GLIBC
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: ArgumentHelp("Where Git fetches from: a URL or a folder.", valueName: "url"))
    var url: String
    @Option(
        name: .customLong("public"),
        help: ArgumentHelp("Where the world may clone it, for advisories.", valueName: "url")
    )
    var publicURL: String?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for an address.
    package func validate() throws {
        if url.isEmpty { throw ValidationError("The URL is empty") }
    }

    /// Names it.
    package func run() async throws {
        let place = url.contains(":") ? url : try absolutePath(url)
        try await InstanceSession.run(instance) { session in
            let shown = try await session.desk.setRepository(
                of: product,
                url: place,
                publicURL: publicURL
            )
            let result: JSONValue = ["product": .text(product), "url": .text(shown)]
            let words =
                "\(product) is at \(shown); fetch it with 'mainstay product scan \(product)'"
            try session.tell("product repository", result, words)
        }
    }
}

/// `mainstay product patterns`.
package struct ProductPatterns: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "patterns",
        abstract: "Say how commit messages name what they fix.",
        discussion: """
            What stands in braces is the name that tickets and defects bear; <n> is a number. The \
            patterns given replace those before; --usual goes back to the usual ones.

            Examples:
              mainstay product patterns GLIBC "[{BZ #<n>}]" "{CVE-<n>-<n>}"
              mainstay product patterns GLIBC --usual
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Argument(help: "The patterns.") var patterns: [String] = []
    @Flag(help: "The usual patterns.") var usual = false
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for patterns.
    package func validate() throws {
        if patterns.isEmpty != usual { throw ValidationError("Give patterns, or --usual") }
    }

    /// Sets them.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let kept = try await session.desk.setPatterns(of: product, patterns)
            let result: JSONValue = ["product": .text(product), "patterns": .texts(kept)]
            try session.write("product patterns", [result]) { buffer in
                for pattern in kept { buffer.line(makeSafe(pattern)) }
            }
        }
    }
}

/// `mainstay product policy`.
package struct ProductPolicy: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Show or set what each lifecycle phase of a product's lines accepts.",
        discussion: """
            A policy is a JSON object with a key for each phase: the kinds of defect that are \
            taken, the mildest severity (5 takes all), and who must approve (nobody, \
            release_manager, security). A phase that is left out takes nothing.

            Examples:
              mainstay product policy GLIBC
              mainstay product policy GLIBC --set policy.json
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Option(help: ArgumentHelp("Bring this policy into force.", valueName: "file"))
    var set: String?
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Sets and shows it.
    package func run() async throws {
        let new = try set.map { try ReleasePolicy(try JSONValue(json: try readText($0))) }
        try await InstanceSession.run(instance) { session in
            if let new { try await session.desk.setPolicy(of: product, new) }
            let policy = try await session.desk.policy(of: product)
            try session.write("product policy", [policy.json]) { buffer in
                var table = GridTable(["PHASE", "TAKES", "SEVERITY", "APPROVED BY"])
                for phase in LifecyclePhase.allCases {
                    guard let rule = policy.rules[phase] else {
                        table.add([phase.rawValue, "nothing", "-", "-"])
                        continue
                    }
                    let kinds = DefectKind.allCases.filter(rule.kinds.contains).map(\.rawValue)
                    let severity = rule.mildest == .lowest ? "any" : "1 to \(rule.mildest.rawValue)"
                    let takes = kinds.isEmpty ? "nothing" : kinds.joined(separator: ", ")
                    table.add([phase.rawValue, takes, severity, rule.approver.words])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay product scan`.
package struct ProductScan: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Fetch a product's repository and compute its ledger again.",
        discussion: """
            Commit messages that name tickets, defects, CVE ids or bug numbers tie their commits; \
            statuses that changed become events of defects and of their tickets; tickets that \
            waited for a release which is out are opened again. Safe to repeat at any time.

            Examples:
              mainstay product scan GLIBC
              mainstay product scan --due          what hints of push hooks asked for, as from cron
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String?
    @Flag(help: "Take the mirror as it is.") var noFetch = false
    @Flag(help: "Scan all that hints of push hooks asked for.") var due = false
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for one of the two.
    package func validate() throws {
        if (product != nil) == due { throw ValidationError("Name a product, or give --due") }
        if due, noFetch { throw ValidationError("--due fetches, which contradicts --no-fetch") }
    }

    /// Scans.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let tools = try session.tools()
            guard let product else { return try await scanDue(session, tools) }
            let report = try await session.desk.scan(product, fetching: !noFetch, tools)
            session.progress.finish()
            try session.write("product scan", [report.json]) { buffer in
                report.write(to: &buffer, on: session.screen)
            }
            warn(report.warnings)
        }
    }

    /// Fails last, so that what went well is told in any case.
    private func scanDue(_ session: InstanceSession, _ tools: CodeTools) async throws {
        let results = try await session.desk.scanDue(tools)
        session.progress.finish()
        let reports = results.compactMap { try? $0.result.get() }
        try session.write("product scan", reports.map(\.json)) { buffer in
            if results.isEmpty { buffer.line("No scan is due.") }
            for (product, result) in results {
                guard let report = try? result.get() else { continue }
                buffer.add(product, .bold, on: session.screen)
                buffer.endLine()
                report.write(to: &buffer, on: session.screen)
            }
        }
        for case .failure(let error) in results.map(\.result) { throw error }
    }
}

/// `mainstay product hook`.
package struct ProductHook: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "hook",
        abstract: "Make a new secret for the push hook of a product; it is shown this once.",
        discussion: """
            A hook only hints that something was pushed; the scan looks for itself. Give the \
            secret to the hosting, and hand what it sends to 'mainstay product hint'.
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Makes it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let secret = try await session.desk.makeHookSecret(of: product)
            let result: JSONValue = ["product": .text(product), "secret": .text(secret)]
            try session.tell("product hook", result, secret)
        }
    }
}

/// `mainstay product hint`.
package struct ProductHint: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "hint",
        abstract: "Take the message of a push hook from standard input; a scan is due then.",
        discussion: """
            The signature is what the hosting sends beside the message, such as \
            X-Hub-Signature-256: 'sha256=' and the HMAC-SHA-256 of the message in hex.

            Examples:
              mainstay product hint GLIBC --signature "$SIGNATURE" < payload.json
              mainstay product scan --due
            """
    )

    @Argument(help: ArgumentHelp("The product, by its prefix.", valueName: "prefix"))
    var product: String
    @Option(help: ArgumentHelp("The signature of the message.", valueName: "sha256=hex"))
    var signature: String
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Takes the hint.
    package func run() async throws {
        let message = Array(try readText("-").utf8)
        try await InstanceSession.run(instance) { session in
            try await session.desk.instance.hint(
                product,
                message: message,
                signature: signature
            )
            let result: JSONValue = ["product": .text(product), "due": .bool(true)]
            try session.tell("product hint", result, "A scan of \(product) is due.")
        }
    }
}

extension ScanReport {
    /// Writes what was found, for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        if changedRefs > 0 { buffer.line("Fetched: \(count(changedRefs, "ref", "refs")) changed") }
        if !newLines.isEmpty {
            buffer.add(wrapped: ["Lines taken up:"] + newLines.map(makeSafe), indent: 4, on: screen)
        }
        for (ref, news) in refNews {
            buffer.add("! ", .red, on: screen)
            buffer.line("\(makeSafe(ref)): \(news.rawValue)")
        }
        for (name, ref) in proposals {
            buffer.line("Looks like a line: \(makeSafe(name)) (\(makeSafe(ref)))")
        }
        for found in links {
            let words = "\(found.defect) \(found.link.role.rawValue) \(found.link.commit.short)"
            let verb = found.link.counts ? "Found:" : "Proposed:"
            buffer.line("\(verb) \(words)  \(makeSafe(found.title))")
        }
        writeChanges(to: &buffer, on: screen)
        for ticket in resumedTickets { buffer.line("\(ticket) goes on: a release holds its fix") }
        let found = count(changes.count, "status", "statuses")
        buffer.line("\(count(defects, "defect", "defects")) judged, \(found) changed")
    }

    /// Writes a row for the lines of a defect that changed alike, and one for all lines that were
    /// never judged before.
    private func writeChanges(to buffer: inout TextBuffer, on screen: Screen) {
        var rest = changes[...]
        while let change = rest.first {
            let alike = rest.prefix {
                $0.defect == change.defect && $0.old == change.old
                    && (change.old == nil || ($0.new, $0.release) == (change.new, change.release))
            }
            rest = rest.dropFirst(alike.count)
            buffer.add(change.defect, .bold, on: screen)
            guard let old = change.old else {
                let statuses = LineStatus.allCases.compactMap { status in
                    let lines = alike.count { $0.new == status }
                    return lines == 0 ? nil : "\(lines) \(status.rawValue)"
                }
                buffer.line(" for the first time: \(statuses.joined(separator: ", "))")
                continue
            }
            let lines = alike.map { makeSafe($0.line) }.joined(separator: ", ")
            buffer.add(" on \(lines): \(old.rawValue) > ")
            buffer.add(change.new.rawValue, change.new.ink, on: screen)
            if let release = change.release { buffer.add(" since \(makeSafe(release))") }
            buffer.endLine()
        }
    }

    /// The report with stable keys.
    var json: JSONValue {
        [
            "changedRefs": .int(Int64(changedRefs)), "newLines": .texts(newLines),
            "proposals": .list(proposals.map { ["line": .text($0.name), "ref": .text($0.ref)] }),
            "refs": .list(refNews.map { ["ref": .text($0.ref), "news": .text($0.news.rawValue)] }),
            "links": .list(
                links.map { found in
                    [
                        "defect": .text(found.defect), "commit": .text(found.link.commit.hex),
                        "role": .text(found.link.role.rawValue), "title": .text(found.title),
                        "counts": .bool(found.link.counts),
                    ]
                }
            ),
            "changes": .list(
                changes.map { change in
                    [
                        "defect": .text(change.defect), "line": .text(change.line),
                        "old": .text(change.old?.rawValue), "new": .text(change.new.rawValue),
                        "release": .text(change.release),
                    ]
                }
            ),
            "resumedTickets": .texts(resumedTickets), "defects": .int(Int64(defects)),
        ]
    }
}
