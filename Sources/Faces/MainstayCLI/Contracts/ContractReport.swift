import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension ContractView: Shown {
    /// A contract.
    static let name = "contract"

    /// Writes the contract for people: the term in force, what it covers, its hours.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(contract.ref, .bold, on: screen)
        buffer.line("  \(makeSafe(party)), \(contract.model.words)")
        write(fields, to: &buffer, on: screen)
        let clocks = contract.vendorID == nil ? ClockName.ofCustomers : ClockName.ofVendors
        if let term { term.write(clocks, to: &buffer, on: screen) }
        for later in terms where later.validFrom > moment {
            buffer.line()
            buffer.add("From \(later.validFrom)", .bold, on: screen)
            buffer.endLine()
            write(later.fields(names), to: &buffer, on: screen)
            later.write(clocks, to: &buffer, on: screen)
        }
        writeHours(to: &buffer, on: screen)
    }

    private func write(
        _ fields: [(String, String)],
        to buffer: inout TextBuffer,
        on screen: Screen
    ) {
        for (name, value) in fields {
            buffer.add("  \(name)", .dim, on: screen)
            buffer.add(spaces: max(1, 12 - name.utf8.count))
            buffer.line(makeSafe(value))
        }
    }

    private var fields: [(String, String)] {
        let end = contract.endsDay.map { " to \($0)" } ?? " on"
        let state = contract.obstacle(on: day) ?? "holds today"
        var fields = [("period", "from \(contract.startsDay)\(end), \(state)")]
        if let term { fields += term.fields(names) }
        for service in services {
            let product = service.productID.flatMap { names.products[$0] }.map { " of \($0)" } ?? ""
            let end = service.toDay.map { " to \($0)" } ?? " on"
            fields.append(("service", "\(service.name)\(product), from \(service.fromDay)\(end)"))
        }
        let unbilled =
            unbilledMinutes == 0 ? "" : ", \(Minutes.words(unbilledMinutes)) beside it free"
        fields.append(("work", "\(Minutes.words(billedMinutes)) billable\(unbilled)"))
        for sum in material {
            fields.append(
                ("material", "\(Quantity.words(sum.quantityMilli)) \(sum.unit) \(sum.item)")
            )
        }
        return fields
    }

    private func writeHours(to buffer: inout TextBuffer, on screen: Screen) {
        guard contract.model == .prepaidBlock else { return }
        buffer.line()
        var table = GridTable(["BLOCK", "BOUGHT", "HOURS", "USED", "LEFT", "EXPIRES"])
        for block in drawDown.blocks {
            let used = drawDown.used(of: block.id, until: day)
            let isOver = block.expiresDay.map { $0 < day } ?? false
            table.add([
                "\(block.id)", block.boughtDay.description, Minutes.words(block.boughtMinutes),
                Minutes.words(used),
                isOver ? "expired" : Minutes.words(block.boughtMinutes - used),
                block.expiresDay?.description ?? "-",
            ])
        }
        if drawDown.blocks.isEmpty { buffer.line("No hours were bought.") }
        if !drawDown.blocks.isEmpty { table.write(to: &buffer, on: screen) }
        buffer.line("Left today: \(Minutes.words(drawDown.left(on: day)))")
        let overdrawn = drawDown.overdrawn(until: day)
        if overdrawn > 0 {
            buffer.add("Overdrawn by \(Minutes.words(overdrawn))", .red, on: screen)
            buffer.line(", which no block pays")
        }
        if let rest = warnings.last {
            buffer.add("Warning", .yellow, on: screen)
            buffer.line(": no more than \(Minutes.words(rest)) are left")
        }
    }

    /// The contract with stable keys.
    var json: JSONValue {
        [
            "ref": .text(contract.ref),
            "customer": .text(contract.customerID == nil ? nil : party),
            "vendor": .text(contract.vendorID == nil ? nil : party),
            "model": .text(contract.model.rawValue),
            "from": .text(contract.startsDay.description),
            "to": .text(contract.endsDay?.description), "holds": .bool(contract.holds(on: day)),
            "terms": .list(terms.map { $0.json(names, isInForce: $0 == term) }),
            "services": .list(
                services.map { service in
                    [
                        "name": .text(service.name),
                        "product": .text(service.productID.flatMap { names.products[$0] }),
                        "from": .text(service.fromDay.description),
                        "to": .text(service.toDay?.description),
                    ]
                }
            ),
            "billableMinutes": .int(billedMinutes), "freeMinutes": .int(unbilledMinutes),
            "material": .list(
                material.map { sum in
                    [
                        "item": .text(sum.item), "unit": .text(sum.unit),
                        "quantity": .text(Quantity.words(sum.quantityMilli)),
                        "rate": .text(sum.rateCode),
                    ]
                }
            ),
            "blocks": .list(
                drawDown.blocks.map { block in
                    [
                        "id": .int(block.id), "minutes": .int(block.boughtMinutes),
                        "bought": .text(block.boughtDay.description),
                        "expires": .text(block.expiresDay?.description),
                        "used": .int(drawDown.used(of: block.id, until: day)),
                    ]
                }
            ),
            "leftMinutes": contract.model == .prepaidBlock ? .int(drawDown.left(on: day)) : .null,
            "overdrawnMinutes": .int(drawDown.overdrawn(until: day)),
            "warnings": .list(warnings.map { .int($0) }),
        ]
    }
}

