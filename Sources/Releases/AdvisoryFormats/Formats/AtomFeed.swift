package import MainstayCore

/// Advisories as an Atom feed, RFC 4287, for feed readers.
package struct AtomFeed: Sendable {
    private let publisher: AdvisoryPublisher
    private let writers: [AdvisoryWriter]

    /// Takes the advisories that the feed lists; the newest come first.
    package init(_ writers: [AdvisoryWriter], by publisher: AdvisoryPublisher) {
        self.publisher = publisher
        self.writers = writers.sorted { left, right in
            let dates = (left.document.modified, right.document.modified)
            return dates.0 != dates.1 ? dates.0 > dates.1 : left.document.id < right.document.id
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
            \(Self.element("updated", (writers.first?.document.modified ?? now).description))
            <author>\(Self.element("name", publisher.name))</author>

            """
        for writer in writers { text += entry(writer) }
        return text + "</feed>\n"
    }

    private func entry(_ writer: AdvisoryWriter) -> String {
        let document = writer.document
        let prefix = document.withdrawn == nil ? "" : "Withdrawn: "
        let cves = document.vulnerabilities.compactMap(\.cve)
        let name = ([document.id] + cves).joined(separator: ", ")
        let csaf = "\(publisher.folderURL)/csaf/\(writer.csafPath)"
        let osv = "\(publisher.folderURL)/\(AdvisoryFolder.osvPath(writer))"
        return """
            <entry>
            \(Self.element("title", "\(prefix)\(name): \(document.title)"))
            \(Self.element("id", csaf))
            <link rel="alternate" type="application/json" href="\(Self.escaped(csaf))"/>
            <link rel="related" type="application/json" href="\(Self.escaped(osv))"/>
            \(Self.element("published", document.published.description))
            \(Self.element("updated", document.modified.description))
            \(Self.element("summary", document.details))
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
