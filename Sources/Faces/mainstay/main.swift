import DatabasePostgres
import DatabaseSQLite
import MainstayCLI

await runMainstay(Array(CommandLine.arguments.dropFirst())) { address, file in
    if let address { return try await PostgresDatabase(url: address) }
    return try await SQLiteDatabase.open(
        SQLiteDatabase.Opening(file: file, serves: false, version: MainstayVersion.current)
    )
}
