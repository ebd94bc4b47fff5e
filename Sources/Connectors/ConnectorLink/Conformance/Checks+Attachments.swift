import ConnectorMessages
import Crypto
import FoundationEssentials
import MainstayCore
import Outbound

extension ConformanceCheck {
    /// What the connector makes of files.
    static let attachments = [
        ConformanceCheck("ATT-1", "Files arrive as they are, and once") { conformance in
            try conformance.need(.addAttachment)
            for size in [0, 1_000, Int(VendorLink.mostFileBytes)] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
                let probe = try Probe(conformance, "attach")
                let ended = try await probe.attach("attach", bytes)
                try require(
                    ended.status == .ok,
                    "A file of \(size) bytes ends with \(Probe.told(ended))"
                )
                let sent = probe.vendor.writes.contains { write in
                    let packed = Array(Data(bytes).base64EncodedString().utf8)
                    return write.body.holds(bytes) || write.body.holds(packed)
                }
                try require(sent, "A file of \(size) bytes did not arrive as it is")
                await probe.link.close()
            }
            let again = try Probe(conformance, "attach_again")
            let found = try await again.attach("attach_again", Array("again".utf8))
            try require(found.status == .ok, "The same key ends with \(Probe.told(found))")
            try require(again.vendor.writes.isEmpty, "The same key writes again")
            await again.link.close()
        },
        ConformanceCheck("ATT-2", "A file that is refused or breaks off is an error with a name") {
            conformance in
            try conformance.need(.addAttachment)
            let refused = try Probe(conformance, "attach_refused")
            let ended = try await refused.attach("attach_refused", Array("refused".utf8))
            try require(ended.isNamed, "A file refused ends with \(Probe.told(ended))")
            try await refused.expectAlive()
            let broken = try Probe(conformance, "attach")
            let half = try await broken.attach("attach", Array("broken".utf8), breaksOff: true)
            try require(half.isNamed, "A file that breaks off ends with \(Probe.told(half))")
            try require(broken.vendor.writes.isEmpty, "A file that breaks off is sent")
            try await broken.expectAlive()
        },
    ]
}

extension Probe {
    /// Makes the call of a scene that adds a file, with these bytes.
    fileprivate func attach(
        _ name: String,
        _ bytes: [UInt8],
        breaksOff: Bool = false
    ) async throws -> Ended {
        let call = try scene(name).calls.first { $0.operation == .addAttachment }
        guard case .object(var request) = call?.request else {
            throw CheckFailure("Scene '\(name)' adds no file")
        }
        let digits = Array("0123456789abcdef".utf8)
        let hash = SHA256.hash(data: bytes)
            .flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        request["size"] = .int(Int64(bytes.count))
        request["sha256"] = .text(String(decoding: hash, as: UTF8.self))
        request["attachment"] = "a1"
        vendor.expect(fileOf: Int64(bytes.count))
        let file = ReleasedFile(handle: "a1", size: Int64(bytes.count)) { offset, count in
            if breaksOff { throw ReleasedFile.Shortened() }
            return Array(bytes[Int(offset)..<Int(offset) + count])
        }
        return try await self.call(.addAttachment, .object(request), file: file)
    }
}

extension [UInt8] {
    /// Whether other bytes stand in these.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        part.isEmpty || VendorCredential.start(of: part, in: self[...]) != nil
    }
}
