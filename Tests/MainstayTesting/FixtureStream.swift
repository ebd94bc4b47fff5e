import Glibc
import MainstayCore

/// Commands for `git fast-import`.
package struct FixtureStream {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// Creates an empty stream.
    package init() {}

    /// Adds one command.
    package mutating func line(_ text: String) {
        bytes += Array(text.utf8)
        bytes.append(10)
    }

    /// Adds a `data` command.
    package mutating func data(_ content: [UInt8]) {
        line("data \(content.count)")
        bytes += content
        bytes.append(10)
    }

    /// Adds an `author` or `committer` command in UTC.
    package mutating func person(_ role: String, _ person: FixturePerson, time: Int64) {
        line("\(role) \(person.name) <\(person.email)> \(time) +0000")
    }

    /// Adds the change of one path.
    package mutating func change(_ path: String, _ change: FixtureChange) {
        switch change {
        case .bytes(let content): file("100644", path, content)
        case .text(let text): file("100644", path, Array(text.utf8))
        case .executable(let text): file("100755", path, Array(text.utf8))
        case .symlink(let target): file("120000", path, Array(target.utf8))
        case .submodule(let commit): line("M 160000 \(commit.hex) \(quoted(path))")
        case .removal: line("D \(quoted(path))")
        }
    }

    private mutating func file(_ mode: String, _ path: String, _ content: [UInt8]) {
        line("M \(mode) inline \(quoted(path))")
        data(content)
    }

    private func quoted(_ path: String) -> String {
        var result = "\""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Creates the folder `path`.
func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o700) == 0 else { throw FixtureError("Cannot make \(path): \(errno)") }
}
