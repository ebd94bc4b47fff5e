import FoundationEssentials
import Glibc

/// What shows the vendor who asks; no connector ever sees it.
package struct VendorCredential: Sendable, Hashable {
    /// How many bytes a secret has at least: shorter ones could not be cut out of texts.
    package static let leastBytes = 6

    /// How it is shown.
    package let kind: Authentication
    private let secret: String
    /// The header that shows it.
    let header: (name: String, value: String)
    /// What must not come back, in the ways that it could be written.
    private let traces: [[UInt8]]

    /// Takes a secret.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/settings``.
    package init(_ kind: Authentication, _ secret: String) throws(LinkFault) {
        guard secret.utf8.count >= Self.leastBytes,
            secret.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw LinkFault(
                .settings,
                "The vendor's credential cannot be sent, expected at least \(Self.leastBytes) "
                    + "printable characters of ASCII"
            )
        }
        self.kind = kind
        self.secret = secret
        var traces = [secret]
        switch kind {
        case .bearer: header = ("Authorization", "Bearer \(secret)")
        case .scheme(let word): header = ("Authorization", "\(word) \(secret)")
        case .header(let name): header = (name, secret)
        case .basic:
            let encoded = Data(secret.utf8).base64EncodedString()
            header = ("Authorization", "Basic \(encoded)")
            traces.append(encoded)
            let password = secret.split(separator: ":", maxSplits: 1).last ?? ""
            if password.utf8.count >= Self.leastBytes { traces.append(String(password)) }
        }
        let written = traces.flatMap { text in
            [text, text.replacing("/", with: "\\/"), PathSegments.escape(text)]
        }
        self.traces = Set(written).sorted { $0.utf8.count > $1.utf8.count }.map { Array($0.utf8) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.kind == right.kind && left.secret == right.secret
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(secret)
    }

    /// Whether the secret stands in bytes.
    func isIn(_ bytes: [UInt8]) -> Bool { cut(from: bytes) != bytes }

    /// The bytes with `***` wherever the secret stood.
    func cut(from bytes: [UInt8]) -> [UInt8] {
        traces.reduce(bytes) { bytes, trace in
            var (kept, rest): ([UInt8], ArraySlice<UInt8>) = ([], bytes[...])
            while let start = Self.start(of: trace, in: rest) {
                kept += rest[..<start] + "***".utf8
                rest = rest[(start + trace.count)...]
            }
            return kept.isEmpty ? bytes : kept + rest
        }
    }

    /// Where a trace begins.
    static func start(of trace: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var place = 0
            while place + trace.count <= buffer.count,
                let found = memchr(base + place, CInt(trace[0]), buffer.count - place)
            {
                place = UnsafeRawPointer(found) - base
                if buffer[place...].starts(with: trace) { return bytes.startIndex + place }
                place += 1
            }
            return nil
        }
    }

    /// The text with `***` wherever the secret stood.
    func cut(from text: String) -> String {
        String(decoding: cut(from: Array(text.utf8)), as: UTF8.self)
    }
}
