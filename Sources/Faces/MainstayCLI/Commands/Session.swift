import Glibc
import MainstayCore
import MainstayService

/// One run of a command: what it asks with and where the answer goes.
struct Session {
    /// The surroundings of the process.
    let environment = Environment.current()
    /// Shown while the engine works.
    let progress = ProgressBar()
    /// How text may look.
    let screen: Screen

    /// Looks at the surroundings.
    init() {
        screen = Screen.standardOutput(environment)
    }

    /// Makes the request that `options` ask for.
    ///
    /// - Throws: ``FaceError`` when the pinned clock cannot be read.
    func request(_ path: String, _ options: ReadingOptions) throws -> RepositoryRequest {
        var request = RepositoryRequest(
            path: path,
            cacheFolder: options.noCache ? nil : environment.cacheFolder,
            homeFolder: environment["HOME"],
            now: try environment.now(),
            progress: progress
        )
        request.isQuick = options.evidence == .quick
        request.withoutTrailers = options.withoutTrailers
        request.usesPrescan = !options.noPrescan
        request.threads = options.threads ?? min(8, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        return request
    }

    /// Asks the engine, with progress shown meanwhile; then writes the answer and its warnings.
    ///
    /// - Throws: what the engine throws, or ``FaceError`` when the answer cannot be written.
    func answer<Results: Sendable>(
        _ ask: () throws -> Answer<Results>,
        write: (Answer<Results>, inout TextBuffer) throws -> Void
    ) throws {
        defer { progress.finish() }
        let answer = try ask()
        progress.finish()
        let file = OutputFile(descriptor: STDOUT_FILENO)
        var buffer = TextBuffer(to: file)
        try write(answer, &buffer)
        buffer.flush()
        warn(answer.warnings)
        // The end of the process gives the memory back at once; cell by cell takes a while.
        _ = Unmanaged.passRetained(Kept(answer))
        try file.check()
    }

    /// Keeps a value as long as the process.
    private final class Kept<Value: Sendable>: Sendable {
        private let value: Value
        init(_ value: Value) { self.value = value }
    }
}
