import MainstayCore

/// All clocks of one ticket on their way through its log.
struct TicketRun {
    /// From the request to the first response; never stands still.
    private(set) var response: ClockRun
    /// Between public updates; `nil` before the first response.
    private(set) var update: ClockRun?
    /// From the request to the solution.
    private(set) var fix: ClockRun
    /// Until somebody of the level has the ticket; `nil` without such a target.
    private(set) var accept: ClockRun?
    /// From there until it leaves the level; `nil` before.
    private(set) var handback: ClockRun?

    /// How the clocks of levels and the cycles that are over ended; `nil` unless somebody wants to
    /// know.
    private(set) var past: [ClockVerdict]?
    let responseClock: ClockName

    private let plans: ClockPlans
    private let isRecording: Bool
    private var plan: ClockPlan?
    private var nextPlan: Int64?
    private(set) var contract = ClockLog.Entry.none
    private var status = TicketStatus.new
    private(set) var priority = Priority.p5
    /// The level that has the ticket.
    private(set) var level: SupportLevel?
    private var assignee = ClockLog.Entry.none
    private var promised = ClockLog.Entry.none
    private var levelTarget: DatedLevelPlan?
    /// The instant reached.
    private(set) var now: Int64

    init(
        start: Int64,
        plans: ClockPlans,
        responseClock: ClockName,
        isRecording: Bool = false,
        isJudging: Bool = false
    ) {
        response = ClockRun(start: start, isRecording: isRecording)
        fix = ClockRun(start: start, isRecording: isRecording)
        self.plans = plans
        self.responseClock = responseClock
        self.isRecording = isRecording
        past = isJudging ? [] : nil
        now = start
    }

    // MARK: Entries

    /// Sets what held when the ticket was opened, before ``begin(level:)``.
    mutating func set(_ entry: ClockLog.Entry) {
        switch entry.topic {
        case .status: status = TicketStatus.all[Int(entry.value)]
        case .priority: priority = Priority(rawValue: entry.value) ?? priority
        case .contract: contract = entry.value
        case .assignee: assignee = entry.value
        case .deadline: promised = entry.value
        case .level, .message: break
        }
    }

    /// Starts the clocks by what was set.
    mutating func begin(level: ClockLog.Entry?) {
        choosePlan()
        if let level { enter(level) }
        applyStatus(after: .new)
        if assignee != ClockLog.Entry.none { assign() }
    }

    /// Moves on to an entry and lets it change what holds.
    mutating func take(_ entry: ClockLog.Entry) {
        switchPlans(until: entry.at)
        now = max(now, entry.at)
        switch entry.topic {
        case .message: takeMessage(entry)
        case .level: enter(entry)
        case .status:
            let before = status
            set(entry)
            if status != before { applyStatus(after: before) }
        case .priority:
            let before = priority
            set(entry)
            if priority != before { applyTargets() }
        case .contract:
            set(entry)
            choosePlan()
        case .assignee:
            set(entry)
            if assignee != ClockLog.Entry.none { assign() }
        case .deadline: set(entry)
        }
    }

    /// Moves all clocks to the instant at which they are read.
    mutating func advance(to moment: Int64) {
        switchPlans(until: moment)
        now = moment
        response.advance(to: moment)
        update?.advance(to: moment)
        fix.advance(to: moment)
        accept?.advance(to: moment)
        handback?.advance(to: moment)
    }

    // MARK: Promises

    /// Puts the plans in force that came into force on the way to an instant.
    private mutating func switchPlans(until moment: Int64) {
        while let next = nextPlan, next <= moment {
            now = max(now, next)
            choosePlan()
        }
    }

    private mutating func choosePlan() {
        (plan, nextPlan) =
            contract == ClockLog.Entry.none ? (nil, nil) : plans.plan(of: contract, at: now)
        applyTargets()
        applyPauses()
    }

    private mutating func applyTargets() {
        if response.stoppedAt == nil { response.follow(promise(of: responseClock), at: now) }
        if fix.stoppedAt == nil { fix.follow(promise(of: .fix), at: now) }
        if let run = update, run.stoppedAt == nil { promiseUpdate() }
    }

    private mutating func promiseUpdate() {
        let promise = promise(of: .update)
        update?.follow(promise, at: now)
    }

    private func promise(of clock: ClockName) -> ClockPromise {
        plan?.promise(clock, priority) ?? ClockPromise()
    }

    // MARK: Status

    private var isSettled: Bool { status == .resolved || status == .closed }

