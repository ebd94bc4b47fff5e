#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of linux/landlock.h: the one of the build machine may be older than the kernel that runs. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, RULE_PATH_BENEATH = 1 };
static const uint64_t READ_FILE = 1 << 2, READ_FOLDER = 1 << 3;

struct ruleset {
    uint64_t files;
    uint64_t network; /* from version 4 */
    uint64_t scopes;  /* from version 6 */
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int fail(char *problem, const char *step) {
    snprintf(problem, SANDBOX_TEXT, "The sandbox fails at %s: %s", step, strerror(errno));
    return -1;
}

static int limit(int resource, rlim_t most) {
    struct rlimit both = {most, most};
    return setrlimit(resource, &both);
}

static int set_limits(unsigned long memory_mb) {
    return limit(RLIMIT_CORE, 0) || limit(RLIMIT_FSIZE, 0) || limit(RLIMIT_NOFILE, 64) ||
           limit(RLIMIT_CPU, 60) || limit(RLIMIT_DATA, (rlim_t)memory_mb << 20);
}

static int drop_capabilities(void) {
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return (int)syscall(SYS_capset, &head, none);
}

/* Every right that a version of landlock knows is handled, so all but what is granted is denied. */
static size_t fill(struct ruleset *rules, long version) {
    static const int file_rights[] = {0, 13, 14, 15, 15, 16};
    int known = version < 5 ? (int)version : 5;
    rules->files = (UINT64_C(1) << file_rights[known]) - 1;
    rules->network = version >= 4 ? 3 : 0; /* TCP: bind, connect */
    rules->scopes = version >= 6 ? 3 : 0;  /* abstract sockets, signals */
    return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

/* Grants reading below a path. One that is not there needs no grant. */
static int grant(int rules, const char *path) {
    struct path_rule rule = {READ_FILE, open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent < 0) return errno == ENOENT || errno == EACCES ? 0 : -1;
    struct stat found;
    int status = fstat(rule.parent, &found);
    /* The right to list a folder is invalid on a file. */
    if (status == 0 && S_ISDIR(found.st_mode)) rule.allowed |= READ_FOLDER;
    if (status == 0) {
        status = (int)syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0);
    }
    close(rule.parent);
    return status;
}

/* Hiding /proc and the list of processors would stop the runtime of Swift. */
static const char *const readable[] = {
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo",
    "/etc/localtime", "/dev/null", "/dev/urandom", "/proc", "/sys/devices/system/cpu",
};

static int restrict_files(const struct sandbox *wish, long version) {
    struct ruleset rules;
    size_t size = fill(&rules, version);
    int made = (int)syscall(CREATE_RULESET, &rules, size, 0);
    if (made < 0) return -1;
    int status = grant(made, wish->plugin_folder);
    if (wish->runtime_folder) status |= grant(made, wish->runtime_folder);
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++) {
        status |= grant(made, readable[i]);
    }
    if (status == 0) status = (int)syscall(RESTRICT_SELF, made, 0);
    int cause = errno;
    close(made);
    errno = cause;
    return status;
}

int sandbox_enter(const struct sandbox *wish, char *report, char *problem) {
    if (set_limits(wish->memory_mb)) return fail(problem, "setrlimit");
    if (drop_capabilities()) return fail(problem, "capset");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return fail(problem, "no_new_privs");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return fail(problem, "dumpable");
    long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
    if (version < 1 && !wish->allows_weak) {
        snprintf(problem, SANDBOX_TEXT,
                 "This kernel has no landlock (%s), so files would stay readable; "
                 "--allow-weak-sandbox goes on without it",
                 strerror(errno));
        return -1;
    }
    if (version >= 1 && restrict_files(wish, version)) return fail(problem, "landlock");
    if (filter_install()) return fail(problem, "seccomp");
    if (version >= 1) {
        snprintf(report, SANDBOX_TEXT, "seccomp landlock:%ld", version);
    } else {
        snprintf(report, SANDBOX_TEXT, "seccomp landlock:none");
    }
    return 0;
}
