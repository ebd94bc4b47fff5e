import ConnectorLink
import ConnectorMessages
import MainstayCore
import MainstayTesting
import Testing

/// Files that a connector may read while it sends them.
@Suite("Attachments to a vendor")
struct AttachmentTests {
    static func draft(_ lines: String, size: Int64) -> OutgoingAttachment {
        OutgoingAttachment(
            intent: Intent(idempotencyKey: "MS-1.1", marker: "[MS-1.1]"),
            caseID: "1",
            name: lines,
            mediaType: "text/plain",
            size: size,
            sha256: String(repeating: "0", count: 64),
            attachment: ""
        )
    }

    static func line(_ offset: Int64, _ count: Int64, handle: String = "HANDLE") -> String {
        let read = AttachmentRead(attachment: handle, offset: offset, count: count)
        return "mainstay.attachment/1 \(read.json.json)\n"
    }

    @Test("pieces come as they are asked for, of the file of the call alone")
    func pieces() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor()
        let file = Array("0123456789".utf8)
        let lines =
            Self.line(0, 4) + Self.line(4, 100) + Self.line(10, 1) + Self.line(11, 1)
            + Self.line(-1, 1) + Self.line(0, 0) + Self.line(0, 1 << 20 + 1)
            + Self.line(0, 4, handle: "a1")
        let receipt = try await vendor.attach(
            Self.draft(lines, size: 10),
            audit: fixture.audit()
        ) { offset, count in Array(file[Int(offset)..<Int(offset) + count]) }
        let told = receipt.attachmentID.split(separator: "\n").map(String.init)
        #expect(told[0] == #"0 {"dataBase64":"MDEyMw==","end":false}"#)
        #expect(told[1] == #"0 {"dataBase64":"NDU2Nzg5","end":true}"#)
        #expect(told[2] == #"0 {"dataBase64":"","end":true}"#)
        #expect(told[3...6].allSatisfy { $0.hasPrefix("2 ") }, "\(told)")
        #expect(told[7].hasPrefix("3 "))
        await fixture.link.close()
    }

    @Test("no file, one that cannot be read, one that is too large")
    func faults() async throws {
        let fixture = try VendorFixture()
        let vendor = try fixture.vendor()
        let receipt = try await vendor.attach(
            Self.draft(Self.line(0, 4), size: 10),
            audit: fixture.audit()
        ) { _, _ in [] }
        #expect(receipt.attachmentID.hasPrefix("1 {"))
        let script = Self.line(0, 1)
        let page = try await vendor.call(.fetchUpdates(since: script), audit: fixture.audit())
        #expect(page.updates[0].text?.hasPrefix("3 {") == true)
        let fault = await fault {
            try await vendor.attach(
                Self.draft("", size: 5 << 20 + 1),
                audit: fixture.audit()
            ) { _, _ in [] }
        }
        #expect(fault?.code == .attachment && fault?.hint == "Compress or split it")
        await fixture.link.close()
    }
}
