import LTSReleases
import MainstayCore
import SQLDatabase
import SupportDesk

/// What a column may hold, beyond what the engine sees to.
enum ColumnRule {
    /// One of these words.
    case word(Set<String>)
    /// Words of these, separated by spaces.
    case wordList(Set<String>)
    /// SHA-256 in 64 lower-case hex digits.
    case digest
    /// A digest, or nothing.
    case digestOrEmpty
    /// A local date.
    case day
    /// A JSON text as Mainstay writes it.
    case json
    /// A moment that can be shown.
    case moment
    /// The id of a commit in 40 lower-case hex digits.
    case commit
    /// The id of a row.
    case id

    /// The rule of a column: by its word list, else by its name; `nil` if it may hold anything.
    init?(_ table: String, _ column: Substring) {
        if let words = Self.words["\(table).\(column)"] {
            self = words
        } else if ["text_sha", "prev_root_sha"].contains(column) {
            self = .digestOrEmpty
        } else if column == "sha" || column.hasSuffix("_sha") {
            self = .digest
        } else if column.hasSuffix("_day") {
            self = .day
        } else if column.hasSuffix("_json") {
            self = .json
        } else if column.hasSuffix("_at") {
            self = .moment
        } else if column.hasSuffix("commit_id") {
            self = .commit
        } else if column == "id" || column.hasSuffix("_id") {
            self = .id
        } else {
            return nil
        }
    }

    private static let words: [String: ColumnRule] = [
        "chain.kind": .words(of: ChainKind.self),
        "event.audience": .words(of: Audience.self),
        "anchor.sent_to": .words(of: AnchorWitness.self),
        "customer.kind": .word(["company", "department"]),
        "role_grant.role": .words(of: Role.self),
        "api_token.roles": .wordList(Set(Role.allCases.map(\.rawValue))),
        "ticket.kind": .words(of: TicketKind.self),
        "ticket.status": .words(of: TicketStatus.self),
        "ticket.area": .words(of: TicketArea.self),
        "ticket.channel": .words(of: TicketChannel.self),
        "escalation.reason": .words(of: EscalationReason.self),
        "task.kind": .words(of: TaskKind.self),
        "ticket_link.relation": .words(of: TicketRelation.self),
        "release_line.kind": .words(of: LineKind.self),
        "line_phase.phase": .words(of: LifecyclePhase.self),
        "defect.kind": .words(of: DefectKind.self),
        "defect.status": .words(of: DefectStatus.self),
        "defect.cause": .words(of: DefectCause.self),
        "reproduction.outcome": .words(of: ReproductionOutcome.self),
        "intervention.kind": .words(of: InterventionKind.self),
        "defect_commit.role": .words(of: CommitRole.self),
        "defect_commit.source": .words(of: LinkSource.self),
        "defect_commit.state": .words(of: LinkState.self),
        "commit_ruling.verdict": .words(of: RulingVerdict.self),
        "decision.kind": .words(of: DecisionKind.self),
        "decision.justification": .words(of: Justification.self),
        "release_decision.choice": .words(of: ReleaseChoice.self),
        "release_decision.cause": .words(of: ReleaseCause.self),
        "product_release.state": .words(of: ReleaseState.self),
        "release_item.state": .words(of: ReleaseItemState.self),
        "advisory.state": .words(of: AdvisoryState.self),
        "publication.kind": .words(of: PublicationKind.self),
        "claim.status": .words(of: LineStatus.self),
        "claim.decision": .words(of: DecisionKind.self),
        "claim.phase": .words(of: LifecyclePhase.self),
        "contract.model": .words(of: ContractModel.self),
        "contract_term.tier": .words(of: SupportTier.self),
        "contract_term.channels": .wordList(Set(TicketChannel.allCases.map(\.rawValue))),
        "sla_target.clock": .words(of: ClockName.self),
        "contract_line.phases": .wordList(Set(LifecyclePhase.allCases.map(\.rawValue))),
        "article.kind": .words(of: ArticleKind.self),
        "article.status": .words(of: ArticleStatus.self),
        "article.audience": .words(of: ArticleAudience.self),
        "article_answer.state": .words(of: AnswerState.self),
        "article_use.outcome": .words(of: ArticleOutcome.self),
        "vendor.kind": .words(of: Vendor.Kind.self),
        "connector.state": .words(of: ConnectorState.self),
        "status_map.mapped": .word(Set(CaseState.meanings.map(\.rawValue))),
        "vendor_case.mapped": .words(of: CaseState.self),
        "watch_activity.result": .words(of: WatchResult.self),
        "watch_activity.error": .words(of: WatchError.self),
        "remote_item.direction": .words(of: RemoteItem.Direction.self),
        "agreement.scope": .wordList(Set(AgreementScope.allCases.map(\.rawValue))),
        "pseudonym.kind": .words(of: SecretKind.self),
        "disclosure.outcome": .words(of: DisclosureOutcome.self),
        "outbox.channel": .words(of: OutboxChannel.self),
        "outbox.state": .words(of: OutboxState.self),
    ]

    private static func words<Word>(of type: Word.Type) -> ColumnRule
    where Word: RawRepresentable<String> & CaseIterable {
        .word(Set(type.allCases.map(\.rawValue)))
    }

    /// What is wrong with a value; `nil` if it keeps the rule.
    ///
    /// Null is for the engine to allow.
    func complaint(_ value: Value) -> String? {
        switch (self, value) {
        case (_, .null): nil
        case (.word(let words), .text(let text)): words.contains(text) ? nil : "an unknown word"
        case (.wordList(let words), .text(let text)):
            text.split(separator: " ").allSatisfy { words.contains(String($0)) }
                ? nil : "an unknown word"
        case (.digest, .text(let text)): BlobFolder.isName(text) ? nil : "no SHA-256"
        case (.digestOrEmpty, .text(let text)):
            text.isEmpty || BlobFolder.isName(text) ? nil : "no SHA-256"
        case (.commit, .text(let text)): CommitID(hex: text)?.hex == text ? nil : "no commit id"
        case (.day, .text(let text)): CalendarDay(text) == nil ? "no date" : nil
        case (.json, .text(let text)):
            (try? JSONValue(json: text))?.json == text ? nil : "no JSON text of ours"
        case (.moment, .int(let number)):
            (Instant.earliest.milliseconds...Instant.latest.milliseconds).contains(number)
                ? nil : "no moment"
        case (.id, .int(let number)): number >= 0 ? nil : "no id"
        // Keys of plugins and of other systems are texts.
        case (.id, .text): nil
        default: "a value of another type"
        }
    }
}

extension Connection {
    /// Proves that every column of every row holds a value of its type or of its word list.
    func proveRows(_ report: @escaping FaultReport, _ progress: any ProgressSink) throws {
        for (place, table) in StoredTable.all.enumerated() {
            progress.report("Reading rows", done: place, total: StoredTable.all.count)
            let names = table.columnNames
            let rules = names.enumerated()
                .compactMap { column, name in
                    ColumnRule(table.name.description, Substring(name.description))
                        .map { (column, $0) }
                }
            guard !rules.isEmpty else { continue }
            var cursor = TableCursor(table, self)
            while let row = try cursor.next() {
                for (column, rule) in rules {
                    guard let complaint = rule.complaint(row[column]) else { continue }
                    let key = row.prefix(table.keyCount).map(\.column).joined(separator: "/")
                    report(
                        Fault(
                            table.name,
                            key,
                            "\(names[column]) is '\(row[column].column)', which is \(complaint)"
                        )
                    )
                }
            }
        }
    }
}
