// libgit2 for Swift.
//
// `git_libgit2_opts` is variadic, so Swift cannot import it: each option that is used has one
// function here. The corresponding libgit2 page is
// https://libgit2.org/libgit2/#HEAD/group/libgit2/git_libgit2_opts
#ifndef MAINSTAY_CGIT2_SHIM_H
#define MAINSTAY_CGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/commit.h>
#include <git2/sys/repository.h>

// Turns re-hashing of every object read on (1) or off (0).
static inline int mst_git_verify_hashes(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

// Sets the largest object, in bytes, of one type that libgit2 keeps in its cache.
static inline int mst_git_cache_object_limit(git_object_t type, size_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, type, bytes);
}

// Sets how many bytes of objects libgit2 keeps in its cache.
static inline int mst_git_cache_size(ssize_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, bytes);
}

// Sets how many bytes of pack files are mapped at once.
static inline int mst_git_mapped_limit(size_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, bytes);
}

// Sets how many bytes of a pack file are mapped in one piece.
static inline int mst_git_window_size(size_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, bytes);
}

// Turns the check that objects named by a new object exist on (1) or off (0).
static inline int mst_git_check_creation(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, enabled);
}

// Turns waiting for the disk after each write to a repository on (1) or off (0).
static inline int mst_git_sync_writes(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

// Turns libgit2's own check of the repository's owner on (1) or off (0).
static inline int mst_git_check_owner(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

// Names the repository extensions that are accepted beside those libgit2 knows.
static inline int mst_git_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

// Default options of a diff, of a merge of three blobs and of its inputs.
static inline int mst_git_diff_options(git_diff_options *options) {
    return git_diff_options_init(options, GIT_DIFF_OPTIONS_VERSION);
}
static inline int mst_git_merge_file_options(git_merge_file_options *options) {
    return git_merge_file_options_init(options, GIT_MERGE_FILE_OPTIONS_VERSION);
}
static inline int mst_git_merge_file_input(git_merge_file_input *input) {
    return git_merge_file_input_init(input, GIT_MERGE_FILE_INPUT_VERSION);
}
static inline int mst_git_patchid_options(git_diff_patchid_options *options) {
    return git_diff_patchid_options_init(options, GIT_DIFF_PATCHID_OPTIONS_VERSION);
}

#endif
