/* The process that a connector runs in. Mainstay starts it; it is of no use by hand.
 *
 * mainstay-connector-host --plugin FILE [--runtime-dir FOLDER] [--memory-mb N]
 *                         [--allow-weak-sandbox | --no-sandbox] [--examine]
 *
 * With --examine it looks for what no call shows, and tells of it in lines of log of level
 * EXAMINED: see examine.h.
 *
 * Frames come by descriptor 0 and go by descriptor 1. Exit status: 0 the end of input or SHUTDOWN,
 * 3 the plugin was not taken or the sandbox not entered (HELLO says why), 4 Mainstay broke the
 * protocol or is gone, 5 no thread, 6 a thread in request after destroy, 64 wrong arguments. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "examine.h"
#include "frames.h"
#include "plugin.h"
#include "sandbox.h"

enum { NOT_TAKEN = 3, USAGE = 64, FIRST_FREE = 10 };

static const char *plugin_path, *runtime_folder;
static unsigned long memory_mb = 512;
static int allows_weak, has_no_sandbox;

_Noreturn static void refuse(const char *code, const char *message) {
    char buffer[1200];
    frame_write(FRAME_HELLO, 1, 0, "", problem_json(buffer, sizeof buffer, code, message));
    _exit(NOT_TAKEN);
}

_Noreturn static void show_usage(void) {
    fputs("Usage: mainstay-connector-host --plugin FILE [--runtime-dir FOLDER] [--memory-mb N]\n"
          "                               [--allow-weak-sandbox | --no-sandbox] [--examine]\n",
          stderr);
    exit(USAGE);
}

static unsigned long number(const char *text) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || value < 16 || value > 65536) show_usage();
    return value;
}

static void read_arguments(int count, char **words) {
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;
        if (!strcmp(words[i], "--allow-weak-sandbox")) {
            allows_weak = 1;
        } else if (!strcmp(words[i], "--no-sandbox")) {
            has_no_sandbox = 1;
        } else if (!strcmp(words[i], "--examine")) {
            examines = 1;
        } else if (!value) {
            show_usage();
        } else if (!strcmp(words[i], "--plugin")) {
            plugin_path = words[++i];
        } else if (!strcmp(words[i], "--runtime-dir")) {
            runtime_folder = words[++i];
        } else if (!strcmp(words[i], "--memory-mb")) {
            memory_mb = number(words[++i]);
        } else {
            show_usage();
        }
    }
    if (!plugin_path || plugin_path[0] != '/') show_usage();
    if (runtime_folder && runtime_folder[0] != '/') show_usage();
}

/* Moves the frames out of the plugin's sight: it finds the null device and its log there. */
static void move_frames(void) {
    syscall(SYS_close_range, 3, ~0u, 0);
    int input = fcntl(0, F_DUPFD_CLOEXEC, FIRST_FREE);
    int output = fcntl(1, F_DUPFD_CLOEXEC, FIRST_FREE);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (input < 0 || output < 0 || nothing < 0 || chdir("/")) _exit(NOT_TAKEN);
    frames_use(input, output);
    if (dup2(nothing, 0) < 0 || dup2(2, 1) < 0) {
        refuse("sandbox", "The null device cannot be opened");
    }
    close(nothing);
}

static void shut_in(char *report) {
    char problem[SANDBOX_TEXT];
    char *folder = strdup(plugin_path);
    if (!folder) refuse("sandbox", "There is no memory left");
    char *slash = strrchr(folder, '/');
    slash[slash == folder] = 0;
    struct sandbox wish = {folder, runtime_folder, memory_mb, allows_weak};
    if (sandbox_enter(&wish, report, problem)) refuse("sandbox", problem);
    free(folder);
}

/* The order of the steps is part of the sandbox: loading a plugin runs its constructors. */
int main(int count, char **words) {
    char report[SANDBOX_TEXT] = "none";
    struct plugin_problem problem;
    read_arguments(count, words);
    move_frames();
    signal(SIGPIPE, SIG_IGN);
    if (!has_no_sandbox) shut_in(report);
    const mst_plugin *plugin = plugin_load(plugin_path, &problem);
    if (!plugin) refuse(problem.code, problem.message);
    frame_write(FRAME_HELLO, 0, 0, report, plugin->descriptor);
    if (examines) examine_entry(plugin_entry(), plugin);
    calls_serve(plugin);
}
