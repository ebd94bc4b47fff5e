/* A connector that does what its option "trick" names when it is asked for updates, and says in the
 * reply's nextCursor what became of it: "allowed", or the name of the error. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "mainstay_connector.h"

#ifndef MAGIC
#define MAGIC MST_ABI_MAGIC
#endif
#ifndef MAJOR
#define MAJOR MST_ABI_MAJOR
#endif
#ifndef SIZE
#define SIZE sizeof(mst_plugin)
#endif
#ifndef ENTRY
#define ENTRY mainstay_connector_entry
#endif

static const mst_host *host;
static char trick[64];

static const char *verdict(long result) {
    return result >= 0 ? "allowed" : strerrorname_np(errno);
}

static const char *open_file(const char *path, int flags) {
    return verdict(open(path, flags, 0600));
}

static const char *parent_file(const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", getppid(), name);
    return open_file(path, O_RDONLY);
}

static void flood_descriptors(void) {
    char noise[4096];
    memset(noise, 0xA5, sizeof noise);
    for (int number = 0; number < 64; number++) {
        if (write(number, noise, sizeof noise) < 0) continue;
    }
}

static const char *leak(void) {
    for (;;) {
        char *block = malloc(1 << 20);
        if (!block) return verdict(-1);
        memset(block, 1, 1 << 20);
    }
}

static void *wait_forever(void *unused) {
    for (;;) sleep(1);
    return unused;
}

static const char *start_threads(void) {
    pthread_t thread;
    int status = pthread_create(&thread, NULL, wait_forever, NULL);
    return status ? strerrorname_np(status) : "allowed";
}

static void swallow(void *context, mst_bytes json) {
    (void)context;
    (void)json;
}

static const char *many_requests(void) {
    int denied = 0;
    for (int i = 0; i < 100; i++) {
        denied += host->request(host, MST_SERVICE_HTTP, (mst_bytes){"{}", 2}, swallow, NULL) ==
                  MST_DENIED;
    }
    static char text[32];
    snprintf(text, sizeof text, "denied %d", denied);
    return text;
}

static void log_line(void) { host->log(host, MST_LOG_DEBUG, (mst_bytes){"here", 4}); }

static const char *many_logs(void) {
    char line[1000];
    memset(line, 'x', sizeof line);
    for (int i = 0; i < 2000; i++) host->log(host, MST_LOG_INFO, (mst_bytes){line, sizeof line});
    return "allowed";
}

#define IS(name) (!strcmp(trick, name))

/* What ends or blocks the process. */
static void misbehave(void) {
    if (IS("crash")) *(volatile int *)8 = 1;
    if (IS("abort")) abort();
    if (IS("exit")) exit(0);
    if (IS("patient") || IS("log and hang")) log_line();
    if (IS("hang") || IS("log and hang")) wait_forever(NULL);
    if (IS("stop")) syscall(SYS_tgkill, getpid(), getpid(), SIGSTOP);
    if (IS("garbage")) flood_descriptors();
    if (IS("garbage then hang")) {
        flood_descriptors();
        wait_forever(NULL);
    }
    if (IS("close")) {
        for (int number = 0; number < 64; number++) close(number);
        wait_forever(NULL);
    }
    if (IS("steal")) {
        char bytes[4096];
        while (read(10, bytes, sizeof bytes) > 0) {}
    }
    if (IS("overflow")) misbehave();
    volatile unsigned long turns = 0;
    while (IS("spin")) turns++;
}

static const char *reach_out(void) {
    if (IS("read foreign file")) return open_file("/etc/passwd", O_RDONLY);
    if (IS("write foreign file")) return open_file("/etc/passwd", O_WRONLY);
    if (IS("create file")) return open_file("/tmp/mainstay-hostile", O_WRONLY | O_CREAT);
    if (IS("parent's environment")) return parent_file("environ");
    if (IS("parent's memory")) return parent_file("mem");
    if (IS("internet socket")) return verdict(socket(AF_INET, SOCK_STREAM, 0));
    if (IS("unix socket")) return verdict(socket(AF_UNIX, SOCK_STREAM, 0));
    if (IS("socket pair")) return verdict(socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0}));
    if (IS("kill parent")) return verdict(kill(getppid(), SIGKILL));
    if (IS("signal parent's thread")) {
        return verdict(syscall(SYS_tgkill, getppid(), getppid(), SIGKILL));
    }
    if (IS("ptrace")) return verdict(ptrace(PTRACE_ATTACH, getppid(), 0, 0));
    if (IS("io_uring")) return verdict(syscall(SYS_io_uring_setup, 8, calloc(1, 256)));
    return NULL;
}

