#define _GNU_SOURCE
#include "examine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

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

/* Runs in place of a system call that the filter refuses: says so, and refuses it. */
static void refused(int number, siginfo_t *info, void *context) {
    char line[64];
    ucontext_t *at = context;
    (void)number;
    snprintf(line, sizeof line, "refused call %d", info->si_syscall);
    examine_tell(line);
#if defined(__x86_64__)
    at->uc_mcontext.gregs[REG_RAX] = -EPERM;
#else
    at->uc_mcontext.regs[0] = (unsigned long)-EPERM;
#endif
}

int examine_refusals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = refused;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    return sigaction(SIGSYS, &action, NULL);
}
