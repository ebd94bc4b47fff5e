import Crypto
import MainstayCore
import SQLDatabase

/// Reads a dump line by line and checks what can be checked on the way.
struct DumpReader: ~Copyable {
    private let file: FilePieces
    private let path: String
    private var buffer: [UInt8] = []
    private var position = 0
    private var hash = SHA256()
    private var next: (table: StoredTable, place: Int, row: [Value])?
    /// The number of the line read last, from 1.
    private(set) var line = 0
    /// The highest id among the rows so far.
    private(set) var highestID: Int64 = 0

    /// Opens a dump; ``begin()`` comes next.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/missing`` or ``StorageError/Code/disk``.
    init(_ path: String) throws(StorageError) {
        file = try FilePieces(path)
        self.path = path
    }

    /// Reads the header and the first row.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/badDump`` for another file, or for a
    ///   dump of another level.
    mutating func begin() throws {
        let bytes = try readLine()
        let header = try? JSONValue(json: bytes ?? [])
        guard header?["format"]?.text == Dump.format else {
            throw fault("is no header of a dump", hint: "Name a file made by 'mainstay db dump'")
        }
        guard header?["level"]?.int == Int64(Migration.programLevel) else {
            throw fault(
                "names level \(header?["level"]?.int ?? 0), expected \(Migration.programLevel)",
                hint: "Load it with the version that wrote it, then migrate"
            )
        }
        try advance()
    }

    /// The table of the next row; `nil` after the last row, once the end is proved.
    var table: StoredTable? { next?.table }

    /// Returns the next row of a table; `nil` when the rows of another follow, or none.
    mutating func row(of table: StoredTable) throws -> [Value]? {
        guard let (found, _, row) = next, found.name.description == table.name.description else {
            return nil
        }
        try advance()
        return row
    }

    private mutating func advance() throws {
        guard let bytes = try readLine() else {
            throw fault("is missing: the file ends too early", hint: "Copy the file again")
        }
        if bytes.first == UInt8(ascii: "{") { return try end(bytes) }
        guard let values = DumpLine.read(bytes), case .text(let name) = values[0] else {
            throw fault("is no row of a table")
        }
        let tables = StoredTable.all
        guard let place = tables.firstIndex(where: { $0.name.description == name }),
            tables[place].isDumped, place >= next?.place ?? 0
        else { throw fault("has a row of '\(name)' where none is expected") }
        let row = Array(values.dropFirst())
        guard row.count == tables[place].columnNames.count else {
            throw fault(
                "has \(row.count) values for '\(name)', expected \(tables[place].columnNames.count)"
            )
        }
        if case .int(let id) = row[0] { highestID = max(highestID, id) }
        next = (tables[place], place, row)
    }

    private mutating func end(_ bytes: ArraySlice<UInt8>) throws {
        let end = try? JSONValue(json: bytes)
        let lines = Int64(line - 1)
        guard end?["lines"]?.int == lines else {
            throw fault("counts \(end?["lines"]?.int ?? 0) lines before it, but there are \(lines)")
        }
        guard end?["sha256"]?.text == hash.finalize().hex() else {
            throw fault("has another SHA-256 than the lines before it", hint: "Copy the file again")
        }
        next = nil
        guard try readLine() == nil else { throw fault("stands after the end of the dump") }
    }

    /// Returns the next line without its break; `nil` at the end of the file.
    private mutating func readLine() throws -> ArraySlice<UInt8>? {
        line += 1
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                let bytes = buffer[position..<end]
                // The last line is the digest of all others.
                if bytes.first != UInt8(ascii: "{") || line == 1 {
                    hash.update(data: buffer[position...end])
                }
                return bytes
            }
            buffer.removeFirst(position)
            position = 0
            searched = buffer.count
            let piece = try file.next()
            if piece.isEmpty {
                guard buffer.isEmpty else { throw fault("has no line break at its end") }
                return nil
            }
            buffer += piece
        }
    }

    private func fault(_ what: String, hint: String? = nil) -> StorageError {
        StorageError(.badDump, "Line \(line) of \(path) \(what)", hint: hint)
    }
}
