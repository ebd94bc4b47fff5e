import Glibc
import MainstayCore

/// What the surroundings of the process say; the only place where they are read.
package struct Environment: Sendable {
    private let values: [String: String]

    /// Creates surroundings from given values, for tests.
    package init(values: [String: String]) {
        self.values = values
    }

    /// Reads the variables that Mainstay knows.
    package static func current() -> Environment {
        let names = [
            "MAINSTAY_CACHE", "XDG_CACHE_HOME", "HOME", "NO_COLOR", "COLUMNS", "TERM",
            "MAINSTAY_NOW", "TMPDIR", "MAINSTAY_DATA", "MAINSTAY_DATABASE", "MAINSTAY_TOKEN",
            "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "TZDIR",
        ]
        var values: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        return Environment(values: values)
    }

    /// All variables of the process, for programs that it starts.
    static func all() -> [String: String] {
        var values: [String: String] = [:]
        var place = environ
        while let entry = place.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
            place += 1
        }
        return values
    }

    /// The value of `name`; `nil` where it is unset or empty.
    package subscript(name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Where index files go: `MAINSTAY_CACHE`, else below `XDG_CACHE_HOME`, else below `HOME`.
    package var cacheFolder: String? {
        self["MAINSTAY_CACHE"]
            ?? self["XDG_CACHE_HOME"].map { $0 + "/mainstay" }
            ?? self["HOME"].map { $0 + "/.cache/mainstay" }
    }

    /// The time against which lifecycles are judged: `MAINSTAY_NOW`, else the clock.
    ///
    /// - Throws: ``FaceError`` when `MAINSTAY_NOW` is no time.
    package func now() throws -> Int64 {
        guard let text = self["MAINSTAY_NOW"] else { return Int64(time(nil)) }
        if let seconds = Int64(text) { return seconds }
        if let day = CalendarDay(text) { return Int64(day.daysSince1970) * 86_400 }
        if let time = Instant(text) { return time.milliseconds / 1000 }
        throw FaceError(
            "MAINSTAY_NOW is '\(makeSafe(text))', not a time",
            hint: "Give seconds since 1970 or a time such as 2026-11-30T10:00:00Z, or unset it"
        )
    }
}
