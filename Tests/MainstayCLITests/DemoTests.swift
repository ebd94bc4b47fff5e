import MainstayCLI
import MainstayCore
import MainstayService
import MainstayTesting
import Testing

@Suite("The demonstration")
struct DemoTests {
    @Test("makes the same sound repository everywhere")
    func makes() throws {
        let folder = try TemporaryFolder()
        let demo = try DemoRepository.make(in: folder.path)
        #expect(demo.fixes.count == 14)
        let told = try git(folder.path, "fsck", "--strict")
        #expect(told == "")
        #expect(try git(folder.path, "status", "--porcelain") == "")
        #expect(
            try git(folder.path, "branch", "--format=%(refname:short)").split(separator: "\n").count
                == 5
        )
        #expect(try git(folder.path, "tag").split(separator: "\n").count == 14)
        let again = try TemporaryFolder()
        #expect(try DemoRepository.make(in: again.path).fixes == demo.fixes)
    }

    @Test("the words around the matrix name the next commands")
    func words() throws {
        let folder = try TemporaryFolder()
        var demo = try DemoRepository.make(in: folder.path)
        demo.path = "/tmp/a demo"
        let screen = Screen(width: 100, hasColour: false)
        var buffer = TextBuffer()
        DemoReport(demo, isKept: true, on: screen).write(Sample.matrix, to: &buffer)
        #expect(try Snapshot.difference(buffer.text, "demo.txt") == nil)
    }

    private func git(_ folder: String, _ arguments: String...) throws -> String {
        try GitCommand.output(arguments, in: folder)
    }
}
