package import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// A decision as somebody makes it.
package struct NewDecision: Sendable, Hashable {
    /// The names of the lines; none: all of the product.
    package var lines: [String] = []
    /// What is decided.
    package var kind: DecisionKind
    /// On what ground.
    package var justification: Justification?
    /// The day or the release that a deferral waits for.
    package var until: String?
    /// Why, in words.
    package var words: String

    /// Creates a decision for all lines.
    package init(_ kind: DecisionKind, words: String) {
        self.kind = kind
        self.words = words
    }
}

extension Desk {
    /// Decides about a defect on lines.
    ///
    /// - Throws: ``LTSReleases/ReleaseError`` when the decision lacks what it needs;
    ///   ``DeskError`` without words.
    package func decide(_ name: String, _ new: NewDecision) async throws {
        let code = try await codeOfDefect(name)
        let lines =
            try new.lines.isEmpty ? code.lines : new.lines.map { try code.line(named: $0) }
        try await change(defect: name, ids: lines.count + 8) { state in
            let words = try DeskText.words(new.words)
            for line in lines {
                let wait = try new.until.map { try code.wait(for: $0, on: line) }
                let facts: [String: JSONValue] = [
                    "line_id": .int(line.id), "decision": .text(new.kind.rawValue),
                    "justification": .text(new.justification?.rawValue),
                    "release_id": wait?.release.map(JSONValue.int) ?? .null,
                    "until_day": .text(wait?.day?.description),
                ]
                let event = try state.record("decided", facts: facts, words: words)
                let decision = try Decision(
                    new.kind,
                    because: new.justification,
                    on: (state.defect.id, line.id),
                    waitingFor: wait ?? (nil, nil),
                    by: state.signature(event)
                )
                try state.connection.insert(decision)
            }
            return .null
        }
    }

    /// Adds a step to the action plan of a defect.
    package func planStep(
        _ name: String,
        _ what: String,
        due: CalendarDay,
        owner login: String?
    ) async throws {
        try await change(defect: name) { state in
            let account = try login.map { try state.connection.knownAccount($0) }
            let steps = try state.connection.steps(on: state.defect.id)
            let step = ActionStep(
                id: try state.provision.id(),
                position: (steps.map(\.position).max() ?? 0) + 1,
                what: try DeskText.title(what, as: "Step"),
                ownerID: account?.id ?? state.acting.account.id,
                dueDay: due
            )
            let event = try state.record(
                "step_planned",
                facts: TicketRow.step(step).facts,
                words: step.what
            )
            try state.connection.write(step, of: event)
            return .null
        }
    }

    /// Ends a step of the action plan of a defect: it was done, or given up.
    package func endStep(_ name: String, position: Int64, isDone: Bool) async throws {
        try await change(defect: name) { state in
            let steps = try state.connection.steps(on: state.defect.id)
            guard var step = steps.first(where: { $0.position == position }) else {
                throw UseError.unknown("step of \(state.defect.ref)", "\(position)")
            }
            guard step.doneAt == nil, step.droppedAt == nil else {
                throw UseError(.refused, "Step \(position) of \(state.defect.ref) is settled")
            }
            let now = try state.connection.now()
            if isDone { step.doneAt = now } else { step.droppedAt = now }
            let facts = TicketRow.step(step).facts
            let event = try state.record(isDone ? "step_done" : "step_dropped", facts: facts)
            try state.connection.write(step, of: event)
            return .null
        }
    }
}

extension ProductCode {
    /// What a deferral on a line waits for: a day, or a release of the line by its name.
    fileprivate func wait(
        for text: String,
        on line: LineRecord
    ) throws -> (release: Int64?, day: CalendarDay?) {
        if let day = CalendarDay(text) { return (nil, day) }
        let own = releases.filter { $0.lineID == line.id }
        guard let release = own.first(where: { $0.name == text }) else {
            throw UseError.unknown(
                "day, or release of line \(line.name),",
                text,
                among: own.map(\.name),
                list: "release list \(product.prefix)"
            )
        }
        return (release.id, nil)
    }
}
