public import MainstayCore

/// Where a case stands with the vendor.
public enum CaseState: String, Sendable, CaseIterable {
    case draft, submitted, acknowledged, working, refused, closed, gone
    case needsUs = "needs_us"
    case fixOffered = "fix_offered"
    case fixReleased = "fix_released"
    /// The vendor's word means nothing to us, or the connector's does.
    case unknown
}

/// What a connector thinks that a status means.
package struct StateAnswer: ConnectorMessage {
    /// The state; a word that is not known counts as ``CaseState/unknown``.
    package var state: CaseState

    /// Creates one.
    package init(state: CaseState) {
        self.state = state
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        state = CaseState(rawValue: try members.text("state")) ?? .unknown
    }

    /// As it is sent.
    package var json: JSONValue { ["state": .text(state.rawValue)] }
}

/// One thing that happened to a case at the vendor.
public struct VendorUpdate: ConnectorMessage {
    /// What happened; any other word counts as ``other``.
    public enum Kind: String, Sendable, CaseIterable {
        case status, comment, replaced, gone, unreadable, other
    }

    /// Who did it; any other word counts as ``automatic``.
    public enum Actor: String, Sendable, CaseIterable {
        case vendor, us, automatic
    }

    /// Who may see it; any other word, and none, counts as ``vendorInternal``.
    public enum Visibility: String, Sendable, CaseIterable {
        case shared, vendorInternal
    }

    /// Names the update; the same one always has the same id.
    public var updateID: String
    /// The case, by the vendor's id.
    public var caseID: String
    /// What happened.
    public var kind: Kind
    /// When, by the vendor's clock; `nil` only where it is unreadable.
    public var at: Instant?
    /// Who did it.
    public var actor: Actor
    /// The vendor's own word for the status after it.
    public var status: String?
    /// The comment that it is.
    public var commentID: String?
    /// What was said.
    public var text: String?
    /// Who said it.
    public var author: String?
    /// Where people see it.
    public var url: String?
    /// The case that goes on in its place.
    public var replacedBy: String?
    /// The version with the fix, as the vendor names it.
    public var fixedVersion: String?
    /// The commit with the fix, as the vendor names it.
    public var fixedCommit: String?
    /// Who may see it.
    public var visibility: Visibility

    /// Creates an update of which only this is known.
    package init(
        updateID: String,
        caseID: String,
        kind: Kind,
        at: Instant?,
        actor: Actor,
        visibility: Visibility
    ) {
        self.updateID = updateID
        self.caseID = caseID
        self.kind = kind
        self.at = at
        self.actor = actor
        self.visibility = visibility
    }

    /// Reads one.
    ///
    /// Without its own id and the id of the case it cannot be read; with a mistake in anything else
    /// it is ``Kind/unreadable``.
    package init(_ members: MessageMembers) throws(MessageFault) {
        self.init(
            updateID: try members.text("updateID"),
            caseID: try members.text("caseID"),
            kind: .unreadable,
            at: nil,
            actor: .automatic,
            visibility: .vendorInternal
        )
        var whole = self
        do {
            try whole.readRest(members)
            self = whole
        } catch {
            text = error.message
        }
    }

    private mutating func readRest(_ members: MessageMembers) throws(MessageFault) {
        kind = Kind(rawValue: try members.text("kind")) ?? .other
        at = kind == .unreadable ? try members.optionalTime("at") : try members.time("at")
        actor = Actor(rawValue: try members.text("actor")) ?? .automatic
        status = try members.optionalText("status")
        commentID = try members.optionalText("commentID")
        text = try members.optionalText("text")
        author = try members.optionalText("author")
        url = try members.optionalText("url")
        replacedBy = try members.optionalText("replacedBy")
        fixedVersion = try members.optionalText("fixedVersion")
        fixedCommit = try members.optionalText("fixedCommit")
        visibility =
            try members.optionalText("visibility").flatMap(Visibility.init) ?? .vendorInternal
    }

    /// As it is sent.
    package var json: JSONValue {
        .message([
            "updateID": .text(updateID),
            "caseID": .text(caseID),
            "kind": .text(kind.rawValue),
            "at": at.map { .time($0) },
            "actor": .text(actor.rawValue),
            "status": status.map { .text($0) },
            "commentID": commentID.map { .text($0) },
            "text": text.map { .text($0) },
            "author": author.map { .text($0) },
            "url": url.map { .text($0) },
            "replacedBy": replacedBy.map { .text($0) },
            "fixedVersion": fixedVersion.map { .text($0) },
            "fixedCommit": fixedCommit.map { .text($0) },
            "visibility": .text(visibility.rawValue),
        ])
    }
}

/// What changed since a cursor.
public struct UpdatePage: ConnectorMessage {
    /// How many updates a page may have.
    public static let mostUpdates = 500
    /// How many bytes a cursor may have.
    public static let mostCursorBytes = 16 << 10

    /// The updates, oldest first.
    public var updates: [VendorUpdate]
    /// What to ask with next time.
    public var nextCursor: String
    /// Whether there is more already.
    public var hasMore: Bool

    /// Creates a page.
    public init(updates: [VendorUpdate], nextCursor: String, hasMore: Bool) {
        self.updates = updates
        self.nextCursor = nextCursor
        self.hasMore = hasMore
    }

    /// Reads one.
    package init(_ members: MessageMembers) throws(MessageFault) {
        let list = try members.list("updates")
        guard list.count <= Self.mostUpdates else {
            let expected = "at most \(Self.mostUpdates)"
            throw members.fault("updates", "\(list.count) entries", expected: expected)
        }
        updates = []
        for (position, value) in list.enumerated() {
            let place = "Update \(position + 1) of \(list.count)"
            updates.append(try VendorUpdate(MessageMembers(value, of: place)))
        }
        nextCursor = try members.text("nextCursor")
        guard nextCursor.utf8.count <= Self.mostCursorBytes else {
            let seen = "\(nextCursor.utf8.count) bytes"
            throw members.fault("nextCursor", seen, expected: "at most \(Self.mostCursorBytes)")
        }
        hasMore = try members.flag("hasMore")
    }

    /// As it is sent.
    package var json: JSONValue {
        [
            "updates": .list(updates.map(\.json)),
            "nextCursor": .text(nextCursor),
            "hasMore": .bool(hasMore),
        ]
    }
}
