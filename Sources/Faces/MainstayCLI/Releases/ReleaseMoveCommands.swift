package import ArgumentParser
import LTSReleases
import MainstayCore
import MainstayService

/// A move of a release with its reason.
package struct ReleaseMoveOptions: ParsableArguments {
    @OptionGroup var release: ReleaseOptions
    @OptionGroup var words: TextInput

    /// Creates the defaults.
    package init() {}

    /// Moves the release and shows it.
    func move(to state: ReleaseState) async throws {
        let said = try words.words()
        try await release.act { desk, _ in
            try await desk.move(
                release: release.name,
                of: release.product,
                to: state,
                words: said
            )
        }
    }
}

/// `mainstay release freeze`.
package struct ReleaseFreeze: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Let nothing more into a release; defects may still be dropped."
    )
    @OptionGroup var move: ReleaseMoveOptions
    /// Creates the command.
    package init() {}
    /// Freezes it.
    package func run() async throws { try await move.move(to: .frozen) }
}

/// `mainstay release reopen`.
package struct ReleaseReopen: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Take a freeze back, or that a release was cancelled."
    )
    @OptionGroup var move: ReleaseMoveOptions
    /// Creates the command.
    package init() {}
    /// Reopens it.
    package func run() async throws { try await move.move(to: .planned) }
}

/// `mainstay release cancel`.
package struct ReleaseCancel: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Give up a release that was planned."
    )
    @OptionGroup var move: ReleaseMoveOptions
    /// Creates the command.
    package init() {}
    /// Cancels it.
    package func run() async throws { try await move.move(to: .cancelled) }
}

/// `mainstay release withdraw`.
package struct ReleaseWithdraw: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take a published release back; what it claimed stays known."
    )
    @OptionGroup var move: ReleaseMoveOptions
    /// Creates the command.
    package init() {}
    /// Withdraws it.
    package func run() async throws { try await move.move(to: .withdrawn) }
}
