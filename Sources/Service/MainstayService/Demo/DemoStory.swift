import MainstayCore

/// What happened in the made-up project, in order of time.
enum DemoStory {
    /// The names of the mainline's fixes, in order of time.
    static let fixNames = [
        "long-frames", "trim", "port", "escape", "name-leak", "idle", "signed", "double-close",
        "empty-user", "null-pop", "retry-limit", "inflate", "rotate", "timeout",
    ]

    /// Tells everything.
    static func tell(_ history: inout DemoHistory) throws {
        try tellBeginning(&history)
        try tellSecondGeneration(&history)
        try tellFixesOfTheSpring(&history)
        try tellFixesOfTheAutumn(&history)
        try tellLatest(&history)
    }

    // main  start -- headers ---- priorities ----
    //                  \               \
    // 1.0               v1.0.0          \
    // 1.2                                v1.2.0
    private static func tellBeginning(_ history: inout DemoHistory) throws {
        let files = [
            ("README.md", DemoSources.readme), ("src/frame.c", DemoSources.frame),
            ("src/session.c", DemoSources.session), ("src/queue.c", DemoSources.queue),
            ("src/config.c", DemoSources.config), ("src/log.c", DemoSources.log),
        ]
        try history.make(
            "start",
            DemoChange(title: "Import quayd", edits: files.map { DemoEdit($0, "", $1) })
        )
        try history.make("limit", DemoChanges.raiseLimit)
        try history.branch("release/1.0")
        try history.tag("v1.0.0", on: "release/1.0")
        history.wait(days: 120)
        try history.make("priorities", DemoChanges.priorities)
        try history.make("range", DemoChanges.portHelper)
        try history.branch("release/1.2")
        try history.tag("v1.2.0", on: "release/1.2")
        history.wait(days: 60)
    }

    // The first two fixes reach all lines; then sessions are rewritten and 2.0 starts.
    private static func tellSecondGeneration(_ history: inout DemoHistory) throws {
        try history.make("long-frames", DemoChanges.longFrames)
        try history.pick("long-frames", onto: "release/1.2")
        try history.pick("long-frames", onto: "release/1.0")
        try history.tag("v1.2.1", on: "release/1.2")
        try history.tag("v1.0.1", on: "release/1.0")
        history.wait(days: 40)
        try history.make("sessions", DemoChanges.rewriteRetry)
        history.wait(days: 60)
        try history.make("settings", DemoChanges.settings)
        try history.branch("release/2.0")
        try history.tag("v2.0.0", on: "release/2.0")
        history.wait(days: 20)
    }

    private static func tellFixesOfTheSpring(_ history: inout DemoHistory) throws {
        try history.make("trim", DemoChanges.trim)
        let retitled = DemoPick(trailer: false, title: "Do not drop the last queued message")
        try history.pick("trim", onto: "release/2.0", retitled)
        try history.pick("trim", onto: "release/1.2")
        try history.make("port", DemoChanges.port)
        try history.pick("port", onto: "release/2.0")
        let adapted = DemoPick(trailer: false, edits: DemoChanges.portAdapted)
        try history.pick("port", onto: "release/1.0", adapted)
        try history.make("escape", DemoChanges.escape)
        let redone = DemoPick(trailer: false, hasNewDate: true, author: .ines)
        try history.pick("escape", onto: "release/2.0", redone)
        try history.pick("escape", onto: "release/1.2")
        try history.tag("v2.0.1", on: "release/2.0")
        try history.tag("v1.2.2", on: "release/1.2")
        try history.tag("v1.0.2", on: "release/1.0")
        history.wait(days: 45)
        try history.make("name-leak", DemoChanges.nameLeak)
        try history.pick("name-leak", onto: "release/2.0")
        try history.make("compression", DemoChanges.compression)
        try history.branch("release/2.2")
        try history.tag("v2.2.0", on: "release/2.2")
        history.wait(days: 10)
    }

    private static func tellFixesOfTheAutumn(_ history: inout DemoHistory) throws {
        try history.make("idle", DemoChanges.idle)
        try history.pick("idle", onto: "release/2.2")
        try history.pick("idle", onto: "release/2.0")
        try history.revert(
            "idle@release/2.0",
            on: "release/2.0",
            named: "no-idle",
            reason: "Clients behind slow links lose their sessions; wait for the longer limit."
        )
        try history.tag("v2.0.2", on: "release/2.0")
        try history.revert(
            "no-idle",
            on: "release/2.0",
            named: "idle-again",
            reason: "The longer limit is in place now."
        )
        try history.pick("idle", onto: "release/1.2")
        try history.revert(
            "idle@release/1.2",
            on: "release/1.2",
            named: "no-idle-1.2",
            reason: "Not worth the risk on this line."
        )
        try history.make("signed", DemoChanges.signed)
        try history.pick("signed", onto: "release/2.2")
        try history.pick("signed", onto: "release/2.0")
        try history.revert(
            "signed@release/2.0",
            on: "release/2.0",
            named: "half-signed",
            reason: "Only the part in the queue: plugins rely on the type.",
            only: "src/queue.c"
        )
        try history.make("double-close", DemoChanges.doubleClose)
        for line in ["release/2.2", "release/2.0", "release/1.2"] {
            try history.pick("double-close", onto: line)
        }
        try history.tag("v2.2.1", on: "release/2.2")
        try history.tag("v2.0.3", on: "release/2.0")
        try history.tag("v1.2.3", on: "release/1.2")
        history.wait(days: 15)
    }

    private static func tellLatest(_ history: inout DemoHistory) throws {
        try history.make("empty-user", DemoChanges.emptyUser)
        try history.pick("empty-user", onto: "release/2.2")
        try history.make("null-pop", DemoChanges.nullPop)
        for line in ["release/2.2", "release/2.0", "release/1.2"] {
            try history.pick("null-pop", onto: line)
        }
        try history.make("retry-limit", DemoChanges.retryLimit)
        try history.pick("retry-limit", onto: "release/2.2")
        try history.tag("v2.2.2", on: "release/2.2")
        try history.make("inflate", DemoChanges.inflate(try history.id("compression")))
        try history.pick("inflate", onto: "release/2.2")
        try history.make("rotate", DemoChanges.rotate)
        try history.pick("rotate", onto: "release/2.2")
        try history.make("timeout", DemoChanges.timeout)
        try history.pick("timeout", onto: "release/2.0")
    }
}
