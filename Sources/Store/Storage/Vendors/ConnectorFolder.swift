import Glibc

/// The folder of the installed connectors: a folder of plain files for each, by its id.
package struct ConnectorFolder: Sendable {
    private let path: String

    /// Names the folder; it is made by the first ``write(_:)``.
    package init(_ path: String) {
        self.path = path
    }

    /// Writes files into a new folder, where they are no connector yet.
    ///
    /// - Parameter files: Their names and contents.
    /// - Returns: The new folder.
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    package func write(_ files: [String: [UInt8]]) throws(StorageError) -> String {
        try BlobFolder.make(path)
        let folder = "\(path)/.new-\(UInt64.random(in: 0 ... .max))"
        try BlobFolder.make(folder)
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let file = try NewFile(in: folder)
            try file.append(bytes)
            try file.keep(as: "\(folder)/\(name)")
        }
        return folder
    }

    /// Puts a new folder in the place of what was there of its id.
    ///
    /// - Throws: ``StorageError`` with ``StorageError/Code/disk``.
    package func place(_ folder: String, as id: String) throws(StorageError) {
        let (goal, old) = ("\(path)/\(id)", folder + ".old")
        _ = rename(goal, old)
        guard rename(folder, goal) == 0 else { throw .disk("rename", folder) }
        try NewFile.syncFolder(of: goal)
        remove(old)
    }

    /// Removes a folder of plain files, as far as it is there.
    package func remove(_ folder: String) {
        if let entries = opendir(folder) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(folder)/\(name)")
            }
            closedir(entries)
        }
        rmdir(folder)
    }
}
