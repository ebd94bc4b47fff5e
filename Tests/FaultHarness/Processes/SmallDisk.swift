import Glibc
import MainstayTesting

/// A folder with little space: a file system of its own, or, without root, a limit on every file.
///
/// A class, because it owns a mount or a limit of the process, which go with it. One at a time.
final class SmallDisk {
    private let folder: TemporaryFolder
    /// Whether it is a file system, for every process, and not a limit of this one.
    let isMounted: Bool

    /// Its absolute path.
    var path: String { folder.path }

    /// Makes an empty folder with so much space.
    init(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        let options = "size=\(kilobytes)k"
        let mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path]
        // Root in a container may not mount either.
        isMounted = geteuid() == 0 && (try? runProgram(mount)) != nil
        if !isMounted { Self.limit(toBytes: rlim_t(kilobytes * 1024)) }
    }

    deinit {
        if isMounted {
            try? runProgram(["umount", "--lazy", folder.path])
        } else {
            Self.limit(toBytes: nil)
        }
    }

    /// Makes space.
    func grow() throws {
        if isMounted {
            try runProgram(["mount", "-o", "remount,size=256m", folder.path])
        } else {
            Self.limit(toBytes: nil)
        }
    }

    private static func limit(toBytes bytes: rlim_t?) {
        signal(SIGXFSZ, SIG_IGN)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        var limit = rlimit()
        getrlimit(resource, &limit)
        limit.rlim_cur = bytes ?? limit.rlim_max
        setrlimit(resource, &limit)
    }
}
