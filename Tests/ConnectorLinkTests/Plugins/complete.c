/* A connector that does all there is, and with BROKEN or the option "broken" one thing wrong: the
 * id of the check that must find it. Its vendor's events have our form; cases, notes and files are
 * objects with an "id", found by the marker of our intent. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "text.h"

#ifndef BROKEN
#define BROKEN ""
#endif

static const mst_host *host;
static char wrong[16] = BROKEN;

static int is_broken(const char *id) { return !strcmp(wrong, id); }

static mst_status fail(mst_status status, const char *code, mst_sink reply, void *context) {
    char json[128];
    int count = snprintf(json, sizeof json, "{\"code\":\"%s\",\"message\":\"It is so\"}", code);
    reply(context, (mst_bytes){json, (size_t)count});
    return status;
}

/* What a call needs to ask and to answer. */
struct call {
    mst_sink reply;
    void *context;
    struct text body; /* of the last answer */
    int http;         /* its status */
};

static mst_status refuse(struct call *call, mst_status status, const char *code) {
    return fail(status, code, call->reply, call->context);
}

static mst_status too_many(struct call *call, const char *answer) {
    const char *at = strstr(answer, "\"retry-after\":\"");
    char json[128];
    int seconds = at && !is_broken("VEN-3") ? atoi(at + 15) : 0;
    int count = snprintf(json, sizeof json,
                         "{\"code\":\"connection\",\"message\":\"Later\",\"retryAfterSeconds\":%d}",
                         seconds);
    call->reply(call->context, (mst_bytes){json, (size_t)count});
    return MST_RATE_LIMITED;
}

/* Asks the vendor; 200, 201, 204 and 422 are left to the caller. */
static mst_status ask(struct call *call, const char *method, const char *path, const char *rest) {
    struct text request = {0}, answer = {0};
    put(&request, "{\"method\":\"", method, "\",\"path\":\"", path, "\"", rest, "}");
    put(&answer, "");
    mst_status status = host->request(host, MST_SERVICE_HTTP,
                                      (mst_bytes){request.start, request.count}, keep, &answer);
    free(request.start);
    if (status == MST_CANCELLED && is_broken("MAN-3")) sleep(60);
    if (status == MST_DENIED && is_broken("VEN-7")) abort();
    if (status == MST_FAILED && is_broken("VEN-6")) return refuse(call, status, "connection");
    if (status != MST_OK) {
        if (answer.count) call->reply(call->context, (mst_bytes){answer.start, answer.count});
        free(answer.start);
        return status;
    }
    const char *number = strstr(answer.start, "\"status\":");
    call->http = number ? atoi(number + 9) : 0;
    free(call->body.start);
    call->body = member((mst_bytes){answer.start, answer.count}, "body");
    unescape(&call->body);
    switch (call->http) {
    case 200:
    case 201:
    case 204:
    case 422: status = MST_OK; break;
    case 401:
    case 403: status = refuse(call, is_broken("VEN-1") ? MST_FAILED : MST_DENIED, "private"); break;
    case 404: status = refuse(call, MST_FAILED, is_broken("VEN-2") ? "oops" : "not_found"); break;
    case 409: status = refuse(call, MST_FAILED, "rejected"); break;
    case 429: status = too_many(call, answer.start); break;
    default: status = refuse(call, is_broken("VEN-4") ? MST_INVALID : MST_FAILED, "connection");
    }
    free(answer.start);
    return status;
}

/* The id of the object in the last answer; an empty text where there is none. */
static mst_status read_id(struct call *call, struct text *id) {
    if (!is_whole((mst_bytes){call->body.start, call->body.count})) {
        return refuse(call, MST_FAILED, "bad_item");
    }
    *id = member((mst_bytes){call->body.start, call->body.count}, "id");
    if (!id->start) put(id, "");
    return MST_OK;
}

static mst_status find(struct call *call, const char *path, const char *marker, struct text *id) {
    struct text rest = {0};
    put(&rest, ",\"query\":{\"marker\":\"", marker, "\"}");
    mst_status status = ask(call, "GET", path, rest.start);
    free(rest.start);
    return status == MST_OK ? read_id(call, id) : status;
}

