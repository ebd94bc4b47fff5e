import FoundationEssentials
import Glibc
import SQLDatabase

extension SQLiteDatabase {
    /// Refuses a place where no database can be, with an error that says why.
    ///
    /// - Throws: ``SQLError`` with ``SQLError/Code/unfit``.
    static func checkPlace(of file: String) throws {
        guard file.hasPrefix("/") else {
            throw SQLError(.other, "Path '\(file)' of the database is not absolute")
        }
        if isFolder(file) == true {
            throw SQLError(
                .unfit,
                "'\(file)' is a folder, not a database",
                hint: "Name a file in it"
            )
        }
        let folder = folder(of: file)
        guard let isFolder = isFolder(folder) else {
            throw SQLError(
                .unfit,
                "Folder '\(folder)' of the database does not exist",
                hint: "mkdir -p '\(folder)'"
            )
        }
        guard isFolder else {
            throw SQLError(.unfit, "'\(folder)' is a file, not the folder of a database")
        }
        guard access(file, F_OK) != 0 || access(file, R_OK | W_OK) == 0 else {
            throw SQLError(
                .unfit,
                "Database '\(file)' cannot be written: \(String(cString: strerror(errno)))",
                hint: "Let the user who runs Mainstay write in its folder"
            )
        }
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        guard let kind = remoteFileSystem(of: folder, among: mounts) else { return }
        throw SQLError(
            .unfit,
            "Folder '\(folder)' is on a file system of kind \(kind), which can damage a database",
            hint: "Move it to a local disk, or use PostgreSQL"
        )
    }

    /// The kind of a folder's file system when it does not promise the locks and the shared memory
    /// that SQLite needs; `nil` for all others, and for one that `mounts` does not know.
    ///
    /// Everything named `fuse.…` is among them, because a local one is the exception there. A mount
    /// of the host in a virtual machine (`virtiofs`) and NTFS by `fuseblk` are not. `mounts` is
    /// Linux's `/proc/self/mountinfo`, see `proc(5)`.
    static func remoteFileSystem(of folder: String, among mounts: String) -> String? {
        var status = stat()
        guard stat(folder, &status) == 0 else { return nil }
        // The bits of `makedev(3)`, which Swift does not import.
        let number = UInt64(status.st_dev)
        let major = number >> 8 & 0xFFF
        let minor = number & 0xFF | number >> 12 & 0xFFF_FF00
        return remoteFileSystem(device: "\(major):\(minor)", among: mounts)
    }

    /// The same for a device such as `0:57`.
    static func remoteFileSystem(device: String, among mounts: String) -> String? {
        for mount in mounts.split(separator: "\n") {
            let fields = mount.split(separator: " ")
            guard fields.count > 2, fields[2] == device,
                let end = fields.firstIndex(of: "-"), end + 1 < fields.count
            else { continue }
            let kind = String(fields[end + 1])
            return remoteKinds.contains(kind) || kind.hasPrefix("fuse.") ? kind : nil
        }
        return nil
    }

    private static let remoteKinds: Set = [
        "9p", "afs", "ceph", "cifs", "coda", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs",
    ]

    /// The folder of a file with an absolute path.
    static func folder(of file: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
        return folder.isEmpty ? "/" : folder
    }

    /// Whether there is a folder; `nil` when there is nothing.
    private static func isFolder(_ path: String) -> Bool? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// The size of a file in bytes; 0 when there is none.
    static func size(of file: String) -> Int {
        var status = stat()
        return stat(file, &status) == 0 ? Int(status.st_size) : 0
    }
}
