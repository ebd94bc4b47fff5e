/// What a connector may ask its vendor for, as its manifest says.
package struct HTTPPolicy: Sendable, Hashable {
    /// How many writes one call may make at most, whatever a manifest says.
    package static let mostWritesPerCall = 3

    /// Such as `GET`.
    package var methods: Set<String>
    /// What the path below the vendor's address must match one of.
    package var paths: [PathPattern]
    /// How many requests of one call may be anything but `GET` and `HEAD`.
    package var writesPerCall: Int
    /// How the vendor may be shown who asks.
    package var authentication: [Authentication]

    /// Creates a policy.
    package init(
        methods: Set<String>,
        paths: [PathPattern],
        writesPerCall: Int = 1,
        authentication: [Authentication] = []
    ) {
        self.methods = methods
        self.paths = paths
        self.writesPerCall = writesPerCall
        self.authentication = authentication
    }
}

/// A path in which `*` stands for one segment, and a `**` at its end for all that follow, at least
/// one.
package struct PathPattern: Sendable, Hashable {
    /// As it is written, such as `/projects/*/tickets`.
    package let text: String
    private let segments: [String]

    /// Reads a pattern.
    ///
    /// - Throws: ``PathFault``.
    package init(_ text: String) throws(PathFault) {
        let segments = try PathSegments(text).texts
        for (position, segment) in segments.enumerated() where segment.contains("*") {
            let isLast = position == segments.count - 1
            guard segment == "*" || segment == "**" && isLast else {
                throw PathFault("has '\(segment)' where only a name, '*' or a last '**' may stand")
            }
        }
        self.text = text
        self.segments = segments
    }

    /// Whether a path is one of those that are meant.
    package func matches(_ path: PathSegments) -> Bool {
        let seen = path.texts
        let isOpen = segments.last == "**"
        guard isOpen ? seen.count >= segments.count : seen.count == segments.count else {
            return false
        }
        return zip(segments, seen)
            .allSatisfy { wanted, seen in
                wanted == "**" || (wanted == "*" ? !seen.isEmpty : wanted == seen)
            }
    }
}

/// How a vendor is shown who asks.
package enum Authentication: Sendable, Hashable {
    /// `Authorization: Bearer` and the secret.
    case bearer
    /// `Authorization: Basic`; the secret is `user:password`.
    case basic
    /// `Authorization:`, a word of the vendor's such as `token`, and the secret.
    case scheme(String)
    /// A header of the vendor's such as `X-Api-Key`, and the secret.
    case header(String)
}
