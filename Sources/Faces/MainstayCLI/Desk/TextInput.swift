import ArgumentParser
import Glibc
import MainstayCore

/// Words that a person gives: on the command line, in a file, or on standard input.
package struct TextInput: ParsableArguments {
    @Argument(help: ArgumentHelp("The words; '-' reads standard input.", valueName: "text"))
    var text: String?

    @Option(help: ArgumentHelp("Read the words from this file.", valueName: "file"))
    var file: String?

    /// Creates an input without words.
    package init() {}

    /// Refuses two sources at once.
    package func validate() throws {
        if text != nil, file != nil { throw ValidationError("Give the words or --file, not both") }
    }

    /// The words; `nil` if none are given.
    ///
    /// - Throws: ``FaceError`` for a file that cannot be read or holds no UTF-8.
    func words() throws -> String? {
        if let file { return try readText(file) }
        guard let text else { return nil }
        return text == "-" ? try readText("-") : text
    }

    /// The words, which must be given.
    ///
    /// - Throws: ``FaceError`` as ``words()``, and with status 64 when none are given.
    func requiredWords() throws -> String {
        if let words = try words() { return words }
        if isatty(STDIN_FILENO) == 0 { return try readText("-") }
        throw FaceError(
            "There are no words",
            hint: "Give them as an argument, with --file, or on standard input with '-'",
            status: 64
        )
    }
}

/// Reads a whole file, or standard input for `-`, as UTF-8.
///
/// - Throws: ``FaceError`` that names the file and the place of the first bad byte.
func readText(_ path: String) throws -> String {
    let bytes = try readBytes(path, most: 64 << 20, hint: "Attach it as a file")
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FaceError(
            "\(shownName(path)) is not UTF-8: byte \(firstBadByte(bytes)) fits no character",
            hint: "Convert it, for example with 'iconv -f latin1 -t utf-8'"
        )
    }
    return text
}

/// Reads a whole file, or standard input for `-`.
///
/// - Parameters:
///   - path: The file.
///   - most: How many bytes it may have: whole MiB.
///   - hint: What mends a file that has more.
/// - Returns: The bytes.
/// - Throws: ``FaceError`` that names the file.
func readBytes(_ path: String, most: Int, hint: String? = nil) throws -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY)
    func unreadable() -> FaceError {
        FaceError("\(shownName(path)) cannot be read: \(String(cString: strerror(errno)))")
    }
    guard descriptor >= 0 else { throw unreadable() }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw unreadable() }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
        guard bytes.count <= most else {
            throw FaceError("\(shownName(path)) is longer than \(most >> 20) MiB", hint: hint)
        }
    }
}

private func shownName(_ path: String) -> String {
    path == "-" ? "Standard input" : "File \(makeSafe(path))"
}

/// The offset, from 0, of the first byte that no UTF-8 text has there.
private func firstBadByte(_ bytes: [UInt8]) -> Int {
    var (low, high) = (0, bytes.count)
    // A prefix is good, or cut inside a character, up to the bad byte; never beyond it.
    func isGood(_ count: Int) -> Bool {
        (0...3)
            .contains { back in
                count >= back && String(validating: bytes[..<(count - back)], as: UTF8.self) != nil
            }
    }
    while low < high {
        let middle = (low + high + 1) / 2
        if isGood(middle) { low = middle } else { high = middle - 1 }
    }
    while low > 0, String(validating: bytes[..<low], as: UTF8.self) == nil { low -= 1 }
    return low
}
