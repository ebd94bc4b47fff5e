package import ArgumentParser
import Glibc
import MainstayCore
import MainstayService

/// How much of the evidence is looked for.
package enum EvidenceDepth: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// By words and by content.
    case full
    /// By words alone.
    case quick
}

/// Forms of a list: for people, for other tools, for programs.
package enum ListFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, tsv, json
}

/// Forms of a matrix: those of a list, and a page.
package enum MatrixFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, tsv, json, html
}

/// Forms of a report on one thing: for people and for programs.
package enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json
}

/// Forms of a report with pictures: those of any report, and a page.
package enum PageFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json, html
}

/// A form that can be asked for by `--json`.
package protocol OutputFormat: ExpressibleByArgument, CaseIterable, Sendable {
    /// The form for people.
    static var table: Self { get }
    /// The form for programs.
    static var json: Self { get }
}

extension ListFormat: OutputFormat {}
extension MatrixFormat: OutputFormat {}
extension ReportFormat: OutputFormat {}
extension PageFormat: OutputFormat {}

/// The choice of a form.
package struct FormatOptions<Format: OutputFormat>: ParsableArguments {
    @Option(help: ArgumentHelp("Form of the output.", valueName: "form"))
    var format: Format?

    @Flag(help: "Short for --format json.")
    var json = false

    /// Creates the default choice.
    package init() {}

    /// Refuses two forms at once.
    package func validate() throws {
        guard json, let format, "\(format)" != "json" else { return }
        throw ValidationError("--json contradicts --format \(format)")
    }

    /// The form to write.
    var chosen: Format { json ? .json : format ?? .table }
}

/// How the repository is read.
package struct ReadingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "'full' compares the content of changes too, 'quick' only what commits say.",
            valueName: "depth"
        )
    )
    var evidence = EvidenceDepth.full

    @Flag(help: "Ignore trailers that name the original, such as 'cherry picked from'.")
    var withoutTrailers = false

    @Option(help: ArgumentHelp("Threads that read objects.", valueName: "n"))
    var threads: Int?

    @Flag(help: "Keep no index files in the cache folder.")
    var noCache = false

    @Flag(help: .hidden)
    var noPrescan = false

    /// Creates the defaults.
    package init() {}

    /// Refuses fewer than one thread.
    package func validate() throws {
        guard let threads, !(1...256).contains(threads) else { return }
        throw ValidationError("--threads is \(threads), expected 1 to 256")
    }
}

/// The repository as the first argument.
package struct RepositoryArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("Folder of the repository.", valueName: "repo"))
    var path = "."

    /// Creates the default, the current folder.
    package init() {}
}

/// The repository as an option.
package struct RepositoryOption: ParsableArguments {
    @Option(name: .customLong("repo"), help: ArgumentHelp("The repository.", valueName: "path"))
    var path = "."

    /// Creates the default, the current folder.
    package init() {}
}
