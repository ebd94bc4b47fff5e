import Crypto
package import SQLDatabase

/// A step from one form of the tables to the next, never edited once released.
package struct Migration: Sendable {
    /// Its place in the order, from 1 without gaps.
    package let version: Int
    /// What it is called, such as `2026-11-22-baseline`.
    package let name: String
    /// The level of the product release that brought it.
    package let level: Int
    /// Its statements, each ended by `;` and a line break.
    let text: String

    /// All migrations, in order.
    ///
    /// Each is one transaction: both engines change tables within one.
    package static let all = [
        Migration(
            version: 1,
            name: "2026-11-22-baseline",
            level: 1,
            text: engineRoom + accounts + desk + search
        ),
        Migration(version: 2, name: "2026-11-22-defects", level: 1, text: defects),
        Migration(version: 3, name: "2026-11-22-service", level: 1, text: service),
        Migration(version: 4, name: "2026-11-22-vendors", level: 1, text: vendors),
    ]

    /// The level of this program: it runs on tables of this level and of the next.
    package static let programLevel = 1

    /// The words of all tickets, prepared by ``SearchWords``; a cache that `db verify --rebuild`
    /// remakes.
    ///
    /// The one table whose text differs between the engines. The tokenizer `ascii` leaves letters
    /// beyond ASCII alone, so SQLite splits prepared words at their spaces only.
    static let search = """
        --@sqlite   CREATE VIRTUAL TABLE search USING fts5(title, body, notes, detail=column, tokenize=ascii);
        --@postgres CREATE TABLE search (id BIGINT NOT NULL PRIMARY KEY, doc tsvector NOT NULL);
        --@postgres CREATE INDEX search_doc ON search USING gin (doc);

        """

    /// SHA-256 of the text, which the database keeps to notice an edited migration.
    package var textSHA: String { SHA256.hash(data: Array(text.utf8)).hex() }

    /// The statements as an engine understands them, in order.
    ///
    /// SQLite gets INTEGER for BIGINT, so that the key is the rowid, and STRICT tables.
    package func statements(for dialect: Dialect) -> [String] {
        let mark = "--@\(dialect.rawValue) "
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(mark) {
                lines.append(line.dropFirst(mark.count).drop { $0 == " " })
            } else if !line.hasPrefix("--@") {
                lines.append(line)
            }
        }
        var whole = lines.joined(separator: "\n")
        if dialect == .sqlite {
            whole = whole.replacing("BIGINT", with: "INTEGER")
                .replacing("\n);", with: "\n) STRICT;")
        }
        return whole.split(separator: ";\n").map { String($0) }
            .filter { statement in
                statement.contains { !$0.isWhitespace }
            }
    }
}

extension SHA256.Digest {
    /// Returns the first bytes of the digest, or all 32, in lower-case hex digits.
    func hex(bytes count: Int = byteCount) -> String {
        func digit(_ value: UInt8) -> UInt8 {
            value + UInt8(ascii: value < 10 ? "0" : "W")  // "W" is ten before "a".
        }
        return withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 2 * count) { digits in
                for place in 0..<count {
                    digits[2 * place] = digit(bytes[place] >> 4)
                    digits[2 * place + 1] = digit(bytes[place] & 15)
                }
                return 2 * count
            }
        }
    }
}
