package import ArgumentParser
import MainstayCore
import MainstayService
import SQLDatabase
import Storage

/// `mainstay case sync`.
package struct CaseSync: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract:
            "Bring cases and vendors' systems together: read what is new, send what was approved.",
        discussion: """
            One round; with --keep-going each connector has a round as often as its --poll says, and \
            the database is free between rounds. What fails is tried again by a later round, later \
            each time, and any number of rounds may run at once.

            Examples:
              mainstay case sync
              mainstay case sync --keep-going
              mainstay case sync --connector nas-rt --json
            """
    )

    @Option(help: ArgumentHelp("Only by this connector; else by all that work.", valueName: "name"))
    var connector: String?

    @Flag(help: "Go on until Ctrl-C, and tell of the rounds in which something happened.")
    var keepGoing = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Syncs and tells what came of it.
    package func run() async throws {
        var next: [String: ContinuousClock.Instant] = [:]
        guard keepGoing else { return try await round(&next) }
        Interrupt.beginCatching()
        while !Interrupt.wasAsked {
            do {
                try await round(&next)
            } catch let error as SQLError where [.busy, .connection].contains(error.code) {
                warn([error.message])
                next = [:]
            }
            // A connector that was added meanwhile does not wait for the others.
            let soon = ContinuousClock.now + .seconds(10)
            let until = min(next.values.min() ?? soon, soon)
            while .now < until, !Interrupt.wasAsked {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Has a round by each connector that is due, and notes when it is due again.
    private func round(_ next: inout [String: ContinuousClock.Instant]) async throws {
        try await InstanceSession.run(instance) { session in
            let (connectors, tools) = (try session.connectorTools(), try session.tools())
            let now = ContinuousClock.now
            let due = try await links(of: session.desk)
                .filter { next[$0.connector.name].map { $0 <= now } ?? true }
            next = next.filter { $0.value > now }
            for link in due {
                next[link.connector.name] = now + .seconds(link.config.pollSeconds)
            }
            let names = due.map(\.connector.name)
            var rounds = try await sync(names, by: session.desk, connectors, tools)
            if keepGoing { rounds.removeAll(where: \.round.isQuiet) }
            if !keepGoing || !rounds.isEmpty { try tell(rounds, in: session) }
        }
    }

    /// Syncs links side by side: a vendor's system that is slow keeps no other one waiting.
    private func sync(
        _ names: [String],
        by desk: Desk,
        _ connectors: ConnectorTools,
        _ tools: CodeTools
    ) async throws -> [(name: String, round: SyncRound)] {
        try await withThrowingTaskGroup { group in
            for name in names {
                group.addTask {
                    (name, try await desk.sync(connector: name, connectors, tools))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.name < $1.name }
        }
    }

    /// The links that are synced now.
    private func links(of desk: Desk) async throws -> [ConnectorView] {
        if let connector { return [try await desk.connector(connector)] }
        return try await desk.connectors().flatMap(\.links)
            .filter { $0.connector.state == .enabled }
    }

    private func tell(
        _ rounds: [(name: String, round: SyncRound)],
        in session: InstanceSession
    ) throws {
        try session.write("case sync", rounds.map { $0.round.json($0.name) }) { buffer in
            if rounds.isEmpty { return buffer.line("No connector works.") }
            for (name, round) in rounds { buffer.line(makeSafe("\(name)  \(round.words)")) }
        }
    }
}

extension SyncRound {
    /// What came of it, in one line.
    fileprivate var words: String {
        var words = ["\(count(updates, "update", "updates")) read, \(applied) applied"]
        if failedUpdates > 0 { words.append("\(failedUpdates) to be tried again") }
        if checks > 0 { words.append(count(checks, "case checked", "cases checked")) }
        words.append("\(sent) sent")
        if refused > 0 { words.append("\(refused) refused") }
        if held > 0 { words.append("\(held) held") }
        if unsettled > 0 { words.append("\(unsettled) unsettled") }
        if let failure { words.append("not reached: \(failure)") }
        return words.joined(separator: ", ")
    }

    /// What came of it, with stable keys.
    fileprivate func json(_ name: String) -> JSONValue {
        [
            "connector": .text(name), "updates": .int(Int64(updates)),
            "applied": .int(Int64(applied)), "failedUpdates": .int(Int64(failedUpdates)),
            "checks": .int(Int64(checks)), "sent": .int(Int64(sent)),
            "refused": .int(Int64(refused)), "held": .int(Int64(held)),
            "unsettled": .int(Int64(unsettled)), "failure": .text(failure),
        ]
    }
}
