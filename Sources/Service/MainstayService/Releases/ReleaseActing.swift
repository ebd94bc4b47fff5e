import LTSReleases
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

/// What an act on a release reads and writes.
struct ReleaseActing: ~Copyable {
    private(set) var release: PlannedRelease
    let connection: any Connection
    let acting: ActingAccount
    var provision: Provision
    var head: ChainHead

    /// Changes how a defect stands in the release; it goes to the end of the order of picks.
    mutating func set(
        _ defect: Int64,
        _ standing: ReleaseItemState,
        words: String? = nil
    ) throws {
        let items = try connection.items(of: release.id)
        let known = items.first { $0.defectID == defect }
        guard known?.state != standing, known != nil || standing != .dropped else { return }
        if standing == .wanted, known?.state == .approved { return }
        let facts: JSONValue = ["defect_id": .int(defect), "state": .text(standing.rawValue)]
        let isSecret = try connection.defect(defect).map(connection.isUnderEmbargo) ?? false
        let event = try record("item_\(standing.rawValue)", facts, words, isSecret: isSecret)
        try connection.put(
            ReleaseItem(
                releaseID: release.id,
                defectID: defect,
                position: known?.position ?? (items.map(\.position).max() ?? 0) + 1,
                state: standing,
                eventSeq: event.seq
            )
        )
    }

    /// Moves the release to another state.
    mutating func move(to state: ReleaseState, words: String?, at moment: Instant? = nil) throws {
        try record(state.rawValue, ["was": .text(release.state.rawValue)], words)
        release.state = state
        if state == .published { release.publishedAt = moment }
        try connection.update(release)
        guard state == .withdrawn else { return }
        let now = try connection.now()
        for var publication in try connection.publications(of: release.id)
        where publication.withdrawnAt == nil {
            publication.withdrawnAt = now
            try connection.update(publication)
        }
    }

    /// Appends an event to the release's chain.
    @discardableResult
    mutating func record(
        _ kind: String,
        _ facts: JSONValue,
        _ words: String?,
        isSecret: Bool = false
    ) throws -> Event {
        let draft = EventDraft(
            kind,
            for: isSecret ? .embargo : .staff,
            facts: facts,
            text: try words.map { try DeskText.words($0) }
        )
        return try connection.append(draft, by: acting.account.id, to: &head, &provision)
    }
}

extension ReleaseActing {
    fileprivate init(
        _ release: PlannedRelease,
        _ connection: any Connection,
        _ acting: ActingAccount,
        _ provision: Provision,
        _ head: ChainHead
    ) {
        self.release = release
        self.connection = connection
        self.acting = acting
        self.provision = provision
        self.head = head
    }
}

extension Connection {
    /// Returns an open or published release of a product by its name.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownRelease(_ name: String, of product: Product) throws -> PlannedRelease {
        let releases = try releases(of: product.id)
        let found = releases.filter { $0.name == name }
        if let release = found.last(where: { $0.state.isOpen }) ?? found.last { return release }
        throw UseError.unknown(
            "release of \(product.prefix)",
            name,
            among: releases.map(\.name),
            list: "release list \(product.prefix)"
        )
    }

    /// Carries out acts on a release.
    func change(
        _ release: PlannedRelease,
        by acting: ActingAccount,
        _ provision: inout Provision,
        _ act: (inout ReleaseActing) throws -> Void
    ) throws {
        let head = try lockChain(release.id)
        var state = ReleaseActing(release, self, acting, provision, head)
        try act(&state)
        provision = state.provision
    }

    /// Opens a planned release of a line.
    func open(
        _ name: String,
        of line: LineRecord,
        in code: ProductCode,
        by acting: ActingAccount,
        _ provision: inout Provision
    ) throws -> PlannedRelease {
        let name = try DeskText.name(name)
        let known = try releases(of: code.product.id).first { $0.name == name }
        if let known, known.state == .cancelled {
            throw UseError(
                .alreadyExists,
                "Release \(name) was planned and cancelled",
                hint: "Take that back with 'mainstay release reopen \(code.product.prefix) \(name)'"
            )
        }
        guard known == nil else { throw UseError.taken("release", name) }
        let release = PlannedRelease(id: try provision.id(), lineID: line.id, name: name)
        try insert(release)
        var head = try beginChain(release.id, .release)
        let planned = EventDraft("planned", facts: ["line_id": .int(line.id)], text: name)
        try append(planned, by: acting.account.id, to: &head, &provision)
        return release
    }
}

extension DefectActing {
    /// Opens a planned release of a line.
    mutating func openRelease(
        named name: String,
        of line: LineRecord,
        in code: ProductCode
    ) throws -> PlannedRelease {
        try connection.open(name, of: line, in: code, by: acting, &provision)
    }

    /// Acts on a release beside the defect.
    mutating func inRelease(
        _ release: PlannedRelease,
        _ act: (inout ReleaseActing) throws -> Void
    ) throws {
        try connection.change(release, by: acting, &provision, act)
    }
}
