import Glibc

/// Small questions to the file system.
///
/// The corresponding C functions are `realpath`, `stat`, `open`, `read` and `readdir`.
enum FilePath {
    /// `path` without links, dots and blanks; `nil` (and `errno`) if nothing stands there.
    static func absolute(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// `name` below `folder`.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The folder above `path`; `/` is above itself.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// What stands behind the last slash.
    static func name(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    }

    static func isFolder(_ path: UnsafePointer<CChar>) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    /// The file's bytes, at most `limit` of them; `nil` if it cannot be read.
    static func read(_ path: UnsafePointer<CChar>, limit: Int = 1 << 30) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = min(Int(info.st_size), limit)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                if got <= 0 { break }
                count += got
            }
        }
    }

    /// Names in a folder, sorted, without the dots; empty if it cannot be read.
    static func entries(of folder: String) -> [String] {
        rawEntries(of: folder)
            .map { name in
                name.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
            }
    }

    /// As ``entries(of:)``, but as C strings with the zero at their end: a name need not be UTF-8.
    static func rawEntries(of folder: UnsafePointer<CChar>) -> [[CChar]] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            if name != [46, 0], name != [46, 46, 0] { names.append(name) }
        }
        return names.sorted { left, right in
            left.lexicographicallyPrecedes(right) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) }
        }
    }

    /// Removes `path` and all below it, as far as that is allowed; links are not followed.
    static func removeAll(_ path: UnsafePointer<CChar>) {
        guard unlink(path) != 0, rmdir(path) != 0 else { return }
        // A folder that its owner may not write to keeps its entries.
        chmod(path, 0o700)
        let start = Array(UnsafeBufferPointer(start: path, count: strlen(path))) + [CChar(47)]
        for name in rawEntries(of: path) { removeAll(start + name) }
        rmdir(path)
    }

    /// What the system says of the last failure.
    static var lastError: String { String(cString: strerror(errno)) }
}

extension String {
    /// Without blanks and line ends around it.
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
