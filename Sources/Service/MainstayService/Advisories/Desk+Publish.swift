package import AdvisoryFormats
import LTSReleases
import MainstayCore
import SQLDatabase
import Storage

extension Desk {
    /// Says who publishes advisories.
    package func setPublisher(_ publisher: AdvisoryPublisher) async throws {
        try await write(ids: 2) { connection, acting, provision in
            try acting.require(.keepAdvisories)
            try connection.setSetting("publisher", to: publisher.json.json)
            let draft = EventDraft("publisher_set", text: publisher.json.json)
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }

    /// Returns who publishes advisories; `nil` before anybody said so.
    package func publisher() async throws -> AdvisoryPublisher? {
        try await read { connection, acting in
            try acting.requireAnyRole()
            return try connection.publisher()
        }
    }

    /// Returns all that is published, as the files of a folder that any web server can hand out, by
    /// their paths.
    ///
    /// What it holds is what was published last, byte for byte; feeds and lists are made from it.
    /// Nothing under embargo is in it.
    package func published() async throws -> [String: [UInt8]] {
        let found = try await read { connection, acting in
            try acting.require(.keepAdvisories)
            let documents = try connection.advisories().filter(\.isPublic)
                .compactMap { advisory -> (ref: String, osv: String, csaf: String)? in
                    let publications = try connection.publications(of: advisory.id)
                    guard let osv = publications.last(where: { $0.kind == .osv }),
                        let csaf = publications.last(where: { $0.kind == .csaf })
                    else { return nil }
                    return (advisory.ref, osv.bodySHA, csaf.bodySHA)
                }
            return (documents: documents, publisher: try connection.publisher())
        }
        guard let publisher = found.publisher else { throw UseError.noPublisher }
        let written = try found.documents.map { document in
            try WrittenAdvisory(
                id: document.ref,
                osv: try instance.blobs.read(document.osv),
                csaf: try instance.blobs.read(document.csaf)
            )
        }
        return try AdvisoryFolder.files(written, by: publisher, at: .now)
    }
}

extension Connection {
    /// Returns who publishes advisories; `nil` before anybody said so.
    func publisher() throws -> AdvisoryPublisher? {
        guard let text = try setting("publisher") else { return nil }
        return AdvisoryPublisher(try JSONValue(json: text))
    }
}

extension AdvisoryPublisher {
    /// The publisher as it is stored.
    var json: JSONValue {
        [
            "name": .text(name), "namespace": .text(namespace), "contact": .text(contact),
            "folder_url": .text(folderURL), "prefix": .text(registeredPrefix),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let name = json["name"]?.text, let namespace = json["namespace"]?.text,
            let folder = json["folder_url"]?.text
        else { return nil }
        self.init(
            name: name,
            namespace: namespace,
            contact: json["contact"]?.text,
            folderURL: folder,
            registeredPrefix: json["prefix"]?.text
        )
    }
}

extension UseError {
    /// Nobody said who publishes.
    static let noPublisher = UseError(
        .refused,
        "Nobody has said who publishes advisories",
        hint:
            "Say it with 'mainstay advisory publisher --name ... --namespace https://... --url ...'"
    )
}
