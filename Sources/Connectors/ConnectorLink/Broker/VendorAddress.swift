/// Where a vendor's server is reached: all that a connector asks for lies below.
package struct VendorAddress: Sendable, Hashable {
    /// Scheme, host and port, in small letters; the port of the scheme is left out.
    package let origin: String
    /// What all paths begin with, such as `/REST/2.0`; empty, or without a slash at its end.
    package let path: String

    /// Whether what is sent can be read on the way.
    package var isPlain: Bool { origin.hasPrefix("http:") }

    /// Reads an address such as `https://vendor.example/REST/2.0`.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/settings``.
    package init(_ text: String) throws(LinkFault) {
        guard let (origin, rest) = Self.split(text), !rest.contains("?"), !rest.contains("#") else {
            throw LinkFault(
                .settings,
                "The address '\(text)' is none, expected one as https://vendor.example/api"
            )
        }
        self.origin = origin
        do throws(PathFault) {
            var path = try PathSegments(rest.isEmpty ? "/" : rest).path
            if path.hasSuffix("/") { path.removeLast() }
            self.path = path
        } catch {
            throw LinkFault(.settings, "The path of the address '\(text)' \(error.reason)")
        }
    }

    /// Scheme, host and port of an absolute URL, and what follows; `nil` where it has none, or
    /// names a user.
    private static func split(_ text: String) -> (origin: String, rest: Substring)? {
        let start = text.prefix(8).lowercased()
        guard let scheme = ["https://", "http://"].first(where: { start.hasPrefix($0) }) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        var place = rest[..<end].lowercased()
        let usual = scheme == "https://" ? ":443" : ":80"
        if place.hasSuffix(usual) { place.removeLast(usual.count) }
        let isPlace = place.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte) || "-._:[]".utf8.contains(byte)
        }
        guard isPlace, place.first.map({ $0 != ":" }) ?? false else { return nil }
        return (scheme + place, rest[end...])
    }

    /// What a connector asks for, below this address.
    ///
    /// - Parameters:
    ///   - asked: A path, or an absolute URL below this address; with a query, if it has one.
    ///   - query: What is added to the query, not yet escaped; in the order of the names.
    /// - Returns: What is to be asked.
    /// - Throws: ``PathFault``.
    package func target(
        _ asked: String,
        query: [String: String]
    ) throws(PathFault) -> VendorTarget {
        guard !asked.contains("#") else { throw PathFault("has a fragment") }
        let relative = asked.hasPrefix("/") ? asked[...] : try below(asked)
        let parts = relative.split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let segments = try PathSegments(parts[0])
        var pairs = parts.count > 1 ? [try Self.checked(query: parts[1])] : []
        for (name, value) in query.sorted(by: { $0.key < $1.key }) {
            pairs.append(PathSegments.escape(name) + "=" + PathSegments.escape(value))
        }
        let all = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
        let url = origin + path + segments.path + all
        guard url.utf8.count <= 16 << 10 else { throw PathFault("has more than 16 KiB") }
        return VendorTarget(segments: segments, url: url)
    }

    /// The path and query of an absolute URL, from the end of this address on.
    private func below(_ url: String) throws(PathFault) -> Substring {
        guard let (origin, rest) = Self.split(url), origin == self.origin else {
            throw PathFault("is '\(url.prefix(200))', which is not below \(origin)\(path)")
        }
        let own = rest.dropFirst(path.count)
        guard rest.hasPrefix(path), own.first.map({ "/?".contains($0) }) ?? true else {
            throw PathFault("is '\(url.prefix(200))', which is not below \(origin)\(path)")
        }
        return own.hasPrefix("/") ? own : "/" + own
    }

    /// A query that came escaped, such as that of a link to the next page.
    private static func checked(query: Substring) throws(PathFault) -> String {
        let never = #""<>\^`{|}"#.utf8
        guard query.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !never.contains($0) }) else {
            throw PathFault("has a query that is not escaped")
        }
        return String(query)
    }

    /// Where a redirect from one URL leads: an absolute URL, to be looked at like any other.
    func resolve(_ location: String, from asked: String) -> String {
        if location.contains("://") || location.hasPrefix("//") { return location }
        if location.hasPrefix("/") { return origin + location }
        let place = asked.prefix { $0 != "?" }
        if location.hasPrefix("?") { return place + location }
        guard let slash = place.lastIndex(of: "/") else { return location }
        return place[...slash] + location
    }
}

/// One thing below a vendor's address.
package struct VendorTarget: Sendable, Hashable {
    /// The path below the address.
    package let segments: PathSegments
    /// The absolute URL.
    package let url: String
}
