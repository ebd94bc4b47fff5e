import BackportAnalysis
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage

extension Desk {
    /// Makes the lines that names tell of the product's own; returns their names, newest first.
    func adoptLines(of code: ProductCode, _ tools: CodeTools) async throws -> [String] {
        let request = RepositoryRequest(
            path: instance.location.mirror(of: code.repository.id),
            cacheFolder: instance.location.cache,
            homeFolder: nil,
            now: Int64(tools.day.daysSince1970) * 86_400 + 43_200,
            progress: tools.progress
        )
        let found = try RepositoryHistory(request).lines
        try await write(ids: found.all.count + 4) { connection, acting, provision in
            try acting.require(.scan, product: code.product.id)
            guard try connection.lines(of: code.product.id).isEmpty else { return .null }
            var repository = code.repository
            repository.mainRef = found.mainline.ref
            try connection.update(repository)
            for (place, line) in found.all.enumerated() {
                let record = LineRecord(
                    id: try provision.id(),
                    productID: code.product.id,
                    name: line.name,
                    kind: line.kind,
                    position: Int64(found.all.count - place)
                )
                let change = PhaseChange(line.phase, from: tools.day)
                try connection.make(
                    record,
                    ending: line.ref,
                    in: repository,
                    [change],
                    by: acting,
                    &provision
                )
            }
            return .null
        }
        return found.all.map(\.name)
    }
}

extension Connection {
    /// Adds a line with its ref and first phases, and begins its chain.
    func make(
        _ line: LineRecord,
        ending ref: String,
        in repository: RepositoryRow,
        _ phases: [PhaseChange],
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws {
        try insert(line)
        try setRef(of: line.id, in: repository.id, to: ref)
        var head = try beginChain(line.id, .line)
        let facts: JSONValue = ["kind": .text(line.kind.rawValue), "position": .int(line.position)]
        let made = EventDraft("made", facts: facts, text: "\(line.name)\n\(ref)")
        try append(made, by: acting.account.id, to: &head, &provision)
        for phase in phases { try announce(phase, of: line.id, by: acting, to: &head, &provision) }
    }

    /// Announces a change of a line's phase.
    func announce(
        _ change: PhaseChange,
        of line: Int64,
        by acting: ActingAccount,
        to head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        let facts: JSONValue = [
            "phase": .text(change.phase.rawValue), "from_day": .text(change.from?.description),
        ]
        let draft = EventDraft("phase_announced", facts: facts)
        let event = try append(draft, by: acting.account.id, to: &head, &provision)
        try insert(
            PhaseRow(
                lineID: line,
                eventSeq: event.seq,
                change: change,
                announcedAt: event.recordedAt
            )
        )
    }
}
