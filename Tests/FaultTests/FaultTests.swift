import Foundation
import MainstayTesting
import Testing

@testable import FaultHarness

@Suite("Faults", .serialized, .tags(.slow)) struct FaultTests {
    @Test("what was acknowledged outlives the fault, once and whole", arguments: FaultKind.all)
    func holds(fault: FaultKind) async throws {
        if fault.needsPostgres, let obstacle = TestEngine.postgres.obstacle {
            Issue.record("\(obstacle)", severity: .warning)
            try Test.cancel("\(obstacle)")
        }
        let folder = try TemporaryFolder()
        let output = folder.path + "/said"
        try writeFile(output, [])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent()
            .appendingPathComponent("FaultHarness")
        process.arguments = ["--short", "--only", fault.name]
        process.standardOutput = FileHandle(forWritingAtPath: output)
        // Other tests go on meanwhile: this one waits without a thread.
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let said = String(decoding: try readFile(output), as: UTF8.self)
        print(said, terminator: "")
        #expect(status == 0, "\(said)")
    }
}

extension Tag {
    @Tag static var slow: Self
}
