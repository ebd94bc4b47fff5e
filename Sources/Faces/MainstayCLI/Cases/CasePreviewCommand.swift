package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService
import Storage
import SupportDesk

/// `mainstay case preview`.
package struct CasePreviewCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what is to leave the house for a case, byte for byte, and approve it.",
        discussion: """
            An approval names the digest of the bytes that were looked at. Of a case kept by hand the \
            approved bytes are printed as they are, for you to send; --sent says that you did. All \
            that leaves stands in the ledger before it goes.

            Examples:
              mainstay case preview MS-1
              mainstay case preview MS-1 --approve 1a2b3c4d > message.txt
              mainstay case preview MS-1 --sent --remote 4711
            """
    )

    @OptionGroup var options: CaseOptions

    @Option(help: ArgumentHelp("The message that is meant, where several wait.", valueName: "key"))
    var message: String?

    @Option(help: ArgumentHelp("Approve the bytes of this digest.", valueName: "digest"))
    var approve: String?

    @Flag(help: "An approved message was sent by hand.")
    var sent = false

    @Option(help: ArgumentHelp("What the vendor calls the case now.", valueName: "id"))
    var remote: String?

    @Flag(help: "Take a message back that has not left.")
    var takeBack = false

    @Flag(help: "Also what has left or was taken back.")
    var all = false

    /// Creates the command.
    package init() {}

    /// Refuses what contradicts itself.
    package func validate() throws {
        if [approve != nil, sent, takeBack].count(where: { $0 }) > 1 {
            throw ValidationError("Give one of --approve, --sent and --take-back")
        }
        if remote != nil, !sent { throw ValidationError("--remote goes with --sent") }
    }

    /// Acts and shows.
    package func run() async throws {
        let ref = options.ref
        if let approve { return try await show(approving: approve) }
        if sent {
            return try await options.act {
                try await $0.markSent(case: ref, message: message, remoteID: remote)
            }
        }
        if takeBack {
            return try await options.act { try await $0.withdraw(case: ref, message: message) }
        }
        try await InstanceSession.run(options.instance) { session in
            let rehearsed = try await session.desk.rehearse(case: ref) {
                try session.connectorTools()
            }
            let desk = session.desk
            try session.show(try await desk.preview(case: ref, all: all, rehearsed: rehearsed))
        }
    }

    private func show(approving digest: String) async throws {
        try await InstanceSession.run(options.instance) { session in
            let rehearsed = try await session.desk.rehearse(case: options.ref) {
                try session.connectorTools()
            }
            let view = try await session.desk.approve(
                case: options.ref,
                message: message,
                digest: digest,
                rehearsed: rehearsed
            )
            let text = String(decoding: view.bytes, as: UTF8.self)
            if session.opened.format == .json {
                return try session.tell(
                    "case preview",
                    ["case": .text(options.ref), "approved": .text(text)],
                    ""
                )
            }
            if view.message.channel == .hand {
                let isCut = isatty(STDOUT_FILENO) != 0 && !text.hasSuffix("\n")
                return try session.print(isCut ? text + "\n" : text)
            }
            let next = "'mainstay case sync' sends it"
            try session.print("\(view.message.effectKey) is approved; \(next).\n")
        }
    }
}

extension CasePreview: Shown {
    /// What is to leave.
    static let name = "case preview"

    /// Writes each message byte for byte, with what is to be known of it.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(ref, .bold, on: screen)
        let shared = fields.isEmpty ? "no field" : fields.map(\.words).joined(separator: ", ")
        buffer.line("  for \(makeSafe(vendor)), which may be told \(shared)")
        if messages.isEmpty { buffer.line("Nothing waits to leave.") }
        for message in messages {
            buffer.line()
            message.write(to: &buffer, on: screen)
        }
        if standIns.isEmpty { return }
        buffer.line()
        var table = GridTable(["STAND-IN", "FOR"])
        for entry in standIns { table.add([entry.token, entry.value ?? "(redacted)"]) }
        table.write(to: &buffer, on: screen)
    }

    /// What is to leave, with stable keys.
    var json: JSONValue {
        [
            "case": .text(ref), "vendor": .text(vendor), "shares": .texts(fields.map(\.rawValue)),
            "messages": .list(messages.map(\.json)),
            "standIns": .list(
                standIns.map { ["standIn": .text($0.token), "for": .text($0.value)] }
            ),
        ]
    }
}

extension MessageView {
    /// How many lines of a file are shown; 'ticket file' gives the whole.
    private static let mostFileLines = 40

    /// Writes what leaves: words to their end, of a file the start.
    private func writeBytes(to buffer: inout TextBuffer) {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last == [] { lines.removeLast() }
        var left = bytes.count
        let most = content.operation == .addAttachment ? Self.mostFileLines : lines.count
        for line in lines.prefix(most) {
            guard let text = String(validating: line, as: UTF8.self) else { break }
            buffer.line("  | " + makeSafe(text.hasSuffix("\r") ? String(text.dropLast()) : text))
            left -= line.count + 1
        }
        if bytes.isEmpty {
            buffer.line("  nothing has to leave: the vendor's system has it already")
        }
        if left > 0 { buffer.line("  | ... \(left) bytes more") }
    }

    fileprivate func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(message.effectKey, .bold, on: screen)
        buffer.add("  \(content.operation.words), ")
        buffer.add(message.state.rawValue, message.state == .held ? .yellow : .plain, on: screen)
        if let approver { buffer.add(" by \(makeSafe(approver))") }
        buffer.line("  digest \(digest.prefix(16)), \(bytes.count) bytes")
        writeBytes(to: &buffer)
        for risk in risks {
            buffer.add("  remaining risk", .red, on: screen)
            buffer.line("  '\(makeSafe(risk.words))' \(risk.reason.rawValue)")
        }
        for (kind, times) in fileFindings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            buffer.add("  remaining risk", .red, on: screen)
            let words = count(times, "secret", "secrets")
            buffer.line(
                "  the file holds \(words) of kind \(kind.rawValue), and files go as they are"
            )
        }
        for (attempt, grounds) in attempts {
            let rests = grounds.isEmpty ? "nothing of a customer's" : "agreements \(list(grounds))"
            buffer.line(
                "  attempt \(attempt.attempt) at \(attempt.startedAt): \(attempt.outcome.rawValue), "
                    + "rests on \(rests)"
            )
        }
    }

    private func list(_ ids: [Int64]) -> String { ids.map { "\($0)" }.joined(separator: ", ") }

    fileprivate var json: JSONValue {
        [
            "key": .text(message.effectKey), "operation": .text(content.operation.rawValue),
            "state": .text(message.state.rawValue), "sha256": .text(digest),
            "bytes": .text(String(decoding: bytes, as: UTF8.self)), "approvedBy": .text(approver),
            "remainingRisks": .list(
                risks.map { ["words": .text($0.words), "reason": .text($0.reason.rawValue)] }
            ),
            "fileFindings": .object(
                Dictionary(
                    uniqueKeysWithValues: fileFindings.map {
                        ($0.key.rawValue, JSONValue.int(Int64($0.value)))
                    }
                )
            ),
            "attempts": .list(
                attempts.map { attempt, grounds in
                    [
                        "attempt": .int(attempt.attempt),
                        "outcome": .text(attempt.outcome.rawValue),
                        "startedAt": .time(attempt.startedAt), "endedAt": .time(attempt.endedAt),
                        "sha256": .text(attempt.wireSHA),
                        "agreements": .list(grounds.map { .int($0) }),
                    ]
                }
            ),
        ]
    }
}
