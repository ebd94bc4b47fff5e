#define _GNU_SOURCE
#include "calls.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "examine.h"
#include "frames.h"

enum { NO_THREAD = 5, LEFT_BEHIND = 6, BROKEN_CORE = 7 };
enum { WATCHER_STACK = 64 << 10, MOST_LOG = 64 << 10 };

/* A thread of the connector that waits for the reply to its request. */
struct waiting {
    uint32_t id;
    int is_done;
    struct frame reply;
    struct waiting *next;
};

/* All below is read and written under `lock`; `changed` tells of every change. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct frame work; /* CREATE, CALL or SHUTDOWN, not yet begun */
static int has_work;
static uint32_t running; /* the call being served; 0: none */
static int is_cancelled; /* that call */
static struct waiting *all_waiting;
static uint32_t last_request;
static int is_creating;
static int is_reading; /* whether a thread waits for the next frame */

/* ---------------------------------------------------------------- frames -- */

static void take_work(const struct frame *frame) {
    int is_end = frame->kind == FRAME_SHUTDOWN;
    if (has_work || (running != 0 && !is_end) || (!is_end && frame->id == 0)) _exit(BROKEN_CORE);
    work = *frame;
    has_work = 1;
    if (is_end) return;
    running = frame->id;
    is_cancelled = 0;
}

static void take_reply(const struct frame *frame) {
    struct waiting *found = all_waiting;
    while (found && found->id != frame->id) found = found->next;
    if (!found || found->is_done) {
        free(frame->payload); /* nobody waits any more */
        return;
    }
    found->reply = *frame;
    found->is_done = 1;
}

/* Reads a frame and takes it. The lock is given up meanwhile. */
static void read_frame(void) {
    struct frame frame;
    is_reading = 1;
    pthread_mutex_unlock(&lock);
    frame_read(&frame);
    pthread_mutex_lock(&lock);
    is_reading = 0;
    switch (frame.kind) {
    case FRAME_CREATE:
    case FRAME_CALL:
    case FRAME_SHUTDOWN: take_work(&frame); break;
    case FRAME_REPLY: take_reply(&frame); break;
    case FRAME_CANCEL:
        if (frame.id == running) is_cancelled = 1;
        free(frame.payload);
        break;
    default: _exit(BROKEN_CORE);
    }
    pthread_cond_broadcast(&changed);
}

/* Waits until something changed. Who waits reads, unless another thread does: so no thread has to
 * wake another one for what it needs itself. */
static void wait_for_news(void) {
    if (is_reading) {
        pthread_cond_wait(&changed, &lock);
    } else {
        read_frame();
    }
}

/* ---------------------------------------------- what the connector may ask -- */

static void host_log(const mst_host *host, int32_t level, mst_bytes message) {
    (void)host;
    if (message.count > MOST_LOG) message.count = MOST_LOG;
    frame_write(FRAME_LOG, level, 0, "", message);
}

static int32_t host_cancelled(const mst_host *host) {
    (void)host;
    pthread_mutex_lock(&lock);
    while (!is_cancelled && !is_reading && frame_waits()) read_frame();
    int answer = is_cancelled;
    pthread_mutex_unlock(&lock);
    return answer;
}

static const void *host_extension(const mst_host *host, const char *id) {
    (void)host;
    (void)id;
    return NULL;
}

/* Waits until the reply is there or the call is given up. Under the lock. */
static mst_status wait_for(struct waiting *waiting) {
    while (!waiting->is_done && !is_cancelled) wait_for_news();
    struct waiting **place = &all_waiting;
    while (*place != waiting) place = &(*place)->next;
    *place = waiting->next;
    return waiting->is_done ? waiting->reply.status : MST_CANCELLED;
}

static mst_status host_request(const mst_host *host, const char *service, mst_bytes json,
                               mst_sink reply, void *reply_ctx) {
    (void)host;
    if (strlen(service) > 255 || json.count > MST_MAX_PAYLOAD) return MST_INVALID;
    struct waiting waiting = {0};
    if (examines && is_creating) examine_tell("request in create");
    pthread_mutex_lock(&lock);
    if (is_cancelled) {
        pthread_mutex_unlock(&lock);
        return MST_CANCELLED;
    }
    waiting.id = ++last_request;
    waiting.next = all_waiting;
    all_waiting = &waiting;
    pthread_mutex_unlock(&lock);
    frame_write(FRAME_REQUEST, 0, waiting.id, service, json);
    pthread_mutex_lock(&lock);
    mst_status status = wait_for(&waiting);
    pthread_mutex_unlock(&lock);
    if (waiting.is_done && waiting.reply.count > 0) {
        reply(reply_ctx, (mst_bytes){waiting.reply.payload, waiting.reply.count});
    }
    free(waiting.reply.payload);
    return status;
}