static const char *grow(void) {
    if (IS("fork")) return verdict(fork());
    if (IS("vfork")) return verdict(syscall(SYS_vfork));
    if (IS("clone")) return verdict(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    if (IS("clone3")) return verdict(syscall(SYS_clone3, calloc(1, 128), 64));
    if (IS("exec")) return verdict(execl("/bin/true", "true", (char *)NULL));
    if (IS("setrlimit")) {
        return verdict(setrlimit(RLIMIT_DATA, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}));
    }
    if (IS("shared memory")) {
        void *made = mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        return verdict(made == MAP_FAILED ? -1 : 0);
    }
    if (IS("memfd")) return verdict(syscall(SYS_memfd_create, "x", 0));
    if (IS("10 GB")) return malloc((size_t)10 << 30) ? "allowed" : verdict(-1);
    if (IS("leak")) return leak();
    if (IS("many descriptors")) {
        while (dup(2) >= 0) {}
        return verdict(-1);
    }
    if (IS("thread")) return start_threads();
    return NULL;
}

static mst_status reply_text(const char *text, mst_sink reply, void *context) {
    char json[256];
    int count = snprintf(json, sizeof json,
                         "{\"updates\":[],\"nextCursor\":\"%s\",\"hasMore\":false}", text);
    reply(context, (mst_bytes){json, (size_t)count});
    return MST_OK;
}

static mst_status fetch_updates(const mst_connector *self, mst_bytes json, mst_sink reply,
                                void *context) {
    (void)self;
    (void)json;
    misbehave();
    if (IS("no reply")) return MST_OK;
    if (IS("odd status")) return 77;
    if (IS("no JSON")) return reply(context, (mst_bytes){"{\"updates\"", 10}), MST_OK;
    if (IS("huge reply")) {
        static char huge[(8 << 20) + 1];
        return reply(context, (mst_bytes){huge, sizeof huge}), MST_OK;
    }
    if (IS("many requests")) return reply_text(many_requests(), reply, context);
    if (IS("many logs")) return reply_text(many_logs(), reply, context);
    if (IS("patient")) {
        while (!host->cancelled(host)) usleep(1000);
        return MST_CANCELLED;
    }
    if (IS("request")) {
        mst_status status =
            host->request(host, MST_SERVICE_HTTP, (mst_bytes){"{}", 2}, swallow, NULL);
        return status == MST_OK ? reply_text("served", reply, context) : status;
    }
    const char *seen = reach_out();
    if (!seen) seen = grow();
    return reply_text(seen ? seen : "no such trick", reply, context);
}

static mst_status map_status(const mst_connector *self, mst_bytes json, mst_sink reply,
                             void *context) {
    (void)self;
    (void)json;
    reply(context, (mst_bytes){"{\"state\":\"working\"}", 19});
    return MST_OK;
}

static void destroy(const mst_connector *self) {
    (void)self;
    if (IS("hang in destroy")) wait_forever(NULL);
}

static mst_connector connector = {
    .size = sizeof(mst_connector),
    .fetch_updates = fetch_updates,
    .map_status = map_status,
    .destroy = destroy,
};

static const mst_connector *create(const mst_host *given, mst_bytes options, mst_sink problem,
                                   void *context) {
    host = given;
    const char *start = memmem(options.data, options.count, "\"trick\":\"", 9);
    const char *end = start ? memchr(start + 9, '"', 64) : NULL;
    if (end) snprintf(trick, sizeof trick, "%.*s", (int)(end - start - 9), start + 9);
    if (IS("bad option")) {
        static const char text[] = "{\"code\":\"option\",\"message\":\"Option 'trick' is bad\"}";
        problem(context, (mst_bytes){text, sizeof text - 1});
        return NULL;
    }
    if (IS("log in create")) log_line();
    if (IS("crash in create")) *(volatile int *)8 = 1;
    if (IS("hang in create")) wait_forever(NULL);
    if (IS("ask in create")) {
        mst_status status =
            host->request(host, MST_SERVICE_HTTP, (mst_bytes){"{}", 2}, swallow, NULL);
        return status == MST_DENIED ? &connector : NULL;
    }
    return &connector;
}

#ifdef CONSTRUCTOR
__attribute__((constructor)) static void early(void) { CONSTRUCTOR; }
#endif

MST_EXPORT const mst_plugin *ENTRY(uint32_t host_abi) {
    static const char descriptor[] =
        "{\"id\":\"org.example.hostile\",\"version\":\"1.0.0\",\"displayName\":\"Hostile\","
        "\"services\":[\"mainstay.http/1\"]}";
    static mst_plugin plugin;
    plugin = (mst_plugin){MAGIC, SIZE, MAJOR, 0, 0, {descriptor, sizeof descriptor - 1}, create};
#ifdef REFUSES
    return NULL;
#endif
    return host_abi ? &plugin : NULL;
}
