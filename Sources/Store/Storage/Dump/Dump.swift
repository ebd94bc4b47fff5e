import Crypto
package import MainstayCore
package import SQLDatabase

/// The whole store as text: JSON Lines that are the same on every engine.
///
/// First a header, `{"format":"mainstay-dump-1","instance":…,"level":1}`; then a line for each row
/// of each dumped table, in the order of ``StoredTable/all`` and of the primary keys, whose texts
/// go by their bytes; at the end `{"lines":…,"sha256":…}`: how many lines come before it, and the
/// SHA-256 of all their bytes. There is no time in it and no name of an engine. Blobs are beside
/// it, not in it.
package enum Dump {
    static let format = "mainstay-dump-1"
    /// The row of `setting` that names the instance.
    static let instance = "instance"

    /// Lines on their way into a file.
    fileprivate struct Writer: ~Copyable {
        let file: NewFile
        var buffer: [UInt8] = []
        var hash = SHA256()
        var lines = 0

        mutating func flush(atLeast size: Int = 0) throws {
            guard buffer.count > size else { return }
            hash.update(data: buffer)
            try file.append(buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }

    /// Writes a dump of one moment into a file.
    ///
    /// - Parameters:
    ///   - engine: A database with tables of this program's level.
    ///   - path: The file, which is replaced once the dump is whole and durable.
    ///   - progress: Told of the rows.
    /// - Returns: How many rows.
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``; nothing is left then.
    @discardableResult
    package static func write(
        _ engine: any SQLEngine,
        to path: String,
        _ progress: any ProgressSink = SilentProgress()
    ) async throws -> Int {
        try await engine.read(.long) { try write($0, to: path, progress) }
    }

    private static func write(
        _ connection: any Connection,
        to path: String,
        _ progress: any ProgressSink
    ) throws -> Int {
        let end = path.lastIndex(of: "/")
        var writer = Writer(file: try NewFile(in: end.map { String(path[...$0]) } ?? "."))
        let name: String? = try connection.value(
            "SELECT value FROM setting WHERE name = \(instance)"
        )
        let header: JSONValue = [
            "format": .text(format), "instance": .text(name ?? ""),
            "level": .int(Int64(Migration.programLevel)),
        ]
        writer.buffer += Array((header.json + "\n").utf8)
        writer.lines = 1
        let tables = StoredTable.all.filter(\.isDumped)
        for (place, table) in tables.enumerated() {
            progress.report("Writing tables", done: place, total: tables.count)
            var cursor = TableCursor(table, connection)
            while let row = try cursor.next() {
                DumpLine.append(table, row, to: &writer.buffer)
                writer.lines += 1
                try writer.flush(atLeast: 1 << 20)
            }
        }
        let rows = writer.lines - 1
        try finish(writer, as: path)
        progress.report("Writing tables", done: tables.count, total: tables.count)
        return rows
    }

    private static func finish(_ writer: consuming Writer, as path: String) throws {
        try writer.flush()
        let end: JSONValue = [
            "lines": .int(Int64(writer.lines)), "sha256": .text(writer.hash.finalize().hex()),
        ]
        try writer.file.append(Array((end.json + "\n").utf8))
        try writer.file.keep(as: path)
    }
}
