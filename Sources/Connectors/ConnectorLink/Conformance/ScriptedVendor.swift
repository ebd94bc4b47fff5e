import ConnectorMessages
import Outbound
import Synchronization

/// A vendor that plays a scene, or spoils it.
final class ScriptedVendor: Sendable {
    /// How it answers.
    enum Mood: Sendable {
        /// As the scene says.
        case script
        /// Always this.
        case always(HTTPAnswer)
        /// As the scene says, of each body so many hundredths.
        case cut(percent: Int)
        /// Never, which ends as a time-out.
        case silent
        /// Never, until the call is given up.
        case hanging
    }

    /// Where it is said to be.
    static let address = "https://vendor.example/api"

    private let state: Mutex<State>

    private struct State {
        var mood = Mood.script
        var vendor: [Replay.Entry]
        var uses: [Int]
        var unexpected: [String] = []
        var writes: [HTTPRequest] = []
        var asked = 0
        var fileSize: Int64 = 0
    }

    init(_ scene: Replay.Scene?, _ mood: Mood = .script) {
        let vendor = scene?.vendor ?? []
        let uses = [Int](repeating: 0, count: vendor.count)
        state = Mutex(State(mood: mood, vendor: vendor, uses: uses))
    }

    /// What it was asked and has no answer for.
    var unexpected: [String] { state.withLock { $0.unexpected } }
    /// What was to change something, in order.
    var writes: [HTTPRequest] { state.withLock { $0.writes } }
    /// How many requests came.
    var asked: Int { state.withLock { $0.asked } }

    /// Lets the answers tell the size of a file: `"{size}"` in a replay is this number.
    func expect(fileOf size: Int64) { state.withLock { $0.fileSize = size } }

    func answer(_ request: HTTPRequest) async throws(HTTPError) -> HTTPAnswer {
        let mood = state.withLock { state in
            state.asked += 1
            if !["GET", "HEAD"].contains(request.method) { state.writes.append(request) }
            return state.mood
        }
        switch mood {
        case .always(let answer): return answer
        case .silent: throw HTTPError(.timedOut, "The vendor did not answer in time")
        case .hanging:
            try? await Task.sleep(for: .seconds(60))
            throw HTTPError(.timedOut, "The vendor did not answer in time")
        case .script: return scripted(request)
        case .cut(let percent):
            let whole = scripted(request)
            let part = whole.body.prefix(whole.body.count * percent / 100)
            return HTTPAnswer(
                status: whole.status,
                headerLines: whole.headerLines,
                body: Array(part)
            )
        }
    }

    private func scripted(_ request: HTTPRequest) -> HTTPAnswer {
        let found: Replay.Entry? = state.withLock { state in
            let matching = state.vendor.indices.filter { Self.matches(state.vendor[$0], request) }
            let fresh = matching.first { state.uses[$0] == 0 }
            let reads = ["GET", "HEAD"].contains(request.method)
            guard let place = fresh ?? (reads ? matching.last : nil) else {
                let path = request.url.dropFirst(Self.address.count)
                state.unexpected.append("\(request.method) \(path.prefix(200))")
                return nil
            }
            state.uses[place] += 1
            return state.vendor[place]
        }
        guard let found else {
            let text = #"{"message":"The replay has no answer to this"}"#
            return HTTPAnswer(status: 404, body: Array(text.utf8))
        }
        let size = state.withLock { $0.fileSize }
        return HTTPAnswer(
            status: found.status,
            headerLines: found.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" },
            body: Array(found.body.replacing(#""{size}""#, with: "\(size)").utf8)
        )
    }

    private static func matches(_ entry: Replay.Entry, _ request: HTTPRequest) -> Bool {
        let parts = request.url.dropFirst(address.count).split(separator: "?", maxSplits: 1)
        let path = parts.first.map(String.init) ?? "/"
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map(String.init)
        let wanted = entry.query.map {
            PathSegments.escape($0.key) + "=" + PathSegments.escape($0.value)
        }
        guard entry.method == request.method, wanted.allSatisfy(query.contains),
            let expected = try? PathSegments(entry.path), let seen = try? PathSegments(path),
            expected.texts == seen.texts
        else { return false }
        guard let contains = entry.contains else { return true }
        return String(decoding: request.body, as: UTF8.self).contains(contains)
    }
}
