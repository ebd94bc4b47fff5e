package import ConnectorLink
import ConnectorMessages
import Glibc
import MainstayCore

/// The folder of an author with a connector, Swift or C.
package struct ConnectorSource: Sendable {
    /// How the library is built.
    package enum Build: Sendable {
        /// Fast, with the runtime of the toolchain beside it.
        case development
        /// As partners ship it: Swift's library linked in, symbols stripped.
        case release
    }

    /// What an archive's name ends with.
    package static let archiveEnd = ".connector.tar"

    private let folder: String
    private let host: String
    private let environment: [String]
    private let draft: [String: JSONValue]
    private let library: String
    /// The folder of the Swift package that the library is a product of; `nil` for C.
    private let package: String?

    /// Opens a folder that ``ConnectorTemplate`` began, or one like it.
    ///
    /// - Parameters:
    ///   - folder: Its absolute path.
    ///   - host: The absolute path of the program that loads plugins.
    ///   - environment: The variables for the tools, each `NAME=value`; `PATH` finds them.
    /// - Throws: ``KitFault`` where there is no manifest that names a library.
    package init(
        folder: String,
        host: String,
        environment: [String]
    ) throws(KitFault) {
        (self.folder, self.host, self.environment) = (folder, host, environment)
        let path = "\(folder)/\(ConnectorManifest.fileName)"
        guard let value = try? JSONValue(json: Self.read(path)), let members = value.members else {
            throw KitFault(
                "\(path) is no manifest",
                hint: "'mainstay connector new NAME' begins a connector"
            )
        }
        guard let library = value["library"]?.text, library.hasPrefix("lib"),
            library.hasSuffix(".so"), !library.contains("/")
        else {
            let seen = value["library"]?.json ?? "nothing"
            throw KitFault("\(path) has \(seen) as 'library', expected a name as libacme.so")
        }
        (draft, self.library) = (members, library)
        package = Self.package(above: folder)
    }

    /// Builds the library and puts it into a folder with the manifest, completed, and the replay:
    /// what ``ConnectorConformance`` checks and what is installed.
    ///
    /// The manifest gets from the connector what it says of itself, and the machine and the SHA-256
    /// of the library.
    /// - Parameters:
    ///   - build: How.
    ///   - target: The folder, which must be there.
    /// - Returns: The manifest, whole.
    /// - Throws: ``KitFault`` where a tool fails, or the library says nothing of itself.
    @discardableResult
    package func assemble(_ build: Build, into target: String) throws -> ConnectorManifest {
        try assemble(try made(build), isStripped: build == .release, into: target)
    }

    /// Does the same with a library that is built already.
    ///
    /// - Parameters:
    ///   - built: The path of the library.
    ///   - isStripped: Whether its symbols are left out.
    ///   - target: The folder, which must be there.
    /// - Returns: The manifest, whole.
    /// - Throws: ``KitFault`` where the library says nothing of itself.
    @discardableResult
    package func assemble(
        _ built: String,
        isStripped: Bool,
        into target: String
    ) throws -> ConnectorManifest {
        let place = "\(target)/\(library)"
        _ = try run(["cp", "--", built, place])
        if isStripped { _ = try run(["strip", "--strip-unneeded", place]) }
        let descriptor = try descriptor(of: place)
        var members = draft
        members["id"] = .text(descriptor.id)
        members["version"] = .text(descriptor.version)
        members["displayName"] = .text(descriptor.displayName)
        members["services"] = .texts(descriptor.services)
        members["architecture"] = .text(Self.machine)
        members["sha256"] = .text(try LinkedPlugin.sha256(of: place))
        let text = Array(JSONValue.object(members).indented.utf8)
        let manifest = try ConnectorManifest(json: text, "\(folder)/\(ConnectorManifest.fileName)")
        try writeText("\(target)/\(ConnectorManifest.fileName)", text)
        if access("\(folder)/replay.json", R_OK) == 0 {
            _ = try run(["cp", "--", "\(folder)/replay.json", "\(target)/replay.json"])
        }
        return manifest
    }

    /// Builds a release and packs it into one archive, the same bytes each time for the same
    /// library.
    ///
    /// - Parameter target: The folder for the archive, which must be there.
    /// - Returns: The path of the archive, such as `com.example.acme-1.0.0-x86_64` and its end.
    /// - Throws: ``KitFault`` where a tool fails, or the library says nothing of itself.
    package func pack(into target: String) throws -> String {
        let stage = "\(package ?? folder)/.build/pack"
        _ = try run(["rm", "-rf", "--", stage])
        _ = try run(["mkdir", "-p", "--", stage])
        let manifest = try assemble(.release, into: stage)
        let described = manifest.descriptor
        let name = "\(described.id)-\(described.version)-\(manifest.architecture)"
        var files: [String: [UInt8]] = [:]
        for file in [ConnectorManifest.fileName, library, "replay.json"] {
            let bytes = Self.read("\(stage)/\(file)", most: ConnectorArchive.mostBytes)
            if !bytes.isEmpty { files[file] = bytes }
        }
        let archive = "\(target)/\(name)\(Self.archiveEnd)"
        try writeText(archive, ConnectorArchive.archive(of: files))
        return archive
    }

    /// The folder with the libraries that a library for development is linked to; `nil` for C.
    ///
    /// - Throws: ``KitFault`` where the compiler does not tell.
    package func runtimeFolder() throws(KitFault) -> String? {
        guard package != nil else { return nil }
        let told = try run(["swiftc", "-print-target-info"], takesErrors: false)
        let paths = (try? JSONValue(json: told))?["paths"]?["runtimeLibraryPaths"]?.list
        guard let folder = paths?.first?.text else {
            throw KitFault("'swiftc -print-target-info' names no runtimeLibraryPaths")
        }
        return folder
    }

    /// Builds the library and returns its path.
    private func made(_ build: Build) throws(KitFault) -> String {
        guard let package else {
            guard access("\(folder)/Makefile", R_OK) == 0 else {
                throw KitFault("\(folder) has neither Package.swift nor Makefile")
            }
            _ = try run(["make", "--silent", library])
            return "\(folder)/\(library)"
        }
        let product = String(library.dropFirst(3).dropLast(3))
        var words = ["swift", "build", "--product", product]
        if build == .release {
            // Its own place: the flag would rebuild all that is there.
            words += ["-c", "release", "-Xswiftc", "-static-stdlib", "--scratch-path"]
            words.append(".build/connectors")
        }
        _ = try run(words, in: package)
        let output = try run(words + ["--show-bin-path"], in: package, takesErrors: false)
        let place = String(decoding: output, as: UTF8.self)
        return "\(place.split(separator: "\n").last ?? "")/\(library)"
    }

    /// What the library says of itself, in a process of its own.
    private func descriptor(of library: String) throws -> ConnectorDescriptor {
        let words = [host, "--plugin", library, "--no-sandbox"]
        let output = try run(words, takesErrors: false)
        var reader = FrameReader()
        output.withUnsafeBytes { reader.append($0) }
        while let frame = try reader.next() {
            guard frame.kind == .hello else { continue }
            return try ConnectorDescriptor(
                json: frame.payload,
                of: "What \(library) says of itself"
            )
        }
        throw KitFault("\(library) says nothing of itself")
    }

    private func run(
        _ words: [String],
        in place: String? = nil,
        takesErrors: Bool = true
    ) throws(KitFault) -> [UInt8] {
        let folder = place ?? folder
        return try ToolRun(words, in: folder, environment: environment, takesErrors: takesErrors)
            .output
    }

    /// The nearest Swift package from a folder up; a folder with a Makefile is none's.
    private static func package(above folder: String) -> String? {
        var place = folder[...]
        while access("\(place)/Package.swift", R_OK) != 0 {
            guard access("\(place)/Makefile", R_OK) != 0, let slash = place.lastIndex(of: "/"),
                slash != place.startIndex
            else { return nil }
            place = place[..<slash]
        }
        return String(place)
    }

    private static var machine: String {
        #if arch(arm64)
        "aarch64"
        #else
        "x86_64"
        #endif
    }

    private static func read(_ path: String, most: Int = 1 << 20) -> [UInt8] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: most)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return bytes
    }
}
