import DatabasePostgres
import DatabaseSQLite
import Glibc
import MainstayCLI
import MainstayCore
import SQLDatabase

// `mainstay` at a moment of a story: the clock of its database stands at MAINSTAY_NOW. The program
// itself takes no time from its surroundings, so that nobody writes a wrong one into the history.

let said = getenv("MAINSTAY_NOW").map { String(cString: $0) } ?? ""
guard let moment = Instant(said) else {
    fatalError("MAINSTAY_NOW is '\(said)', not a time such as 2026-03-07T10:00:00Z")
}

await runMainstay(Array(CommandLine.arguments.dropFirst())) { address, file in
    if let address {
        return try await PostgresDatabase(url: address) { _ in "CAST(\(moment) AS BIGINT)" }
    }
    return try await SQLiteDatabase.open(
        SQLiteDatabase.Opening(file: file, serves: false, version: "test") { moment }
    )
}
