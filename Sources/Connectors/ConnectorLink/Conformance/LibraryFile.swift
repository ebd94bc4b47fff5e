import Glibc

/// What a shared library says of itself before anything of it is run: its ELF tables.
struct LibraryFile {
    let machine: Int
    private(set) var needed: [String] = []
    private(set) var runPath: String?
    private(set) var hasTextRelocations = false
    private(set) var hasExecutableStack = true
    /// How many symbols of the contract's name it exports.
    private(set) var entries = 0

    private let bytes: [UInt8]

    /// Reads a library of 64 bits.
    ///
    /// - Throws: ``CheckFailure``.
    init(path: String) throws(CheckFailure) {
        bytes = Self.read(path)
        let magic = [0x7F] + Array("ELF".utf8) + [2, 1]
        guard bytes.count > 64, bytes.starts(with: magic) else {
            throw CheckFailure("\(path) is no ELF library of 64 bits")
        }
        machine = Int(bytes[18]) | Int(bytes[19]) << 8
        readSegments()
        readSections()
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            bytes += piece[..<count]
        }
        return bytes
    }

    /// A number of so many bytes; 0 beyond the end.
    private func number(_ offset: Int, _ count: Int) -> Int {
        guard offset >= 0, offset + count <= bytes.count else { return 0 }
        var value: UInt64 = 0
        for place in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + place]) }
        return Int(truncatingIfNeeded: value)
    }

    private func text(_ offset: Int) -> String {
        guard bytes.indices.contains(offset) else { return "" }
        return String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
    }

    private mutating func readSegments() {
        let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2))
        for place in (0..<count).map({ start + $0 * size }) where number(place, 4) == 0x6474_E551 {
            hasExecutableStack = number(place + 4, 4) & 1 != 0
        }
    }

    /// Sections of kind 6 hold what the loader does, those of kind 11 what is exported.
    private mutating func readSections() {
        let (start, size, count) = (number(40, 8), number(58, 2), number(60, 2))
        for place in (0..<count).map({ start + $0 * size }) {
            let names = number(start + number(place + 40, 4) * size + 24, 8)
            let (offset, length) = (number(place + 24, 8), number(place + 32, 8))
            guard offset >= 0, length >= 0, length <= bytes.count else { continue }
            switch number(place + 4, 4) {
            case 6: readDynamic(offset, length, names)
            case 11: readSymbols(offset, length, names)
            default: break
            }
        }
    }

    private mutating func readDynamic(_ offset: Int, _ length: Int, _ names: Int) {
        for place in stride(from: offset, to: offset + length, by: 16) {
            let value = number(place + 8, 8)
            switch number(place, 8) {
            case 1: needed.append(text(names + value))
            case 15, 29: runPath = text(names + value)
            case 22: hasTextRelocations = true
            case 30: hasTextRelocations = hasTextRelocations || value & 4 != 0
            default: break
            }
        }
    }

    private mutating func readSymbols(_ offset: Int, _ length: Int, _ names: Int) {
        for place in stride(from: offset, to: offset + length, by: 24) {
            let isDefined = number(place + 6, 2) != 0
            if isDefined, text(names + number(place, 4)) == "mainstay_connector_entry" {
                entries += 1
            }
        }
    }
}
