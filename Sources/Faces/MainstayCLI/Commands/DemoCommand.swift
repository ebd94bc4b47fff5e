package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay demo`.
package struct DemoCommand: ParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make a small project with release lines and explain its matrix.",
        discussion: """
            The project is made up. It has a mainline, four release lines and some fixes that went \
            to the lines in all the ways that real projects know. Needs the git command.

            Examples:
              mainstay demo
              mainstay demo --keep /tmp/demo      keep the repository to play with
            """
    )

    /// Creates the command.
    package init() {}
}
