import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// What a term says beside its targets and lines.
package struct TermOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The calendar whose hours count.", valueName: "name"))
    var calendar: String?

    @Option(help: "What support costs.")
    var tier: SupportTier?

    @Option(help: "How requests may come (can be repeated); without any: in every way.")
    var channel: [TicketChannel] = []

    @Option(help: ArgumentHelp("The deepest level that works on requests.", valueName: "0-4"))
    var highestLevel: SupportLevel?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What is added to a priority.", valueName: "-1|0|+1|none")
    )
    var serviceCode: ServiceCodeWord?

    @Option(help: ArgumentHelp("The priority matrix that counts.", valueName: "number|current"))
    var matrix: MatrixWord?

    @Option(help: ArgumentHelp("Time counts in steps of so much.", valueName: "15m"))
    var roundTo: Minutes?

    @Option(help: ArgumentHelp("A time entry counts so much at least.", valueName: "30m"))
    var least: Minutes?

    @Option(
        help: ArgumentHelp("Warn when hours come down to it (can be repeated).", valueName: "10h")
    )
    var warnLeft: [Minutes] = []

    @Option(help: "What pauses the fix clock (can be repeated).")
    var pauseOn: [TicketStatus] = []

    @Option(help: "What reopening does to the fix clock.")
    var reopening: ClockPolicy.Reopening?

    @Option(help: ArgumentHelp("Warn at this part of a target (can be repeated).", valueName: "%"))
    var warnAt: [Int64] = []

    @Option(help: ArgumentHelp("Remind of a pause that takes longer.", valueName: "48h"))
    var longestPause: Minutes?

    /// Creates the defaults.
    package init() {}

    /// What is different from the term before.
    var words: TermWords {
        var words = TermWords()
        words.calendar = calendar
        words.tier = tier
        words.channels = channel.isEmpty ? nil : Set(channel)
        words.highestLevel = highestLevel
        words.serviceCode = serviceCode.map(\.code)
        words.matrixVersion = matrix.map(\.version)
        words.roundTo = roundTo?.count
        words.least = least?.count
        words.warnRests = warnLeft.isEmpty ? nil : warnLeft.map(\.count)
        var clocks: [String: JSONValue] = [:]
        if !pauseOn.isEmpty { clocks["pauses"] = .texts(pauseOn.map(\.rawValue)) }
        if !warnAt.isEmpty { clocks["warnings"] = .list(warnAt.map { .int($0) }) }
        clocks["reopening"] = reopening.map { .text($0.rawValue) }
        clocks["maximum_pause_minutes"] = longestPause.map { .int($0.count) }
        words.clocks = clocks.isEmpty ? nil : .object(clocks)
        return words
    }
}

/// The targets of a term.
package struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A target (can be repeated); @ names a calendar of its own.",
            valueName: "P1:fix=4h[@24x7]"
        )
    )
    var target: [TargetWords] = []

    @Option(
        help: ArgumentHelp(
            "What is covered (can be repeated); without any: every product.",
            valueName: "MST[:line[=phase+phase]]"
        )
    )
    var line: [CoverageWords] = []

    /// Creates the defaults.
    package init() {}

    /// Adds them to words.
    func add(to words: inout TermWords) {
        words.targets = target
        if !line.isEmpty { words.coverage = line }
    }
}

/// The contract that a command changes, and from when on.
package struct ContractChangeOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The contract.", valueName: "contract"))
    var ref: String

    @Option(name: .customLong("from"), help: ArgumentHelp("From when on; now.", valueName: "time"))
    var validFrom: Instant?

    @OptionGroup var preview: PreviewOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the defaults.
    package init() {}

    /// Agrees on another term and shows the contract, or what that would do.
    func change(_ words: TermWords, isBeside: Bool = false) async throws {
        try await preview.show(on: instance) { desk in
            desk.newTerm(of: ref, words, from: validFrom, isBeside: isBeside)
        } then: { desk, _ in
            try await desk.contract(ref)
        }
    }
}
