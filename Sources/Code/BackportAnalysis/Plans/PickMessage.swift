package import MainstayCore

/// The message of a pick: that of the fix, with a line that names it, where
/// `git cherry-pick -x` puts that line.
///
/// Git 2.39, `sequencer.c` and `trailer.c`, is the source of the rules: the line joins a last
/// paragraph made of trailers, and starts one of its own elsewhere; blanks are tidied. Settings
/// that name other trailers or another comment character are not looked at.
package enum PickMessage {
    /// What the line starts with.
    static let origin = Array("(cherry picked from commit ".utf8)

    /// Returns the message of the pick of `fix`, whose own message is `original`.
    package static func make(from original: [UInt8], fix: CommitID) -> [UInt8] {
        let start = original.firstIndex { !isBlank($0) } ?? original.endIndex
        let lineStart = original[..<start].lastIndex(of: 10).map { $0 + 1 } ?? 0
        var message = Array(original[lineStart...])
        if message.last != 10 { message.append(10) }
        if !TrailerBlock.ends(message) { message.append(10) }
        message += origin + Array("\(fix.hex))\n".utf8)
        return tidied(message)
    }

    /// Without blanks at the ends of lines, and without blank lines at either end or in a row.
    private static func tidied(_ message: [UInt8]) -> [UInt8] {
        var tidy: [UInt8] = []
        tidy.reserveCapacity(message.count)
        var isAfterBlank = false
        for line in message.split(separator: 10, omittingEmptySubsequences: false) {
            guard let last = line.lastIndex(where: { !isBlank($0) }) else {
                isAfterBlank = true
                continue
            }
            if isAfterBlank, !tidy.isEmpty { tidy.append(10) }
            isAfterBlank = false
            tidy += line[...last]
            tidy.append(10)
        }
        return tidy
    }

    /// Blanks as C has them.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}

/// The last paragraph of a message, if it is made of trailers such as `Signed-off-by: A <a@b>`.
private struct TrailerBlock {
    private var trailers = 0
    private var others = 0
    /// Lines that start with a blank: they go on with whatever stands above them.
    private var continued = 0
    /// Whether git itself wrote one of the trailers.
    private var isMarked = false

    private static let comment = UInt8(ascii: "#")
    private static let signature = Array("Signed-off-by: ".utf8)

    /// Whether `message` ends in such a paragraph; the first one is the title, never this.
    static func ends(_ message: [UInt8]) -> Bool {
        let lines = lines(of: message)
        let titleEnd = lines.firstIndex { $0.allSatisfy(PickMessage.isBlank) } ?? lines.count
        var block = TrailerBlock()
        var isAtEnd = true
        for line in lines[titleEnd...].reversed() {
            if line.first == comment {
                block.closeContinued()
            } else if !line.allSatisfy(PickMessage.isBlank) {
                isAtEnd = false
                block.count(line)
            } else if !isAtEnd {
                block.closeContinued()
                return block.isTrailers
            }
        }
        return false
    }

    /// Mostly trailers are enough where git wrote one of them.
    private var isTrailers: Bool {
        isMarked ? trailers * 3 >= others : trailers > 0 && others == 0
    }

    private mutating func closeContinued() {
        others += continued
        continued = 0
    }

    private mutating func count(_ line: ArraySlice<UInt8>) {
        let isGits = line.starts(with: Self.signature) || line.starts(with: PickMessage.origin)
        let startsBlank = line.first.map(PickMessage.isBlank) ?? false
        if isGits || !startsBlank && Self.hasToken(line) {
            trailers += 1
            continued = 0
            isMarked = isMarked || isGits
        } else if startsBlank {
            continued += 1
        } else {
            others += 1
            closeContinued()
        }
    }

    /// Whether the line starts with a name of letters, digits and `-`, blanks and a colon.
    private static func hasToken(_ line: ArraySlice<UInt8>) -> Bool {
        let name = line.prefix { byte in
            byte == UInt8(ascii: "-") || (48...57).contains(byte) || (65...90).contains(byte)
                || (97...122).contains(byte)
        }
        let rest = line[name.endIndex...].drop { $0 == 32 || $0 == 9 }
        return !name.isEmpty && rest.first == UInt8(ascii: ":")
    }

    /// The lines, without what git does not count: comments, blank lines and a list of conflicts at
    /// the end, and all below a scissors line.
    private static func lines(of message: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = message.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let scissors = Array("# ------------------------ >8 ------------------------".utf8)
        if let cut = lines.firstIndex(where: { $0.elementsEqual(scissors) }) {
            lines.removeSubrange(cut...)
        }
        var end: Int?
        var isListing = false
        for (number, line) in lines.enumerated() {
            if line.isEmpty || line.first == comment {
                end = end ?? number
            } else if line.elementsEqual("Conflicts:".utf8) {
                isListing = true
                end = end ?? number
            } else if !(isListing && line.first == 9) {
                isListing = false
                end = nil
            }
        }
        if let end { lines.removeSubrange(end...) }
        return lines
    }
}
