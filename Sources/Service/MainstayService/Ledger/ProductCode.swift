import GitAccess
package import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
package import SupportDesk

/// What people keep about the code of a product: everything but git that a ledger is computed from.
struct ProductCode: Sendable {
    let product: Product
    let repository: RepositoryRow
    /// Newest first.
    let lines: [LineRecord]
    /// The full ref name in which each line ends.
    let refs: [Int64: String]
    let lifecycles: [Int64: Lifecycle]
    let policy: ReleasePolicy
    /// Where refs stood at the last scan.
    let seen: [String: CommitID]
    let rulings: [CommitRuling]
    let releases: [PlannedRelease]

    /// The line of a name.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func line(named name: String) throws -> LineRecord {
        if let line = lines.first(where: { $0.name == name || refs[$0.id] == name }) { return line }
        throw UseError.unknown(
            "line of \(product.prefix)",
            name,
            among: lines.map(\.name),
            list: "line list \(product.prefix)"
        )
    }

    /// The name of a line; its number where it is of another product.
    func lineName(_ id: Int64) -> String { lines.first { $0.id == id }?.name ?? "\(id)" }

    /// The phase that a line is in on a day.
    func phase(of line: LineRecord, on day: CalendarDay) -> LifecyclePhase {
        lifecycles[line.id]?.phase(on: day) ?? .development
    }
}

/// A defect with all that people and messages say about it.
package struct DefectFile: Sendable {
    /// The defect.
    package let defect: Defect
    /// Its other names, such as CVE ids.
    package var aliases: [String] = []
    /// What its tickets are called.
    package var tickets: [String] = []
    /// Its commits, by part; denied ones too.
    package var commits: [DefectCommit] = []
    /// The decision in force on each line; withdrawn ones left out.
    package var decisions: [Int64: Decision] = [:]
    /// The decision on a release in force on each line.
    package var releaseDecisions: [Int64: ReleaseDecision] = [:]
    /// The cases at vendors that are not over and hold it up, with the vendors' names.
    package var cases: [(vendorCase: VendorCase, vendor: String)] = []
    /// Whether only those with the right may know of it.
    package var isUnderEmbargo = false
    /// Whether no scan has read messages for its names as they are now.
    var isUnread = false

    /// Whether there is anything of it in the code; interventions and vendors mend the others.
    package var concernsCode: Bool {
        !(commits.isEmpty && defect.cause?.needsNoCommit == true)
    }

    /// What it asks of lines.
    var demand: DefectDemand {
        DefectDemand(
            kind: defect.kind,
            severity: defect.severity,
            hasFix: commits.contains { $0.role == .fixes && $0.counts }
        )
    }
}

extension Connection {
    /// Returns what is kept about the code of a product.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused`` for a product without a repository.
    func code(of product: Product) throws -> ProductCode {
        guard let repository = try repository(of: product.id) else {
            throw UseError.noRepository(product.prefix)
        }
        var lifecycles: [Int64: Lifecycle] = [:]
        for (line, rows) in try phases(of: product.id) {
            lifecycles[line] = try Lifecycle(rows.map(\.change))
        }
        return ProductCode(
            product: product,
            repository: repository,
            lines: try lines(of: product.id),
            refs: try lineRefs(in: repository.id),
            lifecycles: lifecycles,
            policy: try policy(of: product.id, at: try now()),
            seen: try refsSeen(in: repository.id),
            rulings: try rulings(in: repository.id),
            releases: try releases(of: product.id)
        )
    }

    /// Returns the defects of a product with all that is said about them, by number.
    ///
    /// Those under embargo that `acting` may not see are left out; `nil` gets everything, for what
    /// the program does by itself.
    func defectFiles(of product: Product, for acting: ActingAccount?) throws -> [DefectFile] {
        let commits = try commits(ofDefectsOf: product.id)
        let aliases = try aliases(of: product.id)
        let tickets = try ticketRefs(ofDefectsOf: product.id)
        let published = try publishedDefects(of: product.id)
        let unread = try unreadDefects(of: product.id)
        var decisions: [Int64: [Int64: Decision]] = [:]
        for decision in try self.decisions(ofDefectsOf: product.id) {
            decisions[decision.defectID, default: [:]][decision.lineID] = decision
        }
        var onReleases: [Int64: [Int64: ReleaseDecision]] = [:]
        for decision in try releaseDecisions(ofDefectsOf: product.id) {
            onReleases[decision.defectID, default: [:]][decision.lineID] = decision
        }
        let cases = try openCases(ofDefectsOf: product.id)
        let vendors =
            cases.isEmpty
            ? [:]
            : try names("name", of: "vendor", isIn: Set(cases.values.joined().map(\.vendorID)))
        return try defects(of: product.id)
            .map { defect in
                DefectFile(
                    defect: defect,
                    aliases: aliases[defect.id] ?? [],
                    tickets: tickets[defect.id] ?? [],
                    commits: commits[defect.id] ?? [],
                    decisions: (decisions[defect.id] ?? [:]).filter { $0.value.kind != .withdrawn },
                    releaseDecisions: onReleases[defect.id] ?? [:],
                    cases: (cases[defect.id] ?? []).map { ($0, vendors[$0.vendorID] ?? "?") },
                    isUnderEmbargo: defect.kind == .security && !published.contains(defect.id),
                    isUnread: unread.contains(defect.id)
                )
            }
            .filter { file in
                guard let acting else { return true }
                return try isVisible(file.defect, isUnderEmbargo: file.isUnderEmbargo, to: acting)
            }
    }

    /// Whether only those with the right may know of a defect.
    func isUnderEmbargo(_ defect: Defect) throws -> Bool {
        try defect.kind == .security
            && !publishedDefects(of: defect.productID).contains(defect.id)
    }

    /// The defects of a product that an account may not see.
    func hiddenDefects(of product: Product, from acting: ActingAccount) throws -> [Defect] {
        let published = try publishedDefects(of: product.id)
        return try defects(of: product.id)
            .filter { defect in
                let isSecret = defect.kind == .security && !published.contains(defect.id)
                return try !isVisible(defect, isUnderEmbargo: isSecret, to: acting)
            }
    }

    /// Whether an account may see a defect: one of ours with a role for the product, and under
    /// embargo only with the role `security`, as its assignee or as a follower.
    func isVisible(
        _ defect: Defect,
        isUnderEmbargo: Bool,
        to acting: ActingAccount
    ) throws -> Bool {
        let roles = acting.roles(product: defect.productID, customer: nil)
        guard !roles.isEmpty, !acting.isCustomer else { return false }
        return try !isUnderEmbargo || roles.contains(.security)
            || defect.assigneeID == acting.account.id
            || followers(of: defect.id).contains(acting.account.id)
    }

    /// Whether an account may see a defect.
    func isVisible(_ defect: Defect, to acting: ActingAccount) throws -> Bool {
        try isVisible(defect, isUnderEmbargo: isUnderEmbargo(defect), to: acting)
    }

    /// Returns a defect that the account may see, by what people call it, and whether it is under
    /// embargo.
    ///
    /// One that it may not see is unknown to it, so that a guess tells nothing.
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func visibleDefect(
        _ name: String,
        to acting: ActingAccount
    ) throws -> (defect: Defect, isUnderEmbargo: Bool) {
        let unknown = UseError.unknown("defect", name, list: "defect list")
        guard let defect = try defect(named: name) else { throw unknown }
        let isSecret = try isUnderEmbargo(defect)
        guard try isVisible(defect, isUnderEmbargo: isSecret, to: acting) else { throw unknown }
        return (defect, isSecret)
    }
}
