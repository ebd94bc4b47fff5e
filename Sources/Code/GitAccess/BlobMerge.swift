package import BackportAnalysis
internal import CGit2
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
        var options = git_merge_file_options()
        _ = mst_git_merge_file_options(&options)
        var result = git_merge_file_result()
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
        guard result.automergeable != 0 else { return nil }
        guard result.len > 0, let bytes = result.ptr else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: result.len))
    }

    private static func input(_ bytes: UnsafeRawBufferPointer) -> git_merge_file_input {
        var input = git_merge_file_input()
        _ = mst_git_merge_file_input(&input)
        input.ptr = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        input.size = bytes.count
        return input
    }
}
