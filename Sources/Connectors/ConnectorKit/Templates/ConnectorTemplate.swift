import Glibc
import MainstayCore

/// The files that a new connector begins with: it builds, and passes its test and all checks, before
/// anything is changed.
package struct ConnectorTemplate: Sendable, Hashable {
    /// What it is written in.
    package enum Language: Sendable, Hashable {
        /// A Swift package with the logic, the export line and a test.
        case swift
        /// One C file with a Makefile and a copy of the header.
        case c(header: String)
    }

    /// Where the Swift package of Mainstay is.
    package enum Kit: Sendable, Hashable {
        /// In a folder on this machine, as an absolute path.
        case folder(String)
        /// In a repository, from a version on.
        case repository(url: String, from: String)
    }

    /// Small letters, digits and hyphens, such as `acme`.
    package let name: String
    private let language: Language
    private let kit: Kit

    /// Names a connector.
    ///
    /// - Throws: ``KitFault`` where the name cannot be that of a library.
    package init(name: String, language: Language, kit: Kit) throws(KitFault) {
        let isFine = name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
        }
        guard isFine, let first = name.utf8.first, (97...122).contains(first), name.count <= 40,
            !name.hasSuffix("-")
        else {
            throw KitFault(
                "'\(name)' is no name of a connector, expected small letters, digits and hyphens",
                hint: "'mainstay connector new acme' makes the folder acme-connector"
            )
        }
        self.name = name
        self.language = language
        self.kit = kit
    }

    /// The files, by their paths below the folder, in the order of these.
    package var files: [(path: String, text: String)] {
        let texts =
            switch language {
            case .swift: swiftFiles
            case .c(let header): cFiles(header)
            }
        return texts.map { ($0.path, filled($0.text) + "\n") }.sorted { $0.path < $1.path }
    }

    private var swiftFiles: [(path: String, text: String)] {
        [
            ("Package.swift", Self.package), ("Sources/\(type)Connector.swift", Self.logic),
            ("Export/Export.swift", Self.export),
            ("Tests/\(type)ConnectorTests.swift", Self.test),
            ("connector.json", Self.manifest), ("replay.json", Self.replay),
            (".gitignore", ".build/"),
        ]
    }

    private func cFiles(_ header: String) -> [(path: String, text: String)] {
        [
            ("Makefile", Self.makefile), ("\(name).c", Self.source), ("test.c", Self.cTest),
            ("connector.json", Self.cManifest), ("replay.json", Self.cReplay),
            ("mainstay_connector.h", header), (".gitignore", "*.so\ntest"),
        ]
    }

    /// The name as a type: `acme-support` is `AcmeSupport`.
    var type: String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private func filled(_ text: String) -> String {
        let (line, package) = kitLine
        let pairs = [
            ("{name}", name), ("{Type}", type),
            ("{Title}", name.prefix(1).uppercased() + name.dropFirst()), ("{kit}", line),
            ("{package}", package),
        ]
        return pairs.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// The line of the dependency, and what products call it.
    private var kitLine: (line: String, package: String) {
        switch kit {
        case .folder(let path):
            return (".package(name: \"mainstay\", path: \"\(path)\", traits: [])", "mainstay")
        case .repository(let url, let version):
            let last = url.split(separator: "/").last.map(String.init) ?? url
            let package = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
            return (".package(url: \"\(url)\", from: \"\(version)\", traits: [])", package)
        }
    }

    /// Writes the files into a folder that is made for them.
    ///
    /// - Throws: ``KitFault`` where the folder is there already or a file cannot be written.
    package func write(to folder: String) throws(KitFault) {
        try Self.make(folder, mustBeNew: true)
        for (path, text) in files {
            if let end = path.lastIndex(of: "/") {
                try Self.make("\(folder)/\(path[..<end])", mustBeNew: false)
            }
            try writeText("\(folder)/\(path)", Array(text.utf8))
        }
    }

    private static func make(_ folder: String, mustBeNew: Bool) throws(KitFault) {
        guard mkdir(folder, 0o777) != 0 else { return }
        if errno == EEXIST && !mustBeNew { return }
        throw KitFault("Folder \(folder) is not made: \(String(cString: strerror(errno)))")
    }
}

/// Writes a file that is whole or not there.
func writeText(_ path: String, _ bytes: [UInt8]) throws(KitFault) {
    guard let file = fopen(path, "we") else {
        throw KitFault("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else {
        unlink(path)
        throw KitFault("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
