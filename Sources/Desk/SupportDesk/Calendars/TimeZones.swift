import Glibc
import MainstayCore
import Synchronization

/// The time zones of a machine: the files of the package `tzdata`, each read once.
package final class TimeZones: Sendable {
    /// Where the files are unless `TZDIR` says otherwise.
    package static let usualFolder = "/usr/share/zoneinfo"

    /// Where the files are.
    package let folder: String
    private let known = Mutex<[String: TimeZoneRules]>([:])

    /// Creates the zones of a folder; nothing is read yet.
    package init(folder: String = usualFolder) { self.folder = folder }

    /// The rules of the zone of a name, such as `Europe/Berlin`.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/zone`` for a name that is none or that the
    ///   machine does not know, and for a file that is damaged or cannot be read.
    package func rules(_ name: String) throws(DeskError) -> TimeZoneRules {
        if let rules = known.withLock({ $0[name] }) { return rules }
        guard Self.isName(name) else {
            throw DeskError(
                .zone,
                "Time zone '\(name)' is no name of a zone, expected one such as 'Europe/Berlin'"
            )
        }
        let path = "\(folder)/\(name)"
        let bytes = try read(path, zone: name)
        do {
            let rules = try TimeZoneFile(bytes).rules(name: name)
            return known.withLock { $0[name, default: rules] }
        } catch {
            throw DeskError(
                .zone,
                "Time zone file \(path) is damaged: \(error.words)",
                hint: "Install the package 'tzdata' again"
            )
        }
    }

    /// Whether a text has the form of a zone's name; no such text leads out of the folder.
    private static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= 100, text.utf8.first.map({ (65...90).contains($0) }) ?? false
        else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        (65...90).contains(byte) || (97...122).contains(byte)
                            || (48...57).contains(byte)
                            || [UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-")]
                                .contains(byte)
                    }
            }
    }

    private func read(_ path: String, zone: String) throws(DeskError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw missing(zone, path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unknown(zone)
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw missing(zone, path, errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private func missing(_ zone: String, _ path: String, _ code: Int32) -> DeskError {
        guard access("\(folder)/UTC", R_OK) == 0 else {
            return DeskError(
                .zone,
                "Time zone '\(zone)' cannot be read: there are no time zones in \(folder)",
                hint: "Install the package 'tzdata', or set TZDIR to the folder of its files"
            )
        }
        guard code == ENOENT || code == ENOTDIR else {
            return DeskError(
                .zone,
                "Time zone file \(path) cannot be read: \(String(cString: strerror(code)))"
            )
        }
        return unknown(zone)
    }

    private func unknown(_ zone: String) -> DeskError {
        DeskError(
            .zone,
            "Time zone '\(zone)' is not in \(folder)",
            hint: "Names are those of the tz database, such as 'Europe/Berlin' or 'Etc/UTC'"
        )
    }
}
