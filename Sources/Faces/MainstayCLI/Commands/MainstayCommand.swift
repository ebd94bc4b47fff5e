package import ArgumentParser

/// The command `mainstay`.
package struct MainstayCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "mainstay",
        abstract: "Tell which release line has, needs or can take a fix.",
        usage: "mainstay <verb> [options]",
        discussion: """
            Mainstay reads a Git repository as it is: it finds the release lines by their names, \
            follows every fix from the mainline to the lines, also where the pick was renamed, \
            adapted or carries no trailer, and says why it thinks so. Nothing is written to the \
            repository.

            Start here:
              mainstay demo                 a small made-up project, explained
              mainstay lines                the release lines of this repository
              mainstay matrix               all fixes by all lines
              mainstay fix 1a2b3c4          one fix on every line, and what is missing

            Words: a line is a branch that gets releases, such as 'release/2.1'. A fix is a commit \
            with all its copies on the lines. A backport is one such copy.
            """,
        version: MainstayVersion.current,
        subcommands: [
            LinesCommand.self, MatrixCommand.self, BackportsCommand.self, FixCommand.self,
            AffectedCommand.self, PickCommand.self, DemoCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Defects and releases",
                subcommands: [
                    DefectCommand.self, LineCommand.self, ReleaseCommand.self,
                    AdvisoryCommand.self, PublishCommand.self, VerifyCommand.self,
                ]
            ),
            CommandGroup(
                name: "Desk",
                subcommands: [
                    InitCommand.self, TicketCommand.self, CaseCommand.self, VendorCommand.self,
                    ConnectorCommand.self, KnowledgeCommand.self, TaskCommand.self,
                    ProductCommand.self, CustomerCommand.self, ContractCommand.self,
                    CalendarCommand.self, ClockCommand.self, PriorityCommand.self, RotaCommand.self,
                    ReportCommand.self, WebhookCommand.self, NoticeCommand.self,
                    AccountCommand.self, TokenCommand.self, DatabaseCommand.self,
                ]
            ),
        ]
    )

    /// Creates the command.
    package init() {}

    /// Shows the help, as no verb was given.
    package func run() throws {
        throw CleanExit.helpRequest(MainstayCommand.self)
    }
}

/// The version of the program.
package enum MainstayVersion {
    /// As `mainstay --version` prints it.
    package static let current = "0.1.0"
}
