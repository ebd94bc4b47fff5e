import ConnectorMessages
import MainstayCore
import Outbound

extension ConformanceCheck {
    /// What no author thinks of.
    static let fuzz = [
        ConformanceCheck("FUZZ-1", "No mutated request or answer ends the process") { conformance in
            var numbers = Mutations(seed: conformance.seed)
            let end = ContinuousClock.now + .seconds(conformance.fuzzSeconds)
            var rounds = 0
            while rounds < 10 || ContinuousClock.now < end {
                for name in conformance.played {
                    try await conformance.mutate(name, &numbers)
                }
                rounds += 1
            }
        }
    ]
}

extension ConnectorConformance {
    /// Makes the calls of a scene ten times, each with bytes that are changed.
    fileprivate func mutate(_ name: String, _ numbers: inout Mutations) async throws {
        let scene = try scene(name)
        let bodies = scene.vendor.map { Array($0.body.utf8) }
        let body = numbers.mutated(bodies.isEmpty ? [] : bodies[numbers.below(bodies.count)])
        let answer = HTTPAnswer(status: [200, 200, 201, 404][numbers.below(4)], body: body)
        let probe = try Probe(self, name, numbers.below(2) == 0 ? .script : .always(answer))
        for _ in 0..<10 {
            let call = scene.calls[numbers.below(scene.calls.count)]
            let request = numbers.mutated(Array(call.request.json.utf8))
            do throws(LinkFault) {
                _ = try await probe.call(call.operation, request)
            } catch {
                let text = String(decoding: request.prefix(300), as: UTF8.self)
                throw CheckFailure("\(error.message), seed \(seed), for \(text)")
            }
        }
        await probe.link.close()
    }
}

/// Random changes that depend on a seed alone (xorshift64*).
private struct Mutations {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func below(_ limit: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, limit)
    }

    private static let pieces: [[UInt8]] =
        [
            "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u0000", "\\ud800", "null", "-1", "1e999",
            "99999999999999999999", "\"\"", "{}", "[]", "é", "true",
        ]
        .map { Array($0.utf8) } + [[0xFF], [0]]

    /// Bytes with a few changes: some lost, some doubled, some others put in.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) {
            let (start, length) = (below(bytes.count + 1), below(12))
            let range = start..<min(bytes.count, start + length)
            switch below(4) {
            case 0: bytes.removeSubrange(range)
            case 1: bytes.insert(contentsOf: bytes[range], at: start)
            case 2: bytes.removeLast(bytes.count - start)
            default:
                bytes.replaceSubrange(range, with: Self.pieces[below(Self.pieces.count)])
            }
        }
        return bytes
    }
}
