import MainstayCLI

runMainstay(Array(CommandLine.arguments.dropFirst()))
