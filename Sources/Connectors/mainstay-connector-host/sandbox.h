#ifndef MST_SANDBOX_H
#define MST_SANDBOX_H

#include <stddef.h>

/* What the process may still reach, and how strictly. Paths are absolute. */
struct sandbox {
    const char *plugin_folder;
    const char *runtime_folder; /* may be NULL */
    unsigned long memory_mb;    /* private memory that may be written */
    int allows_weak;            /* go on where the kernel has no landlock */
};

enum { SANDBOX_TEXT = 200 };

/* Shuts this process in, for good: rlimits, capabilities, no_new_privs, landlock, seccomp, in this
 * order. It must have one thread. Returns 0 and what holds in `report`; or -1 and why not in
 * `problem`. Both are of SANDBOX_TEXT bytes. */
int sandbox_enter(const struct sandbox *wish, char *report, char *problem);

/* The last step alone: the filter of system calls. Returns 0, or -1 with errno set. */
int filter_install(void);

#endif
