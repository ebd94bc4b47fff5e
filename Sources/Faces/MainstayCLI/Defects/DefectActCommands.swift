import LTSReleases
package import ArgumentParser
import MainstayCore
import MainstayService

/// `mainstay defect set`.
package struct DefectSet: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change what is recorded of a defect.",
        discussion: """
            Examples:
              mainstay defect set MST-D7 --status confirmed --severity critical
              mainstay defect set MST-D7 --alias CVE-2026-1234 --assignee anna
              mainstay defect set MST-D7 --duplicate-of MST-D3 "Same stack trace"
            """
    )

    @OptionGroup var defect: DefectOptions
    @Option(help: "Another title.") var title: String?
    @Option(help: "Another kind.") var kind: DefectKind?
    @Option(help: "Another severity.") var severity: Severity?
    @Option(help: "Another status.") var status: DefectStatus?
    @Option(help: ArgumentHelp("The defect that it is.", valueName: "defect"))
    var duplicateOf: String?
    @Option(help: ArgumentHelp("Another component.", valueName: "name")) var component: String?
    @Option(help: ArgumentHelp("Another CVSS vector.", valueName: "vector")) var cvss: String?
    @Option(help: ArgumentHelp("A further name (can be repeated).", valueName: "name"))
    var alias: [String] = []
    @Option(help: ArgumentHelp("A name it loses (can be repeated).", valueName: "name"))
    var noAlias: [String] = []
    @Option(help: ArgumentHelp("Who works on it.", valueName: "login")) var assignee: String?
    @Flag(help: "Nobody works on it.") var nobody = false
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Asks for a change.
    package func validate() throws {
        let isAny =
            title != nil || kind != nil || severity != nil || status != nil || duplicateOf != nil
            || component != nil || cvss != nil || !alias.isEmpty || !noAlias.isEmpty
            || assignee != nil || nobody
        if !isAny { throw ValidationError("Say what changes, such as --severity high") }
        if assignee != nil, nobody { throw ValidationError("Give --assignee or --nobody") }
    }

    /// Changes it.
    package func run() async throws {
        var edit = DefectEdit()
        edit.title = title
        edit.kind = kind
        edit.severity = severity
        edit.status = status
        edit.duplicateOf = duplicateOf
        edit.component = component
        edit.cvssVector = cvss
        edit.newAliases = alias
        edit.lostAliases = noAlias
        if assignee != nil || nobody { edit.assignee = .some(assignee) }
        let (changes, said) = (edit, try words.words())
        try await defect.act { desk, _ in
            try await desk.edit(defect: defect.ref, changes, words: said)
        }
    }
}

/// `mainstay defect cause`.
package struct DefectCauseCommand: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "cause",
        abstract: "Record what brought a defect about."
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "The cause.") var cause: DefectCause
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Records it.
    package func run() async throws {
        var edit = DefectEdit()
        edit.cause = cause
        let (changes, said) = (edit, try words.words())
        try await defect.act { desk, _ in
            try await desk.edit(defect: defect.ref, changes, words: said)
        }
    }
}

/// `mainstay defect tie`.
package struct DefectTie: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "tie",
        abstract: "Say that a ticket suffers from a defect."
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "The ticket.") var ticket: String

    /// Creates the command.
    package init() {}

    /// Ties them.
    package func run() async throws {
        try await defect.act { desk, _ in
            try await desk.tie(ticket: ticket, to: defect.ref, isOn: true)
        }
    }
}

/// `mainstay defect untie`.
package struct DefectUntie: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "untie",
        abstract: "Take back that a ticket suffers from a defect."
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "The ticket.") var ticket: String

    /// Creates the command.
    package init() {}

    /// Unties them.
    package func run() async throws {
        try await defect.act { desk, _ in
            try await desk.tie(ticket: ticket, to: defect.ref, isOn: false)
        }
    }
}

