package import MainstayCore

/// A message for the machine's program for mail: RFC 5322, with words of any script in the headers
/// (RFC 2047) and in the text.
package struct MailMessage: Sendable, Hashable {
    private let headers: [(name: String, value: String)]
    private let text: String

    /// Compares what is sent.
    package static func == (left: MailMessage, right: MailMessage) -> Bool {
        left.bytes == right.bytes
    }

    /// Feeds what is sent.
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - notice: What it says.
    ///   - from: The address of the desk.
    ///   - to: The address of the reader.
    ///   - key: The name of the effect, of which the Message-ID is made: a message that is sent
    ///     again bears the same.
    ///   - thread: What joins the messages of one ticket.
    ///   - date: When it was written.
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for an address that is none.
    package init(
        _ notice: NoticeText,
        from: String,
        to: String,
        key: String,
        thread: String,
        date: Instant
    ) throws(DeskError) {
        let (from, to) = (try Self.checked(from), try Self.checked(to))
        let domain = from.split(separator: "@").last ?? "localhost"
        headers = [
            ("From", from), ("To", to), ("Subject", Self.encoded(notice.subject)),
            ("Date", Self.date(date)),
            ("Message-ID", "<\(Self.atom(key))@\(domain)>"),
            ("References", "<\(Self.atom(thread))@\(domain)>"),
            ("Auto-Submitted", "auto-generated"), ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "base64"),
        ]
        text = notice.body
    }

    /// The message as the program takes it, each line ended by LF.
    package var bytes: [UInt8] {
        var lines = headers.map { "\($0.name): \($0.value)" }
        lines.append("")
        var rest = Base64.encode(Array(text.utf8))[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(76)))
            rest = rest.dropFirst(76)
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// Returns an address that can stand in a header without anything around it.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text``.
    package static func checked(_ address: String) throws(DeskError) -> String {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isGood = address.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && !#""(),:;<>[\]"#.utf8.contains(byte)
        }
        guard isGood, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            address.first != "-", address.utf8.count <= 254
        else { throw DeskError(.text, "'\(address)' is no address for mail") }
        return address
    }

    /// The value of a header that may hold any words, in one line or folded.
    static func encoded(_ words: String) -> String {
        let isPlain = words.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if isPlain, words.utf8.count <= 60, !words.contains("=?") { return words }
        // An encoded word has 75 characters at most: 45 bytes are 60 of base64.
        var pieces: [[UInt8]] = [[]]
        for character in words.unicodeScalars {
            let bytes = Array(String(character).utf8)
            if (pieces.last?.count ?? 0) + bytes.count > 45 { pieces.append([]) }
            pieces[pieces.count - 1] += bytes
        }
        return pieces.map { "=?utf-8?B?\(Base64.encode($0))?=" }.joined(separator: "\n ")
    }

    private static func atom(_ text: String) -> String {
        let letters = text.unicodeScalars.map { scalar -> Character in
            let isGood = scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "-")
            return isGood || ("0"..."9").contains(scalar) ? Character(scalar) : "."
        }
        return String(letters).split(separator: ".").joined(separator: ".")
    }

    private static func date(_ moment: Instant) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let day = moment.day
        let weekday = days[((day.daysSince1970 % 7) + 7) % 7]
        let time = moment.description.dropFirst(11).prefix(8)
        return "\(weekday), \(day.parts.day) \(months[day.parts.month - 1]) \(day.parts.year) "
            + "\(time) +0000"
    }
}

/// Bytes as letters, digits, `+` and `/`: RFC 4648.
enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// Returns the text of bytes, with `=` at its end where they are no multiple of three.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let padded = Array(group) + Array(repeating: 0, count: 3 - group.count)
            let number = Int(padded[0]) << 16 | Int(padded[1]) << 8 | Int(padded[2])
            for place in 0..<4 {
                let isThere = place <= group.count
                text.append(
                    isThere ? letters[number >> (18 - 6 * place) & 63] : UInt8(ascii: "=")
                )
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
