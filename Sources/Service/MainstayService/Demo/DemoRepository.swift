package import MainstayCore

/// The repository of the demonstration: a made-up message broker with four long-term lines.
///
/// The same ids come out on every machine.
package struct DemoRepository: Sendable {
    /// Its folder.
    package var path: String
    /// A fix that one line lacks and could take as it is, with that line's shown name.
    package let cleanPick: (fix: CommitID, line: String)
    /// A fix that one line lacks and cannot take as it is.
    package let conflictingPick: (fix: CommitID, line: String)
    /// A fix whose copies differ most from it.
    package let manyFaces: CommitID
    /// The commit that brought a defect, and the fix of that defect.
    package let defect: (introduced: CommitID, fixed: CommitID)
    /// The fix of connections that break, which is on all lines that are looked after.
    package let fixOfConnections: CommitID
    /// The fix of refused names that cost memory, which was picked to one line.
    package let fixOfNames: CommitID
    /// The ids of all fixes of the mainline, in order of time.
    package let fixes: [CommitID]

    /// Makes the repository in `folder`, which must be empty.
    ///
    /// Needs the `git` command, which reads no settings of the user.
    ///
    /// - Throws: ``DemoError`` when `git` cannot be started or fails.
    package static func make(in folder: String) throws -> DemoRepository {
        try GitImport.run(["init", "--quiet", "--initial-branch", "main"], in: folder)
        let stream = try GitImport(folder: folder)
        var history = DemoHistory(into: stream, time: 1_704_704_400)
        try DemoStory.tell(&history)
        try stream.finish()
        try GitImport.run(["reset", "--quiet", "--hard"], in: folder)
        return DemoRepository(
            path: folder,
            cleanPick: (try history.id("name-leak"), "1.2"),
            conflictingPick: (try history.id("retry-limit"), "1.2"),
            manyFaces: try history.id("trim"),
            defect: (try history.id("compression"), try history.id("inflate")),
            fixOfConnections: try history.id("double-close"),
            fixOfNames: try history.id("name-leak"),
            fixes: try DemoStory.fixNames.map { try history.id($0) }
        )
    }
}
