import Glibc
import Synchronization

/// Ctrl-C, and being told to end, while git works for us: the work ends and is tidied up.
///
/// The second time ends the program at once.
enum Interrupt {
    private static let isAsked = Atomic<Bool>(false)

    /// Whether it was asked to end since ``beginCatching()``.
    static var wasAsked: Bool { isAsked.load(ordering: .relaxed) }

    /// From now on the first SIGINT, SIGTERM and SIGHUP are noted instead of ending the program.
    static func beginCatching() {
        // Made here, since a handler may not make it.
        _ = wasAsked
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            Interrupt.isAsked.store(true, ordering: .relaxed)
        }
        action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND)) | CInt(SA_RESTART)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaction(signal, &action, nil) }
    }
}
