package import MainstayCore

/// What a release of a line brings, for people to read.
package struct ReleaseNotes: Sendable, Hashable {
    /// A commit that the release brings.
    package struct Landed: Sendable, Hashable {
        /// The commit on the line.
        package var commit: CommitID
        /// The commit that it repeats, if it is a backport.
        package var original: CommitID?
        /// What it does, in one line.
        package var title: String
        /// Who wrote the change.
        package var author: String
        /// Tickets and defects that it settles.
        package var tickets: [String]
        /// CVE ids of what it settles.
        package var cves: [String]

        /// Creates an entry.
        package init(
            commit: CommitID,
            original: CommitID? = nil,
            title: String,
            author: String,
            tickets: [String] = [],
            cves: [String] = []
        ) {
            self.commit = commit
            self.original = original
            self.title = title
            self.author = author
            self.tickets = tickets
            self.cves = cves
        }
    }

    /// Shown name of the product.
    package var product: String
    /// Shown name of the line.
    package var line: String
    /// The version of the release.
    package var version: String
    /// The version of the release before it on the line; `nil` for the first one.
    package var previous: String?
    /// The day of the release; `nil` before it.
    package var day: CalendarDay?
    /// What landed on the line since the release before, oldest first.
    package var landed: [Landed]

    /// Creates the notes of a release.
    package init(
        product: String,
        line: String,
        version: String,
        previous: String? = nil,
        day: CalendarDay? = nil,
        landed: [Landed]
    ) {
        self.product = product
        self.line = line
        self.version = version
        self.previous = previous
        self.day = day
        self.landed = landed
    }

    /// The notes as Markdown: security fixes first, one entry for a change, even where the line holds
    /// both the original and its backport.
    package var markdown: String {
        var text = "# \(Self.plain("\(product) \(version)"))\n\n"
        let when = day.map { "Released on \($0)" } ?? "Not released yet"
        let since = previous.map { ", changes since \(Self.plain($0))" } ?? ""
        text += "\(when), line \(Self.plain(line))\(since).\n"
        let changes = changes
        let security = changes.filter { !$0.cves.isEmpty }
        let others = changes.filter(\.cves.isEmpty)
        for (heading, changes) in [("Security fixes", security), ("Changes", others)]
        where !changes.isEmpty {
            text += "\n## \(heading)\n\n"
            for change in changes { text += Self.entry(change) }
        }
        return landed.isEmpty ? text + "\nNo changes.\n" : text
    }

    /// One change, with all commits of the line that make it.
    private struct Change {
        var first: Landed
        var commits: [CommitID]
        var authors: [String]
        var tickets: [String]
        var cves: [String]
    }

    /// The changes in the order in which the first commit of each landed.
    private var changes: [Change] {
        var changes: [Change] = []
        var places: [CommitID: Int] = [:]
        for commit in landed {
            let root = commit.original ?? commit.commit
            guard let place = places[root] else {
                places[root] = changes.count
                changes.append(
                    Change(
                        first: commit,
                        commits: [commit.commit],
                        authors: [commit.author],
                        tickets: commit.tickets,
                        cves: commit.cves
                    )
                )
                continue
            }
            changes[place].commits.append(commit.commit)
            changes[place].authors.append(commit.author)
            changes[place].tickets += commit.tickets
            changes[place].cves += commit.cves
        }
        return changes
    }

    private static func entry(_ change: Change) -> String {
        var commits = change.commits.map { "`\($0.short)`" }.joined(separator: ", ")
        if let original = change.first.original, !change.commits.contains(original) {
            commits += ", backport of `\(original.short)`"
        }
        let names = (once(change.cves) + once(change.tickets)).map(plain)
        let about = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        let authors = once(change.authors).map(plain).joined(separator: ", ")
        return "- \(plain(change.first.title))\(about)  \n  \(authors), \(commits)\n"
    }

    private static func once(_ words: [String]) -> [String] {
        words.reduce(into: []) { if !$1.isEmpty, !$0.contains($1) { $0.append($1) } }
    }

    /// The words as one line, in which nothing is markup.
    private static func plain(_ text: String) -> String {
        let marks = Set("\\`*_{}[]<>#|~&")
        var result = ""
        for character in text {
            if character.isNewline || character.unicodeScalars.allSatisfy({ $0.value < 32 }) {
                result.append(" ")
                continue
            }
            if marks.contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
