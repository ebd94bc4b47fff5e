import Foundation
import MainstayTesting
import Testing

@testable import FaultHarness

@Suite("Faults", .serialized, .tags(.slow)) struct FaultTests {
    @Test("what was acknowledged outlives the fault, once and whole", arguments: FaultKind.all)
    func holds(fault: FaultKind) throws {
        if fault.needsPostgres, let obstacle = TestEngine.postgres.obstacle {
            Issue.record("\(obstacle)", severity: .warning)
            try Test.cancel("\(obstacle)")
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent()
            .appendingPathComponent("FaultHarness")
        process.arguments = ["--short", "--only", fault.name]
        process.standardOutput = output
        try process.run()
        let said = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        print(said, terminator: "")
        #expect(process.terminationStatus == 0, "\(said)")
    }
}

extension Tag {
    @Tag static var slow: Self
}
