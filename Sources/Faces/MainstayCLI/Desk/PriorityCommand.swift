package import ArgumentParser
import MainstayCore
import MainstayService
import SupportDesk

/// `mainstay priority`.
package struct PriorityCommand: ParsableCommand {
    /// The name, the help and the verbs.
    package static let configuration = CommandConfiguration(
        commandName: "priority",
        abstract: "See and renew the matrix that makes a priority of impact and urgency.",
        discussion: """
            A matrix is never edited: a new version holds from a moment on, and tickets keep the \
            version that they were judged by.

            Examples:
              mainstay priority show
              mainstay priority new --cell 2x3=P1 --cell 3x2=P1 --from 2026-04-01
            """,
        subcommands: [PriorityShow.self, PriorityList.self, PriorityNew.self]
    )

    /// Creates the command.
    package init() {}
}

/// `mainstay priority show`.
package struct PriorityShow: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a version of the matrix, by default the one in force."
    )

    @Argument(help: ArgumentHelp("The version.", valueName: "number"))
    var version: Int64?

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await instance.show { try await ShownMatrix(version, of: $0) }
    }
}

/// `mainstay priority list`.
package struct PriorityList: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the versions of the matrix."
    )

    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks and shows.
    package func run() async throws {
        try await InstanceSession.run(instance) { session in
            let (all, inForce) = try await session.desk.priorityMatrices()
            let json = all.map { $0.json(inForce: inForce) }
            try session.write("priorities", json) { buffer in
                var table = GridTable(["VERSION", "VALID FROM", ""])
                for matrix in all {
                    table.add([
                        "\(matrix.version)", matrix.validFrom?.description ?? "contracts only",
                        matrix.version == inForce ? "in force" : "",
                    ])
                }
                table.write(to: &buffer, on: session.screen)
            }
        }
    }
}

/// `mainstay priority new`.
package struct PriorityNew: AsyncParsableCommand {
    /// The name and the help.
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a version of the matrix from the one in force.",
        aliases: ["add"]
    )

    @Option(
        help: ArgumentHelp(
            "A cell that changes (can be repeated).",
            valueName: "IMPACTxURGENCY=P1-P5"
        )
    )
    var cell: [String] = []

    @Option(name: .customLong("from"), help: ArgumentHelp("From when on; now.", valueName: "time"))
    var validFrom: Instant?

    @OptionGroup var preview: PreviewOptions
    @OptionGroup var instance: InstanceOptions

    /// Creates the command.
    package init() {}

    /// Asks for good cells.
    package func validate() throws {
        if cell.isEmpty { throw ValidationError("Give --cell, for example --cell 2x3=P1") }
        for word in cell { _ = try Self.cell(word) }
    }

    /// Makes and shows it.
    package func run() async throws {
        let cells = Dictionary(try cell.map { try Self.cell($0) }, uniquingKeysWith: { $1 })
        try await preview.show(on: instance) { desk in
            desk.newPriorityMatrix(changing: cells, validFrom: validFrom)
        } then: { desk, version in
            try await ShownMatrix(version, of: desk)
        }
    }

    private static func cell(_ word: String) throws -> (PriorityMatrix.Cell, Priority) {
        let sides = word.split(separator: "=").map(String.init)
        let grades = (sides.first ?? "").split(separator: "x")
            .compactMap {
                Grade(argument: String($0))
            }
        guard sides.count == 2, grades.count == 2, let priority = Priority(argument: sides[1])
        else {
            throw ValidationError("--cell is '\(word)', expected such as 2x3=P1")
        }
        return (PriorityMatrix.Cell(impact: grades[0], urgency: grades[1]), priority)
    }
}

/// A version of the matrix, and which one is in force.
private struct ShownMatrix: Shown {
    static let name = "priority"
    let json: JSONValue
    private let matrix: PriorityMatrix

    /// Asks for a version; `nil`: the one in force.
    ///
    /// - Throws: ``FaceError`` where there is none.
    init(_ version: Int64?, of desk: Desk) async throws {
        let (all, inForce) = try await desk.priorityMatrices()
        guard let matrix = all.first(where: { $0.version == version ?? inForce }) else {
            throw FaceError(
                "There is no priority matrix \(version.map(String.init) ?? "in force")",
                hint: "'mainstay priority list' lists the versions"
            )
        }
        self.matrix = matrix
        json = matrix.json(inForce: inForce)
    }

    func write(to buffer: inout TextBuffer, on screen: Screen) {
        matrix.write(to: &buffer, on: screen)
    }
}

extension PriorityMatrix {
    /// Writes the matrix as a square for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.line("Version \(version), valid from \(validFrom?.description ?? "contracts only")")
        var table = GridTable(["IMPACT", "URGENCY 1", "2", "3", "4"])
        for impact in Grade.allCases {
            table.add(
                ["\(impact.rawValue)"]
                    + Grade.allCases.map { "\(priority(impact: impact, urgency: $0))" }
            )
        }
        table.write(to: &buffer, on: screen)
    }

    /// The matrix with stable keys.
    func json(inForce: Int64?) -> JSONValue {
        [
            "version": .int(version), "validFrom": .time(validFrom),
            "isInForce": .bool(version == inForce),
            "cells": .list(
                Cell.all.map { cell in
                    [
                        "impact": .int(cell.impact.rawValue),
                        "urgency": .int(cell.urgency.rawValue),
                        "priority": .text(
                            priority(impact: cell.impact, urgency: cell.urgency).description
                        ),
                    ]
                }
            ),
        ]
    }
}