/* Searches, writes where nothing is found, and searches again. */
static mst_status write_once(struct call *call, const char *path, const char *marker,
                             const char *body, struct text *id) {
    mst_status status = is_broken("OPS-6") ? (put(id, ""), MST_OK) : find(call, path, marker, id);
    if (status != MST_OK || id->count) return status;
    status = ask(call, "POST", path, body);
    if (status != MST_OK) return status;
    if (call->http == 422) return refuse(call, MST_FAILED, "rejected");
    status = find(call, path, marker, id);
    if (status == MST_OK && !id->count) {
        if (is_broken("VEN-8")) return put(id, "1"), MST_OK;
        return refuse(call, MST_FAILED, "rejected");
    }
    return status;
}

static mst_status read_into(struct call *call, const char *id, const char *wanted) {
    char path[256];
    struct text seen = {0}, reply = {0};
    snprintf(path, sizeof path, "/cases/%.200s", id);
    mst_status status = ask(call, "GET", path, "");
    if (status == MST_OK) status = read_id(call, &seen);
    if (status != MST_OK) return status;
    struct text word = member((mst_bytes){call->body.start, call->body.count}, "state");
    if (!word.start) return refuse(call, MST_FAILED, "bad_item");
    if (wanted && strcmp(word.start, wanted) && !is_broken("VEN-8")) {
        return refuse(call, MST_FAILED, "rejected");
    }
    put(&reply, is_broken("OPS-2") ? "{\"id\":\"" : "{\"caseID\":\"", seen.start,
        "\",\"status\":\"", word.start,
        is_broken("OPS-13") ? "\",\"changedAt\":\"2026-03-01 09:30\"}" : "\"}");
    call->reply(call->context, (mst_bytes){reply.start, reply.count});
    free(seen.start);
    free(word.start);
    free(reply.start);
    return MST_OK;
}

/* A text member that must be there. */
static int take(mst_bytes json, const char *name, struct text *text) {
    *text = member(json, name);
    return text->start != NULL;
}

static mst_status begin(struct call *call, mst_bytes json) {
    if (is_broken("FUZZ-1") && memchr(json.data, 0xFF, json.count)) abort();
    if (is_broken("OPS-5") && json.count > 100000) abort();
    if (is_broken("MAN-2")) {
        static const char line[] = "Sending Authorization: x";
        host->log(host, MST_LOG_INFO, (mst_bytes){line, sizeof line - 1});
    }
    if (is_broken("MAN-4")) memset(malloc(200000), 1, 200000);
    if (is_broken("MAN-5")) close(socket(AF_INET, SOCK_STREAM, 0));
    if (is_broken("MAN-5 file") && !fopen("/etc/passwd", "r")) errno = 0;
    if (is_broken("MAN-1")) ask(call, "GET", "/secret", "");
    int is_strange = is_broken("OPS-3") && memmem(json.data, json.count, "x-unknown", 9);
    if (!is_whole(json) || is_strange) return refuse(call, MST_INVALID, "rejected");
    return MST_OK;
}

static mst_status open_case(const mst_connector *self, mst_bytes json, mst_sink reply,
                            void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text marker, body, id = {0}, rest = {0};
    (void)self;
    mst_status status = begin(&call, json);
    if (status != MST_OK) return status;
    if (!take(json, "marker", &marker) || !take(json, "body", &body)) {
        return refuse(&call, MST_INVALID, "rejected");
    }
    put(&rest, ",\"body\":\"", body.start, " ", marker.start, "\"");
    status = write_once(&call, "/cases", marker.start, rest.start, &id);
    free(rest.start);
    free(body.start);
    free(marker.start);
    return status == MST_OK ? read_into(&call, id.start, NULL) : status;
}

/* Adds a note or a file below a case. */
static mst_status add_below(struct call *call, mst_bytes json, const char *kind, const char *rest,
                            const char *key) {
    struct text marker, parent, id = {0}, answer = {0};
    char path[256];
    if (!take(json, "marker", &marker) || !take(json, "caseID", &parent)) {
        return refuse(call, MST_INVALID, "rejected");
    }
    snprintf(path, sizeof path, "/cases/%.100s/%s", parent.start, kind);
    mst_status status = write_once(call, path, marker.start, rest, &id);
    if (status != MST_OK) return status;
    put(&answer, "{\"", key, "\":\"", id.start, "\"}");
    call->reply(call->context, (mst_bytes){answer.start, answer.count});
    free(answer.start);
    return MST_OK;
}

