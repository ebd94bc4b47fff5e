#define _GNU_SOURCE
#include "examine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "frames.h"

int examines;

static long entry_us;

void examine_tell(const char *finding) {
    frame_write(FRAME_LOG, EXAMINED, 0, "", (mst_bytes){finding, strlen(finding)});
}

/* What the clock says, less what this thread waited for a processor: others' load is not its. */
static long now_us(void) {
    struct timespec now;
    unsigned long long waited = 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    FILE *file = fopen("/proc/thread-self/schedstat", "re");
    if (file) {
        if (fscanf(file, "%*u %llu", &waited) != 1) waited = 0;
        fclose(file);
    }
    return now.tv_sec * 1000000 + now.tv_nsec / 1000 - (long)(waited / 1000);
}

const mst_plugin *examine_time(mst_entry entry) {
    long start = examines ? now_us() : 0;
    const mst_plugin *plugin = entry(MST_ABI_MAJOR << 16 | MST_ABI_MINOR);
    entry_us = examines ? now_us() - start : 0;
    return plugin;
}

void examine_entry(mst_entry entry, const mst_plugin *plugin) {
    char line[64];
    snprintf(line, sizeof line, "entry %ld us", entry_us);
    examine_tell(line);
    if (entry(MST_ABI_MAJOR << 16 | MST_ABI_MINOR) != plugin) examine_tell("entry differs");
    if (entry((MST_ABI_MAJOR + 1) << 16)) examine_tell("entry takes major 2");
    if (!entry(MST_ABI_MAJOR << 16 | 99)) examine_tell("entry refuses minor 99");
}

void examine_extensions(const mst_connector *connector) {
    static const char *const none[] = {
        "mainstay.unknown/1", "mainstay.lookup/2", "mainstay.lookup/10", "mainstay.lookup/1x",
        "mainstay.attachments/1 ", "mainstay.attachments/", "",
    };
    for (size_t i = 0; connector->extension && i < sizeof none / sizeof *none; i++) {
        char line[64];
        snprintf(line, sizeof line, "extension '%s'", none[i]);
        if (connector->extension(connector, none[i])) examine_tell(line);
    }
}

#if defined(__x86_64__)
#define ARGUMENT(at, index) \
    ((at)->uc_mcontext.gregs[(int[]){REG_RDI, REG_RSI, REG_RDX, REG_R10}[index]])
#define RESULT(at) ((at)->uc_mcontext.gregs[REG_RAX])
#else
#define ARGUMENT(at, index) ((at)->uc_mcontext.regs[index])
#define RESULT(at) ((at)->uc_mcontext.regs[0])
#endif

/* Opens a file as the plugin wanted to; what it returns is what the call returns. */
static long open_for(int folder, const char *path, long flags, long mode) {
    int writes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
    long result = writes ? -1 : syscall(SYS_openat, folder, path, flags, mode, EXAMINED_OPEN);
    if (result >= 0) return result;
    int cause = writes ? EACCES : errno;
    if (cause == EACCES || cause == EPERM) {
        char line[200];
        snprintf(line, sizeof line, "refused file %.150s", path);
        examine_tell(line);
    }
    return -cause;
}

/* Runs in place of a system call that the filter does not let through. */
static void refused(int number, siginfo_t *info, void *context) {
    char line[64];
    ucontext_t *at = context;
    int before = errno;
    (void)number;
    if (info->si_syscall == SYS_openat) {
        RESULT(at) = open_for((int)ARGUMENT(at, 0), (const char *)ARGUMENT(at, 1), ARGUMENT(at, 2),
                              ARGUMENT(at, 3));
#if defined(__x86_64__)
    } else if (info->si_syscall == SYS_open) {
        RESULT(at) = open_for(AT_FDCWD, (const char *)ARGUMENT(at, 0), ARGUMENT(at, 1),
                              ARGUMENT(at, 2));
#endif
    } else {
        snprintf(line, sizeof line, "refused call %d", info->si_syscall);
        examine_tell(line);
        RESULT(at) = -EPERM;
    }
    errno = before;
}

int examine_refusals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = refused;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    return sigaction(SIGSYS, &action, NULL);
}