/// `mainstay defect reproduce`.
package struct DefectReproduce: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Record a try to reproduce a defect: where, how, and what came of it.",
        discussion: """
            Examples:
              mainstay defect reproduce MST-D7 --on 2.38 reproduced "Debian 12, ./crash < in.txt"
              mainstay defect reproduce MST-D7 --on 1a2b3c4 not --file steps.txt
            """
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "What came of it.") var outcome: ReproductionOutcome
    @Option(help: ArgumentHelp("The release or commit.", valueName: "version")) var on: String
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Records it.
    package func run() async throws {
        let said = try words.requiredWords()
        try await defect.act { desk, tools in
            try await desk.reproduce(defect.ref, on: on, outcome, words: said, tools)
        }
    }
}

/// `mainstay defect intervene`.
package struct DefectIntervene: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "intervene",
        abstract: "Record data or settings put right at a customer's; it resolves the ticket."
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "What was put right.") var kind: InterventionKind
    @Option(help: ArgumentHelp("The customer's ticket.", valueName: "ref")) var ticket: String
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Records it.
    package func run() async throws {
        let said = try words.requiredWords()
        try await defect.act { desk, _ in
            _ = try await desk.intervene(defect.ref, for: ticket, kind, words: said)
        }
    }
}

/// `mainstay defect decide`.
package struct DefectDecide: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decide about a defect on lines; what Git says stays visible.",
        discussion: """
            not-applicable rests on a flag of CSAF, wont-fix on risk, effort or phase; deferred \
            waits for a day or a release; withdrawn takes the last decision back.

            Examples:
              mainstay defect decide MST-D7 not-applicable --line 1.2 \
            --because component_not_present "Parser came with 1.3"
              mainstay defect decide MST-D7 deferred --line 2.0 --until 2.0.8 "Needs testing"
            """
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "What is decided.") var decision: DecisionKind
    @Option(help: ArgumentHelp("The line (can be repeated); without: all.", valueName: "line"))
    var line: [String] = []
    @Option(help: "The ground.") var because: Justification?
    @Option(help: ArgumentHelp("What a deferral waits for.", valueName: "day or release"))
    var until: String?
    @OptionGroup var words: TextInput

    /// Creates the command.
    package init() {}

    /// Decides.
    package func run() async throws {
        var new = NewDecision(decision, words: try words.requiredWords())
        new.lines = line
        new.justification = because
        new.until = until
        let made = new
        try await defect.act { desk, _ in try await desk.decide(defect.ref, made) }
    }
}

/// `mainstay defect step`.
package struct DefectStep: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Plan what is to be done about a defect, with owner and day; end a step.",
        discussion: """
            Examples:
              mainstay defect step MST-D7 "Write a reproducer" --due 2026-12-01 --owner anna
              mainstay defect step MST-D7 --done 1
            """
    )

    @OptionGroup var defect: DefectOptions
    @Argument(help: "What is to be done.") var what: String?
    @Option(help: ArgumentHelp("By when.", valueName: "day")) var due: CalendarDay?
    @Option(help: ArgumentHelp("Who does it; without: you.", valueName: "login"))
    var owner: String?
    @Option(help: ArgumentHelp("The step that is done.", valueName: "n")) var done: Int64?
    @Option(help: ArgumentHelp("The step that is given up.", valueName: "n")) var drop: Int64?

    /// Creates the command.
    package init() {}

    /// Asks for one act.
    package func validate() throws {
        let acts = [what != nil, done != nil, drop != nil].filter { $0 }.count
        if acts != 1 { throw ValidationError("Give a step with --due, or --done, or --drop") }
        if what != nil, due == nil { throw ValidationError("A step has a day: --due") }
    }

    /// Plans or ends it.
    package func run() async throws {
        try await defect.act { desk, _ in
            if let what, let due {
                try await desk.planStep(defect.ref, what, due: due, owner: owner)
            } else if let position = done ?? drop {
                try await desk.endStep(defect.ref, position: position, isDone: done != nil)
            }
        }
    }
}
