package import BackportAnalysis
internal import CGit2
internal import Glibc
internal import MainstayCore

extension GitTreeSource {
    /// Merges three texts.
    ///
    /// The corresponding libgit2 function is `git_merge_file`.
    package func mergeTexts(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8]
    ) throws(ObjectFault) -> [UInt8]? {
        let merge = try Self.merge(base, line, fix, labels: ("line", "fix"))
        return merge.isClean ? merge.bytes : nil
    }

    /// Merges three texts, with both sides between markers where they conflict.
    ///
    /// The corresponding libgit2 function is `git_merge_file`.
    package func markedText(
        base: [UInt8],
        line: [UInt8],
        fix: [UInt8],
        labels: (line: String, fix: String)
    ) throws(ObjectFault) -> [UInt8] {
        try Self.merge(base, line, fix, labels: labels).bytes
    }

    private static func merge(
        _ base: [UInt8],
        _ line: [UInt8],
        _ fix: [UInt8],
        labels: (line: String, fix: String)
    ) throws(ObjectFault) -> (bytes: [UInt8], isClean: Bool) {
        var options = git_merge_file_options()
        _ = mst_git_merge_file_options(&options)
        var result = git_merge_file_result()
        let (ourLabel, theirLabel) = (strdup(labels.line), strdup(labels.fix))
        defer {
            free(ourLabel)
            free(theirLabel)
        }
        options.our_label = UnsafePointer(ourLabel)
        options.their_label = UnsafePointer(theirLabel)
        let status = base.withUnsafeBytes { ancestor in
            line.withUnsafeBytes { ours in
                fix.withUnsafeBytes { theirs in
                    var inputs = (Self.input(ancestor), Self.input(ours), Self.input(theirs))
                    return git_merge_file(
                        &result,
                        &inputs.0,
                        &inputs.1,
                        &inputs.2,
                        &options
                    )
                }
            }
        }
        guard status == 0 else {
            throw ObjectFault(
                CommitID(high: 0, middle: 0, low: 0),
                kind: .blob,
                reason: .unusable("libgit2 answered \(status) to a merge")
            )
        }
        defer { git_merge_file_result_free(&result) }
        let bytes = UnsafeRawBufferPointer(start: result.ptr, count: result.len)
        return (Array(bytes), result.automergeable != 0)
    }

    private static func input(_ bytes: UnsafeRawBufferPointer) -> git_merge_file_input {
        var input = git_merge_file_input()
        _ = mst_git_merge_file_input(&input)
        input.ptr = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        input.size = bytes.count
        return input
    }
}
