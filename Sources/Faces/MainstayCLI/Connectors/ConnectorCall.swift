package import ArgumentParser
import ConnectorLink
package import ConnectorMessages
import Glibc
import MainstayCore
import MainstayService

extension ConnectorOperation: ExpressibleByArgument {}

/// `mainstay connector call`.
package struct ConnectorCall: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Ask a link one thing by hand, and see what it asks its vendor for.",
        discussion: """
            The reply goes to standard output, what passes between connector and vendor to standard \
            error. Such a call belongs to no case: what it writes goes past no gate, and is recorded \
            by its digest.

            Examples:
              mainstay connector call acme-support fetch_updates '{"cursor":""}'
              mainstay connector call acme-support map_status '{"status":"WIP"}'
            """
    )

    @Argument(help: "The link, by its name.")
    var name: String

    @Argument(help: "The operation.")
    var operation: ConnectorOperation

    @Argument(help: "The request in JSON; '-' reads standard input.")
    var request = "{}"

    @Flag(help: "Let it change something at the vendor.")
    var write = false

    @OptionGroup var place: DataOptions

    /// Creates the command.
    package init() {}

    /// Asks, and writes the reply as JSON.
    package func run() async throws {
        let text = request == "-" ? try readText("-") : request
        let json: JSONValue
        do {
            json = try JSONValue(json: Array(text.utf8), takesFractions: true)
        } catch {
            throw ValidationError("The request is no JSON: \(error.seen) at byte \(error.offset)")
        }
        try await InstanceSession.run(place, as: .json) { session in
            let reply = try await session.desk.call(
                connector: name,
                operation,
                json,
                allowsWrites: write,
                try session.connectorTools { say($0.line) },
                tell: { say($0.line) }
            )
            try session.print(reply.indented + "\n")
        }
    }
}

/// Writes a line for people to standard error.
private func say(_ line: String) {
    OutputFile(descriptor: STDERR_FILENO).write(Array((makeSafe(line) + "\n").utf8))
}

extension ConnectorTrace {
    /// The exchange in a line.
    fileprivate var line: String {
        switch self {
        case .began(let wire): "> \(wire.method) \(wire.url)"
        case .ended(_, .answered(let answer)):
            "< \(answer.status), \((answer.body ?? answer.bodyBase64 ?? "").utf8.count) bytes"
        case .ended(_, .failed(let error)): "< nothing: \((error as any ExplainedError).message)"
        case .denied(let exchange, let reason): "! \(exchange.method) \(exchange.path): \(reason)"
        }
    }
}

extension LinkRecord {
    /// What happened in a line.
    var line: String {
        switch event {
        case .ready: "* ready: \(text)"
        case .ended: "* ended: \(text)"
        case .failed(let code): "* failed (\(code.rawValue)): \(text)"
        case .quarantined: "* stopped until somebody resumes it: \(text)"
        case .log: "  \(text)"
        case .output: "  (output) \(text)"
        }
    }
}

extension InstanceSession {
    /// What running connectors takes: the program that loads them, beside this one.
    func connectorTools(
        _ record: @escaping @Sendable (LinkRecord) -> Void = { _ in }
    ) throws -> ConnectorTools {
        var tools = ConnectorTools(host: try ConnectorHostProgram.path())
        tools.record = { _, happened in record(happened) }
        return tools
    }
}

/// The program that loads connectors.
enum ConnectorHostProgram {
    /// Its path: beside this program.
    ///
    /// - Throws: ``FaceError`` where it is not there.
    static func path() throws -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &bytes, bytes.count - 1) > 0 else {
            throw FaceError("The place of this program is not known: is /proc mounted?")
        }
        let own = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? ""
        let host = "\(folder)/mainstay-connector-host"
        guard access(host, X_OK) == 0 else {
            throw FaceError(
                "Connectors are run by \(host), which is not there",
                hint: "Install the program mainstay-connector-host beside mainstay"
            )
        }
        return host
    }
}
