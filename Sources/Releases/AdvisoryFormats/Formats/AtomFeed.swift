package import MainstayCore

/// Advisories as an Atom feed, RFC 4287, for feed readers.
package struct AtomFeed: Sendable {
    private let publisher: AdvisoryPublisher
    private let advisories: [WrittenAdvisory]

    /// Takes the advisories that the feed lists; the newest come first.
    package init(_ advisories: [WrittenAdvisory], by publisher: AdvisoryPublisher) {
        self.publisher = publisher
        self.advisories = advisories.sorted { left, right in
            left.modified != right.modified
                ? left.modified > right.modified : left.names < right.names
        }
    }

    /// The feed, written at a moment that counts only while there is no advisory.
    package func text(at now: Instant) -> String {
        let address = "\(publisher.folderURL)/feed.atom"
        var text = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            \(Self.element("title", "Security advisories of \(publisher.name)"))
            \(Self.element("id", address))
            <link rel="self" type="application/atom+xml" href="\(Self.escaped(address))"/>
            \(Self.element("updated", (advisories.first?.modified ?? now).description))
            <author>\(Self.element("name", publisher.name))</author>

            """
        for advisory in advisories { text += entry(advisory) }
        return text + "</feed>\n"
    }

    private func entry(_ advisory: WrittenAdvisory) -> String {
        let prefix = advisory.isWithdrawn ? "Withdrawn: " : ""
        let csaf = "\(publisher.folderURL)/csaf/\(advisory.csafPath)"
        let osv = "\(publisher.folderURL)/\(AdvisoryFolder.osvPath(advisory))"
        return """
            <entry>
            \(Self.element("title", "\(prefix)\(advisory.names): \(advisory.title)"))
            \(Self.element("id", csaf))
            <link rel="alternate" type="application/json" href="\(Self.escaped(csaf))"/>
            <link rel="related" type="application/json" href="\(Self.escaped(osv))"/>
            \(Self.element("published", advisory.published.description))
            \(Self.element("updated", advisory.modified.description))
            \(Self.element("summary", advisory.details))
            </entry>

            """
    }

    private static func element(_ name: String, _ text: String) -> String {
        "<\(name)>\(escaped(text))</\(name)>"
    }

    /// The text with what XML 1.0 takes for markup escaped, and what it forbids replaced.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
