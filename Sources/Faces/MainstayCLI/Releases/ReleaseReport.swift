import LTSReleases
import MainstayCore
import MainstayService

/// A release on the screen: what it holds, what keeps it back, what it changes.
struct ReleaseReport {
    private let view: ReleaseView
    private let screen: Screen

    /// Prepares a report.
    init(_ view: ReleaseView, on screen: Screen) {
        self.view = view
        self.screen = screen
    }

    /// Writes everything.
    func write(to buffer: inout TextBuffer) {
        buffer.add(makeSafe(view.release.name), .bold, on: screen)
        buffer.add("  ")
        buffer.add(view.release.state.rawValue, ink, on: screen)
        buffer.add("  line \(makeSafe(view.line.name)), \(view.phase.rawValue)")
        if let previous = view.previous { buffer.add(", after \(makeSafe(previous))") }
        if let day = view.release.plannedDay { buffer.add(", planned for \(day)") }
        if let tag = view.tag { buffer.add(", tag \(makeSafe(tag.name)) at \(tag.commit.short)") }
        buffer.endLine()
        buffer.line()
        if view.entries.isEmpty { buffer.line("It holds no defect.") }
        for entry in view.entries { write(entry, to: &buffer) }
        for (ref, title) in view.dropped { buffer.line("- \(ref)  \(makeSafe(title)), dropped") }
        if view.release.state.isOpen {
            writeReadiness(to: &buffer)
        } else {
            writeShipped(to: &buffer)
        }
    }

    private var ink: Ink {
        switch view.release.state {
        case .planned, .frozen: .yellow
        case .published: .green
        case .withdrawn, .cancelled: .red
        }
    }

    private func write(_ entry: ReleaseEntry, to buffer: inout TextBuffer) {
        let isIn = entry.isOnBranch
        let mark = isIn ? "✓" : entry.isReady ? "+" : "!"
        buffer.add(mark, isIn ? .green : entry.isReady ? .cyan : .red, on: screen)
        buffer.add(" ")
        buffer.add(entry.file.defect.ref, .bold, on: screen)
        buffer.add("  \(makeSafe(entry.file.defect.title))")
        let ground = isIn ? "on the branch" : entry.pick.map { "pick \($0.verdict)" } ?? ""
        if !ground.isEmpty { buffer.add("  \(ground)", .dim, on: screen) }
        if let state = entry.item?.state { buffer.add("  \(state.rawValue)", .dim, on: screen) }
        buffer.endLine()
        for obstacle in entry.obstacles {
            buffer.line("    \(obstacle.word): \(makeSafe(obstacle.words))")
        }
        guard let pick = entry.pick else { return }
        let needs = pick.prerequisites
        if needs > 0 { buffer.line("    needs \(count(needs, "commit", "commits")) first") }
        let commits = pick.commits.map(\.short).joined(separator: " ")
        if !commits.isEmpty { buffer.line("    pick \(commits)") }
        for conflict in pick.conflicts { buffer.line("    \(makeSafe(conflict))") }
        if let spoilt = pick.spoiltBy {
            buffer.line(
                "    clean by itself; \(spoilt.short), picked before, changes what it needs"
            )
        }
    }

    private func writeReadiness(to buffer: inout TextBuffer) {
        let risk = view.risk
        buffer.line()
        buffer.line(
            "\(count(risk.commitsOnBranch, "commit", "commits")) on the branch since "
                + "\(makeSafe(view.previous ?? "the beginning")); the plan adds "
                + "\(count(risk.picks, "pick", "picks")) in \(count(risk.files, "file", "files")), "
                + "\(count(risk.conflicts, "conflict", "conflicts"))"
        )
        let open = view.entries.filter { !$0.isReady }.count
        if open == 0 {
            buffer.line("Nothing keeps it back.")
        } else {
            buffer.line("\(count(open, "defect keeps", "defects keep")) it back.")
        }
    }

    private func writeShipped(to buffer: inout TextBuffer) {
        if !view.notShipped.isEmpty {
            buffer.line("Planned and not in it: \(view.notShipped.joined(separator: ", "))")
        }
        if !view.unplanned.isEmpty {
            buffer.line("In it and not planned: \(view.unplanned.joined(separator: ", "))")
        }
    }
}

extension ReleaseView {
    /// The release with stable keys.
    var json: JSONValue {
        [
            "release": .text(release.name), "line": .text(line.name),
            "phase": .text(phase.rawValue), "state": .text(release.state.rawValue),
            "planned": .text(release.plannedDay?.description),
            "published": .time(release.publishedAt), "previous": .text(previous),
            "tag": .text(tag?.name), "commit": .text(tag?.commit.hex), "ready": .bool(isReady),
            "defects": .list(entries.map(\.json)), "dropped": .texts(dropped.map(\.ref)),
            "notShipped": .texts(notShipped), "unplanned": .texts(unplanned),
            "risk": [
                "commitsOnBranch": .int(Int64(risk.commitsOnBranch)),
                "picks": .int(Int64(risk.picks)), "files": .int(Int64(risk.files)),
                "conflicts": .int(Int64(risk.conflicts)),
            ],
        ]
    }
}

extension ReleaseEntry {
    /// The entry with stable keys.
    fileprivate var json: JSONValue {
        var json: [String: JSONValue] = [
            "defect": .text(file.defect.ref), "title": .text(file.defect.title),
            "status": .text(cell.facts.status.rawValue), "onBranch": .bool(isOnBranch),
            "state": .text(item?.state.rawValue), "ready": .bool(isReady),
            "obstacles": .list(
                obstacles.map { ["kind": .text($0.word), "reason": .text($0.words)] }
            ),
        ]
        if let pick {
            json["pick"] = [
                "commits": .texts(pick.commits.map(\.hex)),
                "prerequisites": .int(Int64(pick.prerequisites)), "verdict": .text(pick.verdict),
                "alone": .text(pick.alone), "conflicts": .texts(pick.conflicts),
                "stoppedBy": .text(pick.spoiltBy?.hex),
            ]
        }
        return .object(json)
    }
}

extension PlanAnswer {
    /// The plan with stable keys.
    func json(_ mirror: String) -> JSONValue {
        [
            "line": .text(line), "mirror": .text(mirror), "refusal": .text(refusal?.message),
            "branches": .list(
                branches.map { ["ref": .text($0.ref), "tip": .text($0.tip.hex)] }
            ),
            "picks": .list(
                picks.map { pick in
                    [
                        "fix": .text(pick.fix.hex), "verdict": .text(pick.verdict),
                        "commit": .text(pick.commit?.hex),
                        "neededBy": .texts(pick.neededBy.map(\.hex)),
                        "stoppedBy": .text(pick.stoppedBy?.hex),
                        "conflicts": .texts(
                            pick.paths.filter { $0.result == "conflict" }.map(\.path)
                        ),
                    ]
                }
            ),
        ]
    }
}
