package import MainstayCore

/// How a case stands in the vendor's own system, as a connector read it.
package struct RemoteStanding: Sendable, Hashable {
    /// The vendor's word.
    package let status: String
    /// What the word means by the map; `nil`: nobody has given it a meaning.
    package let meaning: CaseState?
    /// The version of the map.
    package let mapVersion: Int64
    /// What the connector takes it for, where the map has no meaning for it.
    package var proposal: CaseState?
    /// When it changed, by the vendor's clock.
    package var changedAt: Instant?
    /// Who moved it there.
    package var actor = CaseActor.automatic

    /// Creates the standing.
    package init(_ status: String, meaning: CaseState?, mapVersion: Int64) {
        self.status = status
        self.meaning = meaning
        self.mapVersion = mapVersion
    }
}

extension CaseChange {
    /// Takes over where the vendor has the case; only his moves count, so that what he was heard to
    /// say before does not undo a person's correction.
    ///
    /// - Returns: Whether he moved it.
    @discardableResult
    package mutating func observe(_ standing: RemoteStanding) -> Bool {
        guard standing.status != vendorCase.remoteStatus else { return false }
        let word = standing.status
        record(.moved, facts: ["by": .text(standing.actor.rawValue)]) {
            $0.remoteStatus = word
            $0.state = standing.meaning ?? .unknown
            $0.mapVersion = standing.mapVersion
            $0.isHeld = false
            $0.remoteChangedAt = standing.changedAt ?? $0.remoteChangedAt
        }
        if standing.meaning == nil {
            record(
                .statusUnknown,
                facts: [
                    "remote_status": .text(word),
                    "proposal": .text(standing.proposal?.rawValue),
                ],
                row: .task(.mapStatus)
            )
        }
        return true
    }

    /// Gives the vendor's last word the meaning that a newer map has for it.
    ///
    /// A state that a person set stays.
    package mutating func apply(meaning: CaseState, mapVersion: Int64) {
        guard !vendorCase.isHeld, vendorCase.state != meaning else { return }
        record(.moved, facts: ["by": .text(CaseActor.automatic.rawValue)]) {
            $0.state = meaning
            $0.mapVersion = mapVersion
        }
    }

    /// Notes that the case is not there any more, or not for us.
    package mutating func disappear(because error: String) {
        guard vendorCase.state != .gone else { return }
        record(.moved, facts: ["by": .text(CaseActor.automatic.rawValue), "error": .text(error)]) {
            $0.state = .gone
            $0.isHeld = false
        }
    }

    /// Follows the case to the one that the vendor merged it into; both names stay known.
    package mutating func follow(to remoteID: String, url: String?) {
        guard remoteID != vendorCase.remoteID else { return }
        record(.merged, facts: ["replaced_id": .text(vendorCase.remoteID)]) {
            $0.remoteID = remoteID
            $0.url = url ?? $0.url
        }
        // Where the live case stands is for a look at it to say.
        edit { $0.nextCheckAt = nil }
    }

    /// Notes that a message has reached the vendor; a case that it opened is with him from then on.
    package mutating func noteSent(
        _ message: CaseMessage,
        outbox: Int64,
        remoteItem: String?
    ) {
        record(
            .sent,
            facts: [
                "operation": .text(message.operation.rawValue), "key": .text(message.key),
                "message_id": .int(outbox), "remote_item_id": .text(remoteItem),
                "by": .text(CaseActor.us.rawValue),
            ]
        ) {
            if message.operation == .openCase, $0.state == .draft { $0.state = .submitted }
        }
    }

    /// Notes that a message was approved, refused, held or taken back; `words` say why.
    package mutating func note(
        _ kind: CaseEventKind,
        of key: String,
        outbox: Int64,
        facts: [String: JSONValue] = [:],
        words: String? = nil
    ) {
        let own: [String: JSONValue] = ["key": .text(key), "message_id": .int(outbox)]
        record(kind, text: DeskText.words(ifAny: words), facts: own.merging(facts) { $1 })
    }

    /// Keeps words that are meant for the vendor, before the gate; returns nothing to send.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an empty message, or
    ///   ``DeskError/Code/status`` for a case that is over.
    package mutating func comment(_ text: String, key: String) throws(DeskError) {
        guard !vendorCase.state.isOver else {
            throw DeskError(
                .status,
                "Case \(vendorCase.ref) is \(vendorCase.state.rawValue) and takes no message",
                hint: "'mainstay case set \(vendorCase.ref) working' opens it again"
            )
        }
        record(.commented, text: try DeskText.words(text), facts: ["key": .text(key)])
    }

    /// Releases a file for the vendor.
    package mutating func release(_ file: CaseMessage.File, attachment: Int64, key: String) {
        record(
            .fileReleased,
            facts: [
                "key": .text(key), "attachment_id": .int(attachment), "size": .int(file.size),
                "sha256": .text(file.sha),
            ]
        )
    }

    /// Lets a connector follow a case that was kept by hand, by its name at the vendor's.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a name that is no line.
    package mutating func connect(_ connector: Int64, remoteID: String) throws(DeskError) {
        let id = try DeskText.title(remoteID, as: "Name")
        record(.connected) { ($0.connectorID, $0.remoteID) = (connector, id) }
    }
}