extension ContractTerm {
    /// What it says beside its targets, for people.
    func fields(_ names: Names) -> [(String, String)] {
        var fields = [("tier", tier.rawValue), ("hours", "calendar \(calendar)")]
        let ways = channels.map(\.words).sorted().joined(separator: ", ")
        fields.append(("channels", channels.isEmpty ? "all" : ways))
        fields.append(("levels", "up to \(highestLevel.rawValue)"))
        if serviceCode != nil || matrixVersion != nil {
            let code = serviceCode.map { "code \($0 == .lowered ? "+" : "")\($0.rawValue)" }
            let matrix = matrixVersion.map { "matrix \($0)" } ?? "the matrix in force"
            fields.append(("priority", [code, matrix].compactMap(\.self).joined(separator: ", ")))
        }
        if policy.rounding != .none {
            let least = policy.rounding.leastMinutes
            fields.append(
                (
                    "rounding",
                    "up to steps of \(Minutes.words(policy.rounding.stepMinutes))"
                        + (least > 0 ? ", \(Minutes.words(least)) at least" : "")
                )
            )
        }
        if !policy.warnRests.isEmpty {
            let rests = policy.warnRests.map(Minutes.words).joined(separator: ", ")
            fields.append(("warnings", "when \(rests) are left"))
        }
        for place in coverage { fields.append(("covers", place.words(names))) }
        return fields
    }

    /// Writes the targets as a table: a priority a row.
    func write(_ clocks: [ClockName], to buffer: inout TextBuffer, on screen: Screen) {
        if targets.isEmpty { return buffer.line("  No targets.") }
        var table = GridTable(["PRIORITY"] + clocks.map { $0.rawValue.uppercased() })
        for priority in Priority.allCases where targets.contains(where: { $0.priority == priority })
        {
            let cells = clocks.map { clock in
                targets.first { $0.priority == priority && $0.clock == clock }
                    .map { Minutes.words($0.minutes) + ($0.calendar.map { " (\($0))" } ?? "") }
                    ?? "-"
            }
            table.add(["\(priority)"] + cells)
        }
        table.write(to: &buffer, on: screen)
    }

    /// The term with stable keys.
    func json(_ names: Names, isInForce: Bool) -> JSONValue {
        [
            "validFrom": .time(validFrom), "isInForce": .bool(isInForce),
            "calendar": .text(calendar), "tier": .text(tier.rawValue),
            "channels": .texts(channels.map(\.rawValue).sorted()),
            "highestLevel": .int(highestLevel.rawValue),
            "serviceCode": serviceCode.map { .int($0.rawValue) } ?? .null,
            "matrix": matrixVersion.map { .int($0) } ?? .null, "policy": policy.json,
            "targets": .list(
                targets.map { target in
                    [
                        "priority": .text(target.priority.description),
                        "clock": .text(target.clock.rawValue), "minutes": .int(target.minutes),
                        "calendar": .text(target.calendar),
                    ]
                }
            ),
            "covers": .list(
                coverage.map { place in
                    [
                        "product": .text(names.products[place.productID]),
                        "line": .text(place.lineID.flatMap { names.lines[$0] }),
                        "phases": .texts(place.phases.sorted().map(\.rawValue)),
                    ]
                }
            ),
        ]
    }
}

extension CoveredLine {
    /// The place for people: `MST release/2.1 in phase active`.
    fileprivate func words(_ names: Names) -> String {
        let product = names.products[productID] ?? "?"
        let line = lineID.map { " \(names.lines[$0] ?? "?")" } ?? ""
        let phases = phases.sorted().map(\.rawValue).joined(separator: ", ")
        return product + line + (phases.isEmpty ? "" : " in phase \(phases)")
    }
}

extension ContractSummary {
    /// The contract with stable keys.
    var json: JSONValue {
        [
            "ref": .text(contract.ref),
            "customer": .text(contract.customerID == nil ? nil : party),
            "vendor": .text(contract.vendorID == nil ? nil : party),
            "model": .text(contract.model.rawValue),
            "from": .text(contract.startsDay.description),
            "to": .text(contract.endsDay?.description), "holds": .bool(holds),
            "leftMinutes": leftMinutes.map { .int($0) } ?? .null,
        ]
    }
}
