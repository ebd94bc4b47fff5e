/// An entry of a vendor's list that can be sorted by the time of the last change.
public protocol StampedItem: Decodable, Sendable {
    /// The member that holds the stamp, such as `updated_on`.
    static var stampName: String { get }

    /// Its number there.
    var id: Int { get }
    /// When it was changed last, in the vendor's words: `2026-03-01T09:30:00Z`, so that texts are
    /// sorted as times are.
    var stamp: String { get }
}

/// Tells what changed in a list of the vendor that is sorted by stamps and can be asked for from a
/// stamp on.
///
/// The cursor is its own. It knows three traps of such lists. Entries move while they are read: each page begins at the last
/// stamp, and an offset is used within one stamp only. A change may appear after others with a later
/// stamp: each pass begins 120 s before the last one. A stamp may stand for several changes: an
/// entry is read once more a pass later, when the second of its stamp is surely over.
public struct StampedFeed<Item: StampedItem> {
    /// How many requests one call makes at most; Mainstay allows 64, and a few are left for `updates`.
    static var mostRequests: Int { 58 }

    private var cursor: StampedCursor
    private let pageSize: Int
    private var requests = 0
    private var told: [VendorUpdate] = []
    private var seen: Set<Int> = []

    /// Goes on where a cursor of this feed ended; `""` is the beginning.
    ///
    /// - Parameters:
    ///   - cursor: What the last page gave.
    ///   - pageSize: How many entries the vendor lists at once.
    /// - Throws: ``ConnectorError`` with `cursor` for one of another feed.
    public init(cursor: String, pageSize: Int) throws {
        self.cursor = try StampedCursor(cursor)
        self.pageSize = pageSize
    }

    /// Reads until the end of the list, or until a page is full.
    ///
    /// - Parameters:
    ///   - list: One request: the entries with that stamp and later ones, the oldest first, from an
    ///     offset on; `""` is the beginning of the list.
    ///   - updates: One request: what happened to an entry from a stamp on, oldest first, the same
    ///     each time but for what is new. An entry that cannot be read (`bad_item`) becomes an
    ///     update of kind `unreadable`, one that is not there any more an update of kind `gone`.
    /// - Returns: The page.
    /// - Throws: What they throw, ``ConnectorError``.
    public mutating func read(
        list: (_ since: String, _ offset: Int) async throws -> [ListItem<Item>],
        updates: (_ item: Item, _ since: String) async throws -> [VendorUpdate]
    ) async throws -> UpdatePage {
        var (from, offset) = (cursor.start, 0)
        while true {
            requests += 1
            let rows = try await list(from, offset)
            for row in rows where try await !take(row, updates) { return page(hasMore: true) }
            guard rows.count == pageSize,
                let last = rows.last(where: { $0.item != nil })?.item?.stamp
            else { return page(hasMore: false) }
            (from, offset) = last == from ? (from, offset + rows.count) : (last, 0)
        }
    }

    /// Tells what is new of the next entry; `false` when it has to wait for the next page.
    private mutating func take(
        _ row: ListItem<Item>,
        _ updates: (Item, String) async throws -> [VendorUpdate]
    ) async throws -> Bool {
        guard let item = row.item else {
            told.append(unreadable(row.raw))
            return true
        }
        if !cursor.isDone(item), !seen.contains(item.id) {
            guard requests < Self.mostRequests else { return false }
            requests += 1
            let (known, base) = (cursor.told(of: item), cursor.base)
            let new = try await failing(item) { try await updates(item, base) }.dropFirst(known)
            let room = UpdatePage.mostUpdates - told.count
            told += new.prefix(room)
            guard new.count <= room else {
                cursor.tell(known + room, of: item)
                return false
            }
            seen.insert(item.id)
            cursor.read(item)
        }
        cursor.pass(item)
        return true
    }

    /// What happened to an entry, or that it cannot be read, or is gone.
    private func failing(
        _ item: Item,
        _ updates: () async throws -> [VendorUpdate]
    ) async throws -> [VendorUpdate] {
        let caseID = "\(item.id)"
        do {
            return try await updates()
        } catch let error as ConnectorError where error.code == "bad_item" {
            return [.unreadable("i\(caseID)/\(item.stamp)", caseID: caseID, error.message)]
        } catch let error as ConnectorError where ["not_found", "private"].contains(error.code) {
            let gone = VendorUpdate(
                updateID: "i\(caseID)/gone",
                caseID: caseID,
                kind: .gone,
                at: item.stamp,
                actor: .vendor,
                text: error.message,
                visibility: .vendorInternal
            )
            return [gone]
        }
    }

    private func unreadable(_ raw: JSONValue) -> VendorUpdate {
        let id = raw["id"]?.json ?? "unknown"
        let stamp = raw[Item.stampName]?.text ?? ""
        return .unreadable("i\(id)/\(stamp)", caseID: id, "Entry \(id) of the list cannot be read")
    }

    private mutating func page(hasMore: Bool) -> UpdatePage {
        let next = cursor.text(isAtEnd: !hasMore)
        return UpdatePage(updates: told, nextCursor: next, hasMore: hasMore)
    }
}