static mst_status add_comment(const mst_connector *self, mst_bytes json, mst_sink reply,
                              void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text body, rest = {0};
    (void)self;
    mst_status status = begin(&call, json);
    if (status != MST_OK) return status;
    if (!take(json, "body", &body)) return refuse(&call, MST_INVALID, "rejected");
    put(&rest, ",\"body\":\"", body.start, "\"");
    return add_below(&call, json, "notes", rest.start, "commentID");
}

/* Reads the file, in pieces whose Base64 can be joined, into the request. */
static mst_status read_file(struct call *call, mst_bytes json, struct text *rest) {
    struct text handle;
    if (!take(json, "attachment", &handle)) return refuse(call, MST_INVALID, "rejected");
    put(rest, ",\"bodyBase64\":\"");
    for (long offset = 0;; offset += 3 << 18) {
        char ask_for[256];
        struct text answer = {0};
        int count = snprintf(ask_for, sizeof ask_for,
                             "{\"attachment\":\"%.100s\",\"offset\":%ld,\"count\":%d}",
                             handle.start, offset, 3 << 18);
        mst_status status = host->request(host, MST_SERVICE_ATTACHMENT,
                                          (mst_bytes){ask_for, (size_t)count}, keep, &answer);
        if (status != MST_OK && is_broken("ATT-2")) break;
        if (status != MST_OK) return refuse(call, status, "connection");
        struct text piece = member((mst_bytes){answer.start, answer.count}, "dataBase64");
        if (piece.start) put(rest, piece.start);
        int is_end = strstr(answer.start, "\"end\":true") != NULL;
        free(piece.start);
        free(answer.start);
        if (is_end || is_broken("ATT-1")) break;
    }
    put(rest, "\"");
    return MST_OK;
}

static mst_status add_attachment(const mst_connector *self, mst_bytes json, mst_sink reply,
                                 void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text rest = {0};
    (void)self;
    mst_status status = begin(&call, json);
    if (status == MST_OK) status = read_file(&call, json, &rest);
    if (status == MST_OK) status = add_below(&call, json, "files", rest.start, "attachmentID");
    free(rest.start);
    return status;
}

static mst_status close_case(const mst_connector *self, mst_bytes json, mst_sink reply,
                             void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text id;
    char path[256];
    (void)self;
    mst_status status = begin(&call, json);
    if (status != MST_OK) return status;
    if (!take(json, "caseID", &id)) return refuse(&call, MST_INVALID, "rejected");
    snprintf(path, sizeof path, "/cases/%.200s", id.start);
    status = ask(&call, "PUT", path, ",\"body\":\"{\\\"state\\\":\\\"DONE\\\"}\"");
    return status == MST_OK ? read_into(&call, id.start, "DONE") : status;
}

static mst_status read_case(const mst_connector *self, mst_bytes json, mst_sink reply,
                            void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text id;
    (void)self;
    mst_status status = begin(&call, json);
    if (status != MST_OK) return status;
    if (!take(json, "caseID", &id)) return refuse(&call, MST_INVALID, "rejected");
    return read_into(&call, id.start, NULL);
}

/* What is wrong with a page, on purpose. */
static mst_status spoil(struct call *call) {
    static int count;
    char *place = strstr(call->body.start, "\"actor\":\"us\"");
    if (is_broken("MAN-7") && place) memcpy(place + 9, "xx", 2);
    place = strstr(call->body.start, "\"nextCursor\":\"");
    if (is_broken("OPS-8") && place) place[14] = (char)('0' + count++ % 10);
    if (is_broken("OPS-9") && place) place[14] = '0';
    if (is_broken("OPS-14") && strstr(call->body.start, "unreadable")) {
        return refuse(call, MST_FAILED, "bad_item");
    }
    return MST_OK;
}

