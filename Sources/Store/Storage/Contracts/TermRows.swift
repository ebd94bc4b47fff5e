import MainstayCore
package import SQLDatabase
package import SupportDesk

extension Connection {
    /// Returns all terms of a contract, oldest first.
    ///
    /// - Throws: ``DeskError`` when a row holds what the desk does not know.
    package func terms(of contract: Int64) throws -> [ContractTerm] {
        let targets = try targets(of: contract)
        let coverage = try coverage(of: contract)
        var terms: [ContractTerm] = []
        try run(
            """
            SELECT valid_from_at, created_at, calendar, policy_json, tier, channels, highest_level,
              service_code, matrix_version
            FROM contract_term WHERE contract_id = \(contract) ORDER BY valid_from_at
            """
        ) { row in
            let (from, created): (Instant, Instant) = (try row.next(), try row.next())
            var term = ContractTerm(
                of: contract,
                validFrom: from,
                createdAt: created,
                calendar: try row.next()
            )
            term.policy = try ContractPolicy(try row.next(JSONValue.self))
            term.tier = try row.next()
            term.channels = try WordSet.read(try row.next())
            term.highestLevel = try row.next()
            term.serviceCode = try row.next()
            term.matrixVersion = try row.next()
            term.targets = targets[from] ?? []
            term.coverage = coverage[from] ?? []
            terms.append(term)
        }
        return terms
    }

    private func targets(of contract: Int64) throws -> [Instant: [ClockTarget]] {
        var targets: [Instant: [ClockTarget]] = [:]
        try run(
            """
            SELECT valid_from_at, priority, clock, target_min, calendar FROM sla_target
            WHERE contract_id = \(contract) ORDER BY valid_from_at, priority, clock
            """
        ) { row in
            let (from, priority): (Instant, Priority) = (try row.next(), try row.next())
            let clock: ClockName = try row.next()
            targets[from, default: []]
                .append(
                    try ClockTarget(
                        clock,
                        priority,
                        minutes: try row.next(),
                        calendar: try row.next()
                    )
                )
        }
        return targets
    }

    private func coverage(of contract: Int64) throws -> [Instant: [CoveredLine]] {
        var coverage: [Instant: [CoveredLine]] = [:]
        try run(
            """
            SELECT valid_from_at, product_id, line_id, phases FROM contract_line
            WHERE contract_id = \(contract) ORDER BY valid_from_at, id
            """
        ) { row in
            let (from, product): (Instant, Int64) = (try row.next(), try row.next())
            let line: Int64? = try row.next()
            let phases: Set<LifecyclePhase> = try WordSet.read(try row.next())
            coverage[from, default: []]
                .append(CoveredLine(product: product, line: line, phases: phases))
        }
        return coverage
    }

    /// Adds a term: appends the event that tells of all of it to the contract's chain, and its rows.
    ///
    /// - Parameters:
    ///   - term: The term; its ``SupportDesk/ContractTerm/createdAt`` becomes the event's moment.
    ///   - actor: The account that acts.
    ///   - head: The head of the contract's chain; afterwards the new one.
    ///   - provision: Gives an id for each line that is covered.
    /// - Throws: ``SQLError`` with ``SQLError/Code/constraint`` for a second term from that moment.
    package func append(
        _ term: ContractTerm,
        by actor: Int64,
        to head: inout ChainHead,
        _ provision: inout Provision
    ) throws {
        let lines = try term.coverage.map { (id: try provision.id(), place: $0) }
        let draft = EventDraft("term_made", facts: term.facts(lines))
        let event = try append(draft, by: actor, to: &head, &provision)
        let (contract, from) = (term.contractID, term.validFrom)
        try exec(
            """
            INSERT INTO contract_term (contract_id, valid_from_at, created_at, calendar,
              policy_json, tier, channels, highest_level, service_code, matrix_version)
            VALUES (\(contract), \(from), \(event.recordedAt), \(term.calendar),
              \(term.policy.json), \(term.tier), \(WordSet.text(term.channels)),
              \(term.highestLevel), \(term.serviceCode), \(term.matrixVersion))
            """
        )
        for target in term.targets {
            try exec(
                """
                INSERT INTO sla_target (contract_id, valid_from_at, priority, clock, target_min,
                  calendar)
                VALUES (\(contract), \(from), \(target.priority), \(target.clock),
                  \(target.minutes), \(target.calendar))
                """
            )
        }
        for (id, place) in lines {
            try exec(
                """
                INSERT INTO contract_line (id, contract_id, valid_from_at, product_id, line_id,
                  phases)
                VALUES (\(id), \(contract), \(from), \(place.productID), \(place.lineID),
                  \(WordSet.text(place.phases)))
                """
            )
        }
    }
}

extension ContractTerm {
    /// All codes of the term, by the names of the columns.
    fileprivate func facts(_ lines: [(id: Int64, place: CoveredLine)]) -> JSONValue {
        [
            "valid_from_at": .int(validFrom.milliseconds), "calendar": .text(calendar),
            "policy_json": .text(policy.json.json), "tier": .text(tier.rawValue),
            "channels": .text(WordSet.text(channels)),
            "highest_level": .int(highestLevel.rawValue),
            "service_code": serviceCode.map { .int($0.rawValue) } ?? .null,
            "matrix_version": matrixVersion.map { .int($0) } ?? .null,
            "targets": .list(
                targets.map { target in
                    [
                        "priority": .int(target.priority.rawValue),
                        "clock": .text(target.clock.rawValue), "target_min": .int(target.minutes),
                        "calendar": .text(target.calendar),
                    ]
                }
            ),
            "lines": .list(
                lines.map { id, place in
                    [
                        "line_row_id": .int(id), "product_id": .int(place.productID),
                        "line_id": place.lineID.map { .int($0) } ?? .null,
                        "phases": .text(WordSet.text(place.phases)),
                    ]
                }
            ),
        ]
    }
}

/// Words of a closed set in one column, sorted and separated by spaces.
private enum WordSet {
    static func text(_ words: Set<some RawRepresentable<String>>) -> String {
        words.map(\.rawValue).sorted().joined(separator: " ")
    }

    static func read<Word: RawRepresentable<String>>(_ text: String) throws -> Set<Word> {
        Set(
            try text.split(separator: " ")
                .map { part in
                    guard let word = Word(rawValue: String(part)) else {
                        throw StorageError(.broken, "'\(part)' is no \(Word.self)")
                    }
                    return word
                }
        )
    }
}
