package import MainstayCore

/// Hands the events of vendors' cases to the clocks of our contracts with them.
///
/// A case is measured from the moment at which it is with the vendor. Of what happens in it, only
/// what a person of the vendor's did meets a target; a program of his ends a pause, and stops
/// nothing.
package struct CaseClockFeed: Sendable {
    private var codes: [String: JSONValue] = [:]
    private var hasBegun = false

    /// Prepares for the first event of a case.
    package init() {}

    /// Hands the next event of the case's chain to clocks that begin with it.
    package mutating func take(
        _ kind: String,
        _ facts: JSONValue,
        at occurredAt: Instant,
        recordedAt: Instant,
        to clocks: inout TicketClocks
    ) {
        func tell(
            _ event: TicketEventKind,
            _ now: [String: JSONValue],
            by writer: ClockEvent.Writer
        ) {
            clocks.take(
                ClockEvent(
                    event,
                    facts: now.isEmpty ? [:] : ["now": .object(now)],
                    occurredAt: occurredAt,
                    recordedAt: recordedAt,
                    by: writer
                )
            )
        }
        let now = facts["now"]?.members ?? [:]
        codes.merge(now) { $1 }
        let state = now["mapped"]?.text.flatMap(CaseState.init)
        guard hasBegun else {
            guard let state, state != .draft else { return }
            hasBegun = true
            tell(.opened, promises(codes).merging(["status": "open"]) { $1 }, by: .customer)
            return moveOn(state, facts) { tell($0, $1, by: $2) }
        }
        if let state { moveOn(state, facts) { tell($0, $1, by: $2) } }
        switch CaseEventKind(rawValue: kind) {
        case .vendorWrote where facts["by"]?.text == CaseActor.vendor.rawValue:
            tell(.commented, [:], by: .staff)
        case .sent where facts["operation"]?.text == CaseOperation.addComment.rawValue:
            tell(.commented, [:], by: .customer)
        default: break
        }
        let promised = promises(now)
        if !promised.isEmpty { tell(.prioritised, promised, by: .staff) }
    }

    private func promises(_ codes: [String: JSONValue]) -> [String: JSONValue] {
        codes.filter { ["priority", "contract_id"].contains($0.key) }
    }

    private func moveOn(
        _ state: CaseState,
        _ facts: JSONValue,
        _ tell: (TicketEventKind, [String: JSONValue], ClockEvent.Writer) -> Void
    ) {
        let actor = facts["by"]?.text.flatMap(CaseActor.init) ?? .automatic
        let status = state.clockStatus
        if actor == .vendor, state != .submitted { tell(.commented, [:], .staff) }
        let stops = status == .resolved || status == .closed
        if stops, actor == .automatic { return }
        tell(.waiting, ["status": .text(status.rawValue)], .staff)
    }
}