static mst_status fetch_updates(const mst_connector *self, mst_bytes json, mst_sink reply,
                                void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text cursor;
    char rest[128];
    (void)self;
    mst_status status = begin(&call, json);
    if (status != MST_OK) return status;
    if (!take(json, "cursor", &cursor)) return refuse(&call, MST_INVALID, "cursor");
    const char *after = cursor.count ? cursor.start : is_broken("OPS-7") ? "1" : "0";
    if (strspn(after, "0123456789") != strlen(after) || strlen(after) > 18) {
        if (!is_broken("OPS-10")) return refuse(&call, MST_INVALID, "cursor");
        after = "0";
    }
    snprintf(rest, sizeof rest, ",\"query\":{\"after\":\"%s\"}", after);
    status = ask(&call, "GET", "/events", rest);
    free(cursor.start);
    if (status != MST_OK) return status;
    mst_bytes page = {call.body.start, call.body.count};
    if (!is_whole(page) && !is_broken("VEN-5")) return refuse(&call, MST_FAILED, "bad_item");
    status = page.count ? spoil(&call) : MST_OK;
    if (status == MST_OK) reply(context, page);
    free(call.body.start);
    return status;
}

static mst_status map_status(const mst_connector *self, mst_bytes json, mst_sink reply,
                             void *context) {
    struct call call = {reply, context, {0}, 0};
    struct text word;
    char state[64];
    (void)self;
    mst_status status = begin(&call, json);
    if (status != MST_OK && is_broken("OPS-4")) return reply(context, json), MST_OK;
    if (status != MST_OK) return status;
    if (!take(json, "status", &word)) return refuse(&call, MST_INVALID, "rejected");
    const char *meaning = is_broken("OPS-12") ? "working" : "unknown";
    if (!strcmp(word.start, "NEW")) meaning = is_broken("OPS-11") ? "working" : "submitted";
    if (!strcmp(word.start, "DONE")) meaning = "fix_offered";
    int count = snprintf(state, sizeof state, "{\"state\":\"%s\"}", meaning);
    reply(context, (mst_bytes){state, (size_t)count});
    free(word.start);
    return MST_OK;
}

static const void *extension(const mst_connector *self, const char *id) {
    static const mst_lookup lookup = {sizeof lookup, 0, read_case};
    static const mst_attachments files = {sizeof files, 0, add_attachment};
    (void)self;
    if (is_broken("OPS-1")) return NULL;
    if (is_broken("MAN-6") && !strncmp(id, MST_EXTENSION_LOOKUP, 17)) return &lookup;
    if (!strcmp(id, MST_EXTENSION_LOOKUP)) return &lookup;
    return strcmp(id, MST_EXTENSION_ATTACHMENTS) ? NULL : &files;
}

static void destroy(const mst_connector *self) {
    (void)self;
    if (is_broken("MAKE-4")) sleep(60);
}

static const mst_connector *create(const mst_host *given, mst_bytes options, mst_sink problem,
                                   void *context) {
    static const mst_connector connector = {
        sizeof connector, 0, NULL, open_case, add_comment, fetch_updates,
        map_status, close_case, extension, destroy,
    };
    host = given;
    struct text chosen = member(options, "broken");
    if (chosen.start) snprintf(wrong, sizeof wrong, "%s", chosen.start);
    if (is_broken("MAKE-1")) ask(&(struct call){problem, context, {0}, 0}, "GET", "/events", "");
    struct text project = member(options, "project");
    int is_strange = is_broken("MAKE-3") && memmem(options.data, options.count, "x-unknown", 9);
    int is_odd = is_broken("LOAD-7") && given->size != sizeof(mst_host);
    if ((!project.start && !is_broken("MAKE-2")) || is_strange || is_odd) {
        fail(MST_INVALID, "option", problem, context);
        return NULL;
    }
    return &connector;
}

#ifdef UNDEFINED
int no_such_function(void);
#else
static int no_such_function(void) { return 0; }
#endif

MST_EXPORT const mst_plugin *mainstay_connector_entry(uint32_t host_abi) {
    static const char descriptor[] =
        "{\"id\":\"org.example.complete\",\"version\":\"1.0.0\",\"displayName\":\"Complete\","
        "\"services\":[\"mainstay.http/1\",\"mainstay.attachment/1\"]}";
    static mst_plugin plugins[2];
    static int calls;
    mst_plugin *plugin = &plugins[is_broken("LOAD-3") ? calls++ % 2 : no_such_function()];
    *plugin = (mst_plugin){
        is_broken("LOAD-5") ? 7 : MST_ABI_MAGIC, sizeof *plugin, 1, 0, 0,
        {descriptor, sizeof descriptor - 1}, create};
    if (is_broken("LOAD-2")) usleep(150000);
    return host_abi >> 16 == 1 || is_broken("LOAD-4") ? plugin : NULL;
}
