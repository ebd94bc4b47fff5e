import Glibc
import MainstayCore

/// A connector as it is handed on: its manifest, its library and what else lies beside them, in one
/// file in the ustar form of POSIX.1-2017 (pax, "ustar Interchange Format").
///
/// Only plain files at the top are in it: whoever unpacks one writes nothing elsewhere.
package enum ConnectorArchive {
    /// How many bytes one may have.
    package static let mostBytes = 256 << 20

    private static let block = 512

    /// Writes files as an archive: the same files make the same bytes.
    ///
    /// - Parameter files: Their names, without a slash and of at most 100 bytes, and contents.
    /// - Returns: The bytes, with the files in order of their names.
    package static func archive(of files: [String: [UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            bytes += header(name, content.count)
            bytes += content
            bytes += padding(after: content.count)
        }
        return bytes + [UInt8](repeating: 0, count: 2 * block)
    }

    /// Reads the files of an archive.
    ///
    /// - Parameters:
    ///   - bytes: The archive.
    ///   - place: Its path, for errors.
    /// - Returns: Their names and contents.
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/file``: for what is no archive, is cut off, or
    ///   holds anything but plain files at its top.
    package static func files(
        of bytes: [UInt8],
        _ place: String
    ) throws(LinkFault) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var offset = 0
        while offset + block <= bytes.count {
            let header = Array(bytes[offset..<offset + block])
            if header.allSatisfy({ $0 == 0 }) { return files }
            guard header[257..<262].elementsEqual("ustar".utf8),
                sum(header) == octal(header, 148, 8)
            else { throw LinkFault(.file, "\(place) is no archive of a connector") }
            guard let size = octal(header, 124, 12), size <= bytes.count - offset - block else {
                throw LinkFault(.file, "\(place) is cut off in '\(name(header))'")
            }
            let start = offset + block
            offset = start + size + padding(after: size).count
            if header[156] == UInt8(ascii: "5") { continue }
            let name = name(header)
            guard header[156] == UInt8(ascii: "0") || header[156] == 0, header[345] == 0,
                !name.isEmpty, !name.contains("/"), !name.hasPrefix("."), files[name] == nil
            else {
                throw LinkFault(.file, "\(place) holds '\(name)', expected plain files at its top")
            }
            files[name] = Array(bytes[start..<start + size])
        }
        throw LinkFault(.file, "\(place) is cut off, or no archive of a connector")
    }

    /// The name in a header, without the `./` that some programs write.
    private static func name(_ header: [UInt8]) -> String {
        let name = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
        return name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    }

    private static func octal(_ header: [UInt8], _ start: Int, _ length: Int) -> Int? {
        let digits = header[start..<start + length].filter { $0 != 0 && $0 != 32 }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// The sum of a header, whose own field counts as spaces.
    private static func sum(_ header: [UInt8]) -> Int {
        header.enumerated()
            .reduce(0) { sum, byte in
                sum + ((148..<156).contains(byte.offset) ? 32 : Int(byte.element))
            }
    }

    private static func padding(after size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (block - size % block) % block)
    }

    private static func header(_ name: String, _ size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at start: Int) {
            for (place, byte) in text.utf8.enumerated() { header[start + place] = byte }
        }
        func digits(_ number: Int, _ length: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: length - 1 - text.count) + text
        }
        put(name, at: 0)
        put(digits(0o644, 8), at: 100)
        put(digits(0, 8), at: 108)
        put(digits(0, 8), at: 116)
        put(digits(size, 12), at: 124)
        put(digits(0, 12), at: 136)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(digits(sum(header), 7) + "\0 ", at: 148)
        return header
    }
}
