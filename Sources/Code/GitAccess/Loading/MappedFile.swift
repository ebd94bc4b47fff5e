import Glibc

/// A file mapped for reading; unmapped when the last holder goes.
///
/// The corresponding C functions are `mmap` and `munmap`.
final class MappedFile: @unchecked Sendable {
    // Sound: the mapping is private and read-only.

    /// The file's bytes as they were when it was opened.
    let bytes: UnsafeRawBufferPointer

    /// Maps the file at `path`; `nil` if it cannot be read or is empty.
    init?(_ path: String, populate: Bool = false) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else {
            return nil
        }
        let flags = MAP_PRIVATE | (populate ? Int32(MAP_POPULATE) : 0)
        let start = mmap(nil, Int(info.st_size), PROT_READ, flags, file, 0)
        guard let start, start != MAP_FAILED else { return nil }
        bytes = UnsafeRawBufferPointer(start: start, count: Int(info.st_size))
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
