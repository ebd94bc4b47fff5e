package import ArgumentParser
import LTSReleases
import MainstayCore
import MainstayService

/// A defect in a release, and words about it.
package struct ReleaseItemOptions: ParsableArguments {
    @OptionGroup var release: ReleaseOptions
    @Argument(help: "The defect.") var defect: String
    @OptionGroup var words: TextInput

    /// Creates the defaults.
    package init() {}

    /// Changes how the defect stands and shows the release.
    func set(_ standing: ReleaseItemState) async throws {
        let said = try words.words()
        try await release.act { desk, tools in
            try await desk.setItem(
                defect,
                in: release.name,
                of: release.product,
                to: standing,
                words: said,
                tools
            )
        }
    }
}

/// `mainstay release add`.
package struct ReleaseAdd: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put a defect into a release."
    )
    @OptionGroup var item: ReleaseItemOptions
    /// Creates the command.
    package init() {}
    /// Puts it in.
    package func run() async throws { try await item.set(.wanted) }
}

/// `mainstay release approve`.
package struct ReleaseApprove: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve that a release holds a defect."
    )
    @OptionGroup var item: ReleaseItemOptions
    /// Creates the command.
    package init() {}
    /// Approves it.
    package func run() async throws { try await item.set(.approved) }
}

/// `mainstay release drop`.
package struct ReleaseDrop: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Leave a defect out of a release."
    )
    @OptionGroup var item: ReleaseItemOptions
    /// Creates the command.
    package init() {}
    /// Drops it.
    package func run() async throws { try await item.set(.dropped) }
}
