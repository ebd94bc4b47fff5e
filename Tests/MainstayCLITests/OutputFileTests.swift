import Glibc
import MainstayCLI
import Testing

@Suite("OutputFile")
struct OutputFileTests {
    @Test("a reader that goes away ends the output quietly")
    func closedPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [CInt] = [-1, -1]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let file = OutputFile(descriptor: ends[1])
        var buffer = TextBuffer(to: file)
        for _ in 0..<100_000 { buffer.line("x") }
        buffer.flush()
        try file.check()
        close(ends[1])
    }

    @Test("a full disk is told")
    func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let file = OutputFile(descriptor: descriptor)
        file.write([1, 2, 3])
        #expect {
            try file.check()
        } throws: { error in
            "\(error)".hasPrefix("Writing the results failed: No space left on device\nHint: ")
        }
    }

    @Test("a large text arrives whole")
    func large() throws {
        let target = tmpfile()
        defer { fclose(target) }
        let descriptor = fileno(target)
        var buffer = TextBuffer(to: OutputFile(descriptor: descriptor))
        for number in 0..<50_000 {
            buffer.add(number)
            buffer.endLine()
        }
        #expect(buffer.bytes.count < 70_000)
        buffer.flush()
        #expect(lseek(descriptor, 0, SEEK_CUR) == 288_890)
    }
}

@Suite("ProgressBar")
struct ProgressBarTests {
    @Test("takes reports from many threads")
    func manyThreads() async throws {
        let descriptor = open("/dev/null", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bar = ProgressBar(on: descriptor, isActive: true)
        await withTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<1_000 { bar.report("Work \(worker)", done: step, total: 1_000) }
                }
            }
        }
        bar.finish()
        bar.report("Late", done: 1, total: 1)
    }

    @Test("shows nothing in the first half second and nothing where there is no terminal")
    func quiet() throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let active = ProgressBar(on: ends[1], isActive: true)
        active.report("Work", done: 1, total: 2)
        active.finish()
        ProgressBar(on: ends[1]).report("Work", done: 1, total: 2)
        close(ends[1])
        var byte: UInt8 = 0
        #expect(read(ends[0], &byte, 1) == 0)
    }
}
