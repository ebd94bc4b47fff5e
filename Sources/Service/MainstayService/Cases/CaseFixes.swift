import BackportAnalysis
import LTSReleases
package import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension Desk {
    /// Looks a vendor's commit up in the repositories that are known, and proposes it as the fix of
    /// the case's defects, with the task to confirm it.
    ///
    /// It is looked for in the repository of each defect's product, then in those of the vendor.
    /// - Parameters:
    ///   - ref: The case.
    ///   - tools: The day, and who is told of progress.
    /// - Returns: The defects that it was proposed for, with the commit; none where it was not found,
    ///   or is tied to them already.
    /// - Throws: ``UseError``.
    @discardableResult
    package func proposeFix(
        ofCase ref: String,
        _ tools: CodeTools
    ) async throws -> [(defect: String, commit: CommitID)] {
        let (name, defects, codes) = try await read { connection, acting in
            let found = try connection.visibleCase(ref, to: acting)
            let vendors = Set(try connection.repositories(ofVendor: found.vendorID))
            let defects = try connection.defects(about: found)
                .filter { try connection.isVisible($0, to: acting) }
            let own = Set(defects.map(\.productID))
            let codes = try connection.products()
                .filter { product in
                    let repository = try connection.repository(of: product.id)
                    return own.contains(product.id)
                        || repository.map { vendors.contains($0.id) } ?? false
                }
                .compactMap { product in
                    try connection.repository(of: product.id) == nil
                        ? nil : try connection.code(of: product)
                }
            return (found.vendorCommit, defects, codes)
        }
        guard let name, CommitText.canName(name) else { return [] }
        var places: [Int64: (repository: Int64, commit: CommitID)] = [:]
        for code in codes {
            guard let ledger = try? instance.ledger(of: code, tools),
                let row = try? ledger.history.commit(named: name)
            else { continue }
            places[code.product.id] = (code.repository.id, ledger.history.index.id(row))
        }
        var proposed: [(defect: String, commit: CommitID)] = []
        for defect in defects {
            let elsewhere = places.sorted { $0.key < $1.key }.first?.value
            guard let place = places[defect.productID] ?? elsewhere else { continue }
            if try await propose(place, for: defect.ref) {
                proposed.append((defect.ref, place.commit))
            }
        }
        return proposed
    }

    /// Ties a commit to a defect as the fix that a vendor names, unless it is tied already.
    private func propose(
        _ place: (repository: Int64, commit: CommitID),
        for defect: String
    ) async throws -> Bool {
        let result = try await change(defect: defect, as: .keepCases) { state in
            let known = try state.connection.commits(of: state.defect.id)
            if known.contains(where: { $0.commit == place.commit }) { return 0 }
            let link = DefectCommit(
                defectID: state.defect.id,
                repositoryID: place.repository,
                commit: place.commit,
                role: .fixes,
                part: (known.filter { $0.role == .fixes }.map(\.part).max() ?? 0) + 1,
                lineID: nil,
                source: .vendor,
                state: .found,
                eventSeq: 0
            )
            try state.keep(link, as: "link_found", words: nil)
            let moment = try state.connection.now()
            let task = DeskTask(
                id: try state.provision.id(),
                chainID: state.defect.id,
                eventSeq: state.head.seq,
                kind: .confirmCommit,
                opened: (moment, state.defect.assigneeID, nil)
            )
            try state.connection.insert(task)
            return 1
        }
        return result.int == 1
    }
}

extension DefectActing {
    /// Ends the tasks to confirm a commit about which somebody has said something.
    func finishConfirmations(of commit: CommitID) throws {
        for task in try connection.openTasks(on: defect.id) where task.kind == .confirmCommit {
            let event = try connection.event(task.chainID, task.eventSeq)
            guard try event?.facts["commit"]?.text == commit.hex else { continue }
            let now = try connection.now()
            _ = try connection.finishTask(task.id, at: now, by: acting.account.id)
        }
    }
}

/// What people write for a commit.
private enum CommitText {
    /// Whether a text can name one commit: 7 to 64 hex digits.
    static func canName(_ text: String) -> Bool {
        (7...64).contains(text.utf8.count) && text.allSatisfy(\.isHexDigit)
    }
}