    private mutating func applyStatus(after before: TicketStatus) {
        let wasSettled = before == .resolved || before == .closed
        applyPauses()
        if isSettled {
            fix.stop(at: now)
            update?.stop(at: now)
            accept?.stop(at: now)
            handback?.stop(at: now)
        } else if wasSettled {
            reopen()
        }
        if status == .closed { response.stop(at: now) }
    }

    private mutating func reopen() {
        if plan?.policy.reopening == .restart {
            keep(fix, .fix)
            fix.restart()
        }
        fix.unstop()
        fix.follow(promise(of: .fix), at: now)
        handback?.unstop()
        if handback == nil { accept?.unstop() }
        if update != nil { restartUpdate() }
    }

    private mutating func applyPauses() {
        let reasons = pauses.intersection(PauseReasons(status))
        let isWithVendor = status == .waitingVendor
        fix.hold(reasons, isWithVendor: isWithVendor, at: now)
        update?.hold(reasons, isWithVendor: isWithVendor, at: now)
        handback?.hold(reasons, isWithVendor: isWithVendor, at: now)
        response.hold([], isWithVendor: isWithVendor, at: now)
    }

    /// The statuses that pause the clocks but the first response's.
    private var pauses: PauseReasons {
        let waits = plan?.pauses ?? .waitingCustomer
        return waits.union([.resolved, .closed])
    }

    // MARK: Messages

    private mutating func takeMessage(_ entry: ClockLog.Entry) {
        let isOurs = entry.value == 0
        if isOurs, let plan, entry.channel >= 0,
            !plan.policy.responseChannels.contains(TicketChannel.all[Int(entry.channel)])
        {
            return
        }
        if isOurs { response.stop(at: now) }
        guard update != nil || response.stoppedAt != nil else { return }
        if isOurs { update?.stop(at: now) }
        restartUpdate()
    }

    private mutating func restartUpdate() {
        guard !isSettled else { return }
        if update == nil {
            update = ClockRun(start: now, isRecording: isRecording)
        } else {
            update?.advance(to: now)
            keep(update, .update)
            update?.restart()
        }
        promiseUpdate()
        applyPauses()
    }

    // MARK: Levels

    private mutating func enter(_ entry: ClockLog.Entry) {
        accept?.advance(to: now)
        handback?.stop(at: now)
        keep(accept, .accept)
        keep(handback, .handback)
        (accept, handback, levelTarget) = (nil, nil, nil)
        level = SupportLevel(rawValue: entry.value)
        guard let level,
            let target = plans.target(of: level, at: now)
        else { return }
        var run = ClockRun(start: now, isRecording: isRecording)
        run.setTarget(target.accept, hours: target.hours)
        accept = run
        levelTarget = target
        if assignee != ClockLog.Entry.none { assign() }
    }

    /// Somebody took the ticket: the level accepted it, and is to be done with it in time.
    private mutating func assign() {
        guard handback == nil, let levelTarget else { return }
        accept?.stop(at: now)
        var run = ClockRun(start: now, isRecording: isRecording)
        run.setTarget(levelTarget.handback, hours: levelTarget.hours)
        handback = run
        applyPauses()
        if isSettled { handback?.stop(at: now) }
    }
}

extension TicketRun {
    /// Keeps how a clock or cycle ended that is about to go.
    fileprivate mutating func keep(_ run: ClockRun?, _ clock: ClockName) {
        guard past != nil, let verdict = verdict(of: run, clock) else { return }
        past?.append(verdict)
    }

    /// What a clock shows; `nil` where no target is in force.
    func reading(_ run: ClockRun, canPause: Bool = true) -> ClockReading? {
        guard run.target != nil else { return nil }
        var reading = ClockReading(run)
        reading.countsVendorTime = !canPause || !pauses.contains(.waitingVendor)
        let minutes = (plan?.policy ?? ClockPolicy()).maximumPauseMinutes
        if let pause = reading.pause, let minutes {
            reading.pause?.reminder = pause.since.advanced(by: minutes * 60_000)
        }
        return reading
    }

    /// The deadline set by hand, as it stands at the instant reached.
    var deadline: TicketReadings.Deadline? {
        guard promised != ClockLog.Entry.none else { return nil }
        let end = fix.stoppedAt ?? now
        let state: ClockReading.State =
            fix.stoppedAt == nil
            ? (end >= promised ? .breached : .running) : (end > promised ? .breached : .met)
        return TicketReadings.Deadline(due: Instant(milliseconds: promised), state: state)
    }
}
