import DatabaseSQLite
import MainstayCLI

await runMainstay(Array(CommandLine.arguments.dropFirst())) { address, file in
    try await SQLiteDatabase.open(
        SQLiteDatabase.Opening(file: file, serves: false, version: MainstayVersion.current)
    )
}
