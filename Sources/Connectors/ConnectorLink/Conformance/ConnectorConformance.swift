import ConnectorMessages
package import MainstayCore

/// Whether a connector does what every connector must: the checks of the guide, each with a fresh
/// process before a scripted vendor.
///
/// The authors of connectors run it as `mainstay connector check`.
package struct ConnectorConformance: Sendable {
    let manifest: ConnectorManifest
    let replay: Replay
    let folder: String
    let host: String
    /// How strictly the processes are shut in.
    package var sandbox = LinkedPlugin.Sandbox.full
    /// A folder with the libraries of a runtime, for libraries that are not yet packed.
    package var runtimeFolder: String?
    /// What the mutations of `FUZZ-1` depend on.
    package var seed: UInt64
    /// How long `FUZZ-1` goes on, in seconds; 0: ten rounds of all scenes.
    package var fuzzSeconds = 0

    /// Prepares the checks of an unpacked connector.
    ///
    /// - Parameters:
    ///   - folder: The absolute path of the folder with `connector.json`.
    ///   - replay: The path of the replay; `nil`: `replay.json` in the same folder.
    ///   - host: The absolute path of the program that loads plugins.
    ///   - seed: What random mutations depend on.
    /// - Throws: ``LinkFault`` where manifest or replay cannot be read.
    package init(
        folder: String,
        replay: String? = nil,
        host: String,
        seed: UInt64 = .random(in: 0 ... .max)
    ) throws(LinkFault) {
        self.folder = folder
        self.host = host
        self.seed = seed
        manifest = try ConnectorManifest(folder: folder)
        self.replay = try Replay(path: replay ?? folder + "/replay.json")
    }

    /// Runs checks, one after the other.
    ///
    /// - Parameter ids: Those to run; `nil`: all.
    /// - Returns: One result for each, in the order of ``ConformanceCheck/all``.
    package func run(_ ids: Set<String>? = nil) async -> ConformanceReport {
        var results: [ConformanceReport.Result] = []
        for check in ConformanceCheck.all where ids?.contains(check.id) ?? true {
            let outcome: ConformanceReport.Outcome
            do {
                try await check.run(self)
                outcome = .passed
            } catch let skip as CheckSkip {
                outcome = .skipped(skip.reason)
            } catch let failure as CheckFailure {
                outcome = .failed(failure.message)
            } catch let error as any ExplainedError {
                outcome = .failed(error.message)
            } catch {
                outcome = .failed("\(error)")
            }
            results.append(
                .init(id: check.id, reason: check.reason, anchor: check.anchor, outcome: outcome)
            )
        }
        return ConformanceReport(connector: manifest.descriptor.id, results: results)
    }

    func declares(_ operation: ConnectorOperation) -> Bool {
        manifest.operations.contains(operation)
    }

    /// Skips a check that is about an operation the connector does not have.
    func need(_ operation: ConnectorOperation) throws {
        if !declares(operation) { throw CheckSkip("\(operation.rawValue) is not declared") }
    }

    /// Skips a check that is about a vendor whom the connector never asks.
    func needVendor() throws {
        if manifest.http == nil { throw CheckSkip("The connector asks for no HTTP") }
    }

    func scene(_ name: String) throws -> Replay.Scene {
        if let scene = replay.scenes[name] { return scene }
        throw CheckFailure("The replay has no scene '\(name)': \(Replay.scenes[name] ?? "")")
    }

    /// The scenes that the declared operations have.
    var played: [String] {
        let pairs: [(ConnectorOperation, [String])] = [
            (.fetchUpdates, ["updates"]), (.openCase, ["open", "open_again"]),
            (.addComment, ["comment", "comment_again"]), (.closeCase, ["close"]),
            (.readCase, ["read"]),
        ]
        return pairs.filter { declares($0.0) }.flatMap(\.1)
    }
}

/// What the checks found.
package struct ConformanceReport: Sendable, Hashable {
    /// How a check ended.
    package enum Outcome: Sendable, Hashable {
        case passed
        /// What is wrong.
        case failed(String)
        /// Why it does not concern the connector.
        case skipped(String)
    }

    /// One check and how it ended.
    package struct Result: Sendable, Hashable {
        /// Such as `OPS-6`.
        package let id: String
        /// What must hold, in one line.
        package let reason: String
        /// Where the guide explains it.
        package let anchor: String
        /// How it ended.
        package let outcome: Outcome
    }

    /// The id of the connector.
    package let connector: String
    /// In the order of the checks.
    package let results: [Result]

    /// The ids of the checks that failed, in order.
    package var failures: [String] {
        results.filter { if case .failed = $0.outcome { true } else { false } }.map(\.id)
    }

    /// How many checks passed, failed and do not concern the connector, in a line.
    package var summary: String {
        let skipped = results.count { if case .skipped = $0.outcome { true } else { false } }
        let passed = results.count - failures.count - skipped
        return "\(passed) passed, \(failures.count) failed, \(skipped) do not apply"
    }

    /// The report for machines.
    package var json: JSONValue {
        [
            "connector": .text(connector),
            "results": .list(results.map(\.json)),
            "passed": .bool(failures.isEmpty),
        ]
    }

    /// The report for people: a line for each check, and why where it did not pass.
    ///
    /// - Parameter onlyFailed: Whether the others are left out.
    /// - Returns: Lines, each ended.
    package func text(onlyFailed: Bool = false) -> String {
        results.filter { result in !onlyFailed || failures.contains(result.id) }
            .map { result in
                let id = result.id.padded(to: 8)
                return switch result.outcome {
                case .passed: "pass  \(id)\(result.reason)\n"
                case .failed(let why): "FAIL  \(id)\(result.reason)\n              \(why)\n"
                case .skipped(let why): "skip  \(id)\(result.reason)\n              \(why)\n"
                }
            }
            .joined()
    }
}

extension ConformanceReport.Result {
    fileprivate var json: JSONValue {
        let (word, why): (JSONValue, JSONValue?) =
            switch outcome {
            case .passed: ("passed", nil)
            case .failed(let why): ("failed", .text(why))
            case .skipped(let why): ("skipped", .text(why))
            }
        var members: [String: JSONValue] = [
            "id": .text(id), "reason": .text(reason), "anchor": .text(anchor), "outcome": word,
        ]
        members["why"] = why
        return .object(members)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