/* Larger than it says, for the host of a later version that one examines with. */
static struct {
    mst_host now;
    char later[64];
} host = {
    .now = {
        .size = sizeof(mst_host),
        .abi_major = MST_ABI_MAJOR,
        .abi_minor = MST_ABI_MINOR,
        .log = host_log,
        .request = host_request,
        .cancelled = host_cancelled,
        .extension = host_extension,
    },
};

/* ----------------------------------------------------------------- calls -- */

/* The reply that a call hands over, copied. */
struct answer {
    char *bytes;
    size_t count;
    const char *fault;
};

static void keep(void *context, mst_bytes json) {
    struct answer *answer = context;
    free(answer->bytes);
    *answer = (struct answer){0};
    if (json.count > MST_MAX_PAYLOAD) {
        answer->fault = "The reply has more than 8 MiB";
    } else if (json.count > 0) {
        answer->bytes = malloc(json.count);
        if (!answer->bytes) {
            answer->fault = "There is no memory left for the reply";
            return;
        }
        memcpy(answer->bytes, json.data, json.count);
        answer->count = json.count;
    }
}

static void send_result(uint32_t id, mst_status status, const struct answer *answer) {
    char buffer[256];
    mst_bytes json = {answer->bytes, answer->count};
    if (answer->fault) {
        status = MST_FAILED;
        json = problem_json(buffer, sizeof buffer, "bad_item", answer->fault);
    }
    pthread_mutex_lock(&lock);
    running = 0; /* before the result goes out: the next call may come at once */
    is_cancelled = 0;
    pthread_mutex_unlock(&lock);
    frame_write(FRAME_RESULT, status, id, "", json);
    free(answer->bytes);
}

static const void *extension_of(const mst_connector *self, const char *id) {
    return self->extension ? self->extension(self, id) : NULL;
}

static mst_operation operation_of(const mst_connector *self, const char *name) {
    if (!strcmp(name, "open_case")) return self->open_case;
    if (!strcmp(name, "add_comment")) return self->add_comment;
    if (!strcmp(name, "fetch_updates")) return self->fetch_updates;
    if (!strcmp(name, "map_status")) return self->map_status;
    if (!strcmp(name, "close_case")) return self->close_case;
    if (!strcmp(name, "read_case")) {
        const mst_lookup *lookup = extension_of(self, MST_EXTENSION_LOOKUP);
        return lookup ? lookup->read_case : NULL;
    }
    if (!strcmp(name, "add_attachment")) {
        const mst_attachments *files = extension_of(self, MST_EXTENSION_ATTACHMENTS);
        return files ? files->add_attachment : NULL;
    }
    return NULL;
}

static struct frame next_work(void) {
    pthread_mutex_lock(&lock);
    while (!has_work) wait_for_news();
    struct frame next = work;
    has_work = 0;
    pthread_mutex_unlock(&lock);
    return next;
}

static const mst_connector *make(const mst_plugin *plugin, const struct frame *frame) {
    struct answer problem = {0};
    if (examines) {
        host.now.size = sizeof host;
        host.now.abi_minor = 99;
    }
    is_creating = 1;
    const mst_connector *made =
        plugin->create(&host.now, (mst_bytes){frame->payload, frame->count}, keep, &problem);
    is_creating = 0;
    char buffer[256];
    if (made && made->size < sizeof(mst_connector)) {
        mst_bytes json = problem_json(buffer, sizeof buffer, "bad_version",
                                      "The connector's mst_connector is smaller than version 1.0");
        keep(&problem, json);
        made = NULL;
    }
    if (examines && made) examine_extensions(made);
    send_result(frame->id, made ? MST_OK : MST_INVALID, &problem);
    return made;
}

static void call(const mst_connector *connector, const struct frame *frame) {
    struct answer answer = {0};
    mst_status status = MST_UNSUPPORTED;
    mst_operation operation = connector ? operation_of(connector, frame->name) : NULL;
    if (operation) {
        status = operation(connector, (mst_bytes){frame->payload, frame->count}, keep, &answer);
    }
    send_result(frame->id, status, &answer);
}

/* However long a connector works, its process ends with Mainstay. */
static void *watch(void *unused) {
    (void)unused;
    frames_watch();
}

void calls_serve(const mst_plugin *plugin) {
    pthread_attr_t attributes;
    pthread_t watcher;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, WATCHER_STACK);
    if (pthread_create(&watcher, &attributes, watch, NULL)) _exit(NO_THREAD);
    const mst_connector *connector = NULL;
    for (;;) {
        struct frame frame = next_work();
        if (frame.kind == FRAME_SHUTDOWN) break;
        if (frame.kind == FRAME_CREATE) {
            if (connector) _exit(BROKEN_CORE);
            connector = make(plugin, &frame);
        } else {
            call(connector, &frame);
        }
        free(frame.payload);
    }
    if (connector) connector->destroy(connector);
    pthread_mutex_lock(&lock);
    int is_left = all_waiting != NULL;
    pthread_mutex_unlock(&lock);
    _exit(is_left ? LEFT_BEHIND : 0);
}
