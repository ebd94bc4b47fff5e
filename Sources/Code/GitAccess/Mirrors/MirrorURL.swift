/// Where a mirror gets its history from.
package struct MirrorURL: Sendable, Hashable {
    /// As git is given it; may hold credentials.
    let text: String
    /// Without credentials, for people.
    package let shown: String

    /// Takes a URL, an `ssh` address such as `git@host:path`, or the path of a folder.
    ///
    /// - Throws: ``MirrorError`` with ``MirrorError/Code/badURL`` where it is none, or one that would
    ///   run a program (`ext::`).
    package init(_ text: String) throws(MirrorError) {
        let hasControls = text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        let helper = text.firstRange(of: "::").map { text[..<$0.lowerBound] }
        let namesHelper = helper.map { $0.allSatisfy { $0.isLetter || $0.isNumber } } ?? false
        guard !text.isEmpty, !text.hasPrefix("-"), !hasControls, !namesHelper else {
            throw MirrorError(
                .badURL,
                "'\(hasControls ? "\(text.utf8.count) bytes" : text)' is no URL of a repository",
                hint: "Write https://host/path, ssh://host/path, git@host:path or a folder"
            )
        }
        self.text = text
        shown = Self.withoutCredentials(text)
    }

    /// `words` without the credentials of this URL.
    func redacted(_ words: String) -> String {
        text == shown ? words : words.replacing(text, with: shown)
    }

    private static func withoutCredentials(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return text }
        // A user's name without a password is no secret, and ssh needs it.
        guard host[..<at].contains(":") || !text.hasPrefix("ssh") else { return text }
        return String(text[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}
