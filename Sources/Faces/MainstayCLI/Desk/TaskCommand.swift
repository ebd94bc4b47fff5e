package import ArgumentParser
import MainstayCore
import MainstayService
import Storage

/// `mainstay task`.
package struct TaskCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "See what waits for you, and say that it is done.",
        subcommands: [TaskList.self, TaskDone.self],
        defaultSubcommand: TaskList.self
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay task list`.
package struct TaskList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List your open tasks and those of nobody, those due first."
    )

    @Flag(help: "Also those of others.")
    var all = false

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let tasks = try await session.desk.tasks(everybodys: all)
            let json = tasks.map { $0.task.json(ref: $0.ref, login: $0.login) }
            try session.write("tasks", json) { buffer in
                if tasks.isEmpty { return buffer.line("Nothing waits for you.") }
                var table = GridTable(["TASK", "ABOUT", "WHAT", "WHO", "DUE"])
                for (task, ref, login) in tasks {
                    table.add([
                        "\(task.id)", ref, task.kind.words, login ?? "anybody",
                        task.dueAt?.description ?? "-",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay task done`.
package struct TaskDone: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "done",
        abstract: "Say that a task is done."
    )

    @Argument(help: ArgumentHelp("The task.", valueName: "number"))
    var id: Int64

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Ends it.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            try await session.desk.finishTask(id)
            try session.tell("task", ["id": .int(id)], "Task \(id) is done.")
        }
    }
}
