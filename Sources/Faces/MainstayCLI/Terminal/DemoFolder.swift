import Glibc
import MainstayCore

/// The folder of a demonstration: one that the user named and keeps, or a temporary one.
package struct DemoFolder {
    /// Absolute path.
    package let path: String
    /// Whether it stays.
    package let isKept: Bool

    /// Makes the folder `kept`, or a new temporary one below `temporary`.
    ///
    /// - Throws: ``FaceError`` when `kept` exists and is not empty, or cannot be made.
    package init(keeping kept: String?, temporary: String) throws {
        guard let kept else {
            let template = strdup(temporary + "/mainstay-demo-XXXXXX")
            defer { free(template) }
            guard let template, mkdtemp(template) != nil else {
                throw DemoFolder.failure("Cannot make a folder in", temporary)
            }
            path = String(cString: template)
            isKept = false
            return
        }
        if mkdir(kept, 0o777) != 0 {
            guard errno == EEXIST else { throw DemoFolder.failure("Cannot make", kept) }
            guard DemoFolder.entries(of: kept)?.isEmpty == true else {
                throw FaceError(
                    "\(makeSafe(kept)) exists and is not an empty folder",
                    hint: "Give --keep a folder that does not exist yet"
                )
            }
        }
        let real = realpath(kept, nil)
        defer { free(real) }
        path = real.map { String(cString: $0) } ?? kept
        isKept = true
    }

    /// Removes the folder with all it holds, unless it is kept.
    package func remove() {
        if !isKept { DemoFolder.removeTree(path) }
    }

    private static func failure(_ what: String, _ path: String) -> FaceError {
        FaceError(
            "\(what) \(makeSafe(path)): \(String(cString: strerror(errno)))",
            hint: "Name another folder with --keep"
        )
    }

    private static func entries(of folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes `path`, following no symbolic link.
    private static func removeTree(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in entries(of: path) ?? [] { removeTree("\(path)/\(name)") }
        rmdir(path)
    }
}
