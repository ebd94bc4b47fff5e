import ConnectorMessages
import MainstayTesting
import Testing

@Suite("Frames of connectors")
struct FrameTests {
    @Test("random frames come back, whatever the pieces they arrive in")
    func roundTrip() throws {
        for seed in UInt64(1)...200 {
            var random = SeededGenerator(seed: seed)
            let kinds: [Frame.Kind] = [.hello, .result, .request, .log]
            let frames = (0..<Int.random(in: 1...8, using: &random))
                .map { _ in
                    Frame(
                        kinds.randomElement(using: &random) ?? .log,
                        status: .random(in: 0...(.max), using: &random),
                        id: .random(in: 0...(.max), using: &random),
                        name: String(repeating: "ä", count: .random(in: 0...127, using: &random)),
                        payload: (0..<Int.random(in: 0...300, using: &random))
                            .map { _ in .random(in: 0...255, using: &random) }
                    )
                }
            var rest = frames.flatMap(\.bytes)[...]
            var reader = FrameReader()
            var read: [Frame] = []
            while !rest.isEmpty {
                let piece = rest.prefix(.random(in: 1...200, using: &random))
                rest = rest.dropFirst(piece.count)
                piece.withUnsafeBytes { reader.append($0) }
                while let frame = try reader.next() { read.append(frame) }
            }
            #expect(read == frames, "seed \(seed)")
            #expect(!reader.isWithinFrame, "seed \(seed)")
        }
    }

    @Test("the bytes of a frame, as the host writes them")
    func bytes() {
        let frame = Frame(.call, status: 0x0102, id: 7, name: "ab", payload: [1, 2, 3])
        #expect(frame.bytes == [13, 0, 0, 0, 2, 2, 2, 1, 7, 0, 0, 0, 97, 98, 1, 2, 3])
    }

    @Test(
        "what is no frame is seen at its first bytes",
        arguments: [
            ([8, 0, 0, 0, 1, 0], "A frame of kind 1, which no connector sends"),
            ([8, 0, 0, 0, 99, 0], "A frame of kind 99, which no connector sends"),
            ([7, 0, 0, 0, 65, 0], "A frame of 7 bytes with a name of 0"),
            ([9, 0, 0, 0, 65, 2], "A frame of 9 bytes with a name of 2"),
            ([9, 0, 128, 0, 65, 0], "A frame of 8388617 bytes with a name of 0"),
            (
                [9, 0, 0, 0, 65, 1, 0, 0, 0, 0, 0, 0, 0xFF],
                "A frame whose name is not UTF-8"
            ),
        ] as [([UInt8], String)]
    )
    func violations(_ bytes: [UInt8], _ reason: String) {
        var reader = FrameReader()
        bytes.withUnsafeBytes { reader.append($0) }
        #expect(throws: ProtocolViolation(reason)) { try reader.next() }
    }

    @Test("random bytes end in a violation or in patience, never in a trap")
    func noise() {
        for seed in UInt64(1)...2_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            if seed % 2 == 0 {
                bytes.replaceSubrange(
                    0..<5,
                    with: [UInt8.random(in: 8...60, using: &random), 0, 0, 0, 65]
                )
            }
            var reader = FrameReader()
            bytes.withUnsafeBytes { reader.append($0) }
            do {
                while try reader.next() != nil {}
            } catch {
                #expect(!error.reason.isEmpty, "seed \(seed)")
            }
        }
    }
}
