import ConnectorMessages
import Glibc
import MainstayCore

/// What the author of a connector plays through.
///
/// It names calls, what the vendor answers meanwhile, and what must come out. The file `replay.json`
/// stands beside the manifest.
///
/// ```json
/// { "format": 1,
///   "options": { "project": "vendor-support" },
///   "scenes": {
///     "updates": {
///       "calls": [{ "operation": "fetch_updates", "request": { "cursor": "" },
///                   "reply": { "nextCursor": "7", "hasMore": false } }],
///       "vendor": [{ "method": "GET", "path": "/events", "query": { "after": "0" },
///                    "answer": { "status": 200, "json": [] } }] } } }
/// ```
///
/// A request matches the first entry of the vendor that it did not use up: by method and path, by
/// the query named, and by a text that the body must contain. An entry for `GET` and `HEAD` is
/// never used up by its last match. Of a reply only the members named are compared.
package struct Replay: Sendable, Hashable {
    /// The scenes that checks play, and what each shows.
    package static let scenes = [
        "updates": "All updates from the beginning, page by page",
        "bad_item": "A page with an item that cannot be read, and one that can",
        "own_writes": "A page in which our own writes come back",
        "open": "A case is opened", "open_again": "The same case, after a lost answer",
        "comment": "A comment is added", "comment_again": "The same one, after a lost answer",
        "close": "A case is closed", "read": "A case is read",
        "ignored": "A write that the vendor accepts and does not carry out",
        "attach": "A file is added", "attach_again": "The same one, after a lost answer",
        "attach_refused": "A file that the vendor does not take",
    ]

    /// A call, and what must come of it.
    struct Call: Sendable, Hashable {
        let operation: ConnectorOperation
        let request: JSONValue
        /// Members of the reply.
        let reply: JSONValue?
        /// The code of the problem that it must end with.
        let problem: String?
    }

    /// One thing that the vendor can be asked.
    struct Entry: Sendable, Hashable {
        let method: String
        let path: String
        let query: [String: String]
        let contains: String?
        let status: Int
        let headers: [String: String]
        let body: String
    }

    /// Calls with the vendor that they meet.
    struct Scene: Sendable, Hashable {
        let calls: [Call]
        let vendor: [Entry]
    }

    /// What the connector is made with.
    let options: [String: JSONValue]
    let scenes: [String: Scene]

    /// Reads `replay.json` from a path.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/manifest``.
    package init(path: String) throws(LinkFault) {
        guard let file = fopen(path, "re") else {
            throw LinkFault(
                .manifest,
                "\(path) cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            bytes += piece[..<count]
        }
        try self.init(json: bytes, path)
    }

    /// Reads a replay; errors name it as `place`.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/manifest``.
    package init(json bytes: [UInt8], _ place: String) throws(LinkFault) {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONValue(json: bytes, takesFractions: true)
        } catch {
            let what = "\(error.seen) at byte \(error.offset)"
            throw LinkFault(.manifest, "\(place) is no JSON: \(what)")
        }
        let object = try StrictObject(value, place, keys: ["format", "options", "scenes"])
        _ = try object.number("format", 1...1)
        options = value["options"]?.members ?? [:]
        let all = value["scenes"]?.members ?? [:]
        let names = Self.scenes.keys.sorted()
        _ = try object.object("scenes", keys: names)
        var scenes: [String: Scene] = [:]
        for (name, value) in all { scenes[name] = try Scene(value, "scene '\(name)'") }
        self.scenes = scenes
    }
}

extension Replay.Scene {
    fileprivate init(_ value: JSONValue, _ place: String) throws(LinkFault) {
        let object = try StrictObject(value, place, keys: ["calls", "vendor"])
        var calls: [Replay.Call] = []
        for value in try object.list("calls") {
            let keys = ["operation", "request", "reply", "problem"]
            let call = try StrictObject(value, "A call of \(place)", keys: keys)
            let names = ConnectorOperation.allCases.map(\.rawValue)
            let name = try call.word("operation", of: names)
            guard let operation = ConnectorOperation(rawValue: name) else { continue }
            calls.append(
                Replay.Call(
                    operation: operation,
                    request: value["request"] ?? .object([:]),
                    reply: value["reply"],
                    problem: try call.optionalText("problem")
                )
            )
        }
        guard !calls.isEmpty else { throw LinkFault(.manifest, "\(place) has no calls") }
        var vendor: [Replay.Entry] = []
        for value in try object.list("vendor") { vendor.append(try Replay.Entry(value, place)) }
        (self.calls, self.vendor) = (calls, vendor)
    }
}

extension Replay.Entry {
    fileprivate init(_ value: JSONValue, _ place: String) throws(LinkFault) {
        let keys = ["method", "path", "query", "contains", "answer"]
        let object = try StrictObject(value, "An entry of the vendor in \(place)", keys: keys)
        method = try object.text("method")
        path = try object.text("path")
        query = try object.map("query")
        contains = try object.optionalText("contains")
        let answers = ["status", "headers", "json", "text"]
        guard let answer = try object.object("answer", keys: answers) else {
            throw object.fault("answer", "nothing", "what the vendor answers")
        }
        status = try answer.number("status", 200...599)
        headers = try answer.map("headers")
        body = value["answer"]?["json"]?.json ?? value["answer"]?["text"]?.text ?? ""
    }
}
