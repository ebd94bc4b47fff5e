import CCurl
import MainstayCore

extension HTTPRequest {
    /// Sends the request on a thread of its own and returns what comes back, whatever its status.
    ///
    /// No redirect is followed, and no variable of the process chooses a proxy. The corresponding
    /// function is `curl_easy_perform`; libcurl is loaded by the first call.
    /// - Throws: ``HTTPError``.
    package func perform(_ limits: HTTPLimits = HTTPLimits()) async throws(HTTPError) -> HTTPAnswer
    {
        try await onThread({ HTTPError(.other, $0) }) { () throws(HTTPError) in
            try performAndWait(limits)
        }
    }

    /// As ``perform(_:)``; the calling thread waits.
    func performAndWait(_ limits: HTTPLimits) throws(HTTPError) -> HTTPAnswer {
        let given = Set(sentLines.map { $0.prefix { $0 != ":" }.lowercased() })
        // What libcurl would add of its own is left out: "Expect" would cost a round trip, and some
        // receivers never answer it.
        let own = ["Accept", "Content-Type", "Expect"].filter { !given.contains($0.lowercased()) }
        let lines = sentLines + own.map { $0 + ":" }
        var answer = mst_http_answer()
        defer { mst_http_release(&answer) }
        withCStrings(lines) { headers in
            body.withUnsafeBufferPointer { bytes in
                method.withCString { method in
                    url.withCString { url in
                        var request = mst_http_request(
                            method: method,
                            url: url,
                            headers: headers,
                            body: bytes.baseAddress,
                            body_size: bytes.count,
                            connect_ms: limits.connectMs,
                            total_ms: limits.totalMs,
                            silence_s: limits.silenceSeconds,
                            most_bytes: limits.mostBytes,
                            allows_plain: limits.allowsPlain ? 1 : 0
                        )
                        mst_http_perform(&request, &answer)
                    }
                }
            }
        }
        if let failure = failure(answer, limits) { throw failure }
        let head = String(
            decoding: UnsafeBufferPointer(start: answer.head, count: answer.head_size),
            as: UTF8.self
        )
        return HTTPAnswer(
            status: answer.status,
            headerLines: head.split(whereSeparator: \.isNewline).dropFirst().map(String.init),
            body: Array(UnsafeBufferPointer(start: answer.body, count: answer.body_size))
        )
    }

    private func failure(_ answer: mst_http_answer, _ limits: HTTPLimits) -> HTTPError? {
        let place = host
        let said = withUnsafeBytes(of: answer.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        switch UInt32(bitPattern: answer.outcome) {
        case MST_HTTP_ANSWERED.rawValue: return nil
        case MST_HTTP_NO_LIBRARY.rawValue:
            return HTTPError(
                .noLibrary,
                "Nothing can be sent by HTTP: libcurl.so.4 cannot be loaded",
                hint: "Install it: 'apt-get install libcurl4'"
            )
        case MST_HTTP_BAD_URL.rawValue:
            return HTTPError(.badRequest, "\(place) cannot be asked: \(said)")
        case MST_HTTP_UNREACHABLE.rawValue:
            return HTTPError(.unreachable, "\(place) cannot be reached: \(said)")
        case MST_HTTP_TIMED_OUT.rawValue:
            return HTTPError(
                .timedOut,
                "\(place) did not answer in time: \(said)"
            )
        case MST_HTTP_TOO_LARGE.rawValue:
            return HTTPError(
                .tooLarge,
                "\(place) answered with more than \(limits.mostBytes) bytes"
            )
        case MST_HTTP_TLS.rawValue:
            return HTTPError(.tls, "\(place) cannot be trusted: \(said)")
        default: return HTTPError(.other, "\(place) gave no answer: \(said)")
        }
    }

    /// Scheme and host of the URL: what may stand in messages, for a path can hold a secret.
    private var host: String {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let place = parts[2].split(separator: "/").first else {
            return "The URL"
        }
        return "\(parts[0])//\(place.split(separator: "@").last ?? place)"
    }
}

/// Calls `body` with texts as C strings, the last pointer `nil`.
func withCStrings<Result>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
        starts.append(bytes.count)
        bytes += text.utf8CString
    }
    return bytes.withUnsafeBufferPointer { buffer in
        body(starts.map { start in buffer.baseAddress.map { $0 + start } } + [nil])
    }
}
