import ArgumentParser
import Glibc
import MainstayCore
package import SQLDatabase
import Synchronization

/// Opens the PostgreSQL database at an address, or without one the SQLite file, which is made if need be.
package typealias EngineOpener =
    @Sendable (_ address: String?, _ file: String) async throws -> any SQLEngine

/// Runs `mainstay` with `arguments` (without the program's name) and ends the process.
///
/// `open` opens databases: only the program knows the engines.
/// Exit status: 0 done, 1 the user can mend it, 64 wrong usage, 70 a bug of this program.
package func runMainstay(
    _ arguments: [String],
    opening open: @escaping EngineOpener
) async -> Never {
    signal(SIGPIPE, SIG_IGN)
    do {
        try checkVerb(arguments)
        InstanceSession.opener.withLock { $0 = open }
        try await run(try MainstayCommand.parseAsRoot(arguments))
    } catch let error as any ExplainedError {
        exit(report(error))
    } catch {
        exit(reportUsage(error))
    }
    exit(0)
}

/// Writes help to standard output, or what is wrong with the command line to standard error, and
/// returns the exit status; words of the command line are made safe.
private func reportUsage(_ error: any Error) -> Int32 {
    let status = MainstayCommand.exitCode(for: error).rawValue
    let target = status == 0 ? STDOUT_FILENO : STDERR_FILENO
    var buffer = TextBuffer(to: OutputFile(descriptor: target))
    let text = MainstayCommand.fullMessage(for: error)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        buffer.line(makeSafe(String(line)))
    }
    buffer.flush()
    return status
}

/// Runs a parsed command; what it throws is for people, or else is our bug.
private func run(_ command: sending any ParsableCommand) async throws {
    do {
        if var waiting = command as? any AsyncParsableCommand {
            try await waiting.run()
        } else {
            var command = command
            try command.run()
        }
    } catch {
        switch error {
        case is any ExplainedError, is CleanExit, is ExitCode, is ValidationError: throw error
        default:
            guard MainstayCommand.exitCode(for: error) != .success else { throw error }
            throw UnexpectedError(message: "\(error)")
        }
    }
}

/// An error that no part of Mainstay was prepared for.
private struct UnexpectedError: ExplainedError {
    let message: String
    var hint: String? { nil }
    var isInternal: Bool { true }
}

/// Writes `error` to standard error and returns the exit status.
private func report(_ error: any ExplainedError) -> Int32 {
    var buffer = TextBuffer(to: OutputFile(descriptor: STDERR_FILENO))
    buffer.line((error.isInternal ? "Internal error: " : "Error: ") + makeSafe(error.message))
    for (number, line) in (error.hint ?? "").split(separator: "\n").enumerated() {
        buffer.line((number == 0 ? "Hint: " : "  ") + makeSafe(String(line)))
    }
    if error.isInternal {
        buffer.line("This is a bug in Mainstay; please report it with the command that you ran.")
    }
    buffer.flush()
    if error.isInternal { return 70 }
    return (error as? FaceError)?.status ?? 1
}

/// Refuses a first word that is no verb, and names the one that was meant.
private func checkVerb(_ arguments: [String]) throws {
    guard let word = arguments.first, !word.hasPrefix("-") else { return }
    let verbs = MainstayCommand.configuration.subcommands.compactMap {
        $0.configuration.commandName
    }
    guard !verbs.contains(word), word != "help" else { return }
    let meant = Spelling.nearest(to: word, among: verbs)
    throw FaceError(
        "'\(clip(word, to: 60).text)' is not a verb of mainstay",
        hint: meant.map { "Did you mean 'mainstay \($0)'?" } ?? "'mainstay --help' lists the verbs",
        status: 64
    )
}
