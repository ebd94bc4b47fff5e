package import ConnectorLink
import MainstayCore
import Storage

/// A connector as its archive has it, found to be whole.
package struct ConnectorPackage: Sendable {
    /// What it may do.
    package let manifest: ConnectorManifest
    /// Its files, by their names.
    let files: [String: [UInt8]]

    /// Reads an archive, as ``ConnectorArchive`` writes it.
    ///
    /// - Parameters:
    ///   - archive: The bytes.
    ///   - place: Its path, for errors.
    /// - Throws: ``ConnectorLink/LinkFault``: it is no archive, its manifest is none, its library has
    ///   another digest; ``UseError`` with ``UseError/Code/refused`` for another machine's.
    package init(_ archive: [UInt8], _ place: String) throws {
        files = try ConnectorArchive.files(of: archive, place)
        guard let text = files[ConnectorManifest.fileName] else {
            throw LinkFault(.manifest, "\(place) has no \(ConnectorManifest.fileName)")
        }
        manifest = try ConnectorManifest(json: text, ConnectorManifest.fileName)
        guard let library = files[manifest.library] else {
            throw LinkFault(.file, "\(place) has no library '\(manifest.library)'")
        }
        guard manifest.architecture == Self.architecture else {
            throw UseError(
                .refused,
                "\(place) is for \(manifest.architecture), and this machine is \(Self.architecture)"
            )
        }
        let seen = BlobFolder.digest(of: library)
        guard seen == manifest.sha256 else {
            throw LinkFault(
                .checksum,
                "\(manifest.library) in \(place) has SHA-256 \(seen), expected \(manifest.sha256)",
                hint: "Pack it again with 'mainstay connector pack'"
            )
        }
    }

    private static var architecture: String {
        #if arch(arm64)
        "aarch64"
        #else
        "x86_64"
        #endif
    }
}
