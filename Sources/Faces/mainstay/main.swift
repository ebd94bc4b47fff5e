import DatabaseSQLite
import MainstayCLI

await runMainstay(Array(CommandLine.arguments.dropFirst())) { location in
    try await SQLiteDatabase.open(
        SQLiteDatabase.Opening(
            file: location.file,
            serves: false,
            version: MainstayVersion.current
        )
    )
}
