import Glibc
import MainstayTesting
import Storage
import Testing

@Suite("BlobFolder") struct BlobFolderTests {
    @Test("bytes come back under their SHA-256, once, and are gone after erasing")
    func roundTrip() throws {
        let temporary = try TemporaryFolder()
        let blobs = BlobFolder(temporary.path + "/blobs")
        var pieces = [Array("ab".utf8), [], Array("c".utf8)][...]
        let kept = try blobs.keep { pieces.popFirst() }
        #expect(kept.sha == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(kept.size == 3)
        #expect(try blobs.keep(Array("abc".utf8)) == kept)
        #expect(try blobs.read(kept.sha) == Array("abc".utf8))
        #expect(access("\(temporary.path)/blobs/ba/\(kept.sha)", F_OK) == 0)
        try blobs.erase(kept.sha)
        try blobs.erase(kept.sha)
        #expect(!blobs.contains(kept.sha))
        #expect(throws: StorageError.self) { try blobs.read(kept.sha) }
    }

    @Test("a changed byte is found on reading")
    func damage() throws {
        let temporary = try TemporaryFolder()
        let blobs = BlobFolder(temporary.path)
        let kept = try blobs.keep(Array("abc".utf8))
        let file = try #require(fopen("\(temporary.path)/ba/\(kept.sha)", "r+"))
        fputc(0x78, file)
        fclose(file)
        let error = #expect(throws: StorageError.self) { try blobs.read(kept.sha) }
        #expect(error?.code == .broken)
    }

    @Test("a disk that is full leaves nothing half")
    func full() throws {
        let temporary = try TemporaryFolder()
        let blobs = BlobFolder(temporary.path)
        var left = 3
        let error = #expect(throws: StorageError.self) {
            try blobs.keep {
                left -= 1
                if left == 0 { throw StorageError(.disk, "The disk is full") }
                return Array(repeating: 1, count: 100_000)
            }
        }
        #expect(error?.code == .disk)
        let folder = try #require(opendir(temporary.path))
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        #expect(names.sorted() == [".", ".."])
    }

    @Test(
        "no other text than a digest becomes a path",
        arguments: ["", "../../etc/passwd", "BA78"]
    )
    func names(name: String) throws {
        let temporary = try TemporaryFolder()
        let blobs = BlobFolder(temporary.path)
        #expect(!blobs.contains(name))
        #expect(throws: StorageError.self) { try blobs.read(name) }
    }
}
