import Testing

@testable import MainstayCore

@Suite("CommitID")
struct CommitIDTests {
    @Test("hex, bytes and order agree")
    func hexAndBytesAgree() throws {
        var generator = SystemRandomNumberGenerator()
        var ids: [CommitID] = []
        for _ in 0..<500 {
            let id = CommitID(
                high: generator.next(),
                middle: generator.next(),
                low: UInt32.random(in: 0...UInt32.max, using: &generator)
            )
            #expect(CommitID(hex: id.hex) == id)
            #expect(CommitID(hex: id.hex.uppercased()) == id)
            var bytes = [UInt8](repeating: 0, count: 20)
            bytes.withUnsafeMutableBytes { buffer in
                if let base = buffer.baseAddress { id.store(to: base) }
            }
            let copy = bytes.withUnsafeBytes { $0.baseAddress.map { CommitID(bytes: $0) } }
            #expect(copy == id)
            ids.append(id)
        }
        #expect(ids.sorted().map(\.hex) == ids.map(\.hex).sorted())
    }

    @Test("anything but 40 hex digits is refused", arguments: ["", "abc", "g", "0x"])
    func refusesOtherText(start: String) {
        #expect(CommitID(hex: start) == nil)
        #expect(CommitID(hex: start + String(repeating: "z", count: 40 - start.count)) == nil)
        #expect(CommitID(hex: String(repeating: "1", count: 41)) == nil)
    }

    @Test("one byte that is no hex digit is refused, whatever and wherever it is")
    func refusesEveryOtherByte() {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for place in 0..<40 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("0123456789abcdefABCDEF0123456789abcdefAB".utf8)
                text[place] = byte
                let id = text.withUnsafeBufferPointer {
                    $0.baseAddress.flatMap { CommitID(hexDigits: $0) }
                }
                #expect((id != nil) == digits.contains(byte), "byte \(byte) at \(place)")
            }
        }
    }
}
